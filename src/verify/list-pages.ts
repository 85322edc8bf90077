import { mostOfPage } from '../genauth/questions/fields.ts';
import { listApplicationActiveUsers } from '../genauth/questions/list-application-active-users.ts';
import type { User } from '../genauth/questions/user.ts';
import { createPlaces, type Places } from '../tenant/places.ts';
import { atOnce, saidBy, userIdOf, type Looking } from './looking.ts';
import { hasSaid } from './pairs.ts';

/**
 * Lists who is signed in, where that takes fewer questions than to ask for each session: whoever is listed is there, also of those who
 * are not in the sample. Who is not listed may be there all the same, as a listing shifts while people come and go.
 * @param open sessions that are to be asked for. @returns false when nothing more is asked.
 */
export async function listPages(looking: Looking, open: number): Promise<boolean> {
  const { pairs, checks, atOnce: most } = looking;
  const { appIds } = pairs;
  if (appIds.length >= open) return true;
  const places = placesOf(looking);
  const listFirst = (appId: string): Promise<boolean> =>
    checks.listed(appId) === undefined ? listPage(looking, places, appId, 1) : Promise.resolve(true);
  if (!(await atOnce(appIds, most, listFirst))) return false;
  const pages = appIds.reduce((sum, appId) => sum + Math.max(1, pagesOf(looking, appId)), 0);
  if (pages >= open) return true;
  return atOnce(appIds, most, async (appId) => {
    for (
      let page = (checks.listed(appId)?.page ?? 0) + 1;
      page <= Math.min(pagesOf(looking, appId), open);
      page += 1
    ) {
      if (!(await listPage(looking, places, appId, page))) return false;
    }
    return true;
  });
}

/** By the last page, as the number changes; 0 where the app cannot be listed. */
function pagesOf({ checks }: Looking, appId: string): number {
  return Math.ceil((checks.listed(appId)?.totalCount ?? 0) / mostOfPage);
}

/** The calls about each user whose ID is known. */
function placesOf(looking: Looking): Places {
  const { calls, pairs } = looking;
  const places = createPlaces(calls.count);
  for (let seq = 1; seq <= calls.count; seq += 1) {
    if (!hasSaid(pairs, seq)) continue;
    const userId = userIdOf(looking, calls.read(seq));
    if (userId !== undefined) places.add(userId, seq);
  }
  return places;
}

async function listPage(looking: Looking, places: Places, appId: string, page: number): Promise<boolean> {
  const asked = await looking.ask(listApplicationActiveUsers({ appId, page }));
  if (asked === undefined) return false;
  const { totalCount, list = [] } = asked.answer ?? {};
  const found = list.flatMap((user) => sessionsOf(looking, places, appId, user));
  looking.append({ kind: 'page', appId, page, totalCount, found, ...saidBy(asked) });
  return true;
}

/** Of a user in the app, where GenAuth had said that it is ended. */
function sessionsOf(
  looking: Looking,
  places: Places,
  appId: string,
  { userId }: User,
): [seq: number, place: number][] {
  const { calls, pairs } = looking;
  const found: [number, number][] = [];
  for (const seq of places.candidates(userId)) {
    const call = calls.read(seq);
    const place = call.appIds.indexOf(appId);
    if (place === -1 || !pairs.isSaid(pairs.first(seq) + place)) continue;
    if (userIdOf(looking, call) === userId) found.push([seq, place]);
  }
  return found;
}
