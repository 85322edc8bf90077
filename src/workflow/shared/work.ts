import { existsSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { interruption, UserError } from '../../errors.ts';
import type { Identity } from '../../genauth/identity.ts';
import { printable } from '../../printable.ts';
import type { Stopped } from '../../events.ts';
import { claimRunFolder, type Claim } from '../../run-folder/claim.ts';
import { runFiles } from '../../run-folder/run-files.ts';
import { createRunFolder } from '../../run-folder/run-folder.ts';
import { checkedPace, type PaceOptions } from '../../settings/pace-options.ts';
import { checkedServer, type ServerOptions } from '../../settings/server-options.ts';
import type { Delivery } from '../../queue/delivery.ts';
import type { Some } from '../../settings/rules.ts';
import {
  findSharedRun,
  finishSharedRuns,
  freeRuns,
  stopSharedRun,
  type SharedRun,
} from '../../queue/shared-runs.ts';
import { connect, openConnection, refusedKey, type SessionOptions } from '../open-connection.ts';
import { withinOpenFiles } from '../open-files.ts';
import { refuseOtherIdentity } from '../refusals.ts';
import { stopped } from '../session.ts';
import type { Run } from '../stored-run.ts';
import { runOf } from './fetch-run.ts';
import { storeAllLeftReplies, storeLeftReplies, workerFolder } from './left-replies.ts';
import { unlessAway, withQueue, type Queue } from './open-queue.ts';
import { refuseOtherVersion } from './resume-shared.ts';
import { startedEvent, stopOf } from './share-run.ts';
import { version } from '../../version.ts';
import { createFence, workOnRun, type LeftRun } from './work-on-run.ts';

export interface WorkOptions extends Omit<SessionOptions, 'client' | 'confirm' | 'confirmCanary'> {
  /** The only run to take part in, by its name; then it ends with the run. Default: all that go to the same host and user pool, for ever. */
  readonly run?: string | undefined;
  readonly server?: Some<ServerOptions> | undefined;
  /** Of this worker. Default: what each run was started with, option by option. */
  readonly pace?: Some<PaceOptions> | undefined;
  /** Where replies are kept until the database has them: a folder for each run. Default: the current folder. */
  readonly folder?: string | undefined;
  /** Told when it takes part in a run, and when it has left it. */
  readonly onRun?: (run: { readonly name: string; readonly left: boolean; readonly state: string }) => void;
  /** Told once of a run that it may not take part in, as another version of this program began it. */
  readonly onPassedOver?: (run: string, version: string) => void;
}

/** How a worker has ended. */
export interface Worked {
  /** Runs that it took part in. */
  readonly runs: number;
  /** Files with replies that the database does not have: the next worker that starts here brings them there. */
  readonly kept: readonly string[];
  /** Why it stopped; undefined where its run has ended. */
  readonly stop: Stopped | undefined;
}

const lookEveryMs = 1000;

/**
 * Takes part in shared runs until it is told to stop, or its one run has ended. What it is answered stands in the database, or, while that
 * is away, in a folder here, from which the next worker brings it there.
 * @param url of the database. @throws {UserError} when it is refused before the first call.
 */
export function work(url: string, options: WorkOptions = {}): Promise<Worked> {
  return withQueue(url, (queue) => takePart(queue, options));
}

async function takePart(queue: Queue, options: WorkOptions): Promise<Worked> {
  const { run: only, stopSignal, folder: place = '.' } = options;
  const server = checkedServer(options.server ?? {});
  const identity = await refuseOthers(queue, server, options);
  await storeAllLeftReplies(queue, place);
  const kept = new Set<string>();
  const runs = new Set<string>();
  const passedOver = new Set<string>();
  const ended = (stop: Stopped | undefined): Worked => ({ runs: runs.size, kept: [...kept], stop });
  const userPool = identity !== undefined && 'userPoolId' in identity ? identity.userPoolId : null;
  while (stopSignal?.aborted !== true) {
    const shared = await unlessAway(queue, async () => {
      await finishSharedRuns(queue.query);
      const free = await freeRuns(queue.query, { host: server.host, userPool, only });
      for (const other of free.filter((each) => each.version !== version)) {
        if (!passedOver.has(other.name)) options.onPassedOver?.(other.name, other.version);
        passedOver.add(other.name);
      }
      return free.find((each) => each.version === version) ?? 'none';
    });
    if (typeof shared === 'object') {
      runs.add(shared.name);
      options.onRun?.({ name: shared.name, left: false, state: shared.state });
      // Of the database all is waited for, also just as a run is taken up.
      const left = await unlessAway(queue, () => workOn(queue, shared, options));
      if (left?.isStored === false) kept.add(left.replies);
      const now = await unlessAway(queue, () => findSharedRun(queue.query, shared.name));
      options.onRun?.({ name: shared.name, left: true, state: now?.state ?? shared.state });
      const stop = left?.stop;
      if (stop !== undefined && stop.reason !== 'interrupted')
        return ended(stopped(stop, false, server.host));
    } else if (only !== undefined && shared === 'none') {
      const now = await unlessAway(queue, () => findSharedRun(queue.query, only));
      if (now?.state === 'finished') return ended(undefined);
      if (now?.state === 'stopped') return ended(stopOf(now));
    }
    await delay(lookEveryMs, undefined, stopSignal === undefined ? {} : { signal: stopSignal }).catch(
      () => {},
    );
  }
  return ended(stopped({ reason: 'interrupted' }, options.abortSignal?.aborted === true, server.host));
}

/**
 * Nobody works on the runs of others.
 * @returns whose users the access key is for. @throws {UserError} where the one run that is named is about others.
 */
async function refuseOthers(
  queue: Queue,
  server: ServerOptions,
  options: WorkOptions,
): Promise<Identity | undefined> {
  const shared = options.run === undefined ? undefined : await findSharedRun(queue.query, options.run);
  if (shared !== undefined) {
    refuseOtherVersion(shared);
    refuseOtherHost(shared, server);
  }
  const identity = await identify(server, options);
  if (shared !== undefined) refuseOtherIdentity(runOf(shared), identity ?? null);
  return identity;
}

/** @throws {UserError} where it goes to another server, whatever the queue says beside it. */
function refuseOtherHost({ name, host, run }: SharedRun, server: ServerOptions): void {
  const { options } = run as Run;
  if (host === server.host && options.server?.host === server.host) return;
  throw new UserError(
    `${name} goes to ${printable(options.server?.host ?? host)}, and this worker to ${server.host}.`,
    {
      hint: 'If the access key may go there, too, name that host with --host, or as GENAUTH_HOST.',
    },
  );
}

async function identify(server: ServerOptions, options: WorkOptions): Promise<Identity | undefined> {
  const pace = checkedPace(options.pace);
  const connection = openConnection(server, pace, options);
  try {
    const stop = await connect(connection, server.host, pace.giveUpAfterMs, false, options);
    if (stop?.reason === 'interrupted') throw interruption();
    if (stop !== undefined) throw refusedKey(stop);
    return connection.identity;
  } finally {
    await connection.close();
  }
}

async function workOn(
  queue: Queue,
  shared: SharedRun,
  options: WorkOptions,
): Promise<LeftRun & { readonly replies: string }> {
  const run = runOf(shared);
  refuseOtherHost(shared, checkedServer(options.server ?? {}));
  const { server } = run.options;
  const pace = withinOpenFiles(checkedPace(options.pace, run.options.pace));
  const fence = createFence();
  const { folder, claim } = await ownFolder(queue, shared, options.folder ?? '.');
  const connection = openConnection(server, pace, options, undefined, () => fence.mayWrite());
  let delivery: Delivery | undefined;
  try {
    delivery = await queue.delivery(shared.id);
    const stop = await connect(connection, server?.host, pace.giveUpAfterMs, true, options);
    const { replies } = runFiles(folder);
    if (stop !== undefined) return { stop, why: undefined, isStored: true, replies };
    refuseOtherIdentity(run, connection.identity ?? null);
    const { stopAfterFailures } = run.options.guards;
    options.onEvent?.(startedEvent({ folder, run, pace, connection }, shared));
    const work = { queue, delivery, shared, folder, pace, stopAfterFailures, connection, fence };
    const left = await workOnRun({ ...work, staysToTheEnd: false }, options);
    // When the database is away whoever looks next says so.
    if (left.why === 'done') await unlessAway(queue, () => finishSharedRuns(queue.query));
    if (left.stop?.reason === 'failures') {
      const told = JSON.stringify(stopped(left.stop, false, server?.host));
      await stopSharedRun(queue.query, shared.id, told);
    }
    options.onEvent?.({ type: 'ended', stop: undefined });
    return { ...left, replies };
  } finally {
    await delivery?.close().catch(() => {});
    await connection.close();
    await claim.release();
    await rmdir(folder).catch(() => {});
  }
}

/** Several workers may work on one run in the same place. */
const mostWorkers = 1000;

/** Takes the first folder here that nobody works in, and in which no other run of that name has left replies. */
async function ownFolder(
  queue: Queue,
  shared: SharedRun,
  place: string,
): Promise<{ readonly folder: string; readonly claim: Claim }> {
  for (let number = 1; number <= mostWorkers; number += 1) {
    const folder = workerFolder(place, shared.name, number);
    if (!existsSync(folder)) await createRunFolder(folder);
    let claim: Claim | undefined;
    try {
      claim = await claimRunFolder(folder);
      await storeLeftReplies(queue, shared, folder);
      return { folder, claim };
    } catch (error) {
      await claim?.release();
      if (!(error instanceof UserError)) throw error;
    }
  }
  throw new UserError(`${mostWorkers} workers work on ${shared.name} in ${path.resolve(place)} already.`);
}
