import { createHash } from 'node:crypto';
import {
  appendFileSync,
  openSync,
  closeSync,
  renameSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  defaultChunkBytes as chunkBytes,
  openProven,
  prove,
  provenChunks,
  type ProvenFile,
} from '../../src/files/proven-file.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const size = 3 * chunkBytes + 1234;
const content = Buffer.from(Array.from({ length: size }, (_, place) => (place * 31 + (place >> 9)) % 251));

async function proven(): Promise<ProvenFile> {
  const file = path.join(temporaryFolder(), 'input.csv');
  writeFileSync(file, content);
  return prove(file);
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

function overwrite(file: string, position: number, byte: number): void {
  const fd = openSync(file, 'r+');
  writeSync(fd, Buffer.of(byte), 0, 1, position);
  closeSync(fd);
}

test('any part of a proven file is what it was', async () => {
  const file = await proven();
  expect(file.sha256).toBe(createHash('sha256').update(content).digest('hex'));
  expect(content.equals(await collect(provenChunks(file, 'input.csv')))).toBe(true);
  const opened = await openProven(file);
  const place = fc.oneof(
    fc.nat(size + 100),
    fc.integer({ min: -2, max: 2 }).map((near) => chunkBytes + near),
  );
  await fc.assert(
    fc.asyncProperty(place, place, async (one, other) => {
      const [start, end] = [Math.min(one, other), Math.max(one, other)];
      expect(content.subarray(start, end).equals(await collect(opened.range(start, end)))).toBe(true);
    }),
  );
  await opened.close();
});

test('wherever one byte is changed after the proof, no byte of its piece is given out', async () => {
  const places = [0, 1, chunkBytes - 1, chunkBytes, 2 * chunkBytes + 7, size - 1];
  for (const place of places) {
    const file = await proven();
    overwrite(file.path, place, 252);
    let given = 0;
    const reading = (async () => {
      for await (const chunk of provenChunks(file, 'leavers.csv')) given += chunk.length;
    })();
    await expect(reading).rejects.toMatchObject({
      message: `${file.path} was changed while it was in use.`,
      exitCode: 1,
    });
    expect(given).toBe(Math.floor(place / chunkBytes) * chunkBytes);
  }
});

test('a change while it is being read is seen at the piece that it concerns', async () => {
  const file = await proven();
  const chunks = provenChunks(file, 'leavers.csv');
  expect((await chunks.next()).value?.length).toBe(chunkBytes);
  overwrite(file.path, 2 * chunkBytes + 5, 252);
  expect((await chunks.next()).value?.length).toBe(chunkBytes);
  await expect(chunks.next()).rejects.toThrow('was changed while it was in use');
});

test('a file that was cut, emptied or exchanged for one of the same size is another one', async () => {
  const cut = await proven();
  truncateSync(cut.path, size - 1);
  await expect(collect(provenChunks(cut, 'input.csv'))).rejects.toThrow('was changed');
  truncateSync(cut.path, 0);
  await expect(collect(provenChunks(cut, 'input.csv'))).rejects.toThrow('was changed');
  const exchanged = await proven();
  writeFileSync(`${exchanged.path}.new`, Buffer.alloc(size, 7));
  renameSync(`${exchanged.path}.new`, exchanged.path);
  await expect(collect(provenChunks(exchanged, 'input.csv'))).rejects.toThrow('was changed');
});

test('what is written behind its end does not belong to it', async () => {
  const file = await proven();
  appendFileSync(file.path, 'user-2,app-1\n');
  expect(content.equals(await collect(provenChunks(file, 'input.csv')))).toBe(true);
});
