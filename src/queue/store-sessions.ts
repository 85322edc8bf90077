import { UserError } from '../errors.ts';
import { createLines } from '../files/lines.ts';
import { readPieces } from '../journal/line-reader.ts';
import { decodeRecord, encodeRecord, type AttemptRecord } from '../journal/record.ts';
import { chunksOf } from './claims.ts';
import type { Database } from './database.ts';
import { storeRecords } from './replies.ts';

/** Attempts that a session of this folder alone has made, such as further kicks of a look for sessions. */
interface OwnSession {
  /** By it the database knows the session again. */
  readonly startedAt: number;
  readonly attempts: AttemptRecord[];
}

/**
 * Brings what a session of this folder alone was answered into the database, once: each chunk of which it has made a call gets a claim
 * that is closed. What the folder's journal was rendered from has a worker, and is there already.
 * @param run of the database. @param worker names this one. @throws {UserError} where somebody holds such a chunk.
 */
export async function storeOwnSessions(
  { query, transaction }: Database,
  run: number,
  journal: string,
  worker: string,
): Promise<void> {
  const sessions = await readOwnSessions(journal);
  if (sessions.length === 0) return;
  const chunks = await chunksOf(query, run);
  for (const { startedAt, attempts } of sessions) {
    const name = `${worker}/session-${startedAt}`;
    for (const { chunk, from, to } of chunks) {
      const own = attempts.filter(({ seq }) => from <= seq && seq <= to);
      if (own.length === 0) continue;
      await transaction(async (inside) => {
        const known = await inside(
          'SELECT FROM genauth_offboard.claims WHERE run = $1 AND chunk = $2 AND worker = $3',
          [run, chunk, name],
        );
        if (known.length > 0) return;
        const [claimed] = await inside<{ epoch: number }>(
          `UPDATE genauth_offboard.chunks SET epoch = epoch + 1 WHERE run = $1 AND chunk = $2
           AND (lease_until IS NULL OR lease_until < clock_timestamp()) RETURNING epoch`,
          [run, chunk],
        );
        if (claimed === undefined) throw heldByOthers(journal);
        const { epoch } = claimed;
        await inside(
          `INSERT INTO genauth_offboard.claims (run, chunk, epoch, worker, claimed_at, closed_at, reason, round, retry_failed)
           SELECT id, $2, $3, $4, clock_timestamp(), clock_timestamp(), 'done', round, retry_failed
           FROM genauth_offboard.runs WHERE id = $1`,
          [run, chunk, epoch, name],
        );
        const records = own.map((record, at) => ({
          chunk,
          epoch,
          number: at + 1,
          line: encodeRecord(record).trimEnd(),
        }));
        await storeRecords(inside, run, records);
      });
    }
  }
}

function heldByOthers(journal: string): UserError {
  return new UserError(
    `${journal} has replies that the queue does not have yet, to calls that somebody makes again just now.`,
    { hint: 'Do the same again once the run is at rest.' },
  );
}

async function readOwnSessions(journal: string): Promise<OwnSession[]> {
  const sessions: OwnSession[] = [];
  let own: OwnSession | undefined;
  const lines = createLines((bytes, start, end) => {
    const record = decodeRecord(bytes, start, end);
    if (record?.kind === 'session') {
      own = record.worker === undefined ? { startedAt: record.startedAt, attempts: [] } : undefined;
      if (own !== undefined) sessions.push(own);
    } else if (record?.kind === 'attempt') own?.attempts.push(record);
  });
  for await (const piece of readPieces(journal)) lines.add(piece);
  return sessions.filter(({ attempts }) => attempts.length > 0);
}
