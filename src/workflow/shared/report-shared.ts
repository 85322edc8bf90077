import { existsSync } from 'node:fs';
import { hostname } from 'node:os';

import { exitCodes, UserError } from '../../errors.ts';
import { besideOwn, putFile } from '../../queue/shared-files.ts';
import {
  findSharedRun,
  finishSharedRuns,
  lockSharedRun,
  type SharedRun,
  type SharedState,
} from '../../queue/shared-runs.ts';
import { storeOwnSessions } from '../../queue/store-sessions.ts';
import type { Summary } from '../../report/summary.ts';
import { claimRunFolder } from '../../run-folder/claim.ts';
import { whoWorksOn } from '../../run-folder/lock.ts';
import { runFileNames, runFiles } from '../../run-folder/run-files.ts';
import { reportOnJournal, type ReportOptions } from '../report.ts';
import { fetchJournal, fetchRun } from './fetch-run.ts';
import { withQueue, type Queue } from './open-queue.ts';
import { sharedName } from './share-run.ts';

/**
 * Brings a run of a queue into a folder here: what it is made of, what was answered until now, and what was seen of its sessions.
 * @param folder the run's name is the folder's. @throws {UserError} where there is none, or the folder holds another.
 */
export function bringRun(url: string, folder: string): Promise<Brought> {
  return withQueue(url, async (queue) => {
    await finishSharedRuns(queue.query);
    const shared = await findSharedRun(queue.query, sharedName(folder));
    if (await isLookedAt(shared, folder)) return { state: shared.state, workers: 0 };
    return bring(queue, shared, folder);
  });
}

/** Whoever looks for its sessions here writes to the journal that would be replaced, and brings what it was answered to the queue itself. */
async function isLookedAt({ state }: SharedRun, folder: string): Promise<boolean> {
  if (state === 'going' || !existsSync(runFiles(folder).journal)) return false;
  return (await whoWorksOn(folder))?.isSeen === true;
}

/** How a run stood when it was brought. */
export interface Brought {
  readonly state: SharedState;
  /** Those that held something of it. */
  readonly workers: number;
}

async function bring(queue: Queue, shared: SharedRun, folder: string): Promise<Brought> {
  await fetchRun(queue, shared, folder);
  // Of a look for sessions that was killed here.
  await storeOwnSessions(queue, shared.id, runFiles(folder).journal, hostname());
  const workers = await fetchJournal(queue, shared, folder);
  await bringChecks(queue, shared, folder);
  return { state: shared.state, workers };
}

/** Makes the reports of a run of a queue here, from any machine; it may be going. */
export async function reportShared(url: string, folder: string, hooks: ReportOptions): Promise<Summary> {
  await bringRun(url, folder);
  return reportOnJournal(folder, hooks);
}

/** Whoever has more of the checks is right, as they are only added to; where each has some of its own nobody can say. */
async function bringChecks({ query }: Queue, { id }: SharedRun, folder: string): Promise<void> {
  const own = { name: runFileNames.checks, file: runFiles(folder).checks };
  await besideOwn(query, id, own, async (how, replace) => {
    if (how === 'other') throw otherChecks(own.file);
    if (how === 'shorter') await replace();
  });
}

/** Two that looked at once do not write over each other. */
async function putChecks({ transaction }: Queue, { id }: SharedRun, folder: string): Promise<void> {
  const own = { name: runFileNames.checks, file: runFiles(folder).checks };
  if (!existsSync(own.file)) return;
  await transaction(async (query) => {
    await lockSharedRun(query, id);
    await besideOwn(query, id, own, async (how) => {
      if (how === 'other' || how === 'shorter') throw otherChecks(own.file);
      if (how === 'longer') await putFile(query, id, own.file, own.name);
    });
  });
}

function otherChecks(checks: string): UserError {
  return new UserError(`${checks} and the queue each know of checks that the other does not.`, {
    hint: 'Two have looked for the sessions at once. Put this file aside, and look again.',
    exitCode: exitCodes.broken,
  });
}

/**
 * Does something with a run of a queue in a folder here that nobody else uses meanwhile, and brings what was seen of its sessions back.
 * Nobody else looks for its sessions, or lets it go on, as long as the connection to the database lives.
 */
export function inFolder<T>(
  url: string,
  folder: string,
  work: (queue: Queue, shared: SharedRun) => Promise<T>,
): Promise<T> {
  return withQueue(url, async (queue) => {
    await finishSharedRuns(queue.query);
    const { id, name } = await findSharedRun(queue.query, sharedName(folder));
    const free = await queue.holdForLook(id);
    if (free === undefined) throw lookedAt(name);
    try {
      return await inHeldFolder(queue, await findSharedRun(queue.query, name), folder, work);
    } finally {
      free();
    }
  });
}

async function inHeldFolder<T>(
  queue: Queue,
  shared: SharedRun,
  folder: string,
  work: (queue: Queue, shared: SharedRun) => Promise<T>,
): Promise<T> {
  await fetchRun(queue, shared, folder);
  const claim = await claimRunFolder(folder);
  try {
    await bring(queue, shared, folder);
    return await work(queue, shared);
  } finally {
    try {
      await storeOwnSessions(queue, shared.id, runFiles(folder).journal, hostname());
      await putChecks(queue, shared, folder);
    } finally {
      await claim.release();
    }
  }
}

export function lookedAt(name: string): UserError {
  return new UserError(`Somebody looks for the sessions of ${name} just now.`, {
    hint: 'Do the same again once that has ended.',
  });
}
