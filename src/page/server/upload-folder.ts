import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { lockRunFolder, whoWorksOn } from '../../run-folder/lock.ts';

/** Nobody else's folder beside the runs is called so: what begins with it may be deleted. */
const beginning = '.genauth-offboard-upload-';

/**
 * A private folder for what is given or made while there is no run yet: beside the runs, as a folder of the system for such things may be in
 * memory. Locked, so that it is known whether anybody still needs it.
 */
export async function makeUploadFolder(
  runsFolder: string,
): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(runsFolder, beginning));
  const unlock = await lockRunFolder(folder);
  return {
    folder,
    async remove() {
      await unlock();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Deletes what a program that was killed has left: it holds the IDs of people. */
export async function removeLeftUploads(runsFolder: string): Promise<void> {
  const entries = await readdir(runsFolder, { withFileTypes: true });
  const left = entries.filter((entry) => entry.isDirectory() && entry.name.startsWith(beginning));
  for (const { name } of left) {
    const folder = path.join(runsFolder, name);
    if ((await whoWorksOn(folder)) === undefined) await rm(folder, { recursive: true, force: true });
  }
}
