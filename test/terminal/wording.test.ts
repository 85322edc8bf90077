import { expect, test } from 'vitest';

import { lasting, perSecond } from '../../src/terminal/wording.ts';

test.each([
  [0, 'less than a second'],
  [321, 'less than a second'],
  [999, '1s'],
  [59_600, '1m'],
  [61_000, '1m 1s'],
  [3_600_000, '1h'],
  [4_812_345, '1h 20m'],
  [93_784_000, '1d 2h'],
])('%i ms last %s', (durationMs, expected) => {
  expect(lasting(durationMs)).toBe(expected);
});

test.each([
  [0.04, '0/s'],
  [0.44, '0.4/s'],
  [2, '2/s'],
  [9.96, '10/s'],
  [1645.4, '1,645/s'],
])('%f a second are %s', (rate, expected) => {
  expect(perSecond(rate)).toBe(expected);
});
