import type { ProvenFile } from '../files/proven-file.ts';
import type { Connection } from '../genauth/connection.ts';
import type { Stop } from '../execute/stop/stop.ts';
import { createKnownApps, type App } from '../input/cell/known-apps.ts';
import type { PaceOptions } from '../settings/pace-options.ts';
import { areAllMeant } from '../survey/apps-for-all-rows.ts';
import type { Plan } from '../survey/plan.ts';
import type { Protection } from '../survey/protection.ts';
import { planFile } from '../survey/survey.ts';
import { lookUpApps, lookUpUsersOf } from './look-up.ts';
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
  let { apps, isUnreached } = await lookUpApps(connection, pace, options);
  let planned = isUnreached && areAllMeant(choices.plan.appIds) ? undefined : await planWith(apps);
  if (planned !== undefined && !(isUnreached && mayBeNames(planned.plan))) refuse(planned.plan, choices);
  const stop = await connect(connection, host, choices.pace.giveUpAfterMs, false, options);
  if (stop?.reason === 'unauthorized') throw refusedKey(stop);
  if (stop === undefined && isUnreached) {
    ({ apps, isUnreached } = await lookUpApps(connection, pace, options));
    if (apps !== undefined || choices.plan.lookUp) planned = undefined;
  }
  planned ??= await planWith(apps);
  refuse(planned.plan, choices);
  return { planned, apps, stop };

  async function planWith(known: readonly App[] | undefined): Promise<MadePlan['planned']> {
    const { folder, file, name, protection } = source;
    const knownApps = known === undefined ? undefined : createKnownApps(known);
    const looked = { file, name, plan: choices.plan, judgement: { protection, knownApps } };
    const knownUsers = choices.plan.lookUp
      ? await lookUpUsersOf(looked, connection, pace, options)
      : undefined;
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
    return planFile(survey, folder);
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
