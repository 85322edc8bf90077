import path from 'node:path';

import { createJournalIndex, type JournalIndex } from '../../journal/journal-index.ts';
import { readJournal } from '../../journal/read-journal.ts';
import { openCalls } from '../../plan/call-file.ts';
import { readRows } from '../../plan/row-file.ts';
import { freeChunks } from '../../queue/claims.ts';
import type { Delivery } from '../../queue/delivery.ts';
import {
  findSharedRun,
  finishSharedRuns,
  openAllChunks,
  putSharedRun,
  stopSharedRun,
  type EndedBefore,
  type SharedRun,
} from '../../queue/shared-runs.ts';
import { exitCodes, type ExitCode } from '../../errors.ts';
import { canaryResult } from '../../report/canary-result.ts';
import type { Summary } from '../../report/summary.ts';
import { runFiles } from '../../run-folder/run-files.ts';
import type { Canary } from '../../survey/canary.ts';
import type { Stopped } from '../../events.ts';
import type { Stop } from '../../execute/stop/stop.ts';
import { hasSucceeded } from '../confirm.ts';
import { makeReports } from '../make-reports.ts';
import { exitCode, stopped, type Outcome, type PlannedSession, type SessionHooks } from '../session.ts';
import { fetchJournal } from './fetch-run.ts';
import { unlessAway, type Queue } from './open-queue.ts';
import { workOnRun, type Fence, type LeftRun } from './work-on-run.ts';

/** A session on a run that stands in a database. */
export type SharedSession = PlannedSession & {
  readonly queue: Queue;
  readonly fence: Fence;
};

/** By what a run is known in the database: the name of its folder. */
export const sharedName = (folder: string): string => path.basename(path.resolve(folder));

/**
 * Puts a run that was planned and confirmed into the database.
 * @returns what works on it to its end, with whoever else does. @throws {UserError} where the database has a run of that name.
 */
export async function shareRun(session: SharedSession, hooks: SessionHooks): Promise<() => Promise<Outcome>> {
  const { queue, folder, run, files } = session;
  const canaryCalls = run.plan.shown.canary?.calls ?? 0;
  const shared = await putSharedRun(queue, { folder, name: sharedName(folder), run, files, canaryCalls });
  return () => workShared(session, shared, hooks);
}

/** Works on a run of the database until it has ended, or this process has to stop; makes its reports here. */
export async function workShared(
  session: SharedSession,
  shared: SharedRun,
  hooks: SessionHooks,
): Promise<Outcome> {
  const { queue, folder, run, files } = session;
  const delivery = await queue.delivery(shared.id);
  let left: LeftRun | undefined;
  let stop = session.stop;
  try {
    if (stop === undefined) {
      hooks.onEvent?.(startedEvent(session, shared));
      left = await workToTheEnd(session, shared, delivery, hooks);
      stop = left.stop;
    }
  } finally {
    await delivery.close().catch(() => {});
  }
  const gaveUp = hooks.abortSignal?.aborted === true;
  const ask = (): Promise<SharedRun> => findSharedRun(queue.query, shared.name);
  // Who wants to stop does not wait for a database that is away.
  const now = gaveUp ? undefined : await (stop === undefined ? ask() : unlessAway(queue, ask));
  const said = left?.why === 'not_going' && now !== undefined ? stopOf(now) : undefined;
  const own = stop === undefined ? undefined : stopped(stop, gaveUp, run.options.server?.host);
  const told = said ?? (left?.isStored === false && own !== undefined ? keeping(own, folder) : own);
  hooks.onEvent?.({ type: 'ended', stop: told });
  const exit = (made: Summary | undefined): ExitCode =>
    said === undefined ? exitCode(stop, made) : exitCodes.stopped;
  if (now === undefined) return { folder, summary: undefined, stop: told, exitCode: exit(undefined) };
  const summary = await makeReports(
    { folder, run, files, writer: 'guest' },
    async () => {
      const index = await readShared(queue, now, folder);
      return { index, journalFile: runFiles(folder).journal };
    },
    hooks,
  );
  return { folder, summary, stop: told, exitCode: exit(summary) };
}

