import { callKey } from './draw.ts';
import type { Sessions } from './sessions.ts';
import type { Tenant } from './tenant.ts';

/** An order that tells nothing, as GenAuth documents none. */
export function inNoOrder(userIds: Iterable<string>): string[] {
  const placed = Array.from(userIds, (userId) => [callKey(0, userId, ''), userId] as const);
  return placed.sort(([left], [right]) => left - right).map(([, userId]) => userId);
}

interface List {
  readonly kicks: number;
  /** Somebody signs in again then. */
  readonly untilMs: number;
  readonly userIds: readonly string[];
}

/** Who is signed in to an app, known for as long as nothing changes. */
export function createActiveUsers(
  tenant: Tenant,
  sessions: Sessions,
): (appId: string, nowMs: number) => readonly string[] {
  const lists = new Map<string, List>();
  return (appId, nowMs) => {
    const known = lists.get(appId);
    if (known && known.kicks === sessions.kicks() && nowMs < known.untilMs) return known.userIds;
    const back = sessions.back(appId);
    const returns = [...back.values()].filter((fromMs) => fromMs > nowMs);
    const all = new Set([...tenant.regulars(appId), ...back.keys()]);
    const userIds = inNoOrder([...all].filter((userId) => sessions.alive(userId, appId, nowMs)));
    const untilMs = returns.reduce((first, fromMs) => Math.min(first, fromMs), Infinity);
    lists.set(appId, { kicks: sessions.kicks(), untilMs, userIds });
    return userIds;
  };
}
