import path from 'node:path';

import { exitCodes, UserError } from '../errors.ts';
import { openCalls } from '../plan/call-file.ts';
import type { PlanFiles } from '../plan/plan-files.ts';
import type { RunFile } from '../run-folder/run-file.ts';
import { version } from '../version.ts';
import { cutIntoChunks, type ChunkRange } from './chunks.ts';
import type { Database } from './database.ts';
import type { Query } from './query.ts';
import { filesOf, putFile } from './shared-files.ts';
import { workersOfRun } from './workers.ts';

/** `filling`: it is being put into the database. `going`: workers may claim its chunks. */
export type SharedState = 'filling' | 'going' | 'stopped' | 'finished';

/** A run in the database. */
export interface SharedRun {
  readonly id: number;
  readonly name: string;
  /** Of the program that made it. */
  readonly version: string;
  /** As `run.json` has it. */
  readonly run: RunFile<unknown, unknown>;
  readonly host: string;
  readonly userPool: string | null;
  readonly createdAt: Date;
  readonly calls: number;
  readonly state: SharedState;
  /** Why it was stopped, as whoever did so wrote it; JSON. */
  readonly stop: string | null;
  readonly chunks: number;
  /** Those up to this one may be claimed. */
  readonly openChunks: number;
  readonly canaryConfirmedAt: Date | null;
  /** Counts the times that what had failed was tried again, from 1. */
  readonly round: number;
  readonly retryFailed: boolean;
  /** How calls had ended before the round; JSON. */
  readonly before: string;
}

const columns = `id, name, version, content AS run, host, user_pool AS "userPool", created_at AS "createdAt", calls, state, stop,
  chunks, open_chunks AS "openChunks", canary_confirmed_at AS "canaryConfirmedAt", round, retry_failed AS "retryFailed", before`;

type Row = Omit<SharedRun, 'run'> & { readonly run: string };

const parsed = (row: Row): SharedRun => ({ ...row, run: JSON.parse(row.run) as SharedRun['run'] });

/** @throws {UserError} where there is none of that name. */
export async function findSharedRun(query: Query, name: string): Promise<SharedRun> {
  const [row] = await query<Row>(`SELECT ${columns} FROM genauth_offboard.runs WHERE name = $1`, [name]);
  if (row !== undefined) return parsed(row);
  throw new UserError(`The queue has no run ${name}.`, { hint: 'See which it has:', command: ['runs'] });
}

/** Which run it is: names come again once they are forgotten. */
export const keyOf = ({ id, createdAt }: SharedRun): string => `${id}@${createdAt.toISOString()}`;

/** @throws {UserError} for a run of which only a part is there, as whoever put it there was ended meanwhile. */
export function refusePart({ name, state }: SharedRun): void {
  if (state !== 'filling') return;
  throw new UserError(
    `${name} is not in the queue as a whole: whoever puts it there is still at it, or was ended. Nothing of it was sent.`,
    { hint: 'If nobody does any more, take it out, and run the file again:', command: ['forget', name] },
  );
}

/** How far a run is. */
export interface ListedRun {
  readonly name: string;
  readonly state: SharedState;
  readonly createdAt: Date;
  readonly host: string;
  readonly calls: number;
  readonly users: number;
  /** Calls that have ended. */
  readonly ended: number;
  /** Those that work on it. */
  readonly workers: number;
}

/** The newest first. */
export async function listSharedRuns(query: Query): Promise<ListedRun[]> {
  const rows = await query<Omit<ListedRun, 'users'> & { readonly content: string }>(
    `SELECT name, state, created_at AS "createdAt", host, calls, content,
      (SELECT coalesce(sum(to_seq - from_seq + 1) FILTER (WHERE done), 0)::int FROM genauth_offboard.chunks WHERE run = id) AS ended,
      ${workersOfRun('runs.id')} AS workers
    FROM genauth_offboard.runs ORDER BY created_at DESC`,
  );
  // The database's own JSON refuses characters that a column's name may have.
  return rows.map(({ content, ...row }) => {
    const { input } = JSON.parse(content) as SharedRun['run'];
    return { ...row, users: input.users };
  });
}

/** Calls that ended before a round, by how. */
export type EndedBefore = Readonly<Record<'succeeded' | 'partial' | 'failed' | 'unknown', number>>;

/** What a run is made of, as it stands in its folder. */
interface MadeRun {
  readonly folder: string;
  readonly name: string;
  readonly run: RunFile<unknown, unknown> & {
    readonly options: { readonly server: { readonly host: string } | null };
  };
  readonly files: PlanFiles;
  /** Calls of the canary; 0 for none. */
  readonly canaryCalls: number;
}

/**
 * Puts a run into the database with all that stands in its folder; nobody works on it before all is there.
 * @throws {UserError} when there is one of that name.
 */
