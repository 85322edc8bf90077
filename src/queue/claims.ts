import { createCallStates, type CallStates } from '../journal/call-states.ts';
import { createJournalIndex } from '../journal/journal-index.ts';
import { decodeRecord, type AttemptRecord } from '../journal/record.ts';
import type { HowEnded } from '../execute/stop/failure-limit.ts';
import { decodeCalls } from '../plan/call-file.ts';
import type { Call } from '../plan/call.ts';
import type { ChunkRange } from './chunks.ts';
import type { Query } from './query.ts';
import { lease } from './lease.ts';
import type { SharedRun } from './shared-runs.ts';

/** A claim on a chunk: its commit says that each of the chunk's open calls may have been sent. */
export interface Claim {
  readonly chunk: number;
  /** Counts the claims on the chunk: a higher one ends this one. */
  readonly epoch: number;
}

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

interface ClaimedRow {
  readonly epoch: number;
  readonly from_seq: number;
  readonly to_seq: number;
  readonly calls: Buffer;
  readonly round: number;
  readonly retry_failed: boolean;
}

/** Claims a chunk that nobody holds. @param nextPlace tells the records of all chunks apart. @returns undefined where somebody does, or it is done, or not to be done now. */
export async function claimChunk(
  query: Query,
  run: number,
  chunk: number,
  worker: string,
  nextPlace: () => number,
): Promise<ClaimedChunk | undefined> {
  const [row] = await query<ClaimedRow>(
    `WITH going AS (
       SELECT id, round, retry_failed FROM genauth_offboard.runs
       WHERE id = $1 AND state = 'going' AND open_chunks >= $2
     ), claimed AS (
       UPDATE genauth_offboard.chunks SET epoch = epoch + 1, lease_until = clock_timestamp() + $4 * interval '1 ms'
       FROM going WHERE run = going.id AND chunk = $2 AND NOT done
       AND (lease_until IS NULL OR lease_until < clock_timestamp())
       RETURNING chunk, epoch, from_seq, to_seq, calls, round, retry_failed
     ), kept AS (
       INSERT INTO genauth_offboard.claims (run, chunk, epoch, worker, round, retry_failed)
       SELECT $1, chunk, epoch, $3, round, retry_failed FROM claimed
     )
     SELECT epoch, from_seq, to_seq, calls, round, retry_failed FROM claimed`,
    [run, chunk, worker, lease.ms],
  );
  if (row === undefined) return undefined;
  const { states, openApps } = await formerAttempts(query, run, chunk, row, nextPlace);
  const all = decodeCalls(row.calls);
  const calls = all.filter(({ seq }) => states.isOpen(seq - row.from_seq + 1, false));
  return { chunk, epoch: row.epoch, from: row.from_seq, to: row.to_seq, calls, states, openApps };
}

