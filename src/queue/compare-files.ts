import { open, type FileHandle } from 'node:fs/promises';

/** How one file stands to another: it has the same bytes, those and more, only the first of them, or others. */
export type Compared = 'same' | 'longer' | 'shorter' | 'other';

const usualBytes = 1 << 20;

/** In memory that does not grow with them. A file that is not there is empty. @param atOnce so many bytes. */
export async function compareFiles(one: string, other: string, atOnce = usualBytes): Promise<Compared> {
  const handles = [await openIfThere(one), await openIfThere(other)];
  try {
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = handles.map(() => Buffer.alloc(atOnce));
    for (let at = 0; ; at += atOnce) {
      const [own, others] = [await fill(handles[0], first, at), await fill(handles[1], second, at)];
      const common = Math.min(own, others);
      if (first.compare(second, 0, common, 0, common) !== 0) return 'other';
      if (own !== others) return own > others ? 'longer' : 'shorter';
      if (own < atOnce) return 'same';
    }
  } finally {
    for (const handle of handles) await handle?.close();
  }
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @returns how many bytes the file has from there on, as far as there is room for them. */
async function fill(handle: FileHandle | undefined, bytes: Buffer, position: number): Promise<number> {
  let filled = 0;
  while (handle !== undefined && filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
