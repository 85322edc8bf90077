import { existsSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { interruption, UserError } from '../../errors.ts';
import type { Identity } from '../../genauth/identity.ts';
import type { Stopped } from '../../events.ts';
import type { Stop } from '../../execute/stop/stop.ts';
import { claimRunFolder, type Claim } from '../../run-folder/claim.ts';
import { runFiles } from '../../run-folder/run-files.ts';
import { createRunFolder } from '../../run-folder/run-folder.ts';
import { checkedPace, type PaceOptions } from '../../settings/pace-options.ts';
import { checkedServer, type ServerOptions } from '../../settings/server-options.ts';
import type { Delivery } from '../../queue/delivery.ts';
import type { Some } from '../../settings/rules.ts';
import { findSharedRun, finishSharedRuns, stopSharedRun, type SharedRun } from '../../queue/shared-runs.ts';
import { connect, openConnection, refusedKey, type SessionOptions } from '../open-connection.ts';
import { withinOpenFiles } from '../open-files.ts';
import { refuseOtherIdentity } from '../refusals.ts';
import { stopped } from '../session.ts';
import { runOf } from './fetch-run.ts';
import { storeAllLeftReplies, storeLeftReplies, workerFolder } from './left-replies.ts';
import { unlessAway, withQueue, type Queue } from './open-queue.ts';
import {
  findOwnRun,
  passOver,
  refusalOf,
  refuseOtherHost,
  refuseOtherUsers,
  type PassedOver,
  type Whose,
} from './own-runs.ts';
import { refuseOtherVersion } from './resume-shared.ts';
import { startedEvent, stopOf } from './share-run.ts';
import { createFence, workOnRun, type LeftRun } from './work-on-run.ts';

export interface WorkOptions extends Omit<SessionOptions, 'client' | 'confirm' | 'confirmCanary'> {
  /** The only run to take part in, by its name; then it ends with the run. Default: all that go to the same host and user pool, for ever. */
  readonly run?: string | undefined;
  readonly server?: Some<ServerOptions> | undefined;
  /** Of this worker. Default: what each run was started with, option by option. */
  readonly pace?: Some<PaceOptions> | undefined;
  /** Where replies are kept until the database has them: a folder for each run. Default: the current folder. */
  readonly folder?: string | undefined;
  /** Told when it takes part in a run, and when it has left it: `why`, where something stopped it. */
  readonly onRun?: (run: {
    readonly name: string;
    readonly left: boolean;
    readonly state: string;
    readonly why?: string | undefined;
  }) => void;
  /** Told once of a run that it takes no part in, though there is work to be done: why, as a sentence. */
  readonly onPassedOver?: (run: string, why: string) => void;
  /** Told at the begin of each file here with replies of a run that the queue does not have: it was forgotten, or is another queue's. */
  readonly onOthersReplies?: (file: string) => void;
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

/** These are of one run; what else stops one would stop all that go to the same server. */
const ofOneRun: readonly string[] = ['failures', 'forbidden'];

/** What a worker has done until now. */
interface Taken {
  readonly runs: Set<string>;
  readonly kept: Set<string>;
  readonly passed: PassedOver;
}

async function takePart(queue: Queue, options: WorkOptions): Promise<Worked> {
  const { run: only, stopSignal, abortSignal, onPassedOver, folder: place = '.' } = options;
  const server = checkedServer(options.server ?? {});
  const whose = await refuseOthers(queue, server, options);
  for (const file of await storeAllLeftReplies(queue, place)) options.onOthersReplies?.(file);
  const taken: Taken = { runs: new Set(), kept: new Set(), passed: new Map() };
  const ended = (stop: Stopped | undefined): Worked => ({
    runs: taken.runs.size,
    kept: [...taken.kept],
    stop,
  });
  while (stopSignal?.aborted !== true) {
    const shared = await unlessAway(queue, async () => {
      await finishSharedRuns(queue.query);
      return (await findOwnRun(queue, whose, only, taken.passed, onPassedOver)) ?? 'none';
    });
    if (typeof shared === 'object') {
      const stop = await takePartIn(queue, shared, taken, options);
      if (stop !== undefined) return ended(stopped(stop, false, server.host));
    } else if (only !== undefined && shared === 'none') {
      const now = await unlessAway(queue, () => findSharedRun(queue.query, only));
      if (now?.state === 'finished') return ended(undefined);
      if (now?.state === 'stopped') return ended(stopOf(now));
    }
    await delay(lookEveryMs, undefined, stopSignal === undefined ? {} : { signal: stopSignal }).catch(
      () => {},
    );
  }
  return ended(stopped({ reason: 'interrupted' }, abortSignal?.aborted === true, server.host));
}

/** @returns why it takes part in none any more. @throws {UserError} where it may not take part in the one that it was told to. */
async function takePartIn(
  queue: Queue,
  shared: SharedRun,
  { runs, kept, passed }: Taken,
  options: WorkOptions,
): Promise<Stop | undefined> {
  const { run: only, onRun, onPassedOver } = options;
  const { name } = shared;
  runs.add(name);
  onRun?.({ name, left: false, state: shared.state });
  // Of the database all is waited for, also just as a run is taken up.
  const left = await unlessAway(queue, () => workOn(queue, shared, options));
  if (left instanceof UserError) {
    if (only !== undefined) throw left;
    runs.delete(name);
    passOver(passed, shared, left.message);
    onPassedOver?.(name, left.message);
    return undefined;
  }
  if (left?.isStored === false) kept.add(left.replies);
  const now = await unlessAway(queue, () => findSharedRun(queue.query, name));
  const stop = left?.stop?.reason === 'interrupted' ? undefined : left?.stop;
  const why = stop === undefined ? undefined : stopped(stop, false, shared.host).message;
  onRun?.({ name, left: true, state: now?.state ?? shared.state, why });
  if (stop === undefined || only !== undefined || !ofOneRun.includes(stop.reason)) return stop;
  passOver(passed, shared, why ?? '');
  return undefined;
}

/**
 * Nobody works on the runs of others.
 * @returns whose users the access key is for. @throws {UserError} where the one run that is named is about others.
 */
async function refuseOthers(queue: Queue, server: ServerOptions, options: WorkOptions): Promise<Whose> {
  const { host } = server;
  const { run, credentials } = options;
  const shared = run === undefined ? undefined : await findSharedRun(queue.query, run);
  if (shared !== undefined) {
    refuseOtherVersion(shared);
    refuseOtherHost(shared, server);
  }
  const whose = { host, credentials, identity: await identify(server, options) };
  if (shared !== undefined) refuseOtherUsers(shared, whose);
  return whose;
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

/** @returns the error with which it may not take part: the server says that the run is about others. */
async function workOn(
  queue: Queue,
  shared: SharedRun,
  options: WorkOptions,
): Promise<(LeftRun & { readonly replies: string }) | UserError> {
  const run = runOf(shared);
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
    const refusal = refusalOf(() => refuseOtherIdentity(run, connection.identity ?? null));
    if (refusal !== undefined) return refusal;
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
