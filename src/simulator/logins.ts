import { callKey, draw, drawFor } from './draw.ts';
import type { Sessions } from './sessions.ts';
import type { SimulatedUser, Tenant } from './tenant.ts';

/** One sign-in of a user. */
export interface Login {
  readonly appId: string;
  readonly clientIp: string;
  /** On the server's clock. */
  readonly atMs: number;
}

export interface LoginCircumstances {
  readonly tenant: Tenant;
  readonly sessions: Sessions;
  /** The true time. */
  readonly nowMs: number;
  readonly startedAtMs: number;
  readonly clockOffsetMs: number;
}

const hourMs = 3_600_000;
/** Addresses for documents: nobody has them. */
const earlierIp = '192.0.2.10';
const returnIp = '198.51.100.20';

/** The apps that a user has ever used. */
export function appsUsedBy(user: SimulatedUser, tenant: Tenant): readonly string[] {
  return user.usedApps ?? user.apps ?? tenant.apps.map(({ appId }) => appId);
}

/** A user's sign-ins, the last one first. @param appId `undefined` for all apps. */
export function loginsOf(
  user: SimulatedUser,
  appId: string | undefined,
  { tenant, sessions, nowMs, startedAtMs, clockOffsetMs }: LoginCircumstances,
): Login[] {
  // Of an app that no list names it is known only when it is asked for.
  const isListed = tenant.apps.some((app) => app.appId === appId);
  const used = appId === undefined || isListed ? appsUsedBy(user, tenant) : [appId];
  const earlier =
    user.logins?.map(({ clientIp = earlierIp, time, ...login }) => ({
      ...login,
      clientIp,
      atMs: Date.parse(time),
    })) ??
    used.map((each) => ({
      appId: each,
      clientIp: earlierIp,
      atMs: startedAtMs + clockOffsetMs - hourMs * (1 + 700 * luck(user.userId, each)),
    }));
  const wanted = appId === undefined ? new Set([...used, ...tenant.apps.map((app) => app.appId)]) : [appId];
  const returns = [...wanted].flatMap((each) => {
    const fromMs = sessions.back(each).get(user.userId) ?? 0;
    const isBack = fromMs > 0 && fromMs <= nowMs;
    return isBack ? [{ appId: each, clientIp: returnIp, atMs: fromMs + clockOffsetMs }] : [];
  });
  return [...earlier, ...returns]
    .filter((login) => appId === undefined || login.appId === appId)
    .sort((left, right) => right.atMs - left.atMs);
}

const luck = (userId: string, appId: string): number => draw(callKey(0, userId, appId), 0, drawFor.latency);
