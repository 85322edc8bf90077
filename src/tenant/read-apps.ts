import { listApplications } from '../genauth/questions/list-applications.ts';
import type { App } from '../input/cell/known-apps.ts';
import type { Ask } from './ask.ts';

/** No user pool has so many; a server that goes on for ever ends there. */
const maxPages = 2000;

/** @returns all apps that the access key sees, each once, in the server's order; undefined when a page was not answered. */
export async function readApps(ask: Ask): Promise<readonly App[] | undefined> {
  const apps = new Map<string, App>();
  for (let page = 1; page <= maxPages; page += 1) {
    const asked = await ask(listApplications({ page }));
    if (asked?.answer === undefined) return undefined;
    const { totalCount, list } = asked.answer;
    for (const { appId, appName = appId } of list) apps.set(appId, { appId, name: appName });
    if (list.length === 0 || apps.size >= totalCount) break;
  }
  return [...apps.values()];
}
