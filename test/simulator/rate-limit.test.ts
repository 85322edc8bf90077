import { expect, test } from 'vitest';

import { createRateLimiter, type RateLimit } from '../../src/simulator/rate-limit.ts';

/** How many of the kicks, one each `everyMs`, are taken from `fromMs` up to `toMs`. */
function taken(limit: RateLimit, fromMs: number, toMs: number, everyMs = 1): number {
  const limiter = createRateLimiter(limit, 0);
  let count = 0;
  for (let nowMs = 0; nowMs < toMs; nowMs += everyMs) {
    const waitMs = limiter.take(nowMs);
    if (waitMs === 0 && nowMs >= fromMs) count += 1;
  }
  return count;
}

test.each([50, 500])('a bucket of %d a second gives exactly that, and its burst once', (perSecond) => {
  const limit = { kind: 'bucket', perSecond, burst: 7 } as const;
  expect(taken(limit, 0, 10_000)).toBe(10 * perSecond - 1 + 7);
  expect(taken(limit, 1000, 10_000)).toBe(9 * perSecond);
});

test('a bucket holds no more than its burst, however long nobody comes', () => {
  const limiter = createRateLimiter({ kind: 'bucket', perSecond: 10, burst: 3 }, 0);
  const atOnce = Array.from({ length: 5 }, () => limiter.take(3_600_000) === 0);
  expect(atOnce).toEqual([true, true, true, false, false]);
});

test('a refused kick costs nothing, and is told when there is room', () => {
  const limiter = createRateLimiter({ kind: 'bucket', perSecond: 10, burst: 1 }, 0);
  expect(limiter.take(0)).toBe(0);
  expect(limiter.take(0)).toBeCloseTo(100);
  expect(limiter.take(40)).toBeCloseTo(60);
  expect(limiter.take(99)).toBeCloseTo(1);
  expect(limiter.take(100)).toBe(0);
});

test('the burst is a tenth of a second unless given', () => {
  const limiter = createRateLimiter({ kind: 'bucket', perSecond: 50 }, 0);
  const atOnce = Array.from({ length: 10 }, () => limiter.take(0));
  expect(atOnce.filter((waitMs) => waitMs === 0)).toHaveLength(5);
});

const dropping = { perSecond: 100, schedule: [{ afterMs: 2000, perSecond: 25 }, { afterMs: 4000, perSecond: 100 }] }; // prettier-ignore

test.each(['bucket', 'window'] as const)('a %s that drops to a quarter and recovers', (kind) => {
  const limit = { kind, burst: 1, ...dropping };
  expect(taken(limit, 1000, 2000)).toBe(100);
  expect(taken(limit, 3000, 4000)).toBe(25);
  expect(taken(limit, 5000, 6000)).toBe(100);
});

test('a change of the limit counts from its moment, also if nobody came then', () => {
  const limit = { kind: 'bucket', perSecond: 1, burst: 1000, schedule: [{ afterMs: 1000, perSecond: 100 }] };
  const limiter = createRateLimiter(limit as RateLimit, 0);
  while (limiter.take(0) === 0);
  // 1 token in the first second, 50 in the half second after it.
  let count = 0;
  while (limiter.take(1500) === 0) count += 1;
  expect(count).toBe(51);
});

test('a limit of 0 takes nothing', () => {
  const limiter = createRateLimiter({ kind: 'bucket', perSecond: 0, burst: 1 }, 0);
  expect(limiter.take(0)).toBe(0);
  expect(limiter.take(1e9)).toBe(Infinity);
});

test('a window takes its number within each whole second of the clock, in whatever moment of it', () => {
  const limiter = createRateLimiter({ kind: 'window', perSecond: 3 }, 0);
  const times = [1900, 1950, 1999, 1999.5, 2000, 2001, 2002, 2003];
  expect(times.map((nowMs) => limiter.take(nowMs))).toEqual([0, 0, 0, 0.5, 0, 0, 0, 997]);
});
