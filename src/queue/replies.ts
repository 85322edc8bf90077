import type { HowEnded } from '../execute/stop/stop.ts';
import { decodeRecord, encodeRecord, type AttemptRecord } from '../journal/record.ts';
import type { ChunkRange, Claim } from './chunks.ts';
import type { Query } from './query.ts';

/** A record as it stands in the database. */
export function attemptOf(record: string): AttemptRecord | undefined {
  const decoded = decodeRecord(Buffer.from(record));
  return decoded?.kind === 'attempt' ? decoded : undefined;
}

/** Calls by `seq`, both included. */
interface Marked {
  readonly from: number;
  readonly upTo: number;
}

/** Which calls of a claim may have been sent, as it stands in the database among the claim's records, before them: by `number`, 0 or less. */
export interface StoredMark extends Claim, Marked {
  readonly number: number;
}

const lineOfMark = (from: number, upTo: number): string =>
  encodeRecord({ kind: 'mark', from, upTo }).trimEnd();

/** Of a claim of which nothing was sent yet. */
export const noMark = lineOfMark(1, 0);

/** @param records of a claim. @returns which of the chunk's calls may have been sent: all, where nothing says how far. */
export function markedBy(
  records: readonly string[],
  { from, to }: Pick<ChunkRange, 'from' | 'to'>,
): readonly Marked[] {
  const marks: Marked[] = [];
  for (const record of records) {
    if (!record.startsWith(markBegin)) continue;
    const decoded = decodeRecord(Buffer.from(record));
    if (decoded?.kind === 'mark') marks.push(decoded);
  }
  if (marks.length === 0) return [{ from, upTo: to }];
  return marks.filter((mark) => mark.upTo >= mark.from);
}

const markBegin = '{"kind":"mark"';

/** To be known to the database before the calls are sent. */
export async function storeMarks(query: Query, run: number, marks: readonly StoredMark[]): Promise<void> {
  await query(
    `INSERT INTO genauth_offboard.attempts (run, chunk, epoch, number, record)
     SELECT $1, * FROM unnest($2::int[], $3::int[], $4::int[], $5::text[])
     ON CONFLICT (run, chunk, epoch, number) DO UPDATE SET record = excluded.record`,
    [
      run,
      marks.map(({ chunk }) => chunk),
      marks.map(({ epoch }) => epoch),
      marks.map(({ number }) => number),
      marks.map(({ from, upTo }) => lineOfMark(from, upTo)),
    ],
  );
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
