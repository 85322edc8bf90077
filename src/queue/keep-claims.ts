import { setTimeout as delay } from 'node:timers/promises';

import { renewClaims } from './claims.ts';
import { offerFree } from './claim-chunks.ts';
import { thisMoment } from './held-chunks.ts';
import { lease } from './lease.ts';
import { hearClock } from './rate/clock-offset.ts';
import { storeNews, storeRecords } from './replies.ts';
import { missingAppsOf, standingOf, storeMissingApps } from './standing.ts';
import { leave, patiently, type WorkerState } from './worker-state.ts';

const every = { storeMs: 150, beatMs: 1000, watchMs: 200 };

/** Renews the claims that a worker holds, and stores what is new, until `ending`. @returns when it has ended. */
export async function keepClaims(state: WorkerState): Promise<void> {
  // Asked by a clock, too: who sends nothing must notice.
  const watch = setInterval(() => mayWrite(state), every.watchMs);
  await Promise.all([
    repeat(state, every.storeMs, async () => {
      if (state.held.hasNews) await storeNow(state);
    }),
    repeat(state, every.beatMs, () => beat(state)),
  ]);
  clearInterval(watch);
}

/** Waits until all is stored. */
export async function untilStored(state: WorkerState, giveUp: AbortSignal): Promise<void> {
  while (state.held.hasNews && !giveUp.aborted && state.bug === undefined) {
    await delay(every.storeMs, undefined, { signal: giveUp }).catch(() => {});
  }
}

/** Whether all that is held is surely this worker's still. */
export function mayWrite(state: WorkerState): boolean {
  if (state.held.areHeld(thisMoment())) return true;
  leave(state, 'lost');
  return false;
}

async function repeat(state: WorkerState, everyMs: number, work: () => Promise<void>): Promise<void> {
  const { signal } = state.ending;
  while (!signal.aborted) {
    await patiently(state, work);
    await delay(everyMs, undefined, { signal }).catch(() => {});
  }
}

async function beat(state: WorkerState): Promise<void> {
  await renew(state);
  const { database, shared, onStanding } = state.work;
  const asked = Date.now();
  const now = await standingOf(database.query, shared.id);
  if (now === undefined || now.state === 'stopped') leave(state, 'not_going');
  if (now === undefined) return;
  hearClock(state.clock, asked, Date.now(), now.nowMs);
  if (now.round !== shared.round) {
    leave(state, 'other_round');
    return;
  }
  state.standing = now;
  if (now.missing > state.toldMissing.size) {
    for (const app of await missingAppsOf(database.query, shared.id)) {
      state.missingApps.add(app);
      state.toldMissing.add(app);
    }
  }
  onStanding?.(now);
}

async function renew(state: WorkerState): Promise<void> {
  const { held, work, renewedAt } = state;
  const claims = [...held.chunks.values()];
  const asked = thisMoment();
  if (claims.length === 0 || asked.monotonicMs - renewedAt.monotonicMs < lease.renewMs) return;
  const renewed = await renewClaims(work.database.query, work.shared.id, claims);
  state.renewedAt = asked;
  if (held.renewed(claims, new Set(renewed.map(({ chunk }) => chunk)), asked)) leave(state, 'lost');
  await offerFree(state, false);
}

async function storeNow(state: WorkerState): Promise<void> {
  const { held, work, missingApps, toldMissing } = state;
  const { shared } = work;
  const isFound = missingApps.size > toldMissing.size;
  const found = isFound ? [...missingApps].filter((app) => !toldMissing.has(app)) : [];
  const { records, news, stored, failed } = held.takeNews();
  const ended = { ...held.ended };
  try {
    await work.database.transaction(async (query) => {
      // Whoever lets the run go on again locks it first, too.
      await storeMissingApps(query, shared, found);
      await storeRecords(query, shared.id, records);
      await storeNews(query, shared.id, news);
    });
  } catch (error) {
    failed();
    throw error;
  }
  work.local.stored(stored());
  state.stored = ended;
  for (const app of found) toldMissing.add(app);
}
