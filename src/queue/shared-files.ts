import { createReadStream, existsSync } from 'node:fs';
import path from 'node:path';

import { UserError } from '../errors.ts';
import { telling } from '../files/disk-error.ts';
import { openReplacement, type Replacement } from '../files/replacement.ts';
import { callsHeader } from '../plan/call-file.ts';
import type { RunFile } from '../run-folder/run-file.ts';
import { runFileNames } from '../run-folder/run-files.ts';
import { compareFiles, type Compared } from './compare-files.ts';
import type { Query } from './query.ts';

/** So much of a file stands in one row. */
const pieceBytes = 1 << 20;

/** All but `calls.csv`, which stands in the chunks. */
export function filesOf({ input, protect, apps, users }: RunFile<unknown, unknown>): string[] {
  const pinned = [input, protect, apps, users].flatMap((each) => each?.file ?? []);
  const { callIndex, rows, rowIndex } = runFileNames;
  return [...pinned, callIndex, rows, rowIndex];
}

/** Puts a file into the database, in place of the one that has its name there: in a transaction, or where there is none. */
export async function putFile(query: Query, run: number, file: string, name: string): Promise<void> {
  await query('DELETE FROM genauth_offboard.files WHERE run = $1 AND name = $2', [run, name]);
  let piece = 0;
  for await (const bytes of createReadStream(file, { highWaterMark: pieceBytes })) {
    await query('INSERT INTO genauth_offboard.files (run, name, piece, bytes) VALUES ($1, $2, $3, $4)', [
      run,
      name,
      (piece += 1),
      bytes,
    ]);
  }
}

/**
 * Brings the files of a run into a folder. Each is written beside its place, so that what stands there already, of somebody who was ended
 * at it or is at it, too, is whole.
 * @throws {UserError} where something else has such a place.
 */
export async function fetchFiles(
  query: Query,
  shared: { readonly id: number; readonly run: RunFile<unknown, unknown> },
  folder: string,
): Promise<void> {
  const { id, run } = shared;
  for (const name of filesOf(run)) await fetchNew(path.join(folder, name), pieces(query, id, name));
  await fetchNew(path.join(folder, runFileNames.calls), callLines(query, id));
}

async function fetchNew(file: string, content: AsyncIterable<Buffer>): Promise<void> {
  await telling(file, async () => {
    const replacement = await openReplacement(file, 'guest');
    try {
      await writeAll(replacement, content);
      const before = existsSync(file) ? await compareFiles(replacement.partial, file) : undefined;
      if (before === undefined) await replacement.finish();
      else if (before !== 'same') throw otherFile(file);
    } finally {
      await replacement.close();
    }
  });
}

function otherFile(file: string): UserError {
  return new UserError(`${file} is none of this run's, and has a place that one of its files needs.`, {
    hint: 'Move it away, or go to another folder, and do the same again.',
  });
}

async function writeAll({ handle }: Replacement, content: AsyncIterable<Buffer>): Promise<void> {
  for await (const piece of content) await handle.writeFile(piece);
}

/**
 * Brings a file that the database has, or none, beside its place here.
 * @param use gets where it is until this returns, and how it stands to the one that is here; and what puts it in that one's place.
 */
export async function besideOwn<T>(
  query: Query,
  run: number,
  { name, file }: { readonly name: string; readonly file: string },
  use: (how: Compared, replace: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const theirs = await telling(file, () => openReplacement(file, 'guest'));
  try {
    await telling(file, () => writeAll(theirs, pieces(query, run, name)));
    return await use(await compareFiles(file, theirs.partial), () => telling(file, () => theirs.finish()));
  } finally {
    await theirs.close();
  }
}

async function* pieces(query: Query, run: number, name: string): AsyncGenerator<Buffer> {
  for (let piece = 1; ; piece += 1) {
    const [row] = await query<{ bytes: Buffer }>(
      'SELECT bytes FROM genauth_offboard.files WHERE run = $1 AND name = $2 AND piece = $3',
      [run, name, piece],
    );
    if (row === undefined) return;
    yield row.bytes;
  }
}

async function* callLines(query: Query, run: number): AsyncGenerator<Buffer> {
  yield callsHeader;
  for (let chunk = 1; ; chunk += 1) {
    const [row] = await query<{ calls: Buffer }>(
      'SELECT calls FROM genauth_offboard.chunks WHERE run = $1 AND chunk = $2',
      [run, chunk],
    );
    if (row === undefined) return;
    yield row.calls;
  }
}
