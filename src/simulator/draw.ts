/**
 * Chance that can be had again: every draw is worked out from the seed, the call and how often the call was seen, never from
 * the order in which calls arrive, so that the same seed hits the same calls at any concurrency.
 */

/** What a draw decides. Draws for different things are independent of each other. */
export const drawFor = {
  missing: 0,
  apiCode: 1,
  throttledFirst: 2,
  share: 3,
  latency: 4,
  survivors: 5,
  returns: 6,
  unreadable: 7,
} as const;

/** Spreads the bits of a 32-bit number over all of them. */
function scramble(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** A call as a whole number below 2^52, to know it again by without keeping its text. */
export function callKey(seed: number, userId: string, firstAppId: string): number {
  let low = scramble(seed | 0);
  let high = scramble(~seed);
  for (const text of [userId, firstAppId]) {
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      low = Math.imul(low ^ unit, 0x01000193);
      high = Math.imul(high, 31) + unit;
    }
    // Keeps `ab` + `c` and `a` + `bc` apart.
    low = scramble(low ^ text.length);
  }
  return (scramble(high) >>> 12) * 2 ** 32 + scramble(low);
}

/** A number from 0 up to (never) 1. */
export function draw(key: number, nth: number, purpose: number): number {
  const high = Math.floor(key / 2 ** 32);
  return scramble((key >>> 0) ^ scramble(high ^ scramble(Math.imul(nth, 8) + purpose))) / 2 ** 32;
}
