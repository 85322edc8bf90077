import { readKickRequest, type KnowsApp } from './kick-request.ts';

/** Who is still signed in: every user that exists is, in every app, until kicked. */
export interface Sessions {
  end(userIdType: string, userId: string, appIds: readonly string[]): void;
  alive(userIdType: string, userId: string, appId: string): boolean;
}

export function createSessions(knowsApp: KnowsApp): Sessions {
  const ended = new Set<string>();
  const name = (userIdType: string, userId: string, appId: string) => `${userIdType}\n${userId}\n${appId}`;
  return {
    end(userIdType, userId, appIds) {
      for (const appId of appIds) ended.add(name(userIdType, userId, appId));
    },
    alive(userIdType, userId, appId) {
      const { refusal } = readKickRequest({ userId, appIds: [appId], options: { userIdType } }, knowsApp);
      // A locked user cannot be kicked, but does exist.
      const exists = refusal === undefined || refusal === 'lockedUser';
      return exists && !ended.has(name(userIdType, userId, appId));
    },
  };
}
