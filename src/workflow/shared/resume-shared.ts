import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { interruption, UserError } from '../../errors.ts';
import type { JournalIndex } from '../../journal/journal-index.ts';
import { chunksOf } from '../../queue/claims.ts';
import { workersOn } from '../../queue/workers.ts';
import { lease } from '../../queue/lease.ts';
import { claimsOn, reopenSharedRun } from '../../queue/reopen-run.ts';
import { findSharedRun, finishSharedRuns, refusePart, type SharedRun } from '../../queue/shared-runs.ts';
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
import { lookedAt } from './report-shared.ts';
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
    const going = stop === undefined ? await reopened(queue, shared, folder, options) : shared;
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
  { name }: SharedRun,
  folder: string,
  { retryFailed = false, stopSignal }: ResumeOptions,
): Promise<SharedRun> {
  const { query } = queue;
  await finishSharedRuns(query);
  const shared = await findSharedRun(query, name);
  const { state } = shared;
  if (state === 'going' && !retryFailed) return shared;
  if (state === 'going' && (await workersOn(query, shared.id)) > 0) throw stillGoing(name);
  await untilLeft(queue, shared, stopSignal);
  const claims = await claimsOn(query, shared.id);
  const index = await readShared(queue, shared, folder);
  const { open, before } = countCalls(index, retryFailed);
  // One that was stopped when nothing was left of it only has to be said to be finished.
  if (open === 0 && state === 'finished') return shared;
  const again = await chunksWithOpenCalls(queue, shared, index, retryFailed);
  const why = await reopenSharedRun(queue, shared, { retryFailed, claims, again, before });
  const now = await findSharedRun(query, name);
  if (why === undefined || (why === 'taken' && now.state === 'going' && !retryFailed)) return now;
  throw why === 'looked_at' ? lookedAt(name) : stillGoing(name);
}

function stillGoing(name: string): UserError {
  return new UserError(`${name} is still going: what fails can be tried again once it has ended.`, {
    hint: 'See how far it is:',
    command: ['runs'],
  });
}

const lookEveryMs = 250;

/** What a worker that has not heard of the stop yet is answered counts as the round's that was stopped. @throws {UserError} where none leaves. */
async function untilLeft(
  { query }: Queue,
  { id, name }: SharedRun,
  stopSignal: AbortSignal | undefined,
): Promise<void> {
  const until = performance.now() + 2 * lease.ms;
  while ((await workersOn(query, id)) > 0) {
    if (stopSignal?.aborted === true) throw interruption();
    if (performance.now() > until) {
      throw new UserError(`Workers of ${name} have not left it yet.`, {
        hint: 'Do the same again in ten seconds.',
      });
    }
    await delay(lookEveryMs);
  }
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
