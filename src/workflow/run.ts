import { interruption, refuseInterrupted, UserError } from '../errors.ts';
import { rename, rm } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';

import { openConnection, refusedKey, sessionRules, type SessionOptions } from './open-connection.ts';
import type { Stop } from '../execute/stop/stop.ts';
import type { Connection } from '../genauth/connection.ts';
import { checkedGuards, type GuardOptions } from '../settings/guard-options.ts';
import { hostProof } from './host-proof.ts';
import { copyInput } from '../files/copy-input.ts';
import { claimRunFolder, type Claim } from '../run-folder/claim.ts';
import { createJournalIndex } from '../journal/journal-index.ts';
import { formatVersion, writeRunFile } from '../run-folder/run-file.ts';
import { makeRunFolder } from '../run-folder/run-folder.ts';
import { checkedPace, type PaceOptions } from '../settings/pace-options.ts';
import { checkedPlan, type PlanOptions } from '../settings/plan-options.ts';
import { checkedServer, type ServerOptions } from '../settings/server-options.ts';
import { type Some, fromOptions, type Rules } from '../settings/rules.ts';
import { pinsOf, type PlanFiles } from '../plan/plan-files.ts';
import { pinProtection } from '../survey/protection.ts';
import { ask } from './confirm.ts';
import { makePlan } from './make-plan.ts';
import { pinApps } from '../tenant/pinned-apps.ts';
import { withinOpenFiles } from './open-files.ts';
import { asRefusal, leaving, refuseOtherFile } from './refusals.ts';
import { shownOf, type Run, type RunChoices } from './stored-run.ts';
import { work, type OpenSharing, type Outcome, type Sharing } from './session.ts';
import { having, text } from '../settings/kinds.ts';
import { version } from '../version.ts';

export interface RunOptions extends SessionOptions {
  /** The run folder; must not exist. Default: `offboard-<input name>-<UTC time>` in the current folder. */
  readonly folder?: string | undefined;
  /** What the calls are. */
  readonly plan?: Some<PlanOptions> | undefined;
  /** Where they go; of no meaning with a client of the caller's own. */
  readonly server?: Some<ServerOptions> | undefined;
  /** How fast, and how stubbornly. */
  readonly pace?: Some<PaceOptions> | undefined;
  /** What keeps it from doing harm that nobody meant; whom to protect stands in `plan`. */
  readonly guards?: Some<GuardOptions> | undefined;
  /** Through which other machines take part: what `openSharing` of `genauth-offboard/queue` opens. */
  readonly sharing?: Sharing | undefined;
}

interface CheckedOptions extends SessionOptions {
  readonly folder?: string;
  readonly plan?: PlanOptions;
  readonly server?: ServerOptions;
  readonly pace?: PaceOptions;
  readonly guards?: GuardOptions;
  readonly sharing?: OpenSharing;
}

const runRules: Rules<CheckedOptions> = {
  ...sessionRules,
  folder: { flag: 'out', kind: text },
  sharing: { kind: having<OpenSharing>('what openSharing() returns', 'put') },
  plan: { kind: ({ value }) => checkedPlan(value as RunOptions['plan']) },
  server: { kind: ({ value }) => checkedServer(value as RunOptions['server']) },
  pace: { kind: ({ value }) => checkedPace(value as RunOptions['pace']) },
  guards: { kind: ({ value }) => checkedGuards(value as RunOptions['guards']) },
};

const stream = having<Readable>('a path or a readable stream', 'pipe', 'on');

/**
 * The main job: pins a copy of the input, checks it, asks, sends every call, and leaves a report of every row.
 * @param input a path, or a stream such as stdin.
 * @throws {UserError} when it is refused before the first call; then no folder is left behind.
 */
