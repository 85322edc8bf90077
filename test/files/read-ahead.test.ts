import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';

import { expect, test } from 'vitest';

import { readAhead } from '../../src/files/read-ahead.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const pieceBytes = 16;

function fileOf(length: number): { readonly file: string; readonly bytes: Buffer } {
  const file = path.join(temporaryFolder(), 'bytes');
  const bytes = Buffer.from(Array.from({ length }, (_, at) => at % 251));
  writeFileSync(file, bytes);
  return { file, bytes };
}

test.each([0, 1, 15, 16, 17, 32, 1000])('a file of %i bytes is read to its end, once', async (length) => {
  const { file, bytes } = fileOf(length);
  const handle = await open(file);
  const pieces: Buffer[] = [];
  for await (const piece of readAhead(handle, pieceBytes)) pieces.push(Buffer.from(piece));
  await handle.close();
  expect(Buffer.concat(pieces)).toEqual(bytes);
});

test('a piece stays as it is while it is in use, though the next is being read', async () => {
  const { file, bytes } = fileOf(10 * pieceBytes);
  const handle = await open(file);
  let at = 0;
  for await (const piece of readAhead(handle, pieceBytes)) {
    // A read that was begun after the next piece's has ended: that one has, too.
    await handle.read(Buffer.alloc(1), 0, 1, 0);
    await handle.stat();
    expect(piece).toEqual(bytes.subarray(at, at + pieceBytes));
    at += pieceBytes;
  }
  await handle.close();
});

test('whoever has read enough can close the file at once', async () => {
  const handle = await open(fileOf(10 * pieceBytes).file);
  for await (const _piece of readAhead(handle, pieceBytes)) break;
  await handle.close();
  expect(handle.fd).toBe(-1);
});

test('what keeps the file from being read on is told after what was read before it', async () => {
  const handle = await open(fileOf(10 * pieceBytes).file);
  const reads = [handle.read.bind(handle), () => Promise.reject(new Error('EIO'))];
  const failing = { read: (...of: Parameters<typeof handle.read>) => reads.shift()?.(...of) };
  let read = 0;
  const all = async (): Promise<void> => {
    for await (const piece of readAhead(failing as never, pieceBytes)) read += piece.length;
  };
  await expect(all()).rejects.toThrow('EIO');
  expect(read).toBe(pieceBytes);
  await handle.close();
});
