import { connect, openConnection, sessionRules, type SessionOptions } from './open-connection.ts';
import { UserError, refuseInterrupted } from '../errors.ts';
import { fromOptions, type Some, nested, type Rules } from '../settings/rules.ts';
import { claimRunFolder } from '../run-folder/claim.ts';
import { recallRequestIds } from '../journal/request-key.ts';
import { createSeenRequestIds } from '../genauth/seen-request-ids.ts';
import { failureLimitRule, type GuardOptions } from '../settings/guard-options.ts';
import { hostProof, refuseUnprovenHost } from './host-proof.ts';
import { telling } from '../files/disk-error.ts';
import { createJournalIndex } from '../journal/journal-index.ts';
import { recoverJournal } from '../journal/recover.ts';
import { readRunFile, writeRunFile } from '../run-folder/run-file.ts';
import { runFiles } from '../run-folder/run-files.ts';
import { withinOpenFiles } from './open-files.ts';
import { checkedPace, paceRules, type PaceOptions } from '../settings/pace-options.ts';
import { ask } from './confirm.ts';
import { refuseOtherIdentity } from './refusals.ts';
import { countCalls } from './open-calls.ts';
import {
  openRunPlan,
  refuseOtherPlan,
  refuseShared,
  type Run,
  type RunChoices,
  type RunPlan,
} from './stored-run.ts';
import { work, type Outcome } from './session.ts';
import { text, yesOrNo } from '../settings/kinds.ts';

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

const resumeRules: Rules<ResumeOptions> = {
  ...sessionRules,
  host: { flag: 'host', kind: text },
  retryFailed: { flag: 'retry-failed', kind: yesOrNo },
  pace: { kind: nested(paceRules) },
  guards: { kind: nested({ stopAfterFailures: failureLimitRule }) },
};

/**
 * Goes on with a run where it stopped: with its own plan, host and options, and credentials given anew.
 * @throws {UserError} when the folder holds no run, or plan, journal or identity are no longer those of the run.
 */
export async function resume(folder: string, given: ResumeOptions = {}): Promise<Outcome> {
  text({ value: folder, name: 'folder', isText: false });
  const options = fromOptions(resumeRules, given, '');
  // Nothing is put into a folder that is no run's.
  refuseShared(folder, await readRunFile<RunChoices, RunPlan>(folder));
  const claim = await claimRunFolder(folder);
  try {
    return await resumeClaimed(folder, options);
  } finally {
    await claim.release();
  }
}

/**
 * What `resume` does with a folder that is claimed: mends the journal, makes sure that input, plan and identity are still those
 * of the run, asks what was not answered, and sends what is open.
 */
async function resumeClaimed(folder: string, options: ResumeOptions): Promise<Outcome> {
  const run = await readRunFile<RunChoices, RunPlan>(folder);
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
  const files = await openRunPlan(folder, run);
  const journalEnd = await telling(journal, () => recoverJournal(journal, index, recallRequestIds(seen)));
  refuseOtherPlan(journal, run, index);
  const pace = withinOpenFiles(checkedPace(options.pace, run.options.pace));
  const connection = openConnection(options.client === undefined ? server : null, pace, options, seen);
  try {
    const hasAnswered = run.identity !== null && 'userPoolId' in run.identity;
    const host = client === undefined ? server?.host : undefined;
    const retryFailed = options.retryFailed ?? false;
    // Where nothing is left only the reports are made: no server and no key has anything to do with it.
    const isNeeded = !run.confirmed || countCalls(index, retryFailed).open > 0;
    const stop = isNeeded
      ? await connect(connection, host, pace.giveUpAfterMs, hasAnswered, options)
      : undefined;
    const identity = connection.identity ?? null;
    if (stop === undefined) refuseOtherIdentity(run, identity);
    const asked = run.confirmed || stop !== undefined;
    if (!asked) {
      await ask({ plan: run.plan.shown, host: server?.host, identity: connection.identity }, options.confirm);
    }
    refuseInterrupted(options);
    const changed: Run = {
      ...run,
      identity: run.identity ?? identity,
      confirmed: run.confirmed || !asked,
    };
    // Another secret that was let through proves the host from now on.
    const proof =
      isNeeded && stop === undefined && client === undefined
        ? hostProof(changed, credentials)
        : run.hostProof;
    if (!asked || changed.identity !== run.identity || proof !== run.hostProof) {
      await writeRunFile(folder, { ...changed, hostProof: proof });
    }
    const guards = { ...run.options.guards, ...options.guards };
    const session = { folder, run, files, pace, guards, retryFailed, connection, stop };
    return await work({ ...session, index, journalEnd }, options);
  } finally {
    await connection.close();
  }
}
