import { createCipheriv, createHash, randomBytes, type CipherGCM } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { open } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';

import { exitCodes, UserError } from '../errors.ts';
import { readError } from './disk-error.ts';
import { readAhead } from './read-ahead.ts';

/** A file as it was when it was read through once. Whatever reads it again gets just these bytes, or an error. */
export interface ProvenFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Of the whole, in hexadecimal. */
  readonly sha256: string;
  readonly seal: Seal;
}

/** By what each so many bytes are known again: a code that nobody can make fit who has not the key, at a third of what SHA-256 costs. */
interface Seal {
  /** Made up for this one proof; it and the codes never leave the process. */
  readonly key: Buffer;
  /** One behind the other. */
  readonly codes: Buffer;
  /** How many bytes each code is for. */
  readonly chunkBytes: number;
}

export const defaultChunkBytes = 64 * 1024;
const codeBytes = 16;

/** Takes the bytes of a chunk as what GCM authenticates; nothing is encrypted. */
function sealing(key: Buffer, chunk: number): CipherGCM {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(chunk, 0, 6);
  return createCipheriv('aes-256-gcm', key, nonce, { authTagLength: codeBytes });
}

function codeOf(cipher: CipherGCM): Buffer {
  cipher.final();
  return cipher.getAuthTag();
}

export interface Proof {
  /** Takes the file's next bytes, in pieces of any size. */
  add(bytes: Buffer): void;
  end(path: string): ProvenFile;
}

/** @param chunkBytes how much is read at least, and proven, wherever the file is read; each such piece costs 16 bytes of memory. */
export function createProof(chunkBytes = defaultChunkBytes): Proof {
  const whole = createHash('sha256');
  const key = randomBytes(32);
  let codes = Buffer.allocUnsafeSlow(64 * codeBytes);
  let chunks = 0;
  let chunk = sealing(key, 0);
  let inChunk = 0;
  let size = 0;

  function endChunk(): void {
    const end = chunks * codeBytes;
    // Doubled: a list of a million small buffers would take ten times the room of their bytes.
    if (end === codes.length) codes = Buffer.concat([codes], 2 * end);
    codeOf(chunk).copy(codes, end);
    chunks += 1;
    chunk = sealing(key, chunks);
    inChunk = 0;
  }

  return {
    add(bytes) {
      whole.update(bytes);
      size += bytes.length;
      for (let at = 0; at < bytes.length;) {
        const part = bytes.subarray(at, at + chunkBytes - inChunk);
        chunk.setAAD(part);
        at += part.length;
        inChunk += part.length;
        if (inChunk === chunkBytes) endChunk();
      }
    },
    end(path) {
      if (inChunk > 0) endChunk();
      const seal = { key, codes: codes.subarray(0, chunks * codeBytes), chunkBytes };
      return { path, size, sha256: whole.digest('hex'), seal };
    },
  };
}

/** Reads the file through. @throws {UserError} when it cannot be read, or is written to meanwhile. */
export async function prove(path: string, chunkBytes?: number): Promise<ProvenFile> {
  const proof = createProof(chunkBytes);
  for await (const bytes of unchanging(path)) proof.add(bytes);
  return proof.end(path);
}

/**
 * All bytes of a file. Throws a `UserError` in the end when somebody wrote to it meanwhile. What comes through a pipe comes once, and
 * has neither size nor time.
 * @returns pieces, each of which is good until the next.
 */
export async function* unchanging(path: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  try {
    const handle = await open(path);
    try {
      const before = await handle.stat({ bigint: true });
      if (!before.isFile()) {
        // Nobody knows when the next bytes come, and a signal ends the waiting for a stream.
        const stream = handle.createReadStream({ autoClose: false });
        yield* (signal === undefined ? stream : addAbortSignal(signal, stream)) as AsyncIterable<Buffer>;
        return;
      }
      let size = 0n;
      for await (const bytes of readAhead(handle, 4 * defaultChunkBytes)) {
        signal?.throwIfAborted();
        size += BigInt(bytes.length);
        yield bytes;
      }
      refuseWritten(path, before, await handle.stat({ bigint: true }), size);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw readError(path, error);
  }
}

function refuseWritten(path: string, before: BigIntStats, after: BigIntStats, size: bigint): void {
  const { mtimeNs, ctimeNs } = before;
  // What lies under /proc has no size.
  const isWhole = size === after.size || after.size === 0n;
  if (isWhole && mtimeNs === after.mtimeNs && ctimeNs === after.ctimeNs) return;
  throw new UserError(`${path} was written to while it was being read, so it may not be whole.`, {
    hint: 'Wait until whatever writes it is done, and do the same again.',
  });
}

/** A proven file, open. */
export interface ProvenBytes {
  /** @param end the first byte that is not read. Throws a `UserError` before a byte that is not what was proven. */
  range(start: number, end: number): AsyncGenerator<Buffer>;
  close(): Promise<void>;
}

/** Hours lie between the proof and the last reading, so no piece of the file is given out before it was compared again. */
export async function openProven({ path, size, seal }: ProvenFile): Promise<ProvenBytes> {
  const handle = await open(path);
  const { chunkBytes } = seal;
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
    if (!isAsProven(seal, number, bytes)) throw changedFile(path);
    latest = { number, bytes };
    return bytes;
  }

  return {
    async *range(start, end) {
      const to = Math.min(end, size);
      const chunkAt = (at: number): Promise<Buffer> | undefined =>
        at < to ? chunk(Math.floor(at / chunkBytes)) : undefined;
      let next = chunkAt(start);
      for (let at = start; next !== undefined;) {
        const bytes = await next;
        const from = at - (at % chunkBytes);
        const until = from + bytes.length;
        // Read while this one is in use. Whatever it fails with is told when its turn comes.
        next = chunkAt(until);
        next?.catch(() => {});
        yield bytes.subarray(at - from, end - from);
        at = until;
      }
    },
    close: () => handle.close(),
  };
}

/** Whether the bytes of a chunk are those that were read when the file was proven. */
export function isAsProven({ key, codes }: Seal, number: number, bytes: Buffer): boolean {
  const known = codes.subarray(number * codeBytes, (number + 1) * codeBytes);
  return codeOf(sealing(key, number).setAAD(bytes)).equals(known);
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

export function changedFile(path: string): UserError {
  return new UserError(`${path} was changed while it was in use.`, {
    hint: 'Restore it as it was, see that nothing writes to it, and do the same again.',
    exitCode: exitCodes.broken,
  });
}
