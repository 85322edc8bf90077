import { closeSync, constants, fsync, rmSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

import { copyError } from './disk-error.ts';
import { createProof, type ProvenFile } from './proven-file.ts';
import { openPrivateSync } from './private-file.ts';

/** A private file in the making, that is proven while it is written. */
export interface ProvenWriter {
  /** How many bytes were written. */
  readonly size: number;
  write(text: string): void;
  /** Little-endian, in 4 bytes. */
  writeUInt32(value: number): void;
  /** Little-endian, in 8 bytes, of which 6 are used. */
  writeUInt64(value: number): void;
  /** The file is on the disk when this resolves. */
  finish(): Promise<ProvenFile>;
  /** Gives the file up and deletes it; harmless after `finish`. */
  close(): void;
}

export interface ProvenWriterOptions {
  /** How much is read at least, wherever the file is read. */
  readonly chunkBytes?: number | undefined;
  /** A file that is there already is refused; without, it is replaced. */
  readonly isNew?: boolean;
  /** What to throw when the system refuses. */
  readonly told?: (path: string, error: unknown) => unknown;
}

/** So much is gathered before it is written. */
const gatheredBytes = 256 * 1024;
/** And so much text before it becomes bytes, as each time costs more than a line itself. */
const gatheredChars = 8 * 1024;

/** @throws {UserError} when the file cannot be written, as all of its functions do. */
export function createProvenWriter(path: string, options: ProvenWriterOptions = {}): ProvenWriter {
  const { chunkBytes, isNew = false, told = copyError } = options;
  const proof = createProof(chunkBytes);
  let buffer = Buffer.allocUnsafeSlow(gatheredBytes + 4096);
  let gathered = 0;
  let text = '';
  let flushed = 0;
  let isOpen = true;
  const flags = constants.O_WRONLY | constants.O_CREAT | (isNew ? constants.O_EXCL : constants.O_TRUNC);
  const telling = <T>(work: () => T): T => orTell(work, (error) => told(path, error));
  const fd = telling(() => openPrivateSync(path, flags));

  function encode(): void {
    if (text === '') return;
    const added = text;
    text = '';
    makeRoom(3 * added.length);
    gathered += buffer.write(added, gathered);
  }

  function flush(): void {
    const bytes = buffer.subarray(0, gathered);
    proof.add(bytes);
    telling(() => writeWhole(fd, bytes));
    flushed += gathered;
    gathered = 0;
  }

  function makeRoom(length: number): void {
    if (gathered + length <= buffer.length) return;
    flush();
    if (length > buffer.length) buffer = Buffer.allocUnsafeSlow(length);
  }

  return {
    get size() {
      encode();
      return flushed + gathered;
    },
    write(added) {
      text += added;
      if (text.length >= gatheredChars) encode();
    },
    writeUInt32(value) {
      encode();
      makeRoom(4);
      gathered = buffer.writeUInt32LE(value, gathered);
    },
    writeUInt64(value) {
      encode();
      makeRoom(8);
      gathered = buffer.writeUInt16LE(0, buffer.writeUIntLE(value, gathered, 6));
    },
    async finish() {
      encode();
      flush();
      await promisify(fsync)(fd).catch((error: unknown) => {
        throw told(path, error);
      });
      isOpen = false;
      telling(() => closeSync(fd));
      return proof.end(path);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      try {
        closeSync(fd);
      } finally {
        telling(() => rmSync(path, { force: true }));
      }
    },
  };
}

function writeWhole(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done);
}

function orTell<T>(work: () => T, told: (error: unknown) => unknown): T {
  try {
    return work();
  } catch (error) {
    throw told(error);
  }
}
