import { existsSync } from 'node:fs';

import { exitCodes, UserError, type ExitCode } from '../errors.ts';
import type { OffboardEvent, Stopped } from '../events.ts';
import { createRunningClock, type Clock } from '../execute/clock.ts';
import { execute } from '../execute/execute.ts';
import { createFailureCount, type FailureCount, type Stop } from '../execute/stop/stop.ts';
import { stopMessage } from '../execute/stop/stop-message.ts';
import type { Connection } from '../genauth/connection.ts';
import { codesOf } from '../genauth/reply.ts';
import { dropBallast } from '../run-folder/ballast.ts';
import type { JournalIndex } from '../journal/journal-index.ts';
import { JournalError } from '../journal/journal-error.ts';
import { openJournal, type Journal } from '../journal/journal.ts';
import { runFiles } from '../run-folder/run-files.ts';
import type { GuardOptions } from '../settings/guard-options.ts';
import { makeReports } from './make-reports.ts';
import { countCalls, farCall, missingApps, openCalls, readOpenApps, type CallRange } from './open-calls.ts';
import type { PaceOptions } from '../settings/pace-options.ts';
import { openCalls as openCallFiles, type CallReader } from '../plan/call-file.ts';
import type { Canary } from '../survey/canary.ts';
import type { PlanFiles } from '../plan/plan-files.ts';
import { readRows } from '../plan/row-file.ts';
import { hasSucceeded, type Confirm } from './confirm.ts';
import { canaryResult } from '../report/canary-result.ts';
import type { Summary } from '../report/summary.ts';
import { planName, type Run } from './stored-run.ts';
import { exitCodeOfRows } from '../report/exit-code.ts';

/** One process's work on a run: everything is checked, pinned and asked. */
export interface Session {
  readonly folder: string;
  readonly run: Run;
  /** The plan, as it was pinned. */
  readonly files: PlanFiles;
  readonly pace: PaceOptions;
  readonly guards: Pick<GuardOptions, 'stopAfterFailures'>;
  readonly retryFailed: boolean;
  readonly connection: Connection;
  /** Why nothing can be sent; the session then only leaves its reports. */
  readonly stop: Stop | undefined;
  /** Describes the journal up to `journalEnd`. */
  readonly index: JournalIndex;
  readonly journalEnd: number;
}

