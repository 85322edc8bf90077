import type { KnownApps } from '../input/cell/known-apps.ts';
import type { PlanOptions } from '../settings/plan-options.ts';
import { areAllMeant } from './apps-for-all-rows.ts';
import type { PlanSummary } from './plan-summary.ts';

/** What the user pool's list of apps says of a plan. */
export interface NamedApps {
  /** How many apps the access key sees, and whether the plan means all of them; null where there is no list. */
  readonly userPoolApps: { readonly count: number; readonly areAllMeant: boolean } | null;
  /** The apps counted, and how many users each is asked for. The most first. `name` where the list has it. */
  readonly usersByApp: readonly { readonly appId: string; readonly name?: string; readonly users: number }[];
}

export function namedApps(
  { usersByApp }: Pick<PlanSummary, 'usersByApp'>,
  knownApps: KnownApps | undefined,
  { appIds }: PlanOptions,
): NamedApps {
  if (knownApps === undefined) return { userPoolApps: null, usersByApp };
  const names = new Map(knownApps.all.map(({ appId, name }) => [appId, name]));
  return {
    userPoolApps: { count: knownApps.all.length, areAllMeant: areAllMeant(appIds) },
    usersByApp: usersByApp.map(({ appId, users }) => {
      const name = names.get(appId);
      return name === undefined ? { appId, users } : { appId, name, users };
    }),
  };
}
