import { constants, openSync, closeSync, readSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import { readAhead } from '../files/read-ahead.ts';

const lineFeed = 10;
/** Each reading wakes another thread, and is waited for where that one is late. */
const pieceBytes = 1 << 20;

/** The whole file in pieces, each of which is good until the next; nothing where there is none. */
export async function* readPieces(file: string): AsyncGenerator<Buffer> {
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  try {
    yield* readAhead(handle, pieceBytes);
  } finally {
    await handle.close();
  }
}

/** Small, as the rows of a shuffled file ask for their calls in any order: of 64 KiB most was read for nothing. */
const blockSize = 1 << 13;
const maxBlocks = 256;

/** Reads single lines of a file that may be growing. */
export interface LineReader<T> {
  /** @returns what stands there; undefined where it is damaged. @param offset where the line begins. */
  at(offset: number): T | undefined;
  close(): void;
}

export function openLineReader<T>(
  file: string,
  decode: (bytes: Buffer, start?: number, end?: number) => T | undefined,
): LineReader<T> {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  const blocks = new Map<number, Buffer>();

  function block(number: number): Buffer {
    const known = blocks.get(number);
    if (known !== undefined) return known;
    const buffer = room();
    const length = readSync(fd, buffer, 0, blockSize, number * blockSize);
    // A block that is still growing is not kept, or its end would stay unseen.
    if (length === blockSize) blocks.set(number, buffer);
    return buffer.subarray(0, length);
  }

  /** Memory of the block that came first, once there are enough. */
  function room(): Buffer {
    const oldest = blocks.size < maxBlocks ? undefined : blocks.entries().next().value;
    if (oldest === undefined) return Buffer.allocUnsafe(blockSize);
    blocks.delete(oldest[0]);
    return oldest[1];
  }

  function at(offset: number): T | undefined {
    let number = Math.floor(offset / blockSize);
    let start = offset % blockSize;
    const parts: Buffer[] = [];
    for (;;) {
      const bytes = block(number);
      const feed = bytes.indexOf(lineFeed, start);
      if (feed !== -1 || bytes.length < blockSize) {
        const end = feed === -1 ? bytes.length : feed;
        if (parts.length === 0) return decode(bytes, start, end);
        return decode(Buffer.concat([...parts, bytes.subarray(start, end)]));
      }
      // A copy, as the next block may be read into the same memory.
      parts.push(Buffer.from(bytes.subarray(start)));
      number += 1;
      start = 0;
    }
  }

  return { at, close: () => closeSync(fd) };
}