export async function putSharedRun({ query }: Database, made: MadeRun): Promise<SharedRun> {
  const { folder, name, run, files, canaryCalls } = made;
  const chunks = [...cutIntoChunks(run.input.calls, canaryCalls)];
  const first = chunks.filter(({ to }) => to <= canaryCalls).length;
  const pool = run.identity !== null && 'userPoolId' in run.identity ? run.identity.userPoolId : null;
  const none: EndedBefore = { succeeded: 0, partial: 0, failed: 0, unknown: 0 };
  const values = [name, version, JSON.stringify(run), run.options.server?.host ?? '', pool, run.input.calls];
  const [row] = await query<{ id: number }>(
    `INSERT INTO genauth_offboard.runs (name, version, content, host, user_pool, calls, chunks, open_chunks, before)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (name) DO NOTHING RETURNING id`,
    [...values, chunks.length, canaryCalls > 0 ? first : chunks.length, JSON.stringify(none)],
  );
  if (row === undefined) {
    throw new UserError(`The queue has a run ${name} already.`, {
      hint: 'Give this one another name with --out, or go on with that one:',
      command: ['resume', name],
    });
  }
  try {
    for (const file of filesOf(run)) await putFile(query, row.id, path.join(folder, file), file);
    await putChunks(query, row.id, files, chunks);
  } catch (error) {
    await forgetSharedRun(query, row.id).catch(() => {});
    throw error;
  }
  await letGo(query, row.id, name);
  return findSharedRun(query, name);
}

/**
 * Lets others work on it. A commit that was not answered may have done so all the same: it stays then, as they may be sending its calls.
 * @throws {UserError} where that cannot be told.
 */
async function letGo(query: Query, run: number, name: string): Promise<void> {
  try {
    await query(`UPDATE genauth_offboard.runs SET state = 'going' WHERE id = $1`, [run]);
  } catch (error) {
    const part = `DELETE FROM genauth_offboard.runs WHERE id = $1 AND state = 'filling' RETURNING id`;
    const taken = await query(part, [run]).catch(() => {
      throw new UserError(
        `The queue's database went away while ${name} was put into it: it may have all of it.`,
        {
          hint: 'Others may work on it. See what has become of it:',
          command: ['runs'],
          exitCode: exitCodes.broken,
          cause: error,
        },
      );
    });
    if (taken.length > 0) throw error;
  }
}

async function putChunks(
  query: Query,
  run: number,
  files: PlanFiles,
  chunks: readonly ChunkRange[],
): Promise<void> {
  const reader = openCalls(files);
  try {
    for (const { chunk, from, to } of chunks) {
      await query(
        'INSERT INTO genauth_offboard.chunks (run, chunk, from_seq, to_seq, calls) VALUES ($1, $2, $3, $4, $5)',
        [run, chunk, from, to, reader.bytes(from, to)],
      );
    }
  } finally {
    reader.close();
  }
}

/** Nobody claims anything of it any more. @param stop why, as JSON. @returns whether it was going. */
export async function stopSharedRun(query: Query, run: number, stop: string): Promise<boolean> {
  const stopped = await query(
    `UPDATE genauth_offboard.runs SET state = 'stopped', stop = $2 WHERE id = $1 AND state = 'going' RETURNING id`,
    [run, stop],
  );
  return stopped.length > 0;
}

/**
 * Runs whose chunks are all done are finished, whoever has done the last one and perhaps could not say so any more.
 * @returns those that this has ended.
 */
export async function finishSharedRuns(query: Query): Promise<number[]> {
  const finished = await query<{ id: number }>(
    `UPDATE genauth_offboard.runs SET state = 'finished', stop = NULL WHERE state = 'going'
     AND NOT EXISTS (SELECT FROM genauth_offboard.chunks WHERE run = id AND NOT done) RETURNING id`,
  );
  return finished.map(({ id }) => id);
}

/** The users after the canary's may follow. */
export async function openAllChunks(query: Query, run: number): Promise<void> {
  await query(
    `UPDATE genauth_offboard.runs SET canary_confirmed_at = clock_timestamp(),
     open_chunks = chunks WHERE id = $1`,
    [run],
  );
}

/** Until the transaction has ended, whoever else locks it waits, and nobody claims anything of it. */
export async function lockSharedRun(query: Query, run: number): Promise<void> {
  await query('SELECT FROM genauth_offboard.runs WHERE id = $1 FOR NO KEY UPDATE', [run]);
}

/** Takes all that the database holds of it away. */
export async function forgetSharedRun(query: Query, run: number): Promise<void> {
  await query('DELETE FROM genauth_offboard.runs WHERE id = $1', [run]);
}

export async function isNameTaken(query: Query, name: string): Promise<boolean> {
  return (await query('SELECT FROM genauth_offboard.runs WHERE name = $1', [name])).length > 0;
}

/** Runs that somebody with this access key may work on, with a chunk that nobody holds; the oldest first. */
export async function freeRuns(
  query: Query,
  of: { readonly host: string; readonly userPool: string | null; readonly only: string | undefined },
): Promise<SharedRun[]> {
  const rows = await query<Row>(
    `SELECT ${columns} FROM genauth_offboard.runs WHERE state = 'going' AND host = $1
     AND ($2::text IS NULL OR user_pool IS NULL OR user_pool = $2) AND ($3::text IS NULL OR name = $3)
     AND EXISTS (SELECT FROM genauth_offboard.chunks WHERE run = runs.id AND NOT done AND chunk <= open_chunks
       AND (lease_until IS NULL OR lease_until < clock_timestamp()))
     ORDER BY created_at`,
    [of.host, of.userPool, of.only ?? null],
  );
  return rows.map(parsed);
}
