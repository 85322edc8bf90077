import { closeSync, constants, openSync, readSync } from 'node:fs';

import { readError } from './disk-error.ts';
import { changedFile, isAsProven, type ProvenFile } from './proven-file.ts';

/** A proven file of which small pieces are read from anywhere. */
export interface ProvenPieces {
  /**
   * @param end the first byte that is not read.
   * @returns memory that is good until the next call.
   * @throws {UserError} when the file is not what was proven.
   */
  piece(start: number, end: number): Buffer;
  close(): void;
}

/** What is read in order is read so many chunks at a time: each trip to the system costs as much as a chunk. */
const chunksAhead = 16;

/**
 * Reads at once, as the system has mostly read ahead or keeps what was just written, and a trip to another thread and back costs ten times the
 * reading.
 * @param maxChunks kept in memory, those that were read last.
 */
export function openPieces({ path, size, seal }: ProvenFile, maxChunks: number): ProvenPieces {
  const fd = openToRead(path);
  const { chunkBytes } = seal;
  const chunks = new Map<number, Buffer>();
  const scratch = Buffer.allocUnsafeSlow(Math.min(chunksAhead, maxChunks) * chunkBytes);
  let nextUnread = 0;
  let latest: { readonly number: number; readonly bytes: Buffer } | undefined;

  function chunk(number: number): Buffer {
    if (latest?.number === number) return latest.bytes;
    const bytes = chunks.get(number) ?? read(number);
    latest = { number, bytes };
    return bytes;
  }

  /** @returns the chunk, kept with those behind it when the one before it was the last that was read. */
  function read(number: number): Buffer {
    const start = number * chunkBytes;
    const count = number === nextUnread ? Math.min(chunksAhead, maxChunks) : 1;
    const bytes = scratch.subarray(0, Math.min(count * chunkBytes, size - start));
    for (let length = 0; length < bytes.length;) {
      const bytesRead = readSync(fd, bytes, length, bytes.length - length, start + length);
      if (bytesRead === 0) throw changedFile(path);
      length += bytesRead;
    }
    for (let at = 0; at < bytes.length; at += chunkBytes)
      keep(number + at / chunkBytes, bytes.subarray(at, at + chunkBytes));
    nextUnread = number + Math.ceil(bytes.length / chunkBytes);
    const found = chunks.get(number);
    if (found === undefined) throw changedFile(path);
    return found;
  }

  /** What is not as it was proven is not kept, and refused once it is asked for. */
  function keep(number: number, bytes: Buffer): void {
    if (chunks.has(number) || !isAsProven(seal, number, bytes)) return;
    const own = room().subarray(0, bytes.length);
    bytes.copy(own);
    chunks.set(number, own);
  }

  /** Memory of the chunk that came first, once there are enough. */
  function room(): Buffer {
    const oldest = chunks.size < maxChunks ? undefined : chunks.entries().next().value;
    if (oldest === undefined) return Buffer.allocUnsafeSlow(chunkBytes);
    chunks.delete(oldest[0]);
    const { buffer, byteOffset } = oldest[1];
    return Buffer.from(buffer, byteOffset, chunkBytes);
  }

  return {
    piece(start, end) {
      if (start < 0 || end > size) throw changedFile(path);
      const first = Math.floor(start / chunkBytes);
      const last = Math.floor(Math.max(start, end - 1) / chunkBytes);
      if (first === last) return chunk(first).subarray(start - first * chunkBytes, end - first * chunkBytes);
      const parts: Buffer[] = [];
      for (let number = first; number <= last; number += 1) {
        const from = number * chunkBytes;
        // A copy, as the next chunk may be read into the same memory.
        parts.push(Buffer.from(chunk(number).subarray(Math.max(0, start - from), end - from)));
      }
      return Buffer.concat(parts);
    },
    close() {
      closeSync(fd);
    },
  };
}

function openToRead(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    throw readError(path, error);
  }
}
