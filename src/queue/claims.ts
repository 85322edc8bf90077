import { createCallStates, type CallStates } from '../journal/call-states.ts';
import { createJournalIndex } from '../journal/journal-index.ts';
import type { AttemptRecord } from '../journal/record.ts';
import { decodeCalls } from '../plan/call-file.ts';
import type { Call } from '../plan/call.ts';
import type { ChunkRange, Claim } from './chunks.ts';
import type { Query } from './query.ts';
import { lease } from './lease.ts';
import { attemptOf, markedBy, noMark } from './replies.ts';

export interface ClaimedChunk extends Claim {
  readonly from: number;
  readonly calls: readonly Call[];
  readonly to: number;
  /** What is known of them, by their place in the chunk from 1 on. */
  readonly states: ChunkStates;
  /** The open apps of calls that were sent in parts, by the place of their last record, see `index`. */
  readonly openApps: ReadonlyMap<number, string>;
}

/** How the calls of a chunk stand. */
interface ChunkStates extends Pick<CallStates, 'state' | 'isOpen'> {
  add(record: AttemptRecord, place: number): unknown;
}

/** Which chunk, and for whom. */
interface Claiming {
  /** Of the database. */
  readonly run: number;
  /** Nothing is claimed in another one. */
  readonly round: number;
  readonly chunk: number;
  readonly worker: string;
}

interface ClaimedRow {
  readonly epoch: number;
  readonly from_seq: number;
  readonly to_seq: number;
  readonly calls: Buffer;
  readonly retry_failed: boolean;
  readonly now_ms: number;
}

/**
 * Claims a chunk that nobody holds. Who lets the run go on again waits for claims that are being made, see `reopenSharedRun`.
 * @param nextPlace tells the records of all chunks apart.
 * @returns undefined where somebody holds it, or it is done, or not to be done now; `nowMs`: the database's clock meanwhile.
 */
export async function claimChunk(
  query: Query,
  { run, round, chunk, worker }: Claiming,
  nextPlace: () => number,
): Promise<(ClaimedChunk & { readonly nowMs: number }) | undefined> {
  const [row] = await query<ClaimedRow>(
    `WITH going AS (
       SELECT id, round, retry_failed FROM genauth_offboard.runs
       WHERE id = $1 AND state = 'going' AND open_chunks >= $2 AND round = $5 FOR SHARE
     ), claimed AS (
       UPDATE genauth_offboard.chunks SET epoch = epoch + 1, lease_until = clock_timestamp() + $4 * interval '1 ms'
       FROM going WHERE run = going.id AND chunk = $2 AND NOT done
       AND (lease_until IS NULL OR lease_until < clock_timestamp())
       RETURNING chunk, epoch, from_seq, to_seq, calls, retry_failed
     ), kept AS (
       INSERT INTO genauth_offboard.claims (run, chunk, epoch, worker, round, retry_failed)
       SELECT $1, chunk, epoch, $3, $5, retry_failed FROM claimed
     ), unmarked AS (
       INSERT INTO genauth_offboard.attempts (run, chunk, epoch, number, record)
       SELECT $1, chunk, epoch, 0, $6 FROM claimed
     )
     SELECT epoch, from_seq, to_seq, calls, retry_failed,
       (1000 * extract(epoch FROM clock_timestamp()))::float8 AS now_ms FROM claimed`,
    [run, chunk, worker, lease.ms, round, noMark],
  );
  if (row === undefined) return undefined;
  const { states, openApps } = await formerAttempts(query, { run, round, chunk, worker }, row, nextPlace);
  const all = decodeCalls(row.calls);
  const calls = all.filter(({ seq }) => states.isOpen(seq - row.from_seq + 1, false));
  const { epoch, from_seq: from, to_seq: to, now_ms: nowMs } = row;
  return { chunk, epoch, from, to, calls, states, openApps, nowMs };
}

