import { checkSessionStatus } from '../genauth/questions/check-session-status.ts';
import { getUserLoginHistory } from '../genauth/questions/get-user-login-history.ts';
import { listApplicationActiveUsers } from '../genauth/questions/list-application-active-users.ts';
import { saidBy, type Looking } from './looking.ts';

/** Whoever is listed may have signed out since. */
const usersOfApp = 3;
const mostApps = 20;
const aroundLoginMs = 1000;

/**
 * Looks for somebody who is signed in, by a listing: whoever does not see that session sees none, and nothing is gone for it.
 * @returns false when nothing more is asked.
 */
export async function control(looking: Looking): Promise<boolean> {
  const { checks, pairs, ask } = looking;
  const isSeen = (): boolean => checks.look?.isProven === true;
  for (const appId of [...pairs.byApp.keys()].slice(0, mostApps)) {
    if (isSeen()) return true;
    const listed = await ask(listApplicationActiveUsers({ appId, page: 1 }));
    if (listed === undefined) return false;
    for (const { userId } of (listed.answer?.list ?? []).slice(0, usersOfApp)) {
      if (!(await controlUser(looking, appId, userId))) return false;
      if (isSeen() && checks.look?.hasLogins === true) return true;
    }
  }
  return true;
}

async function controlUser(looking: Looking, appId: string, userId: string): Promise<boolean> {
  const asked = await looking.ask(checkSessionStatus({ appId, userId }));
  if (asked === undefined) return false;
  const active = asked.answer?.active;
  const hasLogins = active === true ? await findsLogins(looking, appId, userId) : false;
  if (hasLogins === undefined) return false;
  looking.append({ kind: 'control', appId, userId, active, hasLogins, ...saidBy(asked) });
  return true;
}

/** Whether a login that there was is found by its time: a filter that is not understood may find nothing, and say so in silence. */
async function findsLogins(
  { ask, now, clock }: Looking,
  appId: string,
  userId: string,
): Promise<boolean | undefined> {
  const end = Math.ceil(now() + (clock.ahead?.ms ?? 0) + aroundLoginMs);
  const all = await ask(getUserLoginHistory({ userId, appId, start: 0, end, page: 1, limit: 1 }));
  if (all === undefined) return undefined;
  const login = all.answer?.list.find((each) => each.appId === appId);
  if (login === undefined) return false;
  const around = { start: login.time - aroundLoginMs, end: login.time + aroundLoginMs };
  const found = await ask(getUserLoginHistory({ userId, appId, ...around, page: 1 }));
  if (found === undefined) return undefined;
  return found.answer?.list.some(({ time }) => time === login.time) ?? false;
}