/** Reads the claims on a chunk before this one as a journal of its own, in which each was a session. */
async function formerAttempts(
  query: Query,
  run: number,
  chunk: number,
  row: ClaimedRow,
  nextPlace: () => number,
): Promise<Pick<ClaimedChunk, 'states' | 'openApps'>> {
  const { epoch, from_seq: from, to_seq: to, retry_failed: retryFailed, round } = row;
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
    index.add({ kind: 'mark', from: 1, upTo: to - from + 1 }, nextPlace());
    for (const { epoch: ofEpoch, record } of records) {
      const attempt = ofEpoch === former.epoch ? attemptOf(record) : undefined;
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

/** A record as it stands in the database. */
export function attemptOf(record: string): AttemptRecord | undefined {
  const decoded = decodeRecord(Buffer.from(record));
  return decoded?.kind === 'attempt' ? decoded : undefined;
}

export type EndedCounts = Record<HowEnded, number>;

/** What has become of a claim. */
export interface ClaimNews extends Claim {
  readonly counts: EndedCounts;
  /** Its calls have ended: `done`; or nothing more of it is sent, and all that was has been answered: any other reason. */
  readonly closed: string | undefined;
}

/** A reply under a claim, the `number`th; what stands there already stays. */
export interface NumberedRecord extends Claim {
  readonly number: number;
  /** As a line of a journal, its line break left out. */
  readonly line: string;
}

/** Records are facts, whatever has become of the claim since: they are always taken. */
export async function storeRecords(
  query: Query,
  run: number,
  records: readonly NumberedRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await query(
    `INSERT INTO genauth_offboard.attempts (run, chunk, epoch, number, record)
     SELECT $1, * FROM unnest($2::int[], $3::int[], $4::int[], string_to_array($5, E'\\n')) ON CONFLICT DO NOTHING`,
    [
      run,
      records.map(({ chunk }) => chunk),
      records.map(({ epoch }) => epoch),
      records.map(({ number }) => number),
      // As one text: in a list each would have its quotation marks escaped, one by one.
      records.map(({ line }) => line).join('\n'),
    ],
  );
}

/** A claim is closed with its last records, in one transaction: from then on no call of it is in doubt. */
export async function storeNews(query: Query, run: number, news: readonly ClaimNews[]): Promise<void> {
  if (news.length === 0) return;
  const column = (of: (each: ClaimNews) => number): number[] => news.map(of);
  await query(
    `WITH news AS (
       SELECT * FROM unnest($2::int[], $3::int[], $4::text[], $5::int[], $6::int[], $7::int[], $8::int[])
       AS of(chunk, epoch, closed, succeeded, partial, failed, unknown)
     ), closed AS (
       UPDATE genauth_offboard.chunks SET lease_until = NULL, done = chunks.done OR news.closed = 'done' FROM news
       WHERE run = $1 AND chunks.chunk = news.chunk AND chunks.epoch = news.epoch AND news.closed IS NOT NULL
     )
     UPDATE genauth_offboard.claims SET succeeded = news.succeeded, partial = news.partial, failed = news.failed,
       unknown = news.unknown, reason = news.closed,
       closed_at = CASE WHEN news.closed IS NULL THEN NULL ELSE clock_timestamp() END
     FROM news WHERE run = $1 AND claims.chunk = news.chunk AND claims.epoch = news.epoch`,
    [
      run,
      column(({ chunk }) => chunk),
      column(({ epoch }) => epoch),
      news.map(({ closed }) => closed ?? null),
      column(({ counts }) => counts.succeeded),
      column(({ counts }) => counts.partial),
      column(({ counts }) => counts.failed),
      column(({ counts }) => counts.unknown),
    ],
  );
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

/** How a run stands, for whoever works on it. */
export interface Standing extends EndedCounts {
  readonly state: SharedRun['state'];
  readonly stop: string | null;
  /** Chunks that may be claimed, or are held, and are not done. */
  readonly left: number;
  /** Apps that are known not to exist. */
  readonly missing: number;
}

/** @returns undefined where the run was forgotten. The counts are of the run's present round. */
export async function standingOf(query: Query, run: number): Promise<Standing | undefined> {
  const [standing] = await query<Standing>(
    `SELECT state, stop,
       (SELECT count(*)::int FROM genauth_offboard.chunks WHERE run = $1 AND NOT done AND chunk <= open_chunks) AS left,
       (SELECT count(*)::int FROM genauth_offboard.missing_apps WHERE run = $1) AS missing,
       sums.*
     FROM genauth_offboard.runs, LATERAL (
       SELECT coalesce(sum(succeeded), 0)::int AS succeeded, coalesce(sum(partial), 0)::int AS partial,
         coalesce(sum(failed), 0)::int AS failed, coalesce(sum(unknown), 0)::int AS unknown
       FROM genauth_offboard.claims WHERE claims.run = runs.id AND claims.round = runs.round
     ) AS sums
     WHERE id = $1`,
    [run],
  );
  return standing;
}

export async function storeMissingApps(query: Query, run: number, apps: readonly string[]): Promise<void> {
  if (apps.length === 0) return;
  await query(
    'INSERT INTO genauth_offboard.missing_apps SELECT $1, * FROM unnest($2::text[]) ON CONFLICT DO NOTHING',
    [run, apps],
  );
}

export async function missingAppsOf(query: Query, run: number): Promise<string[]> {
  const rows = await query<{ app: string }>('SELECT app FROM genauth_offboard.missing_apps WHERE run = $1', [
    run,
  ]);
  return rows.map(({ app }) => app);
}

/** How many workers hold a chunk of the run. */
export async function workersOn(query: Query, run: number): Promise<number> {
  const [row] = await query<{ workers: number }>(
    `SELECT count(DISTINCT worker)::int AS workers FROM genauth_offboard.chunks
     JOIN genauth_offboard.claims USING (run, chunk, epoch) WHERE run = $1 AND lease_until > clock_timestamp()`,
    [run],
  );
  return row?.workers ?? 0;
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
