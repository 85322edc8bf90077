import { expect, onTestFinished, test } from 'vitest';

import { systemClock } from '../../src/execute/clock.ts';

test('a wait is never shorter than asked for, not by a part of a millisecond', async () => {
  let shortest = Number.POSITIVE_INFINITY;
  for (let number = 0; number < 100; number += 1) {
    // Begins at all parts of a millisecond.
    const beginsAt = performance.now() + number / 100;
    while (performance.now() < beginsAt);
    const startedAt = systemClock.now();
    await new Promise<void>((resolve) => systemClock.after(2, resolve));
    shortest = Math.min(shortest, systemClock.now() - startedAt);
  }
  expect(shortest).toBeGreaterThanOrEqual(2);
});

test('a wait that is cancelled never ends', async () => {
  let isOver = false;
  const cancel = systemClock.after(5, () => {
    isOver = true;
  });
  cancel();
  await new Promise<void>((resolve) => systemClock.after(20, resolve));
  expect(isOver).toBe(false);
});

test('a wait longer than a timer can take does not end at once, nor makes Node warn of it', async () => {
  const warnings: string[] = [];
  const listen = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', listen);
  onTestFinished(() => void process.off('warning', listen));
  let isOver = false;
  const cancel = systemClock.after(2 ** 31 + 5, () => (isOver = true));
  await new Promise<void>((resolve) => systemClock.after(20, resolve));
  cancel();
  expect({ isOver, warnings }).toEqual({ isOver: false, warnings: [] });
});
