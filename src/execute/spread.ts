/**
 * Dissolves lumps of calls. Replies that come together are followed by attempts that go together, whose replies come together
 * again: such a lump lasts, and its calls wait for each other, here and on the server. So attempts are kept apart now and then, for
 * the time of one reply: with 256 calls at once and replies after 100 ms 1.9 % of the time is lost then, and 3.4 % without.
 */
export interface Spread {
  /** A reply came at `at`. */
  saw(sentAt: number, at: number): void;
  /** An attempt goes at `at` that had to wait for its turn. */
  waited(askedAt: number, at: number): void;
  /** Attempts per second at most, while they are kept apart. */
  perSecond(): number | undefined;
}

/** Timers are too coarse for faster replies, and beside slower ones it is nothing what the calls of a lump wait for each other. */
const spreadable = { leastMs: 50, mostMs: 300 };
/** Fewer calls at once make no lump worth the while. */
const leastInFlight = 32;
/** While they are kept apart, attempts go at so many times the rate that there was before, so that nobody waits for long. */
const pace = 2;
/** They are kept apart for so many times what a reply takes. */
const lasts = 1.2;
/**
 * Of all calls' time so little may go into that: it comes the more seldom the longer they had to wait, which a server that answers
 * in batches makes long. In between they are not kept apart for the time of a reply at least.
 */
const maxPrice = 0.005;

export function createSpread(): Spread {
  /** Since when attempts are kept apart, or are not. */
  let since = Number.NEGATIVE_INFINITY;
  let isOn = false;
  let replies = 0;
  let latenciesMs = 0;
  /** A call had to wait although nothing was to be kept apart: something else keeps them apart. */
  let isHeld = false;
  let limit = 0;
  /** Of the calls that were kept apart last. */
  let waitsMs = 0;
  let keptApart = 1;
  let endedAt = Number.NEGATIVE_INFINITY;

  function begin(at: number, on: boolean): void {
    since = at;
    isOn = on;
    replies = 0;
    latenciesMs = 0;
    isHeld = false;
  }

  function beginKeepingApart(at: number): void {
    limit = (pace * 1000 * replies) / (at - since);
    waitsMs = 0;
    begin(at, true);
  }

  function look(at: number): void {
    const latencyMs = latenciesMs / replies;
    const forMs = at - since;
    if (isOn) {
      if (forMs < lasts * latencyMs) return;
      keptApart = replies;
      endedAt = at;
      begin(at, false);
      return;
    }
    if (forMs < Math.max(waitsMs / keptApart / maxPrice, latencyMs)) return;
    const isWorthIt =
      latencyMs >= spreadable.leastMs &&
      latencyMs <= spreadable.mostMs &&
      (replies * latencyMs) / forMs >= leastInFlight;
    if (isWorthIt && !isHeld) beginKeepingApart(at);
    else begin(at, false);
  }

  return {
    saw(sentAt, at) {
      if (since === Number.NEGATIVE_INFINITY) begin(sentAt, false);
      replies += 1;
      latenciesMs += at - sentAt;
      look(at);
    },
    waited(askedAt, at) {
      // The last of those that were kept apart go when it is over.
      if (isOn || askedAt < endedAt) waitsMs += at - askedAt;
      else isHeld = true;
    },
    perSecond: () => (isOn ? limit : undefined),
  };
}
