import { rm } from 'node:fs/promises';

import { takeBallast } from './ballast.ts';
import { telling } from './folder-error.ts';
import { lockRunFolder } from './lock.ts';
import { removeAbandoned } from './replacement.ts';
import { refuseLinks, runFiles } from './run-folder.ts';

/** The right of this process, and of no other, to work on a run, and the room on the disk to end it well. */
export interface Claim {
  /** Gives both free. */
  release(): Promise<void>;
}

/** @throws {UserError} when another process works on the run, or when the folder's disk is full or cannot be written. */
export async function claimRunFolder(folder: string): Promise<Claim> {
  await refuseLinks(folder);
  const unlock = await telling(folder, () => lockRunFolder(folder));
  const { ballast } = runFiles(folder);
  try {
    await telling(folder, () => removeAbandoned(folder));
    await takeBallast(ballast);
  } catch (error) {
    await unlock();
    throw error;
  }
  return {
    async release() {
      try {
        await rm(ballast, { force: true });
      } finally {
        await unlock();
      }
    },
  };
}
