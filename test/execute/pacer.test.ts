import { expect, test } from 'vitest';

import { createPacer, type Pacer } from '../../src/execute/pacer.ts';
import { createRateLimiter, type RateLimit } from '../../src/simulator/rate-limit.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

interface Sent {
  readonly at: number;
  readonly accepted: boolean;
  readonly by: number;
}

interface Load {
  readonly limit?: RateLimit;
  /** A share of the calls is throttled whatever the rate. */
  readonly stray?: number;
  readonly seconds: number;
  readonly clients?: number;
  readonly concurrency?: number;
  readonly latencyMs?: number;
  readonly rate?: number;
  readonly seed?: number;
}

/** Clients that always have more to send, on a server with a limit, in virtual time. Timers are as coarse as Node's. */
async function simulate(load: Load): Promise<{ sent: Sent[]; pacers: Pacer[] }> {
  const { limit, stray = 0, seconds, clients = 1, concurrency = 256, latencyMs = 30, rate } = load;
  const virtual = createVirtualClock();
  const clock: VirtualClock = {
    ...virtual,
    after: (delayMs, then) => virtual.after(Math.ceil(delayMs), then),
  };
  const limiter = limit && createRateLimiter(limit, 0);
  const sent: Sent[] = [];
  const pacers = Array.from({ length: clients }, () => createPacer({ rate, clock }));
  let { seed = 1 } = load;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;

  async function worker(pacer: Pacer, by: number): Promise<void> {
    for (;;) {
      const turn = pacer.turn();
      if (turn !== undefined) await turn;
      const sentAt = clock.now();
      await new Promise<void>((resolve) => virtual.after(latencyMs * (0.25 + random() / 2), resolve));
      const at = clock.now();
      const accepted = random() >= stray && (limiter?.take(at) ?? 0) === 0;
      sent.push({ at, accepted, by });
      await new Promise<void>((resolve) => virtual.after(latencyMs * (0.25 + random() / 2), resolve));
      pacer.saw(accepted ? 'accepted' : 'throttled', sentAt, clock.now());
    }
  }

  for (const [index, pacer] of pacers.entries()) {
    for (let number = 0; number < concurrency; number += 1) void worker(pacer, index);
  }
  await virtual.runUntil(seconds * 1000);
  for (const pacer of pacers) pacer.release();
  return { sent, pacers };
}

/** What share of a limit was used between two times in seconds, and what share of the attempts was refused. */
function measure(sent: readonly Sent[], perSecond: number, from: number, to: number) {
  const between = sent.filter(({ at }) => at >= from * 1000 && at < to * 1000);
  const accepted = between.filter((each) => each.accepted).length;
  return { used: accepted / (perSecond * (to - from)), refused: 1 - accepted / between.length };
}

test.each([
  [50, 0.93],
  [500, 0.95],
  [2000, 0.95],
])('holds a strict bucket of %i a second', async (perSecond, least) => {
  for (const latencyMs of [5, 30, 100]) {
    const { sent } = await simulate({ limit: { kind: 'bucket', perSecond }, seconds: 40, latencyMs });
    const later = measure(sent, perSecond, 10, 40);
    expect(later.used, `latency ${latencyMs}`).toBeGreaterThanOrEqual(least);
    expect(later.refused, `latency ${latencyMs}`).toBeLessThanOrEqual(0.02);
    expect(measure(sent, perSecond, 0, 20).used, `start, latency ${latencyMs}`).toBeGreaterThanOrEqual(0.95);
    expect(measure(sent, perSecond, 4, 5).used, `found, latency ${latencyMs}`).toBeGreaterThanOrEqual(0.95);
  }
});

test('the search does not run ahead of replies that come late', async () => {
  const { sent } = await simulate({ limit: { kind: 'bucket', perSecond: 150 }, seconds: 5, latencyMs: 400 });
  // It would be 400 and more if the rate doubled before anything that was sent at it was answered.
  expect(sent.filter(({ accepted }) => !accepted).length).toBeLessThan(300);
});

test.each([50, 500, 2000])('holds a window of %i in each second', async (perSecond) => {
  const { sent } = await simulate({ limit: { kind: 'window', perSecond }, seconds: 40 });
  const later = measure(sent, perSecond, 10, 40);
  expect(later.used).toBeGreaterThanOrEqual(0.9);
  expect(later.refused).toBeLessThanOrEqual(0.02);
});

test('follows a limit that drops to a quarter and comes back', async () => {
  const schedule = [
    { afterMs: 15_000, perSecond: 125 },
    { afterMs: 35_000, perSecond: 500 },
  ];
  const { sent } = await simulate({ limit: { kind: 'bucket', perSecond: 500, schedule }, seconds: 60 });
  const low = measure(sent, 125, 18, 35);
  expect(low.used).toBeGreaterThanOrEqual(0.9);
  expect(low.refused).toBeLessThanOrEqual(0.02);
  expect(measure(sent, 500, 50, 60).used).toBeGreaterThanOrEqual(0.95);
});

test('16 clients on one limit share it, and each gets its part', async () => {
  const { sent } = await simulate({
    limit: { kind: 'bucket', perSecond: 500 },
    seconds: 60,
    clients: 16,
    concurrency: 64,
  });
  const later = measure(sent, 500, 10, 60);
  expect(later.used).toBeGreaterThanOrEqual(0.93);
  expect(later.refused).toBeLessThanOrEqual(0.05);
  const parts = Array.from(
    { length: 16 },
    (_, by) => sent.filter((each) => each.by === by && each.at > 20_000).length,
  );
  expect(Math.max(...parts) / Math.min(...parts)).toBeLessThan(4);
});

test.each([0.002, 0.01, 0.02])(
  'calls that are throttled whatever the rate (a share of %d) do not slow the others down',
  async (stray) => {
    for (const [latencyMs, concurrency] of [
      [5, 16],
      [20, 16],
      [100, 16],
      [100, 64],
    ] as const) {
      const ideal = (concurrency / latencyMs) * 1000;
      const load = { seconds: 20, latencyMs, concurrency };
      const without = measure((await simulate(load)).sent, ideal, 0, 20);
      const { used } = measure((await simulate({ ...load, stray })).sent, ideal, 0, 20);
      expect(used / without.used, `latency ${latencyMs}, concurrency ${concurrency}`).toBeGreaterThan(0.95);
    }
  },
);

test('a limit is held among calls that are throttled whatever the rate', async () => {
  const all = [];
  for (let seed = 1; seed <= 9; seed += 1) {
    const load = {
      limit: { kind: 'bucket', perSecond: 500 },
      stray: 0.02,
      seconds: 60,
      seed: seed * 7919,
    } as const;
    all.push(measure((await simulate(load)).sent, 500, 20, 60));
  }
  // Chance has much to say: between 0.4 and 1. Without the trials of former rates it would be 0.1.
  const middle = all.map(({ used }) => used).sort((a, b) => a - b)[4];
  expect(middle).toBeGreaterThanOrEqual(0.6);
  expect(Math.max(...all.map(({ refused }) => refused))).toBeLessThanOrEqual(0.04);
});

test('--rate is a ceiling, whatever the server would take', async () => {
  const { sent, pacers } = await simulate({
    limit: { kind: 'bucket', perSecond: 5000 },
    seconds: 10,
    rate: 100,
  });
  expect(sent.length).toBeLessThanOrEqual(100 * 10 + 5);
  expect(sent.length).toBeGreaterThanOrEqual(100 * 9);
  expect(pacers[0]?.pace.setBy).toBe('ceiling');
});
