import { existsSync } from 'node:fs';
import { readdir, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { interruption, UserError } from '../../errors.ts';
import type { Stopped } from '../../events.ts';
import { claimRunFolder, type Claim } from '../../run-folder/claim.ts';
import { createRunFolder } from '../../run-folder/run-folder.ts';
import { checkedPace, type PaceOptions } from '../../settings/pace-options.ts';
import { checkedServer, type ServerOptions } from '../../settings/server-options.ts';
import type { Some } from '../../settings/rules.ts';
import {
  findSharedRun,
  finishSharedRun,
  freeRuns,
  stopSharedRun,
  type SharedRun,
} from '../../queue/shared-runs.ts';
import { isOutage } from '../../queue/database.ts';
import { connect, openConnection, refusedKey, type SessionOptions } from '../open-connection.ts';
import { withinOpenFiles } from '../open-files.ts';
import { refuseOtherIdentity } from '../refusals.ts';
import { stopped } from '../session.ts';
import { runOf } from './fetch-run.ts';
import { openQueue, type Queue } from './open-queue.ts';
import { refuseOtherVersion } from './resume-shared.ts';
import { startedEvent } from './share-run.ts';
import { createFence, storeLeftReplies, workOnRun, type LeftRun } from './work-on-run.ts';

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
}

/** How a worker has ended. */
export interface Worked {
  /** Runs that it took part in. */
  readonly runs: number;
  readonly stop: Stopped | undefined;
}

const lookEveryMs = 1000;

/**
 * Takes part in shared runs until it is told to stop, or its one run has ended. What it is answered stands in the database, or, while that
 * is away, in a folder here, from which the next worker brings it there.
 * @param url of the database. @throws {UserError} when it is refused before the first call.
 */
export async function work(url: string, options: WorkOptions = {}): Promise<Worked> {
  const queue = await openQueue(url);
  try {
    return await takePart(queue, options);
  } finally {
    await queue.close();
  }
}

async function takePart(queue: Queue, options: WorkOptions): Promise<Worked> {
  const { run: only, stopSignal } = options;
  const server = checkedServer(options.server ?? {});
  if (only !== undefined) refuseOtherVersion(await findSharedRun(queue.query, only));
  const identity = await identify(server, options);
  let runs = 0;
  while (stopSignal?.aborted !== true) {
    const mine = await patiently(queue, () => freeRuns(queue.query, { ...identity, only }));
    const [shared] = mine ?? [];
    if (shared !== undefined) {
      refuseOtherVersion(shared);
      runs += 1;
      options.onRun?.({ name: shared.name, left: false, state: shared.state });
      const left = await workOn(queue, shared, options);
      const now = await patiently(queue, () => findSharedRun(queue.query, shared.name));
      options.onRun?.({ name: shared.name, left: true, state: now?.state ?? shared.state });
      const stop = left.stop;
      if (stop !== undefined && stop.reason !== 'interrupted') {
        return { runs, stop: stopped(stop, false, server.host) };
      }
    } else if (only !== undefined && mine !== undefined) {
      const now = await patiently(queue, () => findSharedRun(queue.query, only));
      if (now !== undefined && now.state !== 'going' && now.state !== 'filling')
        return { runs, stop: undefined };
    }
    await delay(lookEveryMs, undefined, stopSignal === undefined ? {} : { signal: stopSignal }).catch(
      () => {},
    );
  }
  return {
    runs,
    stop: stopped({ reason: 'interrupted' }, options.abortSignal?.aborted === true, server.host),
  };
}

/** Whose users the access key is for: nobody works on the runs of others. */
async function identify(server: ServerOptions, options: WorkOptions) {
  const pace = checkedPace(options.pace);
  const connection = openConnection(server, pace, options);
  try {
    const stop = await connect(connection, server.host, pace.giveUpAfterMs, false, options);
    if (stop?.reason === 'interrupted') throw interruption();
    if (stop !== undefined) throw refusedKey(stop);
    const { identity } = connection;
    const userPool = identity !== undefined && 'userPoolId' in identity ? identity.userPoolId : null;
    return { host: server.host, userPool };
  } finally {
    await connection.close();
  }
}

async function workOn(queue: Queue, shared: SharedRun, options: WorkOptions): Promise<LeftRun> {
  const run = runOf(shared);
  const { server } = run.options;
  const pace = withinOpenFiles(checkedPace(options.pace, run.options.pace));
  const fence = createFence();
  const connection = openConnection(server, pace, options, undefined, () => fence.mayWrite());
  const { folder, claim } = await ownFolder(queue, shared, options.folder ?? '.');
  const delivery = await queue.delivery(shared.id);
  try {
    const stop = await connect(connection, server?.host, pace.giveUpAfterMs, true, options);
    if (stop !== undefined) return { stop, why: undefined, isStored: true };
    refuseOtherIdentity(run, connection.identity ?? null);
    const { stopAfterFailures } = run.options.guards;
    options.onEvent?.(startedEvent({ folder, run, pace, connection }, shared));
    const work = { queue, delivery, shared, folder, pace, stopAfterFailures, connection, fence };
    const left = await workOnRun({ ...work, staysToTheEnd: false }, options);
    if (left.why === 'done' && shared.openChunks === shared.chunks)
      await finishSharedRun(queue.query, shared.id);
    if (left.stop?.reason === 'failures') {
      const told = JSON.stringify(stopped(left.stop, false, server?.host));
      await stopSharedRun(queue.query, shared.id, told);
    }
    options.onEvent?.({ type: 'ended', stop: undefined });
    return left;
  } finally {
    await delivery.close().catch(() => {});
    await connection.close();
    await claim.release();
    await rmdir(folder).catch(() => {});
  }
}

/** Several workers may work on one run in the same place. */
const mostWorkers = 1000;

/** Brings what former workers left here into the database, and takes the first folder that nobody holds. */
async function ownFolder(
  queue: Queue,
  shared: SharedRun,
  place: string,
): Promise<{ readonly folder: string; readonly claim: Claim }> {
  let own: { readonly folder: string; readonly claim: Claim } | undefined;
  for (let number = 1; number <= mostWorkers; number += 1) {
    const folder = path.join(place, `${shared.name}.worker-${number}`);
    if (!existsSync(folder)) {
      if (own !== undefined) return own;
      await createRunFolder(folder);
    }
    const claim = await claimRunFolder(folder).catch((error: unknown) => {
      // Somebody else works there.
      if (error instanceof UserError) return undefined;
      throw error;
    });
    if (claim === undefined) continue;
    await storeLeftReplies(queue, shared, folder);
    if (own === undefined) own = { folder, claim };
    else {
      await claim.release();
      if ((await readdir(folder)).length === 0) await rmdir(folder);
    }
  }
  if (own !== undefined) return own;
  throw new UserError(`${mostWorkers} workers work on ${shared.name} in ${path.resolve(place)} already.`);
}

/** @returns undefined where the database is away. */
async function patiently<T>({ told }: Queue, asks: () => Promise<T>): Promise<T | undefined> {
  try {
    return await asks();
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (isOutage(error)) return undefined;
    throw told(error);
  }
}
