import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { takeBallast } from './ballast.ts';
import { telling } from '../files/disk-error.ts';
import { lockRunFolder } from './lock.ts';
import { partialName } from '../files/replacement.ts';
import { isRunning } from './process-identity.ts';
import { runFiles } from './run-files.ts';
import { refuseLinks } from './run-folder.ts';

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

/** Deletes files in the making whose process is gone. Only for the holder. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const groups = partialName.exec(name)?.groups;
    if (groups === undefined) continue;
    const { guest } = groups;
    if (guest === undefined || !isRunning(Number(guest))) await rm(path.join(folder, name), { force: true });
  }
}
