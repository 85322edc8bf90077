import { openReplacement } from '../files/replacement.ts';
import { encodeRecord, type JournalRecord } from '../journal/record.ts';
import type { Claim } from './chunks.ts';
import type { Query } from './query.ts';
import { attemptOf, markedBy } from './replies.ts';
import type { SharedRun } from './shared-runs.ts';

interface ClaimRow extends Claim {
  readonly worker: string;
  readonly claimedAt: Date;
  readonly closedAt: Date | null;
  readonly reason: string | null;
  readonly retryFailed: boolean;
  readonly from: number;
  readonly to: number;
  /** The chunk's last claim has another epoch: its calls are met again. */
  readonly isFollowed: boolean;
}

/** Without one before it. */
const firstAttempt = /^\{"kind":"attempt","seq":(\d+),"attempt":1,"verdict"/;
/** So many claims are read at once, with all of their records. */
const claimsAtOnce = 100;

/**
 * Writes what the database knows of a run as the journal of a run that one process had made: each claim is a session, in the order of
 * time, with its marks; one that was never closed has no end, as a session that was killed.
 * @param plan by which the journal says whose calls they are. @param isAtRest nobody works on it: the run's end is written, too.
 */
export async function renderJournal(
  query: Query,
  shared: SharedRun,
  file: string,
  plan: string,
  isAtRest: boolean,
): Promise<void> {
  const replacement = await openReplacement(file, 'guest');
  let offset = 0;
  let text = '';
  /** Of calls that are met again: their attempts, and where the last record begins. */
  const met = new Map<number, { attempts: number; offset: number }>();

  async function flush(): Promise<void> {
    await replacement.handle.writeFile(text);
    text = '';
  }
  function writeLine(line: string): number {
    const at = offset;
    text += line;
    offset += Buffer.byteLength(line);
    return at;
  }
  const write = (record: JournalRecord): number => writeLine(encodeRecord(record));
  async function writeClaim(claim: ClaimRow, records: readonly string[]): Promise<void> {
    const { worker, retryFailed, from, to, closedAt, isFollowed } = claim;
    write({ kind: 'session', startedAt: claim.claimedAt.getTime(), retryFailed, plan, worker });
    for (const mark of markedBy(records, { from, to })) write({ kind: 'mark', ...mark });
    for (const record of records) {
      // Of most calls the only one, which stands in the journal as it is.
      const first = firstAttempt.exec(record);
      if (first !== null && !met.has(Number(first[1]))) {
        met.set(Number(first[1]), { attempts: 1, offset: writeLine(`${record}\n`) });
        continue;
      }
      const attempt = attemptOf(record);
      if (attempt === undefined) continue;
      const { seq } = attempt;
      const before = met.get(seq);
      const attempts = (before?.attempts ?? 0) + 1;
      const at = write({ ...attempt, attempt: attempts, previous: before?.offset });
      met.set(seq, { attempts, offset: at });
    }
    if (!isFollowed) for (let seq = from; seq <= to; seq += 1) met.delete(seq);
    if (closedAt !== null) {
      write({ kind: 'end', endedAt: closedAt.getTime(), reason: claim.reason ?? 'done' });
    }
    if (text.length > 1 << 20) await flush();
  }

  try {
    for (let skipped = 0; ; skipped += claimsAtOnce) {
      const claims = await readClaims(query, shared.id, skipped);
      const records = await readRecords(query, shared.id, claims);
      for (const claim of claims) await writeClaim(claim, records.get(nameOf(claim)) ?? []);
      if (claims.length < claimsAtOnce) break;
    }
    const now = Date.now();
    const { retryFailed, canaryConfirmedAt } = shared;
    const last = { kind: 'session', startedAt: now, retryFailed, plan, worker: '' } as const;
    write(last);
    if (canaryConfirmedAt !== null) {
      write({ kind: 'canary', confirmedAt: canaryConfirmedAt.getTime(), retryFailed });
    }
    if (isAtRest) write({ kind: 'end', endedAt: now, reason: reasonOf(shared) });
    await flush();
    await replacement.finish();
  } finally {
    await replacement.close();
  }
}

function reasonOf({ state, stop }: SharedRun): string {
  if (state === 'finished') return 'finished';
  if (state !== 'stopped' || stop === null) return 'interrupted';
  return (JSON.parse(stop) as { readonly reason: string }).reason;
}

const nameOf = ({ chunk, epoch }: Claim): string => `${chunk}-${epoch}`;

function readClaims(query: Query, run: number, skipped: number): Promise<ClaimRow[]> {
  return query<ClaimRow>(
    `SELECT chunk, claims.epoch, worker, claimed_at AS "claimedAt", closed_at AS "closedAt", reason,
       retry_failed AS "retryFailed", from_seq AS "from", to_seq AS "to", chunks.epoch > claims.epoch AS "isFollowed"
     FROM genauth_offboard.claims JOIN genauth_offboard.chunks USING (run, chunk)
     WHERE run = $1 ORDER BY claimed_at, chunk, claims.epoch OFFSET $2 LIMIT $3`,
    [run, skipped, claimsAtOnce],
  );
}

async function readRecords(
  query: Query,
  run: number,
  claims: readonly Claim[],
): Promise<ReadonlyMap<string, string[]>> {
  const rows = await query<Claim & { readonly record: string }>(
    `SELECT attempts.chunk, attempts.epoch, record FROM genauth_offboard.attempts
     JOIN unnest($2::int[], $3::int[]) AS own(chunk, epoch) ON attempts.chunk = own.chunk AND attempts.epoch = own.epoch
     WHERE run = $1 ORDER BY attempts.chunk, attempts.epoch, number`,
    [run, claims.map(({ chunk }) => chunk), claims.map(({ epoch }) => epoch)],
  );
  const records = new Map<string, string[]>();
  for (const row of rows) {
    const name = nameOf(row);
    const found = records.get(name);
    if (found === undefined) records.set(name, [row.record]);
    else found.push(row.record);
  }
  return records;
}
