import { createHash, hash } from 'node:crypto';
import { open } from 'node:fs/promises';

import { exitCodes, UserError } from '../errors.ts';
import { readError } from './file-error.ts';

/** A file as it was when it was read through once. Whatever reads it again gets just these bytes, or an error. */
export interface ProvenFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Of the whole, in hexadecimal. */
  readonly sha256: string;
  /** The SHA-256 of each {@link chunkBytes}, one behind the other. */
  readonly digests: Buffer;
}

export const chunkBytes = 64 * 1024;
const digestBytes = 32;

export interface Proof {
  /** Takes the file's next bytes, in pieces of any size. */
  add(bytes: Buffer): void;
  end(path: string): ProvenFile;
}

export function createProof(): Proof {
  const whole = createHash('sha256');
  const digests: Buffer[] = [];
  let chunk = createHash('sha256');
  let inChunk = 0;
  let size = 0;

  function endChunk(): void {
    digests.push(chunk.digest());
    chunk = createHash('sha256');
    inChunk = 0;
  }

  return {
    add(bytes) {
      whole.update(bytes);
      size += bytes.length;
      for (let at = 0; at < bytes.length;) {
        const part = bytes.subarray(at, at + chunkBytes - inChunk);
        chunk.update(part);
        at += part.length;
        inChunk += part.length;
        if (inChunk === chunkBytes) endChunk();
      }
    },
    end(path) {
      if (inChunk > 0) endChunk();
      return { path, size, sha256: whole.digest('hex'), digests: Buffer.concat(digests) };
    },
  };
}

/** Reads the file through. @throws {UserError} when it cannot be read. */
export async function prove(path: string): Promise<ProvenFile> {
  const proof = createProof();
  try {
    const handle = await open(path);
    try {
      // One for all pieces: fresh ones lay about until the next garbage collection, 40 MB of them for a file of 120.
      const buffer = Buffer.allocUnsafe(4 * chunkBytes);
      for (let position = 0; ;) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
        if (bytesRead === 0) break;
        proof.add(buffer.subarray(0, bytesRead));
        position += bytesRead;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw readError(path, error);
  }
  return proof.end(path);
}

/** A proven file, open. */
export interface ProvenBytes {
  /** @param end the first byte that is not read. Throws a `UserError` before a byte that is not what was proven. */
  range(start: number, end: number): AsyncGenerator<Buffer>;
  close(): Promise<void>;
}

/** Hours lie between the proof and the last reading, so no piece of the file is given out before it was compared again. */
export async function openProven({ path, size, digests }: ProvenFile): Promise<ProvenBytes> {
  const handle = await open(path);
  /** A ZIP file's list of parts is read in many small pieces. */
  let latest: { readonly number: number; readonly bytes: Buffer } | undefined;

  async function chunk(number: number): Promise<Buffer> {
    if (latest?.number === number) return latest.bytes;
    const start = number * chunkBytes;
    const bytes = Buffer.allocUnsafeSlow(Math.min(chunkBytes, size - start));
    for (let length = 0; length < bytes.length;) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, start + length);
      if (bytesRead === 0) throw changedFile(path);
      length += bytesRead;
    }
    const digest = digests.subarray(number * digestBytes, (number + 1) * digestBytes);
    if (!hash('sha256', bytes, 'buffer').equals(digest)) throw changedFile(path);
    latest = { number, bytes };
    return bytes;
  }

  return {
    async *range(start, end) {
      for (let at = start; at < Math.min(end, size);) {
        const number = Math.floor(at / chunkBytes);
        const bytes = await chunk(number);
        const from = number * chunkBytes;
        yield bytes.subarray(at - from, end - from);
        at = from + bytes.length;
      }
    },
    close: () => handle.close(),
  };
}

/** All of a proven file. @param name how messages call it. */
export async function* provenChunks(file: ProvenFile, name: string): AsyncGenerator<Buffer> {
  try {
    const opened = await openProven(file);
    try {
      yield* opened.range(0, file.size);
    } finally {
      await opened.close();
    }
  } catch (error) {
    throw readError(name, error);
  }
}

function changedFile(path: string): UserError {
  return new UserError(`${path} was changed while it was in use.`, {
    hint: 'Restore it as it was, see that nothing writes to it, and do the same again.',
    exitCode: exitCodes.broken,
  });
}
