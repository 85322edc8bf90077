/**
 * Dissolves lumps of calls. Replies that come together are followed by attempts that go together, whose replies come together
 * again: such a lump lasts, and its calls wait for each other, here and on the server. So attempts are kept apart a little, as
 * long as what they wait for that stays a small part of all calls' time. With 256 calls at once and replies after 100 ms 1.4 % of
 * the time is lost then, and 2.3 % without.
 */
export interface Spread {
  /** A reply came at `at`. */
  saw(sentAt: number, at: number): void;
  /** @returns from when on the next attempt may go. */
  dueAt(at: number): number;
  /** An attempt goes. */
  went(at: number): void;
  /** An attempt goes that had to wait for nothing but this. */
  waited(askedAt: number, at: number): void;
}

/** Timers are too coarse for faster replies, and beside slower ones it is nothing what the calls of a lump wait for each other. */
const spreadable = { leastMs: 50, mostMs: 300 };
/** Fewer calls at once make no lump worth the while. */
const leastInFlight = 32;
/** Attempts go at so many times the rate that there was before at most, so that nobody waits for long. */
const headroom = 3;
/** What would have gone within so long may go at once: timers are no finer. */
const burstMs = 1;
/** The rate before is that of so many times what a reply takes. */
const lookBack = 3;
/** When it grows by so much from one time to the next, as in the search for the tenant's limit, nothing may hold it up. */
const mostGrowth = 1.25;
/** Of all calls' time so little may go into waiting; what was not waited is kept for so long. */
const maxPrice = 0.01;
const keptMs = 2000;
/**
 * When it is used up, as on a machine where timers come late or with a server that answers in batches and makes a new lump
 * of whatever was kept apart, there is a rest: so long, and longer each time that it is soon used up again.
 */
const restMs = { least: 10_000, most: 300_000 };

export function createSpread(): Spread {
  /** Since when replies are counted. */
  let since = Number.NEGATIVE_INFINITY;
  let replies = 0;
  let latenciesMs = 0;
  /** Replies per second, when it was looked at last. */
  let rate = 0;
  /** Attempts per second; undefined where they are not worth keeping apart. */
  let limit: number | undefined;
  let due = Number.NEGATIVE_INFINITY;
  /** What may be waited yet, of all calls together. */
  let leftMs = 0;
  let mostLeftMs = 0;
  let restsUntil = Number.NEGATIVE_INFINITY;
  let lastRestMs = 0;

  function look(at: number): void {
    const latencyMs = latenciesMs / replies;
    const forMs = at - since;
    if (forMs < lookBack * latencyMs) return;
    const inFlight = latenciesMs / forMs;
    const perSecond = (1000 * replies) / forMs;
    const isWorthIt =
      latencyMs >= spreadable.leastMs &&
      latencyMs <= spreadable.mostMs &&
      inFlight >= leastInFlight &&
      perSecond < mostGrowth * rate;
    mostLeftMs = maxPrice * inFlight * keptMs;
    limit = isWorthIt ? headroom * perSecond : undefined;
    rate = perSecond;
    since = at;
    replies = 0;
    latenciesMs = 0;
  }

  function rest(at: number): void {
    const isSoon = at - restsUntil < lastRestMs;
    lastRestMs = isSoon ? Math.min(2 * lastRestMs, restMs.most) : restMs.least;
    restsUntil = at + lastRestMs;
  }

  return {
    saw(sentAt, at) {
      if (since === Number.NEGATIVE_INFINITY) since = sentAt;
      replies += 1;
      latenciesMs += at - sentAt;
      leftMs = Math.min(leftMs + maxPrice * (at - sentAt), mostLeftMs);
      look(at);
    },
    dueAt: (at) => (limit === undefined || at < restsUntil ? Number.NEGATIVE_INFINITY : due),
    went(at) {
      if (limit !== undefined) due = Math.max(due, at - burstMs) + 1000 / limit;
    },
    waited(askedAt, at) {
      if (at < restsUntil) return;
      leftMs -= at - askedAt;
      if (leftMs < 0) rest(at);
    },
  };
}
