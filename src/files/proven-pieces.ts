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

/**
 * Reads at once, as the system has mostly read ahead or keeps what was just written, and a trip to another thread and back costs ten times the
 * reading.
 * @param maxChunks kept in memory, those that were read last.
 */
export function openPieces({ path, size, seal }: ProvenFile, maxChunks: number): ProvenPieces {
  const fd = openToRead(path);
  const { chunkBytes } = seal;
  const chunks = new Map<number, Buffer>();
  let latest: { readonly number: number; readonly bytes: Buffer } | undefined;

  function chunk(number: number): Buffer {
    if (latest?.number === number) return latest.bytes;
    const bytes = chunks.get(number) ?? read(number);
    latest = { number, bytes };
    return bytes;
  }

  function read(number: number): Buffer {
    const start = number * chunkBytes;
    const bytes = room().subarray(0, Math.min(chunkBytes, size - start));
    for (let length = 0; length < bytes.length;) {
      const bytesRead = readSync(fd, bytes, length, bytes.length - length, start + length);
      if (bytesRead === 0) throw changedFile(path);
      length += bytesRead;
    }
    if (!isAsProven(seal, number, bytes)) throw changedFile(path);
    chunks.set(number, bytes);
    return bytes;
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
