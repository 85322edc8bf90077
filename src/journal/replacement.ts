import { constants } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';

import { openPrivate } from './private-file.ts';
import { isRunning } from './process-identity.ts';
import { syncFolder } from './sync-folder.ts';

/** A file in the making, beside its place: whoever reads the place finds the whole former file or the whole new one. */
export interface Replacement {
  readonly handle: FileHandle;
  /** Puts the file in its place. @param durable a power cut may not take it any more when this resolves; by default. */
  finish(durable?: boolean): Promise<void>;
  /** Closes the file, and deletes it when it was not put in its place. */
  close(): Promise<void>;
}

/** `holder`: of the lock of the run folder. `guest`: anybody else, who may be at the same file at the same time. */
export type Writer = 'holder' | 'guest';

let made = 0;

/** Starts a file that will replace `file`. */
export async function openReplacement(file: string, writer: Writer): Promise<Replacement> {
  made += 1;
  const partial = writer === 'holder' ? `${file}.partial` : `${file}.${process.pid}-${made}.partial`;
  // Only a process that died can have left this name, and removing a link does not touch what it points to.
  await rm(partial, { force: true });
  const handle = await openPrivate(partial, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
  let isOpen = true;
  let isInPlace = false;

  async function closeHandle(): Promise<void> {
    if (!isOpen) return;
    isOpen = false;
    await handle.close();
  }

  return {
    handle,
    async finish(durable = true) {
      if (durable) await handle.sync();
      await closeHandle();
      await rename(partial, file);
      isInPlace = true;
      if (durable) await syncFolder(path.dirname(file));
    },
    async close() {
      try {
        await closeHandle();
      } finally {
        // On a full disk every block counts.
        if (!isInPlace) await rm(partial, { force: true }).catch(() => {});
      }
    },
  };
}

/** Writes a file in one go, see {@link openReplacement}. */
export async function replaceFile(
  file: string,
  content: string,
  writer: Writer,
  durable = true,
): Promise<void> {
  const replacement = await openReplacement(file, writer);
  try {
    await replacement.handle.writeFile(content);
    await replacement.finish(durable);
  } finally {
    await replacement.close();
  }
}

/** Not whatever ends so: the copy of an input keeps the ending that the input had. */
const partialName =
  /^(?:run\.json|report\.csv|retry\.csv|summary\.json|lock\.[0-9a-f]{8})(?:\.(?<guest>\d+)-\d+)?\.partial$/;

/** Deletes files in the making whose process is gone. Only for the holder. */
export async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const groups = partialName.exec(name)?.groups;
    if (groups === undefined) continue;
    const { guest } = groups;
    if (guest === undefined || !isRunning(Number(guest))) await rm(path.join(folder, name), { force: true });
  }
}
