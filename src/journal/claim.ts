import { telling } from './folder-error.ts';
import { lockRunFolder } from './lock.ts';
import { removeAbandoned } from './replacement.ts';
import { refuseLinks } from './run-folder.ts';

/** The right of this process, and of no other, to work on a run. */
export interface Claim {
  /** Gives the folder free for others. */
  release(): Promise<void>;
}

/** @throws {UserError} when another process works on the run, or when the folder cannot be written. */
export async function claimRunFolder(folder: string): Promise<Claim> {
  await refuseLinks(folder);
  const release = await telling(folder, () => lockRunFolder(folder));
  try {
    await telling(folder, () => removeAbandoned(folder));
  } catch (error) {
    await release();
    throw error;
  }
  return { release };
}
