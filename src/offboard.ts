import { rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';

import type { Credentials } from './credentials.ts';
import { UserError } from './errors.ts';
import type { OffboardEvent } from './events.ts';
import { connectPatiently, type KnownServer } from './execute/connect.ts';
import { createPauses } from './execute/pauses.ts';
import type { Stop } from './execute/stop.ts';
import { createClient } from './genauth/client.ts';
import { foreignConnection, ownConnection, type Connection } from './genauth/connection.ts';
import type { KickUsersClient } from './genauth/kick-users.ts';
import { guardOptions, refuseOtherFile, refuseTooManyUsers, type GuardOptions } from './guards.ts';
import { copyInput } from './input/copy-input.ts';
import { claimRunFolder, type Claim } from './journal/claim.ts';
import { telling } from './journal/folder-error.ts';
import { createJournalIndex } from './journal/journal-index.ts';
import { damagedJournal, readJournal } from './journal/read-journal.ts';
import { recoverJournal } from './journal/recover.ts';
import { formatVersion, readRunFile, writeRunFile } from './journal/run-file.ts';
import { createRunFolder, refuseLinks, runFiles, runFolderName } from './journal/run-folder.ts';
import { makeReports } from './make-reports.ts';
import type { NetworkOptions } from './network.ts';
import {
  paceOptions,
  planOptions,
  serverOptions,
  type PaceOptions,
  type PlanOptions,
  type ServerOptions,
} from './options.ts';
import { digestOf } from './plan/digest.ts';
import type { Summary } from './report/summary.ts';
import { planDoesNotFit } from './report/write-reports.ts';
import { pinProtection } from './protection.ts';
import { ask, type Confirm } from './question.ts';
import { asRefusal, refuseInterrupted, refuseOtherIdentity, refuseUnusable } from './refusals.ts';
import { openRun, type Run, type RunChoices } from './run-choices.ts';
import { work, type Outcome } from './session.ts';
import { survey, surveyFile } from './survey.ts';
import { version } from './version.ts';

/** What `run` and `resume` have in common. */
export interface SessionOptions extends Confirm {
  /** For the client that is made when no other is given. */
  readonly credentials?: Credentials | undefined;
  /** For that client, too. */
  readonly network?: NetworkOptions | undefined;
  /** A client of the caller's own, such as the official SDK's `ManagementClient`; the caller closes it. */
  readonly client?: KickUsersClient | undefined;
  readonly onEvent?: ((event: OffboardEvent) => void) | undefined;
  /** When aborted: no new calls; those in flight end and are kept; reports are written. */
  readonly stopSignal?: AbortSignal | undefined;
  /** When aborted: those in flight are given up too, and become `unknown`. To be aborted after `stopSignal`. */
  readonly abortSignal?: AbortSignal | undefined;
}

export interface RunOptions extends SessionOptions {
  /** The run folder; must not exist. Default: `offboard-<input name>-<UTC time>` in the current folder. */
  readonly folder?: string | undefined;
  readonly plan?: Partial<PlanOptions> | undefined;
  readonly server?: Partial<ServerOptions> | undefined;
  readonly pace?: Partial<PaceOptions> | undefined;
  /** What keeps it from doing harm that nobody meant; whom to protect stands in `plan`. */
  readonly guards?: Partial<GuardOptions> | undefined;
}

export interface ResumeOptions extends SessionOptions {
  /** Also try again the calls that ended without success. */
  readonly retryFailed?: boolean | undefined;
  /** Instead of what the run was started with. */
  readonly pace?: Partial<PaceOptions> | undefined;
  /** Likewise. */
  readonly guards?: Partial<Pick<GuardOptions, 'stopAfterFailures'>> | undefined;
}

/**
 * The main job: pins a copy of the input, checks it, asks, sends every call, and leaves a report of every row.
 * @param input a path, or a stream such as stdin.
 * @throws {UserError} when it is refused before the first call; then no folder is left behind.
 */
export async function run(input: string | Readable, options: RunOptions = {}): Promise<Outcome> {
  const name = typeof input === 'string' ? path.basename(input) : 'stdin';
  const folder = options.folder ?? runFolderName(name, new Date());
  const choices: Omit<RunChoices, 'evidence'> = {
    plan: { ...planOptions({}), ...options.plan },
    server: options.client === undefined ? { ...serverOptions({}, {}), ...options.server } : null,
    pace: { ...paceOptions({}), ...options.pace },
    guards: { ...guardOptions({}), ...options.guards },
  };
  const connection = openConnection(choices.server, choices.pace, options);
  try {
    await createRunFolder(folder);
    let claim: Claim | undefined;
    let hasBegun = false;
    try {
      claim = await claimRunFolder(folder);
      let file = `input${path.extname(name) || '.csv'}`;
      const copy = path.join(folder, file);
      const pinned = await copyInput(input, copy, options.stopSignal);
      refuseOtherFile(name, pinned, choices.guards);
      const { protect } = choices.plan;
      const list = protect === undefined ? undefined : await pinProtection(protect, folder);
      const about = { name, ...pinned };
      const { canary } = choices.guards;
      const plan = await surveyFile(copy, about, choices.plan, list?.protection, options, canary);
      refuseUnusable(plan, choices.plan);
      refuseTooManyUsers(plan, choices.guards);
      if ('sheet' in plan.format && path.extname(name) === '') {
        file = 'input.xlsx';
        await rename(copy, path.join(folder, file));
      }
      const stop = await connect(connection, undefined, options);
      if (stop === undefined)
        await ask({ plan, host: choices.server?.host, identity: connection.identity }, options.confirm);
      refuseInterrupted(options);
      const made: Run = {
        format: formatVersion,
        version,
        createdAt: new Date().toISOString(),
        createdBy: { user: userInfo().username, machine: hostname() },
        input: { ...plan.input, file, rows: plan.rows.total, calls: plan.calls },
        protect: list?.pinned ?? null,
        options: { ...choices, evidence: plan.evidence },
        identity: connection.identity ?? null,
        confirmed: stop === undefined,
      };
      await writeRunFile(folder, made);
      const index = createJournalIndex(plan.calls);
      const { pace, guards } = choices;
      const session = { folder, run: made, plan, pace, guards, retryFailed: false, connection, stop };
      hasBegun = true;
      return await work({ ...session, index, journalEnd: 0 }, options);
    } catch (error) {
      // Until the session has begun nothing was sent, and a refused run leaves nothing behind.
      if (hasBegun) throw error;
      // The folder may have become read-only, and why it was refused is what has to be told.
      await rm(folder, { recursive: true, force: true }).catch(() => {});
      refuseInterrupted(options);
      throw asRefusal(error);
    } finally {
      await claim?.release().catch(() => {});
    }
  } finally {
    await connection.close();
  }
}

/**
 * Goes on with a run where it stopped: with its own input copy, host and plan, and credentials given anew.
 * @throws {UserError} when the folder holds no run, or input, plan, journal or identity are no longer those of the run.
 */
export async function resume(folder: string, options: ResumeOptions = {}): Promise<Outcome> {
  // Nothing is put into a folder that is no run's.
  await readRunFile<RunChoices>(folder);
  const claim = await claimRunFolder(folder);
  try {
    return await goOn(folder, options);
  } finally {
    await claim.release();
  }
}

/** What `resume` does with a folder that is claimed. */
async function goOn(folder: string, options: ResumeOptions): Promise<Outcome> {
  const run = await readRunFile<RunChoices>(folder);
  const { server, plan: planChoices } = run.options;
  if (server === null && options.client === undefined) {
    throw new UserError(`${folder} was made through the library with a client of its own.`, {
      hint: 'Resume it through the library with that client.',
    });
  }
  const index = createJournalIndex(run.input.calls);
  const { journal } = runFiles(folder);
  const journalEnd = await telling(journal, () => recoverJournal(journal, index));
  const { canary } = run.options.guards;
  const { name, size, sha256 } = run.input;
  const input = { name, size, sha256 };
  const plan = await survey(await openRun(folder, run), input, options, canary, (call) => {
    const state = index.state(call.seq);
    if (state.attempts > 0 && state.digest !== digestOf(call)) throw planDoesNotFit(folder, call.seq);
  });
  if (plan.calls !== run.input.calls) throw planDoesNotFit(folder, Math.min(plan.calls, run.input.calls) + 1);
  refuseUnusable(plan, planChoices);

  const pace = { ...run.options.pace, ...options.pace };
  const connection = openConnection(options.client === undefined ? server : null, pace, options);
  try {
    const hasAnswered = run.identity !== null && 'userPoolId' in run.identity;
    const known = hasAnswered
      ? {
          giveUpAfterMs: pace.giveUpAfterMs,
          onDown: () => options.onEvent?.({ type: 'server', state: 'down' }),
        }
      : undefined;
    const stop = await connect(connection, known, options);
    const identity = connection.identity ?? null;
    if (stop === undefined) refuseOtherIdentity(run, identity);
    const asked = run.confirmed || stop !== undefined;
    if (!asked) await ask({ plan, host: server?.host, identity: connection.identity }, options.confirm);
    refuseInterrupted(options);
    if (!asked || (run.identity === null && identity !== null)) {
      await writeRunFile(folder, {
        ...run,
        identity: run.identity ?? identity,
        confirmed: run.confirmed || !asked,
      });
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
 * Makes the reports of a run again from its input copy and journal, which it only reads: the run may be still going.
 * @throws {UserError} after the reports are made, when the journal is damaged before its end.
 */
export async function report(
  folder: string,
  hooks: Pick<SessionOptions, 'onEvent' | 'abortSignal'> = {},
): Promise<Summary> {
  const run = await readRunFile<RunChoices>(folder);
  await refuseLinks(folder);
  const index = createJournalIndex(run.input.calls);
  const file = runFiles(folder).journal;
  const { damagedAt } = await readJournal(file, index);
  const journalFile = existsSync(file) ? file : undefined;
  const summary = await makeReports({ folder, run, index, journalFile, writer: 'guest' }, hooks);
  const firstDamage = damagedAt[0];
  if (firstDamage !== undefined) throw damagedJournal(file, firstDamage);
  return summary;
}

function openConnection(
  server: ServerOptions | null,
  pace: PaceOptions,
  options: SessionOptions,
): Connection {
  if (server === null || options.client !== undefined) {
    if (options.client === undefined) throw new TypeError('a run without a server needs a client');
    return foreignConnection(options.client);
  }
  if (options.credentials === undefined) throw new TypeError('either credentials or a client is needed');
  const { concurrency, timeoutMs } = pace;
  return ownConnection(
    createClient({
      ...server,
      ...options.credentials,
      ...options.network,
      connections: concurrency,
      timeoutMs,
      version,
    }),
  );
}

function connect(
  connection: Connection,
  known: KnownServer | undefined,
  options: SessionOptions,
): Promise<Stop | undefined> {
  const pauses = createPauses();
  options.stopSignal?.addEventListener('abort', () => pauses.cancel(), { once: true });
  options.abortSignal?.addEventListener('abort', () => void connection.destroy(), { once: true });
  return connectPatiently(connection.connect, pauses.wait, known, options.stopSignal);
}