export interface SessionHooks {
  readonly confirmCanary?: Confirm['confirmCanary'];
  readonly onEvent?: ((event: OffboardEvent) => void) | undefined;
  readonly stopSignal?: AbortSignal | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** How a session ended. */
export interface Outcome {
  readonly folder: string;
  /** Undefined when the reports could not be written, as on a full disk; `report` makes them later. */
  readonly summary: Summary | undefined;
  /** Why it stopped before the end. */
  readonly stop: Stopped | undefined;
  readonly exitCode: ExitCode;
}

/** Where a run is put that other machines are to work on, too: what `openSharing` of `genauth-offboard/queue` opens. Whoever opened it closes it. */
export interface Sharing {
  close(): Promise<void>;
}

/** What `run` does with it. */
export interface OpenSharing extends Sharing {
  /** For the connection: whether what this process holds is surely its own. */
  mayWrite(): boolean;
  /** @throws {UserError} when a run of this folder's name is there. */
  refuseTaken(folder: string): Promise<void>;
  /** Puts a run there that was planned and confirmed. @returns what works on it to its end, with whoever else does. */
  put(session: PlannedSession, hooks: SessionHooks): Promise<() => Promise<Outcome>>;
}

/** A session before its journal is looked at. */
export type PlannedSession = Omit<Session, 'index' | 'journalEnd' | 'retryFailed'>;

/** Sends what is open, and writes the reports whatever came of it. */
export async function work(session: Session, hooks: SessionHooks): Promise<Outcome> {
  const { folder, run, files, index } = session;
  const reason = await send(session, hooks);
  const gaveUp = hooks.abortSignal?.aborted === true;
  const stop = reason === undefined ? undefined : stopped(reason, gaveUp, run.options.server?.host);
  hooks.onEvent?.({ type: 'ended', stop });
  // When the journal could not take its last records, what was in flight must not look as if it had never been sent.
  index.settle();
  // Every reply is on the disk: what is left of the room is for the reports.
  dropBallast(runFiles(folder).ballast);
  let summary: Summary | undefined;
  try {
    // Who asks twice to stop does not want to wait for the reports of a long file either.
    if (hooks.abortSignal?.aborted !== true) {
      const { journal } = runFiles(folder);
      const journalFile = existsSync(journal) ? journal : undefined;
      summary = await makeReports(
        { folder, run, files, writer: 'holder' },
        () => ({ index, journalFile }),
        hooks,
      );
    }
  } catch (error) {
    // On a full disk there may be no room for reports either; why the run stopped is what has to be told.
    if (reason?.reason !== 'journal' || !(error instanceof UserError)) throw error;
  }
  return { folder, summary, stop, exitCode: exitCode(reason, summary) };
}

/** What is told of a stop. */
export function stopped(stop: Stop, gaveUp: boolean, host: string | undefined): Stopped {
  const codes = 'reply' in stop ? codesOf(stop.reply) : undefined;
  return { reason: stop.reason, ...stopMessage(stop, gaveUp, host), codes };
}

export function exitCode(stop: Stop | undefined, summary: Summary | undefined): ExitCode {
  if (stop?.reason === 'interrupted') return exitCodes.interrupted;
  if (stop !== undefined || summary === undefined) return exitCodes.stopped;
  return exitCodeOfRows(summary);
}

/** @returns why it stopped before the last call. */
async function send(session: Session, hooks: SessionHooks): Promise<Stop | undefined> {
  const { folder, run, retryFailed, connection, index } = session;
  const { canary } = run.plan.shown;
  let { stop } = session;
  const files = runFiles(folder);
  const calls = openCallFiles(session.files);
  let journal: Journal;
  try {
    const makeRoom = (): boolean => dropBallast(files.ballast);
    journal = await openJournal(files.journal, index, session.journalEnd, { makeRoom });
  } catch (error) {
    calls.close();
    if (!(error instanceof JournalError)) throw error;
    return { reason: 'journal', error };
  }
  const clock = createRunningClock();
  const means = {
    calls,
    journal,
    clock,
    failures: createFailureCount(session.guards.stopAfterFailures),
    progress: { done: index.calls, total: index.calls },
  };
  const onAbort = (): void => void connection.destroy();
  try {
    const plan = planName(run);
    journal.append({ kind: 'session', startedAt: Date.now(), retryFailed, plan });
    if (stop === undefined) {
      const started = startedEvent(session);
      means.progress.done -= started.calls;
      hooks.onEvent?.(started);
      hooks.abortSignal?.addEventListener('abort', onAbort, { once: true });
      let from = 1;
      if (canary !== null && !index.totals.canaryConfirmed) {
        stop = await sendCanary(session, canary, means, hooks);
        from += canary.calls;
      }
      stop ??= await sendCalls(session, { from, to: index.calls }, means, hooks);
    } else {
      endSession(journal, stop.reason, stop);
    }
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    stop = { reason: 'journal', error };
  } finally {
    clock.stop();
    calls.close();
    hooks.abortSignal?.removeEventListener('abort', onAbort);
    await journal.close().catch((error: unknown) => {
      if (!(error instanceof JournalError)) throw error;
      // Whatever else stopped it: a disk that fails must be told.
      stop = { reason: 'journal', error };
    });
  }
  return stop;
}

function startedEvent({
  folder,
  run,
  pace,
  retryFailed,
  connection,
  index,
}: Session): Extract<OffboardEvent, { type: 'started' }> {
  const { open, before } = countCalls(index, retryFailed);
  return {
    type: 'started',
    folder,
    planned: index.calls,
    calls: open,
    before,
    workedMs: index.totals.workedMs,
    host: run.options.server?.host,
    identity: connection.identity,
    users: run.input.users,
    pace,
  };
}

/** What one process sends with. */
interface Means {
  readonly calls: CallReader;
  readonly journal: Journal;
  readonly clock: Clock;
  /** Goes on counting when the canary's calls are followed by the others. */
  readonly failures: FailureCount;
  readonly progress: { done: number; readonly total: number };
}

/** Sends the first users' calls, and asks whether the others may follow. @returns why not. */
async function sendCanary(
  session: Session,
  canary: Canary,
  means: Means,
  hooks: SessionHooks,
): Promise<Stop | undefined> {
  const { folder, run, files, index, retryFailed } = session;
  // At rest with its end written: whatever ends the process while the question stands, no call is in doubt.
  const stop = await sendCalls(session, { from: 1, to: canary.calls }, means, hooks, 'canary');
  if (stop !== undefined) return stop;
  const rows = readRows(files, (firstSeq) => firstSeq > 0 && firstSeq <= canary.calls);
  const result = await canaryResult(canary, rows, means.calls, index, runFiles(folder).journal);
  hooks.onEvent?.({ type: 'canary', result });
  const goesOn =
    hooks.confirmCanary === undefined
      ? hasSucceeded(result)
      : await hooks.confirmCanary({ folder, plan: run.plan.shown, canary: result });
  if (hooks.stopSignal?.aborted === true) {
    endSession(means.journal, 'interrupted');
    return { reason: 'interrupted' };
  }
  if (!goesOn) return { reason: 'canary', users: canary.users, rows: result.rows };
  means.journal.append({ kind: 'canary', confirmedAt: Date.now(), retryFailed });
  return undefined;
}

/**
 * Sends what is open of these calls, and ends the session in the journal.
 * @param reason for the journal when all went out.
 */
async function sendCalls(
  session: Session,
  range: CallRange,
  { calls, journal, clock, failures, progress }: Means,
  hooks: SessionHooks,
  reason: 'finished' | 'canary' = 'finished',
): Promise<Stop | undefined> {
  const { folder, pace, retryFailed, connection, index } = session;
  journal.markUpTo(range.to, retryFailed);
  try {
    const { stop } = await execute({
      calls: openCalls(calls, index, retryFailed, range),
      missingApps: missingApps(calls, index, retryFailed),
      kickUsers: connection.kickUsers,
      renew: connection.renew,
      farCall: async (after, share) => farCall(calls, index, retryFailed, range, after, share),
      // A token came from it, or an answer in a session before this one.
      serverIsKnown: index.totals.hasAnswered || 'userPoolId' in (connection.identity ?? {}),
      journal,
      openApps: (last) => readOpenApps(runFiles(folder).journal, last),
      concurrency: pace.concurrency,
      rate: pace.rate,
      retries: pace.retries,
      giveUpAfterMs: pace.giveUpAfterMs,
      failures,
      stopSignal: hooks.stopSignal,
      clock,
      onAttempt: ({ type, call, verdict, reply, ended }) => {
        if (ended !== undefined) progress.done += 1;
        // Field by field: two spreads make a table of hashes of each, and half a kilobyte of old memory for every call.
        hooks.onEvent?.({ type, call, verdict, reply, ended, done: progress.done, total: progress.total });
      },
      onServer: (waitsFor) => hooks.onEvent?.({ type: 'server', waitsFor }),
      onClock: (aheadMs) => hooks.onEvent?.({ type: 'clock', aheadMs }),
      onLive: (live) => hooks.onEvent?.({ type: 'calling', live }),
    });
    endSession(journal, stop?.reason ?? reason, stop);
    return stop;
  } catch (error) {
    // The calls could not be read on. What was in flight has ended, so that nothing is in doubt.
    if (error instanceof UserError && !(error instanceof JournalError)) endSession(journal, 'input');
    throw error;
  }
}

function endSession(journal: Journal, reason: string, stop?: Stop): void {
  const endedAt = Date.now();
  const waitMs = stop !== undefined && 'waitMs' in stop ? stop.waitMs : undefined;
  const waitUntil = waitMs === undefined ? undefined : endedAt + waitMs;
  journal.append({ kind: 'end', endedAt, reason, waitUntil });
}
