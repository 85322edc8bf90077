import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

import { readError } from './file-error.ts';

const chunkBytes = 1 << 18;

/** @returns the SHA-256 in hexadecimal and the size in bytes. @throws {UserError} when the file cannot be read. */
export async function hashFile(file: string): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    // One for all chunks: fresh ones lay about until the next garbage collection, 40 MB of them for a file of 120.
    const buffer = Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, chunkBytes, size);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      size += bytesRead;
    }
  } catch (error) {
    throw readError(file, error);
  } finally {
    await handle?.close();
  }
  return { sha256: hash.digest('hex'), size };
}
