import { createStrayThrottling } from './stray-throttling.ts';

/** Finds the rate that a tenant allows from what it throttles, and holds it. */
export interface RateFinder {
  perSecond(at: number): number;
  /** @param sentAt when the attempt was sent. @param at when its reply came: now. */
  accepted(sentAt: number, at: number): void;
  /** @param bounded the rate that was really in force. */
  throttled(sentAt: number, at: number, bounded: number): void;
  /** Nothing was throttled yet, or the rate is on its way back. */
  isSearching(): boolean;
  restart(): void;
}

const startPerSecond = 100;
/** While searching the rate doubles so often, as long as replies are accepted: the sooner when it is proven. */
const doubleEveryMs = { proven: 150, unproven: 250 };
/** A rate is proven when so many attempts that were sent at it are accepted. */
const enoughProof = 3;
/** Beyond this the limit is the server's speed, not its quota. */
const maxPerSecond = 1_000_000;
/** After a cut the rate is so much of what was accepted. */
const cutTo = 0.97;
/** After a throttled reply that may be a stray one the rate is so much of what it was. */
const loneCutTo = 0.995;
/**
 * Cuts that come so soon after the one that ended the search belong to it: what the tenant let through at first had been saved up. Growth
 * goes on as after the first, or the limit would be found seconds later.
 */
const settleMs = 500;
/** More than one cut in so short a time would answer the same overload twice. */
const minCutGapMs = 100;
/** How much the rate grows in a second: right after the search, at least, and at most. */
const growth = { first: 0.3, least: 0.005, most: 0.5 };
/** Without a throttled reply for so long, growth doubles every second: the limit may have been raised. */
const calmMs = 5000;

/** How much was accepted is measured over the last second; while searching, over a part that holds enough replies. */
const slotMs = 50;
const slots = 20;
const enoughReplies = 30;
const minSearchSlots = 4;

/**
 * Grows by doubling until the first throttled reply; from then on it cuts to just below what was accepted, and creeps up.
 * So few calls are refused, and a limit that drops or rises is followed.
 */
export function createRateFinder(now: () => number): RateFinder {
  let rate = startPerSecond;
  let isSearching = true;
  let searchEndedAt = Number.NEGATIVE_INFINITY;
  let lastCutAt = Number.NEGATIVE_INFINITY;
  let lastThrottledAt = Number.NEGATIVE_INFINITY;
  let changedAt = now();
  /** Replies that came since the rate changed. */
  let acceptedSinceChange = 0;
  /** Those of them to what was sent since, at the present rate. */
  let proof = 0;
  let step = growth.first;
  /** What a restart returns to without searching beyond. */
  let known = Number.POSITIVE_INFINITY;

  const stray = createStrayThrottling(acceptedPerSecond);
  let rateBeforeTrial = rate;
  const counts = new Float64Array(slots);
  let slot = Math.floor(now() / slotMs);
  const startSlot = slot;

  function advance(at: number): void {
    const current = Math.floor(at / slotMs);
    if (current - slot >= slots) counts.fill(0);
    else for (let next = slot + 1; next <= current; next += 1) counts[next % slots] = 0;
    slot = Math.max(slot, current);
  }

  /** Accepted replies per second, over the last second or while searching over less. */
  function acceptedPerSecond(at: number): number {
    advance(at);
    let sum = 0;
    let durationMs = 0;
    for (let back = 0; back < slots && slot - back >= startSlot; back += 1) {
      sum += counts[(slot - back) % slots] ?? 0;
      durationMs += back === 0 ? at - slot * slotMs : slotMs;
      if (isSearching && back >= minSearchSlots && sum >= enoughReplies) break;
    }
    return (sum * 1000) / Math.max(durationMs, slotMs);
  }

  function grow(at: number): void {
    const elapsedMs = at - changedAt;
    if (isSearching) {
      const doubleMs = proof >= enoughProof ? doubleEveryMs.proven : doubleEveryMs.unproven;
      if (elapsedMs < doubleMs || acceptedSinceChange === 0) return;
      rate = Math.min(rate * 2, maxPerSecond);
      if (rate >= known) {
        rate = known;
        isSearching = false;
        known = Number.POSITIVE_INFINITY;
      }
      startCounting(at);
      return;
    }
    // What is not tried out, as in a pause or an outage, must not grow.
    if (elapsedMs < slotMs || acceptedSinceChange === 0) return;
    const seconds = Math.min(elapsedMs / 1000, 1);
    if (at - Math.max(lastThrottledAt, lastCutAt) > calmMs) step = Math.min(growth.most, step * 2 ** seconds);
    rate = Math.min(rate * (1 + step * seconds), maxPerSecond);
    startCounting(at);
  }

  function startCounting(at: number): void {
    acceptedSinceChange = 0;
    proof = 0;
    changedAt = at;
  }

  function search(from: number, at: number): void {
    rate = from;
    isSearching = true;
    startCounting(at);
  }

  /** Below what was accepted, but not to nothing at once. */
  function cut(at: number, bounded: number): void {
    rate = Math.max(cutTo * Math.min(bounded, acceptedPerSecond(at)), bounded / 2, 0.1);
    if (isSearching) {
      searchEndedAt = at;
      step = growth.first;
    } else if (at - searchEndedAt > settleMs) {
      step = Math.max(growth.least, step / 2);
    }
    isSearching = false;
    known = Number.POSITIVE_INFINITY;
    lastCutAt = at;
    changedAt = at;
  }

  /** The former rate is right after all, or it is back to the one before the trial. */
  function endTrial(at: number): void {
    const outcome = stray.endTrial(at);
    if (outcome === undefined) return;
    if (outcome === 'failed') {
      rate = rateBeforeTrial;
      lastCutAt = at;
    }
    changedAt = at;
  }

  return {
    perSecond(at) {
      if (!stray.isTrial) grow(at);
      return rate;
    },
    accepted(sentAt, at) {
      advance(at);
      counts[slot % slots] = (counts[slot % slots] ?? 0) + 1;
      acceptedSinceChange += 1;
      if (sentAt >= changedAt) proof += 1;
      stray.saw('accepted', at, sentAt);
      endTrial(at);
    },
    throttled(sentAt, at, bounded) {
      stray.saw('throttled', at, sentAt);
      if (stray.isTrial) {
        endTrial(at);
        return;
      }
      if (isSearching) {
        if (stray.isOverload()) cut(at, bounded);
        return;
      }
      if (sentAt < lastCutAt || at - lastCutAt < minCutGapMs || stray.isUsual()) return;
      if (stray.isLone()) {
        rate = bounded * loneCutTo;
        return;
      }
      lastThrottledAt = at;
      cut(at, bounded);
      rateBeforeTrial = rate;
      rate = stray.beginTrial(at, rate) ?? rate;
    },
    isSearching: () => isSearching,
    restart() {
      if (!isSearching) known = rate;
      search(Math.max(Math.min(rate, startPerSecond), rate / 8), now());
    },
  };
}
