import { expect, test } from 'vitest';

import { createPacer } from '../../src/execute/pacer.ts';
import { createToldLimit } from '../../src/execute/told-limit.ts';
import { createVirtualClock } from './virtual-clock.ts';

test('without headers there is no bound', () => {
  expect(createToldLimit().perSecond(0)).toBe(Number.POSITIVE_INFINITY);
});

test('a limit with its window is an average', () => {
  const limit = createToldLimit();
  limit.told({ limit: 600, windowMs: 60_000 }, 0);
  expect(limit.perSecond(1)).toBe(10);
});

test('without a window the longest rest of one stands for it', () => {
  const limit = createToldLimit();
  limit.told({ limit: 500, resetMs: 1000 }, 0);
  expect(limit.perSecond(0)).toBe(500);
  limit.told({ limit: 500, resetMs: 10_000 }, 100);
  limit.told({ limit: 500, resetMs: 3000 }, 7100);
  expect(limit.perSecond(7100)).toBe(50);
  limit.told({ limit: 100, resetMs: 1000 }, 8000);
  expect(limit.perSecond(8000)).toBe(100);
});

test('what is left of a long window is spread over the rest of it, and no longer', () => {
  const limit = createToldLimit();
  limit.told({ limit: 6000, windowMs: 60_000, remaining: 299, resetMs: 30_000 }, 0);
  expect(limit.perSecond(10_000)).toBe(10);
  expect(limit.perSecond(30_001)).toBe(100);
});

test('nothing left is not for ever, and what is not repeated is forgotten', () => {
  const limit = createToldLimit();
  limit.told({ limit: 0, resetMs: 1000 }, 0);
  expect(limit.perSecond(1)).toBe(0.1);
  expect(limit.perSecond(60_001)).toBe(Number.POSITIVE_INFINITY);
});

test('the pacer never goes faster than the headers allow, and says so', async () => {
  const clock = createVirtualClock();
  const pacer = createPacer({ clock });
  let sent = 0;
  const send = async (): Promise<void> => {
    for (;;) {
      const turn = pacer.turn();
      if (turn !== undefined) await turn;
      sent += 1;
      await new Promise<void>((resolve) => clock.after(20, resolve));
      pacer.told({ limit: 100, resetMs: 1000 });
      pacer.saw('accepted', clock.now() - 20, clock.now());
    }
  };
  for (let number = 0; number < 64; number += 1) void send();
  await clock.runUntil(10_000);
  expect(sent).toBeGreaterThan(900);
  expect(sent).toBeLessThanOrEqual(1010);
  expect(pacer.pace).toEqual({ perSecond: 100, setBy: 'headers' });
});

test('a window of no length, and a limit of nothing in it, say nothing about the rate', () => {
  const limit = createToldLimit();
  limit.told({ limit: 0, windowMs: 0 }, 0);
  expect(limit.perSecond(1)).toBe(Number.POSITIVE_INFINITY);
});
