import { existsSync } from 'node:fs';
import { readdir, rmdir } from 'node:fs/promises';
import path from 'node:path';

import { UserError } from '../../errors.ts';
import { storeRecords } from '../../queue/replies.ts';
import { deleteLocalJournal, readLocalJournal } from '../../queue/local-journal.ts';
import { findSharedRun, isNameTaken, keyOf, type SharedRun } from '../../queue/shared-runs.ts';
import { claimRunFolder } from '../../run-folder/claim.ts';
import { runFiles } from '../../run-folder/run-files.ts';
import type { Queue } from './open-queue.ts';

const atOnce = 1000;

/**
 * Brings what a worker that was ended in this folder had been answered into the database. The folder is this process's own.
 * @throws {UserError} where it was answered about another run of that name.
 */
export async function storeLeftReplies(queue: Queue, shared: SharedRun, folder: string): Promise<void> {
  const file = runFiles(folder).replies;
  if (!existsSync(file)) return;
  const { run, records } = await readLocalJournal(file);
  if (records.length > 0 && run !== keyOf(shared)) {
    throw new UserError(
      `${file} holds replies of another run named ${shared.name}, which the queue does not have.`,
      {
        hint: 'Move the file away, then do the same again.',
      },
    );
  }
  for (let at = 0; at < records.length; at += atOnce) {
    await storeRecords(queue.query, shared.id, records.slice(at, at + atOnce));
  }
  await deleteLocalJournal(file);
}

const ofWorker = /\.worker-\d+$/;

/** In which folder the `number`th worker on a run keeps its replies. */
export const workerFolder = (place: string, run: string, number: number): string =>
  // A run has the name of a folder; whatever a database says, it leads to none elsewhere.
  path.join(place, `${path.basename(run)}.worker-${number}`);

/**
 * The same for all folders here that nobody uses, whatever has become of their runs since.
 * @returns files of runs that the queue does not have: they were forgotten there, or are another queue's.
 */
export async function storeAllLeftReplies(queue: Queue, place: string): Promise<string[]> {
  const others: string[] = [];
  const entries = await readdir(place, { withFileTypes: true });
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    const folder = path.join(place, name);
    const file = runFiles(folder).replies;
    if (!existsSync(file)) continue;
    const run = name.replace(ofWorker, '');
    const isKnown = await isNameTaken(queue.query, run);
    const how = isKnown ? await tryToStore(queue, await findSharedRun(queue.query, run), folder) : 'others';
    if (how === 'others') others.push(file);
    if (how === 'stored' && ofWorker.test(name)) await rmdir(folder).catch(() => {});
  }
  return others;
}

/** @returns `used`: by somebody else; `others`: they are of another run. */
async function tryToStore(
  queue: Queue,
  shared: SharedRun,
  folder: string,
): Promise<'stored' | 'used' | 'others'> {
  const claim = await unlessRefused(() => claimRunFolder(folder));
  if (claim === undefined) return 'used';
  try {
    const isStored = await unlessRefused(async () => {
      await storeLeftReplies(queue, shared, folder);
      return true;
    });
    return isStored === true ? 'stored' : 'others';
  } finally {
    await claim.release();
  }
}

async function unlessRefused<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
