import { createPairSet } from './pair-set.ts';
import type { Tenant } from './tenant.ts';

/** What a kick does to a session. */
export interface Fate {
  readonly survives: boolean;
  /** `undefined`: the user does not come back. */
  readonly returnsAfterMs: number | undefined;
}

/** Who is signed in: every user is, in every app of theirs, until kicked. */
export interface Sessions {
  end(userId: string, appIds: readonly string[], nowMs: number): void;
  alive(userId: string, appId: string, nowMs: number): boolean;
  /** Who was kicked and is signed in all the same, or will be: from when, and 0 for a session that outlived the kick. */
  back(appId: string): ReadonlyMap<string, number>;
  /** Grows with each kick. */
  kicks(): number;
}

export function createSessions(tenant: Tenant, fateOf: (userId: string, appId: string) => Fate): Sessions {
  const kicked = createPairSet();
  const back = new Map<string, Map<string, number>>();
  let kicks = 0;

  function comeBack(userId: string, appId: string, fromMs: number): void {
    const users = back.get(appId) ?? new Map<string, number>();
    users.set(userId, fromMs);
    back.set(appId, users);
  }

  function startsSignedIn(userId: string, appId: string): boolean {
    const user = tenant.byUserId(userId);
    return user !== undefined && tenant.hasApp(appId) && (user.apps?.includes(appId) ?? true);
  }

  return {
    back: (appId) => back.get(appId) ?? new Map(),
    kicks: () => kicks,
    end(userId, appIds, nowMs) {
      kicks += 1;
      for (const appId of appIds) {
        const isFirst = kicked.add(userId, appId);
        const { survives, returnsAfterMs } = fateOf(userId, appId);
        if (isFirst && survives && startsSignedIn(userId, appId)) comeBack(userId, appId, 0);
        else if (returnsAfterMs !== undefined) comeBack(userId, appId, nowMs + returnsAfterMs);
        else back.get(appId)?.delete(userId);
      }
    },
    alive(userId, appId, nowMs) {
      const fromMs = back.get(appId)?.get(userId);
      if (fromMs !== undefined) return nowMs >= fromMs;
      return startsSignedIn(userId, appId) && !kicked.has(userId, appId);
    },
  };
}
