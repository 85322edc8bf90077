import { chance, pick, randomFrom } from './random.ts';
import { isBadApp, type Scenario } from './scenario.ts';

/** Who is signed in to what, as the tenant itself knows it. Times are the world's. */
export interface People {
  /** The tenant does what a kick asks for. */
  kick(userId: string, appIds: readonly string[], at: number): void;
  isAlive(userId: string, appId: string, at: number): boolean;
  /** When a user has signed in to an app, up to then. */
  logins(userId: string, appId: string, at: number): readonly number[];
  /** Everybody who is signed in to an app, in an order that tells nothing. */
  active(appId: string, at: number): readonly string[];
  /** Questions about the user's sessions are refused. */
  isUnreadable(userId: string): boolean;
  /** How questions whether a session in the app is alive are answered, whatever there is. */
  blindIn(appId: string): 'inactive' | 'forbidden' | undefined;
}

interface Session {
  /** So many more kicks end nothing. */
  survives: number;
  /** So many more kicks are followed by a login. */
  returns: number;
  /** When it was ended, and when it began anew. */
  readonly changes: { readonly at: number; readonly isLogin: boolean }[];
}

/** Everybody was signed in to everything before the begin. */
const firstLoginAt = -3_600_000;
const bystandersOfApp = 3;

export function createPeople({ rows, features, seed }: Scenario): People {
  const { survivors, returns, unreadable, blindProbe, emptyApps } = features;
  const sessions = new Map<string, Session>();
  const usersOf = new Map<string, Set<string>>();
  const isDrawn = (what: string, share = 0): boolean => chance(randomFrom(seed, what), share);

  const listOf = new Map<string, readonly string[]>();
  function inNoOrder(appId: string, users: Iterable<string>): readonly string[] {
    const places = Array.from(
      users,
      (userId) => [randomFrom(seed, `${appId} lists ${userId}`)(), userId] as const,
    );
    return places.sort(([one], [other]) => one - other).map(([, userId]) => userId);
  }

  function session(userId: string, appId: string): Session {
    const key = `${userId} ${appId}`;
    const known = sessions.get(key);
    if (known !== undefined) return known;
    const made: Session = {
      survives: isDrawn(`${key} survives`, survivors?.share) ? (survivors?.kicks ?? 0) : 0,
      returns: isDrawn(`${key} returns`, returns?.share) ? (returns?.times ?? 0) : 0,
      changes: [],
    };
    sessions.set(key, made);
    return made;
  }

  for (const { userId, appIds } of rows) {
    for (const appId of appIds.filter((app) => !isBadApp(app))) {
      const users = usersOf.get(appId) ?? new Set();
      if (users.size === 0 && !isDrawn(`${appId} is empty`, emptyApps?.share)) {
        for (let number = 1; number <= bystandersOfApp; number += 1)
          users.add(`bystander${number} of ${appId}`);
      }
      usersOf.set(appId, users.add(userId));
    }
  }

  function isAlive(userId: string, appId: string, at: number): boolean {
    if (usersOf.get(appId)?.has(userId) !== true) return false;
    return sessions.get(`${userId} ${appId}`)?.changes.findLast((change) => change.at <= at)?.isLogin ?? true;
  }

  return {
    isAlive,
    kick(userId, appIds, at) {
      for (const appId of appIds) {
        const kicked = session(userId, appId);
        if (kicked.survives > 0) kicked.survives -= 1;
        else kicked.changes.push({ at, isLogin: false });
        if (kicked.returns === 0) continue;
        kicked.returns -= 1;
        kicked.changes.push({ at: at + (returns?.afterMs ?? 0), isLogin: true });
        kicked.changes.sort((one, other) => one.at - other.at);
      }
    },
    logins(userId, appId, at) {
      if (usersOf.get(appId)?.has(userId) !== true) return [];
      const later = sessions
        .get(`${userId} ${appId}`)
        ?.changes.filter((change) => change.isLogin && change.at <= at);
      return [firstLoginAt, ...(later ?? []).map((change) => change.at)];
    },
    active(appId, at) {
      const ordered = listOf.get(appId) ?? inNoOrder(appId, usersOf.get(appId) ?? []);
      listOf.set(appId, ordered);
      return ordered.filter((userId) => isAlive(userId, appId, at));
    },
    isUnreadable: (userId) => isDrawn(`${userId} is unreadable`, unreadable?.share),
    blindIn: (appId) =>
      isDrawn(`${appId} is blind`, blindProbe?.share)
        ? pick(randomFrom(seed, 'how blind'), ['inactive', 'forbidden'] as const)
        : undefined,
  };
}