export async function run(input: string | Readable, given: RunOptions = {}): Promise<Outcome> {
  if (typeof input === 'string') text({ value: input, name: 'input', isText: false });
  else stream({ value: input, name: 'input', isText: false });
  const { server, ...options } = fromOptions(runRules, given, '');
  const name = typeof input === 'string' ? path.basename(input) : 'stdin';
  const choices: RunChoices = {
    plan: options.plan ?? checkedPlan({}),
    server: options.client === undefined ? (server ?? checkedServer({})) : null,
    pace: options.pace ?? checkedPace({}),
    guards: options.guards ?? checkedGuards({}),
  };
  const pace = withinOpenFiles(choices.pace);
  const { sharing } = options;
  if (sharing !== undefined && options.client !== undefined) {
    throw new UserError(
      'A run with a client of your own cannot be shared: nothing would keep it from sending what others have taken over.',
      {
        hint: 'Give credentials instead of a client.',
      },
    );
  }
  if (options.folder !== undefined) await sharing?.refuseTaken(options.folder);
  const connection = openConnection(choices.server, pace, options, undefined, sharing?.mayWrite);
  try {
    const folder = await makeRunFolder(options.folder, name);
    let claim: Claim | undefined;
    let hasBegun = false;
    try {
      claim = await claimRunFolder(folder);
      const { made, files, stop } = await planAndAsk(
        { input, name, folder, choices },
        connection,
        pace,
        options,
      );
      const session = { folder, run: made, files, pace, guards: choices.guards, connection, stop };
      const workOnIt = await sharing?.put(session, options);
      hasBegun = true;
      if (workOnIt !== undefined) return await workOnIt();
      const index = createJournalIndex(made.input.calls);
      return await work({ ...session, index, journalEnd: 0, retryFailed: false }, options);
    } catch (error) {
      // Until the session has begun nothing was sent, and a refused run leaves nothing behind.
      if (hasBegun) throw error;
      // The folder may have become read-only, and why it was refused is what has to be told.
      const isGone = await rm(folder, { recursive: true, force: true }).then(
        () => true,
        () => false,
      );
      const refusal = options.stopSignal?.aborted === true ? interruption() : asRefusal(error);
      throw isGone ? refusal : leaving(folder, refusal);
    } finally {
      await claim?.release().catch(() => {});
    }
  } finally {
    await connection.close();
  }
}

/** What a new run is made of. */
interface Begun {
  readonly input: string | Readable;
  readonly name: string;
  readonly folder: string;
  readonly choices: RunChoices;
}

/** Fills the run folder up to its `run.json`, which is written once the question is answered with yes. */
async function planAndAsk(
  { input, name, folder, choices }: Begun,
  connection: Connection,
  pace: PaceOptions,
  options: Pick<CheckedOptions, keyof SessionOptions | 'sharing'>,
): Promise<{ readonly made: Run; readonly files: PlanFiles; readonly stop: Stop | undefined }> {
  let file = `input${path.extname(name) || '.csv'}`;
  const copy = path.join(folder, file);
  const pinned = await copyInput(input, copy, options.stopSignal);
  refuseOtherFile(name, pinned, choices.guards);
  const { protect } = choices.plan;
  const list = protect === undefined ? undefined : await pinProtection(protect, folder);
  const source = { folder, file: pinned, name, choices, protection: list?.protection };
  const { planned, apps, users, stop } = await makePlan(source, connection, pace, options);
  const { plan, columns, files } = planned;
  if ('sheet' in plan.format && path.extname(name) === '') {
    file = 'input.xlsx';
    await rename(copy, path.join(folder, file));
  }
  const { host } = choices.server ?? {};
  const { sharing } = options;
  // Whoever joins a shared run need not be the one who was asked.
  if (stop !== undefined && sharing !== undefined) throw refusedKey(stop);
  if (stop === undefined) await ask({ plan, host, identity: connection.identity }, options.confirm);
  refuseInterrupted(options);
  const content: Run = {
    format: formatVersion,
    version,
    createdAt: new Date().toISOString(),
    createdBy: { user: userName(), machine: hostname() },
    input: { ...plan.input, file, rows: plan.rows.total, calls: plan.calls, users: plan.users },
    protect: list?.pinned ?? null,
    apps: apps === undefined ? null : await pinApps(folder, apps),
    users: users ?? null,
    plan: { files: pinsOf(files), columns, shown: shownOf(plan) },
    options: choices,
    identity: connection.identity ?? null,
    confirmed: stop === undefined,
    ...(sharing === undefined ? {} : { isShared: true }),
  };
  const made: Run = { ...content, hostProof: hostProof(content, options.credentials) };
  await writeRunFile(folder, made);
  return { made, files, stop };
}

/** Only a note. A user ID without a name, as containers have it, is no reason not to work. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
