import type { Call } from '../plan/call.ts';

/** Beyond so many apps only "more than" is said: memory must not grow with the file. */
export const maxCountedApps = 10_000;

/** How many users each app is asked for. */
export interface AppCounts {
  add(call: Call): void;
  ids(): Iterable<string>;
  /** The most first. */
  usersByApp(): { readonly appId: string; readonly users: number }[];
}

export function createAppCounts(): AppCounts {
  const apps = new Map<string, { users: number }>();
  return {
    add({ appIds }) {
      for (const appId of appIds) {
        const app = apps.get(appId);
        if (app !== undefined) app.users += 1;
        else if (apps.size < maxCountedApps) apps.set(appId, { users: 1 });
      }
    },
    ids: () => apps.keys(),
    usersByApp: () =>
      [...apps].map(([appId, { users }]) => ({ appId, users })).sort((a, b) => b.users - a.users),
  };
}
