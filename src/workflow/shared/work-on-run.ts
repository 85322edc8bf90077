import { hostname } from 'node:os';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { UserError } from '../../errors.ts';
import { createRunningClock } from '../../execute/clock.ts';
import { execute } from '../../execute/execute.ts';
import { createFailureCount, type Stop } from '../../execute/stop/stop.ts';
import type { Connection } from '../../genauth/connection.ts';
import { startChunkWorker } from '../../queue/chunk-worker.ts';
import { missingAppsOf } from '../../queue/standing.ts';
import type { LeftFor } from '../../queue/worker-state.ts';
import { isOutage } from '../../queue/database.ts';
import type { Delivery } from '../../queue/delivery.ts';
import { openSharedPacer } from '../../queue/rate/open-shared-pacer.ts';
import { deleteLocalJournal, openLocalJournal, type LocalJournal } from '../../queue/local-journal.ts';
import { findSharedRun, keyOf, type EndedBefore, type SharedRun } from '../../queue/shared-runs.ts';
import { runFiles } from '../../run-folder/run-files.ts';
import type { FailureLimit } from '../../settings/guard-options.ts';
import type { PaceOptions } from '../../settings/pace-options.ts';
import type { SessionHooks } from '../session.ts';
import { storeLeftReplies } from './left-replies.ts';
import type { Queue } from './open-queue.ts';

/** One process's work on a shared run. */
export interface SharedWork {
  readonly queue: Queue;
  readonly delivery: Delivery;
  readonly shared: SharedRun;
  /** Locked by this process; its replies are kept in it until the database has them. */
  readonly folder: string;
  readonly pace: PaceOptions;
  readonly stopAfterFailures: FailureLimit | undefined;
  readonly connection: Connection;
  readonly fence: Fence;
  /** See `ChunkWork`. */
  readonly staysToTheEnd: boolean;
}

/** Stands between a connection and its socket; whoever works puts the rule in. */
export interface Fence {
  mayWrite: () => boolean;
}

export const createFence = (): Fence => ({ mayWrite: () => true });

/** How a worker left a run. */
export interface LeftRun {
  readonly stop: Stop | undefined;
  readonly why: LeftFor | undefined;
  /** The database has all replies; else they are kept in the folder for the next worker that starts in it. */
  readonly isStored: boolean;
}

/** When somebody wants to stop and the database is away, so long is waited for it. */
const patienceMs = 10_000;
const retryMs = 1000;

/** Names a worker among those of all machines. */
const workerName = (): string => `${hostname()}/${process.pid}/${randomBytes(3).toString('hex')}`;

/** Works until there is nothing to be claimed, or something stops it. */
export async function workOnRun(work: SharedWork, hooks: SessionHooks): Promise<LeftRun> {
  await storeLeftReplies(work.queue, work.shared, work.folder);
  for (let { shared } = work; ;) {
    const left = await workOnce({ ...work, shared }, hooks);
    const isUnwanted = hooks.stopSignal?.aborted === true;
    // Its claims ran out, or the run was let go on once more: whoever was frozen or cut off begins anew with others.
    const isToBegin = left.why === 'lost' || left.why === 'other_round';
    if (!isToBegin || isUnwanted || left.stop?.reason !== 'interrupted') return left;
    const again = await foundAgain(work.queue, shared, hooks);
    if (again === undefined) return left;
    shared = again;
  }
}

