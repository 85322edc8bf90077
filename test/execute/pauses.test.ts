import { expect, test } from 'vitest';

import { createPauses } from '../../src/execute/pauses.ts';
import { createVirtualClock } from './virtual-clock.ts';

/** Pauses in virtual time, and which of them are over. */
function setUp() {
  const clock = createVirtualClock();
  const pauses = createPauses(clock);
  const over: number[] = [];
  return { clock, pauses, over, wait: (ms: number) => void pauses.wait(ms).then(() => over.push(ms)) };
}

const settled = (): Promise<void> => new Promise(setImmediate);

test('a wait is over when its time is, each by itself', async () => {
  const { clock, over, wait } = setUp();
  for (const ms of [1, 300, 200]) wait(ms);
  await settled();
  expect(over).toEqual([]);
  await clock.runUntil(199);
  expect(over).toEqual([1]);
  await clock.runUntil(300);
  expect(over).toEqual([1, 200, 300]);
});

test('what need not be waited for sets no timer', async () => {
  const { clock, over, wait } = setUp();
  wait(0);
  wait(-5);
  expect(clock.nextAt()).toBeUndefined();
  await settled();
  expect(over).toEqual([0, -5]);
});

test('all end at once when they are cancelled, and leave no timer; so do those to come', async () => {
  const { clock, pauses, over, wait } = setUp();
  wait(100);
  await clock.runUntil(100);
  wait(200);
  wait(300);
  pauses.cancel();
  expect(clock.nextAt()).toBeUndefined();
  await settled();
  expect(over).toEqual([100, 200, 300]);
  wait(400);
  expect(clock.nextAt()).toBeUndefined();
  await settled();
  expect(over).toContain(400);
});

test('who has waited is forgotten', async () => {
  const clock = createVirtualClock();
  let cancelled = 0;
  const pauses = createPauses({
    now: clock.now,
    after(delayMs, then) {
      clock.after(delayMs, then);
      return () => (cancelled += 1);
    },
  });
  void pauses.wait(10);
  await clock.runUntil(10);
  const before = cancelled;
  pauses.cancel();
  expect(cancelled).toBe(before);
});
