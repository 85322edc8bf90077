import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { writeError } from '../../files/disk-error.ts';
import { lockRunFolder, whoWorksOn } from '../../run-folder/lock.ts';

/** Nobody else's folder beside the runs is called so: what begins with it may be deleted. */
const beginning = '.genauth-offboard-upload-';

/**
 * A private folder for what is given or made while there is no run yet: beside the runs, as a folder of the system for such things may be in
 * memory. Locked, so that it is known whether anybody still needs it.
 * @param file the name of what is to be kept there, for messages. @throws {UserError} where the disk does not take it.
 */
export async function makeUploadFolder(runsFolder: string, file: string): Promise<UploadFolder> {
  let folder: string | undefined;
  try {
    folder = await mkdtemp(path.join(runsFolder, beginning));
    return uploadFolder(folder, await lockRunFolder(folder));
  } catch (error) {
    // Nobody would know of it.
    if (folder !== undefined) await rm(folder, { recursive: true, force: true }).catch(() => {});
    throw writeError(path.join(runsFolder, file), error);
  }
}

interface UploadFolder {
  readonly folder: string;
  remove(): Promise<void>;
}

function uploadFolder(folder: string, unlock: () => Promise<void>): UploadFolder {
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
