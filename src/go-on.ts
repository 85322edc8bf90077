import { connect, openConnection, sessionRules, type SessionOptions } from './connecting.ts';
import { UserError } from './errors.ts';
import type { Plan } from './events.ts';
import { recallRequestIds } from './journal/request-key.ts';
import { createSeenRequestIds } from './genauth/seen-request-ids.ts';
import { failureLimitRule, type GuardOptions } from './guards.ts';
import { hostProof, refuseUnprovenHost } from './host-proof.ts';
import { telling } from './journal/folder-error.ts';
import { createJournalIndex, type JournalIndex } from './journal/journal-index.ts';
import { recoverJournal } from './journal/recover.ts';
import { readRunFile, writeRunFile } from './journal/run-file.ts';
import { runFiles } from './journal/run-folder.ts';
import { refuseOtherCall } from './open-calls.ts';
import { withinOpenFiles } from './open-files.ts';
import { checkedPace, paceRules, type PaceOptions, type Some } from './options.ts';
import { ask } from './question.ts';
import { refuseInterrupted, refuseOtherIdentity, refuseUnusable } from './refusals.ts';
import { planDoesNotFit } from './report/write-reports.ts';
import { openRun, type Run, type RunChoices } from './run-choices.ts';
import { work, type Outcome } from './session.ts';
import { text, yesOrNo } from './settings/kinds.ts';
import { nested, type Rules } from './settings/rules.ts';
import { survey } from './survey.ts';
import { version } from './version.ts';

export interface ResumeOptions extends SessionOptions {
  /** The host that the run was started for; needed where its `run.json` was changed, or the access key secret is another one. */
  readonly host?: string | undefined;
  /** Also try again the calls that ended without success. Default: false. */
  readonly retryFailed?: boolean | undefined;
  /** Default: what the run was started with, option by option. */
  readonly pace?: Some<PaceOptions> | undefined;
  /** Default: likewise. Failures are counted anew. */
  readonly guards?: Some<Pick<GuardOptions, 'stopAfterFailures'>> | undefined;
}

export const resumeRules: Rules<ResumeOptions> = {
  ...sessionRules,
  host: { flag: 'host', kind: text },
  retryFailed: { flag: 'retry-failed', kind: yesOrNo },
  pace: { kind: nested(paceRules) },
  guards: { kind: nested({ stopAfterFailures: failureLimitRule }) },
};

/**
 * What `resume` does with a folder that is claimed: mends the journal, makes sure that input, plan and identity are still those
 * of the run, asks what was not answered, and sends what is open.
 */
export async function goOn(folder: string, options: ResumeOptions): Promise<Outcome> {
  const run = await readRunFile<RunChoices>(folder);
  const { server } = run.options;
  if (server === null && options.client === undefined) {
    throw new UserError(`${folder} was made through the library with a client of its own.`, {
      hint: 'Resume it through the library with that client.',
    });
  }
  const { client, credentials } = options;
  if (server !== null && client === undefined && credentials !== undefined) {
    refuseUnprovenHost(folder, run, server, credentials, options.host);
  }
  const index = createJournalIndex(run.input.calls);
  const seen = createSeenRequestIds();
  const { journal } = runFiles(folder);
  const journalEnd = await telling(journal, () => recoverJournal(journal, index, recallRequestIds(seen)));
  const plan = await planToAskAbout(folder, run, index, options);
  const pace = withinOpenFiles(checkedPace(options.pace, run.options.pace));
  const connection = openConnection(options.client === undefined ? server : null, pace, options, seen);
  try {
    const hasAnswered = run.identity !== null && 'userPoolId' in run.identity;
    const host = client === undefined ? server?.host : undefined;
    const stop = await connect(connection, host, pace.giveUpAfterMs, hasAnswered, options);
    const identity = connection.identity ?? null;
    if (stop === undefined) refuseOtherIdentity(run, identity);
    const asked = run.confirmed || stop !== undefined;
    if (!asked && plan !== undefined) {
      await ask({ plan, host: server?.host, identity: connection.identity }, options.confirm);
    }
    refuseInterrupted(options);
    const changed: Run = {
      ...run,
      identity: run.identity ?? identity,
      confirmed: run.confirmed || !asked,
    };
    // Another secret that was let through proves the host from now on.
    const proof =
      stop === undefined && client === undefined ? hostProof(changed, credentials) : run.hostProof;
    if (!asked || changed.identity !== run.identity || proof !== run.hostProof) {
      await writeRunFile(folder, { ...changed, hostProof: proof });
    }
    const retryFailed = options.retryFailed ?? false;
    const guards = { ...run.options.guards, ...options.guards };
    const session = { folder, run, plan, pace, guards, retryFailed, connection, stop };
    return await work({ ...session, index, journalEnd }, options);
  } finally {
    await connection.close();
  }
}

/**
 * Reads and plans the whole input again where somebody is still to be asked about it, or where another version of the program
 * or of Node planned it, which may have read it otherwise. Else it is left out: the same bytes, options and versions give the same
 * plan, and sending compares each call with the journal.
 * @returns undefined when it was left out.
 * @throws {UserError} when the input copy or the list of protected users was changed, or when the plan does not fit the journal.
 */
async function planToAskAbout(
  folder: string,
  run: Run,
  index: JournalIndex,
  options: ResumeOptions,
): Promise<Plan | undefined> {
  const { canary } = run.options.guards;
  const isAnswered = run.confirmed && (canary === undefined || index.totals.canaryConfirmed);
  const isSameProgram = run.version === version && run.nodeVersion === process.versions.node;
  if (isAnswered && isSameProgram) {
    // So that an input that was changed is refused before anything is sent.
    await (await openRun(folder, run)).close();
    return undefined;
  }
  const { name, size, sha256 } = run.input;
  const plan = await survey(
    () => openRun(folder, run),
    { name, size, sha256 },
    options,
    canary,
    (call) => refuseOtherCall(folder, index, call),
  );
  if (plan.calls !== run.input.calls) throw planDoesNotFit(folder, Math.min(plan.calls, run.input.calls) + 1);
  refuseUnusable(plan, run.options.plan);
  return plan;
}
