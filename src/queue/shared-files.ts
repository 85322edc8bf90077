import { createReadStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';

import { copyInput } from '../files/copy-input.ts';
import { callsHeader } from '../plan/call-file.ts';
import type { RunFile } from '../run-folder/run-file.ts';
import { runFileNames } from '../run-folder/run-files.ts';
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

/** Brings the files of a run into a folder in which none of them is yet. */
export async function fetchFiles(
  query: Query,
  shared: { readonly id: number; readonly run: RunFile<unknown, unknown> },
  folder: string,
): Promise<void> {
  for (const name of filesOf(shared.run)) await fetchFile(query, shared.id, name, path.join(folder, name));
  await copyInput(Readable.from(callLines(query, shared.id)), path.join(folder, runFileNames.calls));
}

/** One that the database does not have is empty. */
export async function fetchFile(query: Query, run: number, name: string, file: string): Promise<void> {
  await copyInput(Readable.from(pieces(query, run, name)), file);
}

export async function readWhole(query: Query, run: number, name: string): Promise<Buffer> {
  const found: Buffer[] = [];
  for await (const piece of pieces(query, run, name)) found.push(piece);
  return Buffer.concat(found);
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
