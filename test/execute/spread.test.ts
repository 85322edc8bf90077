import { expect, test } from 'vitest';

import { createPacer } from '../../src/execute/pacer.ts';
import { createSpread } from '../../src/execute/spread.ts';
import { createVirtualClock } from './virtual-clock.ts';

interface Load {
  readonly atOnce: number;
  /** When a call that is sent at `sentAt` is answered. */
  readonly answeredAt: (sentAt: number) => number;
  readonly rate?: number;
  readonly seconds?: number;
  /** Of the pacer's timers. */
  readonly lateMs?: number;
}

/** So many calls at once that are sent again as soon as they are answered and the pacer lets them. */
async function simulate({ atOnce, answeredAt, rate, seconds = 30, lateMs = 0 }: Load) {
  const clock = createVirtualClock();
  const pacer = createPacer({
    rate,
    clock: { ...clock, after: (delayMs, then) => clock.after(Math.ceil(delayMs) + lateMs, then) },
  });
  const sent: number[] = [];
  /** How long each call waited for its turn, by the moment at which it was sent. */
  const waits: { readonly at: number; readonly waitMs: number }[] = [];
  const send = async (): Promise<void> => {
    for (;;) {
      const asked = clock.now();
      const turn = pacer.turn();
      if (turn !== undefined) await turn;
      const sentAt = clock.now();
      sent.push(sentAt);
      waits.push({ at: sentAt, waitMs: sentAt - asked });
      await new Promise<void>((resolve) => clock.after(answeredAt(sentAt) - sentAt, resolve));
      pacer.saw('accepted', sentAt, clock.now());
    }
  };
  for (let number = 0; number < atOnce; number += 1) void send();
  await clock.runUntil(seconds * 1000);
  pacer.release();
  return { sent, waits };
}

/** Equally long for each, but what would be answered within `forMs` after `from` is answered at their end. */
function heldUpOnce(latencyMs: number, from = 10_000, forMs = 50): Load['answeredAt'] {
  return (sentAt) => {
    const due = sentAt + latencyMs;
    return due >= from && due < from + forMs ? from + forMs : due;
  };
}

/** The most calls that were sent within 5 ms, between two times. */
function largestLump(sent: readonly number[], from: number, to: number): number {
  const within = sent.filter((at) => at >= from && at < to);
  let largest = 0;
  for (let first = 0, last = 0; last < within.length; last += 1) {
    while ((within[last] ?? 0) - (within[first] ?? 0) > 5) first += 1;
    largest = Math.max(largest, last - first + 1);
  }
  return largest;
}

function waitedAfter(from: number, waits: Awaited<ReturnType<typeof simulate>>['waits']): number {
  return waits.filter(({ at, waitMs }) => at >= from && waitMs > 0).length;
}

test.each([
  ['for 50 ms', 50, 5000],
  ['for so long that there is a rest first', 200, 14_000],
])(
  'calls whose replies were held up together %s go apart again, and that costs no time to speak of',
  async (_, forMs, by) => {
    const { sent } = await simulate({ atOnce: 256, answeredAt: heldUpOnce(100, 3000, forMs) });
    // Evenly it would be 13, and at first it is all of them.
    expect(largestLump(sent, by, by + 4000)).toBeLessThanOrEqual(50);
    expect(sent.filter((at) => at >= 3500).length / 26.5).toBeGreaterThan(0.99 * 2560);
  },
);

test('calls whose replies are held up for 30 ms every second go apart again each time', async () => {
  const answeredAt = (sentAt: number): number => {
    const due = sentAt + 100;
    return due % 1000 < 30 ? due - (due % 1000) + 30 : due;
  };
  const { sent } = await simulate({ atOnce: 256, answeredAt });
  for (let second = 5; second < 30; second += 1) {
    expect(largestLump(sent, second * 1000 + 500, second * 1000 + 1000)).toBeLessThanOrEqual(50);
  }
});

test('while the rate grows, as in the search for it, nothing is kept apart', () => {
  const spread = createSpread();
  const reply = (from: number, to: number, everyMs: number): void => {
    for (let at = from; at <= to; at += everyMs) spread.saw(at - 100, at);
  };
  const sendMany = (at: number): void => {
    for (let number = 0; number < 20; number += 1) spread.went(at);
  };
  reply(0, 400, 1);
  reply(400, 800, 0.5);
  sendMany(800);
  expect(spread.dueAt(800)).toBe(Number.NEGATIVE_INFINITY);
  reply(800, 1600, 0.5);
  sendMany(1600);
  expect(spread.dueAt(1600)).toBeGreaterThan(1600);
});

test.each([
  ['few at once', 16, 100],
  ['answered quickly', 256, 20],
  ['answered slowly', 256, 500],
])('calls that are %s are never kept apart', async (_, atOnce, latencyMs) => {
  const { waits } = await simulate({ atOnce, answeredAt: heldUpOnce(latencyMs) });
  expect(waitedAfter(8000, waits)).toBe(0);
});

test('where the pace keeps calls apart, nothing else does', async () => {
  const load = { atOnce: 256, answeredAt: heldUpOnce(100), rate: 2000 };
  const { sent } = await simulate(load);
  expect(sent.filter((at) => at >= 11_000).length / 19).toBeGreaterThan(0.999 * 2000);
});

test.each([
  ['at every 20th millisecond', 20, 85],
  ['at every 50th millisecond', 50, 40],
  ['at every 100th millisecond', 100, 60],
  ['at every 250th millisecond', 250, 200],
])('a server that answers in batches, %s, loses at most 1.5 % by it', async (_, everyMs, leastMs) => {
  const answeredAt = (sentAt: number): number => Math.ceil((sentAt + leastMs) / everyMs) * everyMs;
  const { sent } = await simulate({ atOnce: 256, answeredAt, seconds: 130 });
  const latencyMs = Math.ceil(leastMs / everyMs) * everyMs;
  const ideal = (256 * 1000) / latencyMs;
  expect(sent.filter((at) => at >= 10_000).length / 120).toBeGreaterThan(0.985 * ideal);
});

test('on a busy machine, where timers come late, calls are seldom kept apart', async () => {
  const { sent } = await simulate({ atOnce: 256, answeredAt: heldUpOnce(100), seconds: 130, lateMs: 20 });
  expect(sent.filter((at) => at >= 12_000).length / 118).toBeGreaterThan(0.99 * 2560);
});
