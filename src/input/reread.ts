import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';

import { copyInput } from '../files/copy-input.ts';

/** A file that can be read as often as need be. */
export interface Rereadable {
  readonly path: string;
  /** Deletes it where it was made for this. */
  remove(): Promise<void>;
}

/**
 * A file as it is; and of what comes only once, from stdin or a pipe, a copy for this user only.
 * @param name the copy's.
 */
export async function rereadable(
  input: string | Readable,
  name: string,
  signal: AbortSignal,
): Promise<Rereadable> {
  if (typeof input === 'string' && !(await comesOnce(input))) return { path: input, remove: async () => {} };
  const folder = await mkdtemp(path.join(tmpdir(), 'genauth-offboard-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const copy = await copyInput(input, path.join(folder, name), signal);
    return { path: copy.path, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function comesOnce(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}
