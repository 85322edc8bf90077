import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import { readError } from './file-error.ts';

/** @returns the SHA-256 in hexadecimal and the size in bytes. @throws {UserError} when the file cannot be read. */
export async function hashFile(file: string): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 })) {
      hash.update(chunk as Buffer);
      size += (chunk as Buffer).length;
    }
  } catch (error) {
    throw readError(file, error);
  }
  return { sha256: hash.digest('hex'), size };
}
