import { maxCells } from '../input/cell/sound-apps.ts';
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

/** Calls whose cells say the same share one list (`createSoundApps`), and to find a list costs less than to find each of its apps. */
const maxLists = 2 * maxCells;

interface Count {
  users: number;
}

export function createAppCounts(): AppCounts {
  const apps = new Map<string, Count>();
  /** How often a list came again: what is counted for its apps in the end. */
  const again = new Map<readonly string[], Count>();

  function count(appIds: readonly string[], users: number): void {
    for (const appId of appIds) {
      const app = apps.get(appId);
      if (app !== undefined) app.users += users;
      else if (apps.size < maxCountedApps) apps.set(appId, { users });
    }
  }

  return {
    add({ appIds }) {
      const known = again.get(appIds);
      if (known !== undefined) {
        known.users += 1;
        return;
      }
      count(appIds, 1);
      if (again.size < maxLists) again.set(appIds, { users: 0 });
    },
    ids: () => apps.keys(),
    usersByApp() {
      for (const [appIds, { users }] of again) if (users > 0) count(appIds, users);
      again.clear();
      return [...apps].map(([appId, { users }]) => ({ appId, users })).sort((a, b) => b.users - a.users);
    },
  };
}
