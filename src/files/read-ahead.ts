import type { FileHandle } from 'node:fs/promises';

/**
 * All bytes from where the file is read to, the next piece being read while one is in use.
 * @returns pieces, each of which is good until the next: fresh memory for each would lie about until the next great garbage collection,
 * 40 MB of it for a file of 120.
 */
export async function* readAhead(handle: FileHandle, pieceBytes: number): AsyncGenerator<Buffer> {
  const read = (buffer: Buffer): ReturnType<FileHandle['read']> => handle.read(buffer, 0, pieceBytes, null);
  let inUse = Buffer.allocUnsafe(pieceBytes);
  let reading = Buffer.allocUnsafe(pieceBytes);
  let next = read(reading);
  try {
    for (;;) {
      const { bytesRead } = await next;
      if (bytesRead === 0) return;
      [inUse, reading] = [reading, inUse];
      next = read(reading);
      // Whatever it fails with is told when its turn comes.
      next.catch(() => {});
      yield inUse.subarray(0, bytesRead);
    }
  } finally {
    await next.catch(() => {});
  }
}
