import type { PinnedFile } from '../files/copy-input.ts';
import { copyError } from '../files/disk-error.ts';
import type { ProvenFile } from '../files/proven-file.ts';
import type { Connection } from '../genauth/connection.ts';
import type { Stop } from '../execute/stop/stop.ts';
import { createKnownApps, type App } from '../input/cell/known-apps.ts';
import { openCalls, type CallReader } from '../plan/call-file.ts';
import type { Call } from '../plan/call.ts';
import type { PlanFiles } from '../plan/plan-files.ts';
import type { PaceOptions } from '../settings/pace-options.ts';
import { areAllMeant } from '../survey/apps-for-all-rows.ts';
import type { KnownUsers } from '../survey/known-users.ts';
import type { Plan } from '../survey/plan.ts';
import type { Protection } from '../survey/protection.ts';
import { planFile } from '../survey/survey.ts';
import { pinUsers, type PinnedUser } from '../tenant/pinned-users.ts';
import { rowsToLookUp, lookUpUsersOf } from './ask-about-users.ts';
import { lookUpApps, type LookUp } from './look-up.ts';
import { connect, refusedKey, type SessionOptions } from './open-connection.ts';
import { refuseTooManyUsers, refuseUnusable } from './refusals.ts';
import type { RunChoices } from './stored-run.ts';

/** What a plan is made of. */
export interface PlanSource {
  /** The run folder. */
  readonly folder: string;
  readonly file: ProvenFile;
  /** What the user calls the file. */
  readonly name: string;
  readonly choices: RunChoices;
  readonly protection: Protection | undefined;
}

export interface MadePlan {
  readonly planned: Awaited<ReturnType<typeof planFile>>;
  /** The user pool's; undefined where nobody could say. */
  readonly apps: readonly App[] | undefined;
  /** Who the users are, pinned; undefined where GenAuth said nothing of them. */
  readonly users: PinnedFile | undefined;
  /** Why nothing can be sent: the server could not be reached. */
  readonly stop: Stop | undefined;
}

/**
 * Asks the user pool what there is, makes the plan with that, and gets through to the server. What is wrong with the file is said before
 * the server is waited for.
 * @throws {UserError} when nothing can be sent, or nothing should be.
 */
export async function makePlan(
  source: PlanSource,
  connection: Connection,
  pace: PaceOptions,
  options: SessionOptions,
): Promise<MadePlan> {
  const { choices } = source;
  const { host } = choices.server ?? {};
  const planWith = (pool: LookUp): Promise<Planned> => planFrom(source, pool, connection, pace, options);
  let pool = await lookUpApps(connection, pace, options);
  const { isUnreached } = pool;
  let planned = isUnreached && areAllMeant(choices.plan.appIds) ? undefined : await planWith(pool);
  try {
    if (planned !== undefined && !(isUnreached && mayBeNames(planned.plan))) refuse(planned.plan, choices);
    const stop = await connect(connection, host, choices.pace.giveUpAfterMs, false, options);
    if (stop?.reason === 'unauthorized') throw refusedKey(stop);
    if (stop === undefined && isUnreached) {
      pool = await lookUpApps(connection, pace, options);
      // Nobody was asked who the users are.
      if (pool.apps !== undefined || choices.plan.lookUp !== false) planned = undefined;
    }
    planned ??= await planWith(pool);
    refuse(planned.plan, choices);
    const { knownUsers, files } = planned;
    const users =
      knownUsers === undefined || knownUsers.counts.asked === 0
        ? undefined
        : await pinUsersOf(source.folder, files, knownUsers);
    return { planned, apps: pool.apps, users, stop };
  } finally {
    planned?.knownUsers?.close();
  }
}

/** A plan, and who its users are; undefined where nobody was asked. */
type Planned = MadePlan['planned'] & { readonly knownUsers: KnownUsers | undefined };

async function planFrom(
  { folder, file, name, choices, protection }: PlanSource,
  { apps, isUnreached, why }: LookUp,
  connection: Connection,
  pace: PaceOptions,
  options: SessionOptions,
): Promise<Planned> {
  const knownApps = apps === undefined ? undefined : createKnownApps(apps);
  const looked = { file, name, plan: choices.plan, judgement: { protection, knownApps } };
  const scratch = { folder, told: copyError };
  // Who has just not answered for ten seconds is not asked by itself once more.
  const mayAnswer = !isUnreached && (choices.plan.lookUp === true || why !== 'no_answer');
  const rows = mayAnswer ? await rowsToLookUp(looked, connection, options) : undefined;
  const knownUsers =
    rows === undefined ? undefined : await lookUpUsersOf(looked, rows, scratch, connection, pace, options);
  const survey = {
    file,
    input: { name, size: file.size, sha256: file.sha256 },
    options: choices.plan,
    protection,
    knownApps,
    knownUsers,
    hooks: options,
    canaryUsers: choices.guards.canary,
  };
  try {
    return { ...(await planFile(survey, folder)), knownUsers };
  } catch (error) {
    knownUsers?.close();
    throw error;
  }
}

/** In the order of the plan. */
async function pinUsersOf(folder: string, files: PlanFiles, known: KnownUsers): Promise<PinnedFile> {
  const calls = openCalls(files);
  try {
    return await pinUsers(folder, usersIn(calls, known));
  } finally {
    calls.close();
  }
}

/** The calls of a user follow each other. */
function* usersIn(calls: CallReader, known: KnownUsers): Generator<PinnedUser> {
  let former: Call | undefined;
  for (let seq = 1; seq <= calls.count; seq += 1) {
    const call = calls.read(seq);
    const { userId, userIdType } = call;
    const isFirst = former?.userId !== userId || former.userIdType !== userIdType;
    former = call;
    const said = isFirst ? known.said(userIdType, userId) : undefined;
    if (said?.user === undefined) continue;
    const user = said.user === 'missing' ? undefined : said.user;
    yield { seq, userId: user?.userId ?? null, status: user?.status, askedAt: said.askedAt };
  }
}

function refuse(plan: Plan, { plan: options, guards }: RunChoices): void {
  refuseUnusable(plan, options);
  refuseTooManyUsers(plan, guards);
}

/** Apps that look damaged as long as nobody knows their names. */
function mayBeNames({ problemGroups }: Plan): boolean {
  return problemGroups.some(({ kind }) => kind === 'app_form');
}
