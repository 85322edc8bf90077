import { constants } from 'node:fs';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { copyError, readError } from './disk-error.ts';
import { createProof, unchanging, type ProvenFile } from './proven-file.ts';

/** A file of the user's that the run reads its own copy of. */
export interface PinnedFile {
  /** What the user called it. */
  readonly name: string;
  /** The copy's name in the run folder. */
  readonly file: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
}

/**
 * Copies the file at `source`, or what a stream such as stdin gives, byte for byte into a new file that only this
 * user may read. It is on the disk when this returns. Nothing is left at `destination` when it fails, or is aborted.
 * @returns the copy.
 * @throws {UserError} when the file is written to meanwhile, too: what would be copied is neither the old one nor the new.
 */
export async function copyInput(
  source: string | Readable,
  destination: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<ProvenFile> {
  if (typeof source !== 'string') {
    return copyChunks(readable(addAbortSignal(signal, source), 'The standard input'), destination);
  }
  return copyChunks(unchanging(source, signal), destination);
}

async function copyChunks(chunks: AsyncIterable<Buffer>, destination: string): Promise<ProvenFile> {
  const target = await openNew(destination);
  try {
    const proof = createProof();
    for await (const chunk of chunks) {
      proof.add(chunk);
      await target.appendFile(chunk).catch((error: unknown) => {
        throw copyError(destination, error);
      });
    }
    await target.sync().catch((error: unknown) => {
      throw copyError(destination, error);
    });
    await target.close().catch((error: unknown) => {
      throw copyError(destination, error);
    });
    return proof.end(destination);
  } catch (error) {
    // On a disk that fails this may fail, too, and why it failed first is what has to be told.
    await target.close().catch(() => {});
    await unlink(destination).catch(() => {});
    throw error;
  }
}

async function openNew(path: string): Promise<FileHandle> {
  // With O_EXCL a symbolic link at the path is refused as well; O_NOFOLLOW says so a second time.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  try {
    const handle = await open(path, flags, 0o600);
    // The umask may have taken more than it should.
    if (((await handle.stat()).mode & 0o777) !== 0o600) await handle.chmod(0o600);
    return handle;
  } catch (error) {
    throw copyError(path, error);
  }
}

async function* readable(chunks: Readable, name: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of chunks as AsyncIterable<Buffer | string>) {
      yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    }
  } catch (error) {
    throw readError(name, error);
  }
}
