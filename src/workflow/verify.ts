import { exitCodes, UserError, type ExitCode } from '../errors.ts';
import type { Stopped } from '../events.ts';
import { telling } from '../files/disk-error.ts';
import { createSeenRequestIds } from '../genauth/seen-request-ids.ts';
import { createJournalIndex } from '../journal/journal-index.ts';
import { recoverJournal } from '../journal/recover.ts';
import { recallRequestIds } from '../journal/request-key.ts';
import { openCalls } from '../plan/call-file.ts';
import type { Summary } from '../report/summary.ts';
import { claimRunFolder } from '../run-folder/claim.ts';
import { readRunFile } from '../run-folder/run-file.ts';
import { runFiles } from '../run-folder/run-files.ts';
import { text } from '../settings/kinds.ts';
import { checkedPace, type PaceOptions } from '../settings/pace-options.ts';
import { fromOptions } from '../settings/rules.ts';
import { stopMessage } from '../execute/stop/stop-message.ts';
import { openPinnedUsers } from '../tenant/pinned-users.ts';
import type { Back } from '../verify/who-is-back.ts';
import { openSeen, type Seen } from '../verify/seen.ts';
import { refuseUnprovenHost } from './host-proof.ts';
import { createVerifier, type Verifier } from './look-for-sessions.ts';
import { makeReports } from './make-reports.ts';
import { connect, openConnection, refusedKey } from './open-connection.ts';
import { withinOpenFiles } from './open-files.ts';
import { refuseOtherIdentity } from './refusals.ts';
import {
  openRunPlan,
  planName,
  refuseOtherPlan,
  refuseShared,
  type Run,
  type RunChoices,
  type RunPlan,
} from './stored-run.ts';
import { settingsRules, type VerifySettings } from './verify-settings.ts';
import { watchSessions } from './watch-sessions.ts';
import { exitCodeOfSessions } from '../report/exit-code.ts';

const mostNamed = 100;

/** What was seen of a run's sessions. */
export interface Verified {
  readonly folder: string;
  readonly summary: Summary;
  /** Users who have signed in again, the first {@link mostNamed}; all are in `verification.csv`. */
  readonly back: readonly Back[];
  /** Why it stopped before the end. */
  readonly stop: Stopped | undefined;
  readonly exitCode: ExitCode;
}

/**
 * Looks for each session of which GenAuth said that a run has ended it, and writes down what it sees; `--rekick` ends those that have
 * survived once more.
 * @throws {UserError} when it is refused before the first question.
 */
export async function verify(folder: string, given: VerifySettings = {}): Promise<Verified> {
  text({ value: folder, name: 'folder', isText: false });
  const settings = fromOptions(settingsRules, given, '');
  // Nothing is put into a folder that is no run's.
  refuseShared(folder, await readRunFile<RunChoices, RunPlan>(folder));
  const claim = await claimRunFolder(folder);
  try {
    return await verifyClaimed(folder, settings);
  } finally {
    await claim.release();
  }
}

/** The same in a folder that is claimed, and whose journal is known to be up to date. */
export async function verifyClaimed(folder: string, settings: VerifySettings): Promise<Verified> {
  const run = await readRunFile<RunChoices, RunPlan>(folder);
  const { server } = run.options;
  if (server === null) {
    throw new UserError(`${folder} was made through the library with a client of its own.`, {
      hint: 'Such a client can kick users, and cannot be asked about their sessions.',
    });
  }
  if (settings.credentials !== undefined) {
    refuseUnprovenHost(folder, run, server, settings.credentials, settings.host);
  }
  const index = createJournalIndex(run.input.calls);
  const requestIds = createSeenRequestIds();
  const { journal, checks } = runFiles(folder);
  const files = await openRunPlan(folder, run);
  const recall = recallRequestIds(requestIds);
  const journalEnd = await telling(journal, () => recoverJournal(journal, index, recall));
  refuseOtherPlan(journal, run, index);
  const calls = openCalls(files);
  let seen: Seen | undefined;
  try {
    seen = await orAgain(folder, () =>
      telling(checks, () =>
        openSeen(folder, { calls, index, plan: planName(run) }, (record) => {
          const ids = 'requestIds' in record ? (record.requestIds ?? []) : [];
          for (const id of ids) requestIds.isOfAnother(id, `check ${id}`);
        }),
      ),
    );
    refuseNothingSaid(folder, seen);
    const pinnedUsers = await openPinnedUsers(folder, run.users);
    const pace = withinOpenFiles(checkedPace(settings.pace, run.options.pace));
    const connection = openConnection(server, pace, settings, requestIds);
    try {
      await reach(run, connection, pace, settings);
      const known = { index, journalEnd, calls, seen, pinnedUsers };
      const of = { folder, plan: planName(run), pace, connection, ...known };
      const verifier = await orAgain(folder, () => createVerifier(of, settings));
      const report = () =>
        makeReports(
          { folder, run, files, writer: 'holder' },
          () => ({ index, journalFile: journal, seen }),
          settings,
        );
      return await work(folder, verifier, settings, report);
    } finally {
      await connection.close();
    }
  } finally {
    seen?.close();
    calls.close();
  }
}

function refuseNothingSaid(folder: string, { pairs }: Seen): void {
  if (pairs.said > 0) return;
  throw new UserError(
    `In ${folder} GenAuth has said of no user that they are signed out: there is nothing to look for.`,
    {
      hint: 'Go on with the run first:',
      command: ['resume', folder],
    },
  );
}

/** What the disk refuses names the command that looks once it is mended. */
async function orAgain<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isToldBefore = !(error instanceof UserError) || error.command.length > 0;
    if (isToldBefore || error.exitCode !== exitCodes.stopped) throw error;
    const then = 'Then look with:';
    throw new UserError(error.message, {
      hint: error.hint === undefined ? then : `${error.hint} ${then}`,
      exitCode: error.exitCode,
      command: ['verify', folder],
    });
  }
}

/** @throws {UserError} when nothing can be asked. */
async function reach(
  run: Run,
  connection: ReturnType<typeof openConnection>,
  pace: PaceOptions,
  settings: VerifySettings,
): Promise<void> {
  const hasAnswered = run.identity !== null && 'userPoolId' in run.identity;
  const host = run.options.server?.host;
  const stop = await connect(connection, host, pace.giveUpAfterMs, hasAnswered, settings);
  if (stop?.reason === 'unauthorized') throw refusedKey(stop);
  if (stop !== undefined) {
    const { message, hint } = stopMessage(stop, false, host);
    const isInterrupted = stop.reason === 'interrupted';
    throw new UserError(message, {
      hint,
      exitCode: isInterrupted ? exitCodes.interrupted : exitCodes.stopped,
    });
  }
  refuseOtherIdentity(run, connection.identity ?? null);
}

async function work(
  folder: string,
  verifier: Verifier,
  settings: VerifySettings,
  report: () => Promise<Summary>,
): Promise<Verified> {
  let summary: Summary;
  let stop: Stopped | undefined;
  try {
    await watchSessions(verifier, settings);
  } finally {
    stop = await verifier.close();
    summary = await report();
  }
  return { folder, summary, back: verifier.back(mostNamed), stop, exitCode: exitCodeOf(stop, summary) };
}

function exitCodeOf(stop: Stopped | undefined, { verification }: Summary): ExitCode {
  if (stop?.reason === 'interrupted') return exitCodes.interrupted;
  if (stop !== undefined || verification === null) return exitCodes.stopped;
  return exitCodeOfSessions(verification);
}
