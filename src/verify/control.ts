import { checkSessionStatus } from '../genauth/questions/check-session-status.ts';
import { getUserLoginHistory } from '../genauth/questions/get-user-login-history.ts';
import { listApplicationActiveUsers } from '../genauth/questions/list-application-active-users.ts';
import { requestIdsOf } from '../genauth/reply.ts';
import { atOnce, isOpen, saidBy, type Looking } from './looking.ts';

/** Whoever is listed may have signed out since. */
const usersOfApp = 3;
const aroundLoginMs = 1000;
/** In an app where the first who is listed is seen: a page, a check and two login histories. */
export const questionsOfControl = 4;

/**
 * Looks for somebody who is signed in, by a listing, in each app in which sessions are looked for: where that session is not seen none
 * is, whatever is seen in other apps, and nothing is gone.
 * @returns false when nothing more is asked.
 */
export function control(looking: Looking): Promise<boolean> {
  return atOnce(appsToProve(looking), looking.atOnce, (appId) => controlApp(looking, appId));
}

/** The same in each app where a listing has found a session, and nobody was looked for. */
export function controlFound(looking: Looking): Promise<boolean> {
  const { checks } = looking;
  const apps = appsOf(looking, (pair) => checks.answer(pair) === 'active');
  const unknown = apps.filter((appId) => checks.control(appId) === undefined);
  return atOnce(unknown, looking.atOnce, (appId) => controlApp(looking, appId));
}

/** Apps with sessions of which nothing is known yet, and in which the look has not seen what it needs before it was stopped. */
export function appsToProve(looking: Looking): string[] {
  const apps = appsOf(looking, (pair) => isOpen(looking, pair));
  return apps.filter((appId) => !isDone(looking.checks.control(appId)));
}

function appsOf({ pairs }: Looking, isMeant: (pair: number) => boolean): string[] {
  const apps = new Set<number>();
  for (let pair = 0; pair < pairs.count && apps.size < pairs.appIds.length; pair += 1) {
    const app = pairs.app(pair);
    if (app !== -1 && isMeant(pair)) apps.add(app);
  }
  return pairs.appIds.filter((_, app) => apps.has(app));
}

function isDone(control: ReturnType<Looking['checks']['control']>): boolean {
  return control?.isProven === true && control.hasLogins;
}

async function controlApp(looking: Looking, appId: string): Promise<boolean> {
  const listed = await looking.ask(listApplicationActiveUsers({ appId, page: 1 }));
  if (listed === undefined) return false;
  let before = requestIdsOf(listed.reply);
  for (const { userId } of (listed.answer?.list ?? []).slice(0, usersOfApp)) {
    if (!(await controlUser(looking, appId, userId, before))) return false;
    if (isDone(looking.checks.control(appId))) return true;
    before = [];
  }
  return true;
}

/** @param before request IDs of what was asked before: none of them may come again. */
async function controlUser(
  looking: Looking,
  appId: string,
  userId: string,
  before: readonly string[],
): Promise<boolean> {
  const asked = await looking.ask(checkSessionStatus({ appId, userId }));
  if (asked === undefined) return false;
  const said = saidBy(asked);
  const active = asked.answer?.active;
  const logins = active === true ? await findLogins(looking, appId, userId) : noLogins;
  const { hasLogins, isStopped } = logins;
  const requestIds = [...before, ...(said.requestIds ?? []), ...logins.requestIds];
  // Also where the look is stopped before it knows all: the next one has to know these IDs, should a cache answer with them.
  looking.append({ kind: 'control', appId, userId, active, hasLogins, ...said, requestIds });
  return !isStopped;
}

interface Logins {
  readonly hasLogins: boolean;
  readonly requestIds: readonly string[];
  /** Nothing more is asked. */
  readonly isStopped: boolean;
}

const noLogins: Logins = { hasLogins: false, requestIds: [], isStopped: false };

/** Whether a login that there was is found by its time: a filter that is not understood may find nothing, and say so in silence. */
async function findLogins({ ask, now, clock }: Looking, appId: string, userId: string): Promise<Logins> {
  const end = Math.ceil(now() + (clock.ahead?.ms ?? 0) + aroundLoginMs);
  const all = await ask(getUserLoginHistory({ userId, appId, start: 0, end, page: 1, limit: 1 }));
  if (all === undefined) return { ...noLogins, isStopped: true };
  const requestIds = [...requestIdsOf(all.reply)];
  const login = all.answer?.list.find((each) => each.appId === appId);
  if (login === undefined) return { ...noLogins, requestIds };
  const around = { start: login.time - aroundLoginMs, end: login.time + aroundLoginMs };
  const found = await ask(getUserLoginHistory({ userId, appId, ...around, page: 1 }));
  if (found === undefined) return { ...noLogins, requestIds, isStopped: true };
  requestIds.push(...requestIdsOf(found.reply));
  const hasLogins = found.answer?.list.some(({ time }) => time === login.time) ?? false;
  return { hasLogins, requestIds, isStopped: false };
}