/** Reads the claims on a chunk before this one as a journal of its own, in which each was a session. */
async function formerAttempts(
  query: Query,
  { run, round, chunk }: Claiming,
  row: ClaimedRow,
  nextPlace: () => number,
): Promise<Pick<ClaimedChunk, 'states' | 'openApps'>> {
  const { epoch, from_seq: from, to_seq: to, retry_failed: retryFailed } = row;
  const openApps = new Map<number, string>();
  if (epoch === 1) return { states: createCallStates(to - from + 1), openApps };
  const index = createJournalIndex(to - from + 1);
  const claims = await query<FormerClaim>(
    `SELECT epoch, round, retry_failed, closed_at IS NOT NULL AS closed FROM genauth_offboard.claims
     WHERE run = $1 AND chunk = $2 AND epoch < $3 ORDER BY epoch`,
    [run, chunk, epoch],
  );
  const records = await query<{ epoch: number; record: string }>(
    'SELECT epoch, record FROM genauth_offboard.attempts WHERE run = $1 AND chunk = $2 ORDER BY epoch, number',
    [run, chunk],
  );
  for (const former of claims) {
    index.add({ kind: 'session', startedAt: 0, retryFailed: former.retry_failed }, nextPlace());
    const own = records.filter((each) => each.epoch === former.epoch).map(({ record }) => record);
    for (const mark of markedBy(own, { from, to })) {
      index.add({ kind: 'mark', from: mark.from - from + 1, upTo: mark.upTo - from + 1 }, nextPlace());
    }
    for (const record of own) {
      const attempt = attemptOf(record);
      if (attempt === undefined) continue;
      const place = nextPlace();
      // What failed in a former round is tried again in this one, and what failed in this one is not.
      const final = attempt.final && !(retryFailed && former.round < round);
      index.add({ ...attempt, seq: attempt.seq - from + 1, final }, place);
      if (attempt.open !== undefined) openApps.set(place, attempt.open);
    }
    if (former.closed) index.add({ kind: 'end', endedAt: 0, reason: 'claim' }, nextPlace());
  }
  index.settle();
  return { states: index, openApps };
}

interface FormerClaim {
  readonly epoch: number;
  readonly round: number;
  readonly retry_failed: boolean;
  readonly closed: boolean;
}

/** @returns those of the claims that are still this worker's, for the whole time of a lease from now on. */
export function renewClaims(query: Query, run: number, claims: readonly Claim[]): Promise<Claim[]> {
  return query<Claim>(
    `UPDATE genauth_offboard.chunks SET lease_until = clock_timestamp() + $4 * interval '1 ms'
     FROM unnest($2::int[], $3::int[]) AS own(chunk, epoch)
     WHERE run = $1 AND chunks.chunk = own.chunk AND chunks.epoch = own.epoch AND lease_until IS NOT NULL
     RETURNING chunks.chunk, chunks.epoch`,
    [run, claims.map(({ chunk }) => chunk), claims.map(({ epoch }) => epoch), lease.ms],
  );
}

/** Which free chunks are asked for. */
interface Free {
  /** Those, too, that nobody has ever held. */
  readonly untaken: boolean;
  /** So many at most. */
  readonly most: number;
  /** Of those behind this one. */
  readonly after?: number;
}

/** Chunks that nobody holds and that are not done, in order. */
export function freeChunks(query: Query, run: number, { untaken, most, after = 0 }: Free): Promise<Claim[]> {
  return query<Claim>(
    `SELECT chunk, epoch FROM genauth_offboard.chunks JOIN genauth_offboard.runs ON runs.id = chunks.run
     WHERE chunks.run = $1 AND NOT done AND state = 'going' AND chunk <= open_chunks AND chunk > $4
     AND ($2 OR epoch > 0) AND (lease_until IS NULL OR lease_until < clock_timestamp()) ORDER BY chunk LIMIT $3`,
    [run, untaken, most, after],
  );
}

/** Of a worker that has closed all claims it knows of: others were made without its hearing of it, and nothing was sent under them. */
export async function closeUnheardClaims(query: Query, run: number, worker: string): Promise<void> {
  await query(
    `WITH unheard AS (
       UPDATE genauth_offboard.claims SET closed_at = clock_timestamp(), reason = 'unheard'
       WHERE run = $1 AND worker = $2 AND closed_at IS NULL RETURNING chunk, epoch
     )
     UPDATE genauth_offboard.chunks SET lease_until = NULL FROM unheard
     WHERE run = $1 AND chunks.chunk = unheard.chunk AND chunks.epoch = unheard.epoch`,
    [run, worker],
  );
}

/** Which calls the chunks of a run hold, in order. */
export function chunksOf(query: Query, run: number): Promise<ChunkRange[]> {
  return query<ChunkRange>(
    `SELECT chunk, from_seq AS "from", to_seq AS "to" FROM genauth_offboard.chunks WHERE run = $1 ORDER BY chunk`,
    [run],
  );
}
