import { existsSync } from 'node:fs';

import { UserError } from '../../errors.ts';
import type { JournalIndex } from '../../journal/journal-index.ts';
import { chunksOf } from '../../queue/claims.ts';
import { workersOn } from '../../queue/standing.ts';
import {
  findSharedRun,
  finishSharedRuns,
  refusePart,
  reopenSharedRun,
  type SharedRun,
} from '../../queue/shared-runs.ts';
import { claimRunFolder } from '../../run-folder/claim.ts';
import { createRunFolder } from '../../run-folder/run-folder.ts';
import { checkedPace } from '../../settings/pace-options.ts';
import { version } from '../../version.ts';
import { refuseUnprovenHost } from '../host-proof.ts';
import { countCalls } from '../open-calls.ts';
import { connect, openConnection } from '../open-connection.ts';
import { withinOpenFiles } from '../open-files.ts';
import { refuseOtherIdentity } from '../refusals.ts';
import type { ResumeOptions } from '../resume.ts';
import type { Outcome } from '../session.ts';
import { openRunPlan } from '../stored-run.ts';
import { fetchRun } from './fetch-run.ts';
import { storeLeftReplies } from './left-replies.ts';
import { withQueue, type Queue } from './open-queue.ts';
import { readShared, sharedName, workShared } from './share-run.ts';
import { createFence } from './work-on-run.ts';

/**
 * Goes on with a run of a queue, from any machine: one that is going is joined, one that was stopped or has left calls undone is going
 * again for every worker.
 * @param folder in which its reports are made; the run's name is the folder's.
 */
export async function resumeShared(url: string, folder: string, options: ResumeOptions): Promise<Outcome> {
  return withQueue(url, async (queue) => {
    const shared = await findSharedRun(queue.query, sharedName(folder));
    refuseOtherVersion(shared);
    refusePart(shared);
    if (!existsSync(folder)) await createRunFolder(folder);
    const claim = await claimRunFolder(folder);
    try {
      return await resumeClaimed(queue, shared, folder, options);
    } finally {
      await claim.release();
    }
  });
}

async function resumeClaimed(
  queue: Queue,
  shared: SharedRun,
  folder: string,
  options: ResumeOptions,
): Promise<Outcome> {
  const run = await fetchRun(queue, shared, folder);
  const { server } = run.options;
  if (server !== null && options.credentials !== undefined && options.client === undefined) {
    refuseUnprovenHost(folder, run, server, options.credentials, options.host);
  }
  await storeLeftReplies(queue, shared, folder);
  const files = await openRunPlan(folder, run);
  const pace = withinOpenFiles(checkedPace(options.pace, run.options.pace));
  const fence = createFence();
  const connection = openConnection(server, pace, options, undefined, () => fence.mayWrite());
  try {
    const stop = await connect(connection, server?.host, pace.giveUpAfterMs, true, options);
    if (stop === undefined) refuseOtherIdentity(run, connection.identity ?? null);
    // Who cannot take part does not let others go on with what was stopped.
    const going =
      stop === undefined ? await reopened(queue, shared, folder, options.retryFailed ?? false) : shared;
    const guards = { ...run.options.guards, ...options.guards };
    return await workShared(
      { queue, fence, folder, run, files, pace, guards, connection, stop },
      going,
      options,
    );
  } finally {
    await connection.close();
  }
}

/** @returns the run as it stands once it is going. */
async function reopened(
  queue: Queue,
  shared: SharedRun,
  folder: string,
  retryFailed: boolean,
): Promise<SharedRun> {
  await finishSharedRuns(queue.query);
  const { state } = await findSharedRun(queue.query, shared.name);
  if (state === 'going' && !retryFailed) return shared;
  if (state === 'going' && (await workersOn(queue.query, shared.id)) > 0) {
    throw new UserError(`${shared.name} is still going: what fails can be tried again once it has ended.`, {
      hint: 'See how far it is:',
      command: ['runs'],
    });
  }
  const index = await readShared(queue, shared, folder);
  const { open, before } = countCalls(index, retryFailed);
  // One that was stopped when nothing was left of it only has to be said to be finished.
  if (open === 0 && state === 'finished') return shared;
  const again = await chunksWithOpenCalls(queue, shared, index, retryFailed);
  await reopenSharedRun(queue, shared.id, retryFailed, again, before);
  return findSharedRun(queue.query, shared.name);
}

async function chunksWithOpenCalls(
  queue: Queue,
  shared: SharedRun,
  index: JournalIndex,
  retryFailed: boolean,
): Promise<number[]> {
  const again: number[] = [];
  for (const { chunk, from, to } of await chunksOf(queue.query, shared.id)) {
    for (let seq = from; seq <= to; seq += 1) {
      if (!index.isOpen(seq, retryFailed)) continue;
      again.push(chunk);
      break;
    }
  }
  return again;
}

/** Another version may decide otherwise about the same replies, or know other tables. @throws {UserError} */
export function refuseOtherVersion(shared: SharedRun): void {
  if (shared.version === version) return;
  throw new UserError(
    `${shared.name} was put into the queue by version ${shared.version} of genauth-offboard, and this is ${version}.`,
    { hint: 'Work on it with the version that it was begun with.' },
  );
}