function keeping(stop: Stopped, folder: string): Stopped {
  const { replies } = runFiles(folder);
  return {
    ...stop,
    hint: `${stop.hint} The queue's database is away: what was answered since is kept in ${replies}, from which the next resume or work here brings it there.`,
  };
}

/** Reads anew what the database knows. */
export async function readShared(queue: Queue, shared: SharedRun, folder: string): Promise<JournalIndex> {
  await fetchJournal(queue, shared, folder);
  const index = createJournalIndex(shared.calls);
  await readJournal(runFiles(folder).journal, index);
  return index;
}

async function workToTheEnd(
  session: SharedSession,
  shared: SharedRun,
  delivery: Delivery,
  hooks: SessionHooks,
): Promise<LeftRun> {
  const { queue, folder, pace, guards, connection, fence, run } = session;
  const { stopAfterFailures } = guards;
  const work = { queue, delivery, folder, pace, stopAfterFailures, connection, fence, staysToTheEnd: true };
  const { canary } = run.plan.shown;
  await offerAll(queue, shared, delivery);
  let left = await workOnRun({ ...work, shared }, hooks);
  if (
    left.why === 'done' &&
    left.stop === undefined &&
    canary !== null &&
    shared.canaryConfirmedAt === null
  ) {
    const stop = await askAfterCanary(session, shared, canary, hooks);
    if (stop === undefined) {
      const opened = await findSharedRun(queue.query, shared.name);
      await offerAll(queue, opened, delivery);
      left = await workOnRun({ ...work, shared: opened }, hooks);
    } else left = { ...left, stop };
  }
  if (left.why === 'done' && (await finishSharedRuns(queue.query)).includes(shared.id)) {
    await delivery.forget();
  }
  // What is wrong with the calls is so for every worker, and who says no says so for all.
  if (left.stop?.reason === 'failures' || left.stop?.reason === 'canary') {
    const told = stopped(left.stop, false, run.options.server?.host);
    await stopSharedRun(queue.query, shared.id, JSON.stringify(told));
  }
  return left;
}

const offeredAtOnce = 1000;

/** What is offered already is not offered twice. */
async function offerAll({ query }: Queue, { id }: SharedRun, delivery: Delivery): Promise<void> {
  for (let after = 0; ;) {
    const chunks = await freeChunks(query, id, { untaken: true, most: offeredAtOnce, after });
    await delivery.offer(chunks, false);
    const last = chunks.at(-1);
    if (last === undefined || chunks.length < offeredAtOnce) return;
    after = last.chunk;
  }
}

/** @returns why the users after the first ones may not follow. */
async function askAfterCanary(
  { queue, folder, run, files }: SharedSession,
  shared: SharedRun,
  canary: Canary,
  hooks: SessionHooks,
): Promise<Stop | undefined> {
  const index = await readShared(queue, shared, folder);
  const calls = openCalls(files);
  try {
    const rows = readRows(files, (firstSeq) => firstSeq > 0 && firstSeq <= canary.calls);
    const result = await canaryResult(canary, rows, calls, index, runFiles(folder).journal);
    hooks.onEvent?.({ type: 'canary', result });
    const goesOn =
      hooks.confirmCanary === undefined
        ? hasSucceeded(result)
        : await hooks.confirmCanary({ folder, plan: run.plan.shown, canary: result });
    if (hooks.stopSignal?.aborted === true) return { reason: 'interrupted' };
    if (!goesOn) return { reason: 'canary', users: canary.users, rows: result.rows };
    await openAllChunks(queue.query, shared.id);
    return undefined;
  } finally {
    calls.close();
  }
}

export function stopOf({ stop }: SharedRun): Stopped | undefined {
  return stop === null ? undefined : (JSON.parse(stop) as Stopped);
}

export function startedEvent(
  { folder, run, pace, connection }: Pick<SharedSession, 'folder' | 'run' | 'pace' | 'connection'>,
  shared: SharedRun,
) {
  const before = JSON.parse(shared.before) as EndedBefore;
  const ended = before.succeeded + before.partial + before.failed + before.unknown;
  return {
    type: 'started',
    folder,
    planned: shared.calls,
    calls: shared.calls - ended,
    before,
    workedMs: 0,
    host: run.options.server?.host,
    identity: connection.identity,
    users: run.input.users,
    pace,
  } as const;
}
