import { setTimeout as delay } from 'node:timers/promises';

import type { Call } from '../plan/call.ts';
import { claimChunk, freeChunks } from './claims.ts';
import { thisMoment } from './held-chunks.ts';
import { hearClock } from './rate/clock-offset.ts';
import { leave, patiently, type WorkerState } from './worker-state.ts';

const idleMs = 200;
/** Of what is offered once more because nobody holds it. */
const mostOffered = 20;
/** Somebody else may be about to claim what is free just now. */
const leavesAfterMs = 1500;

/** What is claimed ahead. */
export type Claims = ReturnType<typeof createClaims>;

export function createClaims() {
  return {
    /** Claimed, and not handed out. */
    ahead: [] as readonly Call[],
    /** A claim that is being asked for. */
    claiming: Promise.resolve(undefined) as Promise<readonly Call[] | undefined>,
    /** One may have been made that this worker does not know of. */
    isUnheard: false,
  };
}

/** Claims one chunk after another. @returns their calls; an empty batch while there is none to be had. */
export async function* claimedCalls(state: WorkerState, claims: Claims): AsyncGenerator<readonly Call[]> {
  const { held, work } = state;
  let idleSince: number | undefined;
  claims.claiming = patiently(state, () => claimNext(state, claims));
  while (state.why === undefined) {
    const claimed = await claims.claiming;
    claims.ahead = [];
    // The next one is claimed while this one is sent.
    claims.claiming = patiently(state, () => claimNext(state, claims));
    if (claimed !== undefined) {
      idleSince = undefined;
      yield claimed;
      continue;
    }
    idleSince ??= performance.now();
    if (state.standing?.left === 0) leave(state, 'done');
    const isFree = held.chunks.size === 0 && performance.now() - idleSince > leavesAfterMs;
    if (!work.staysToTheEnd && isFree) leave(state, 'none_free');
    await patiently(state, () => offerFree(state, true));
    yield [];
    await delay(idleMs, undefined, { signal: state.left.signal }).catch(() => {});
  }
}

async function claimNext(state: WorkerState, claims: Claims): Promise<readonly Call[] | undefined> {
  const { work, held } = state;
  const { delivery, database, local, shared, worker } = work;
  for (;;) {
    if (state.why !== undefined) return undefined;
    const chunk = await delivery.next();
    if (chunk === undefined) return undefined;
    const asked = thisMoment();
    const wasUnheard = claims.isUnheard;
    claims.isUnheard = true;
    const of = { run: shared.id, round: shared.round, chunk, worker };
    const claimed = await claimChunk(database.query, of, held.nextPlace);
    claims.isUnheard = wasUnheard;
    if (claimed === undefined) continue;
    hearClock(state.clock, asked.wallMs, Date.now(), claimed.nowMs);
    local.claimed(claimed, claimed.from, claimed.to);
    held.add(claimed, asked);
    claims.ahead = claimed.calls;
    if (claimed.calls.length > 0) return claimed.calls;
  }
}

/** @param untaken also what nobody has held: its offer may be lost. */
export async function offerFree({ work }: WorkerState, untaken: boolean): Promise<void> {
  const { delivery, database, shared } = work;
  await delivery.offer(await freeChunks(database.query, shared.id, { untaken, most: mostOffered }), true);
}