async function workOnce(work: SharedWork, hooks: SessionHooks): Promise<LeftRun> {
  const { queue, shared, folder, pace, connection, fence } = work;
  const { stopSignal, abortSignal } = hooks;
  const name = workerName();
  const file = runFiles(folder).replies;
  const missingApps = new Set(await missingAppsOf(queue.query, shared.id));
  const local = await openLocalJournal(file, keyOf(shared));
  const { worker, failures, done } = startWorker(work, hooks, { worker: name, local }, missingApps);
  fence.mayWrite = worker.mayWrite;
  const clock = createRunningClock();
  // Whoever sends to the same host about users of the same pool has the same limit.
  const { pacer, close: leavePace } = openSharedPacer({
    query: queue.query,
    key: `${shared.host} ${shared.userPool ?? ''}`,
    member: name,
    concurrency: pace.concurrency,
    rate: pace.rate,
    // Without slots nothing would ever be sent, and nobody told why.
    onFailure: (error) => void (isOutage(error) || worker.fail(error)),
  });
  const giveUp = givingUp(stopSignal, abortSignal);
  const onAbort = (): void => void connection.destroy();
  abortSignal?.addEventListener('abort', onAbort, { once: true });
  try {
    const { stop } = await execute({
      calls: worker.calls(),
      farCall: worker.farCall,
      missingApps,
      kickUsers: connection.kickUsers,
      renew: connection.renew,
      serverIsKnown: 'userPoolId' in (connection.identity ?? {}),
      journal: worker.journal,
      openApps: worker.openApps,
      pacer,
      concurrency: pace.concurrency,
      retries: pace.retries,
      giveUpAfterMs: pace.giveUpAfterMs,
      failures,
      stopSignal: worker.stopSignal,
      clock,
      onAttempt({ type, call, verdict, reply, ended }) {
        if (ended !== undefined) worker.end(call.seq, ended);
        hooks.onEvent?.({ type, call, verdict, reply, ended, done: done(), total: shared.calls });
      },
      onServer: (waitsFor) => hooks.onEvent?.({ type: 'server', waitsFor }),
      onClock: (aheadMs) => hooks.onEvent?.({ type: 'clock', aheadMs }),
      onLive: (live) => hooks.onEvent?.({ type: 'calling', live }),
    });
    const { why, isStored } = await worker.close(stop?.reason ?? 'left', giveUp.signal);
    // What its disk refused has stopped the work, and is told with that.
    await local.close().catch(() => {});
    if (isStored) await deleteLocalJournal(file);
    return { stop, why, isStored };
  } catch (error) {
    // Nobody would take over what a worker that sends nothing any more goes on to hold.
    await worker.close('bug', AbortSignal.abort()).catch(() => {});
    throw error;
  } finally {
    await leavePace();
    giveUp.end();
    clock.stop();
    fence.mayWrite = () => true;
    abortSignal?.removeEventListener('abort', onAbort);
  }
}

/** @returns with it what failed of all that the run's workers have ended in this round, and how many calls have ended at all. */
function startWorker(
  { queue, delivery, shared, staysToTheEnd, stopAfterFailures }: SharedWork,
  { stopSignal, onEvent }: SessionHooks,
  own: { readonly worker: string; readonly local: LocalJournal },
  missingApps: Set<string>,
) {
  const failures = createFailureCount(stopAfterFailures);
  const before = JSON.parse(shared.before) as EndedBefore;
  const done = (): number => Math.min(shared.calls, sumOf(before) + sumOf(worker.endedByAll()));
  const worker = startChunkWorker(
    {
      ...own,
      database: queue,
      delivery,
      shared,
      staysToTheEnd,
      stopSignal,
      onStanding() {
        const ended = worker.endedByAll();
        failures.ended = sumOf(ended);
        failures.failed = failures.ended - ended.succeeded;
        onEvent?.({ type: 'shared', ended: added(before, ended), done: done(), total: shared.calls });
      },
      told: (error) => orBug(queue, error),
    },
    missingApps,
  );
  return { worker, failures, done };
}

function orBug({ told }: Queue, error: unknown): unknown {
  try {
    return told(error);
  } catch (bug) {
    return bug;
  }
}

const sumOf = ({ succeeded, partial, failed, unknown }: EndedBefore): number =>
  succeeded + partial + failed + unknown;

const added = (one: EndedBefore, other: EndedBefore): EndedBefore => ({
  succeeded: one.succeeded + other.succeeded,
  partial: one.partial + other.partial,
  failed: one.failed + other.failed,
  unknown: one.unknown + other.unknown,
});

/** Aborted some time after somebody wanted to stop, or at once when that was said twice. */
function givingUp(stopSignal: AbortSignal | undefined, abortSignal: AbortSignal | undefined) {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const soon = (): void => {
    timer = setTimeout(() => controller.abort(), patienceMs);
  };
  const now = (): void => controller.abort();
  if (stopSignal?.aborted === true) soon();
  stopSignal?.addEventListener('abort', soon, { once: true });
  abortSignal?.addEventListener('abort', now, { once: true });
  return {
    signal: controller.signal,
    end(): void {
      clearTimeout(timer);
      stopSignal?.removeEventListener('abort', soon);
      abortSignal?.removeEventListener('abort', now);
    },
  };
}

/** @returns the run as it stands once the database is there; undefined when somebody wants to stop meanwhile. */
async function foundAgain(
  { query, told }: Queue,
  shared: SharedRun,
  { stopSignal }: SessionHooks,
): Promise<SharedRun | undefined> {
  while (stopSignal?.aborted !== true) {
    try {
      const now = await findSharedRun(query, shared.name);
      return keyOf(now) === keyOf(shared) ? now : shared;
    } catch (error) {
      // Whoever works on what was forgotten finds out.
      if (error instanceof UserError) return shared;
      if (!isOutage(error)) throw told(error);
    }
    await delay(retryMs, undefined, stopSignal === undefined ? {} : { signal: stopSignal }).catch(() => {});
  }
  return undefined;
}
