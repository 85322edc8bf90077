import { expect, test } from 'vitest';

import { overspent, careAt } from '../../../src/execute/pace/care.ts';
import { firstFactor, isClean, isRefuted, nextFactor } from '../../../src/execute/pace/probe.ts';
import { beginRound, type Round } from '../../../src/execute/pace/rounds.ts';

const holdMs = 500;

function round(rate: number, replies: number, refused: number): Round {
  return { ...beginRound([], rate, 0), sent: replies, answered: replies, replies, refused };
}

test('where hardly anything is refused a probe goes up by little', () => {
  expect(firstFactor(100, 0, 80, holdMs)).toBeLessThan(1.04);
  expect(firstFactor(100, 0.05, 80, holdMs)).toBeLessThan(1.1);
});

test('where much is refused anyway it goes up by half, as long as its first replies come soon', () => {
  expect(firstFactor(100, 0.14, 30, holdMs)).toBeCloseTo(1.5);
  expect(firstFactor(100, 0.11, 30, holdMs)).toBeCloseTo(1.25);
  // Of 400 in flight each tenth above the limit is one that is refused.
  expect(firstFactor(1000, 0.14, 400, 600)).toBeCloseTo(1.09);
});

test('never further than to twice the rate', () => {
  expect(firstFactor(4, 0.5, 5, holdMs)).toBe(2);
  expect([1.1, 1.25, 1.5, 2].map(nextFactor)).toEqual([expect.closeTo(1.2), 1.5, 2, 2]);
});

const noisy = { knee: 100, usual: 0.14, score: 0 };

test.each([
  ['refusals that fit the old knee refute a bold probe', 150, 9, 5, true],
  ['refusals that are as usual do not', 150, 9, 1, false],
  ['two replies refute nothing', 150, 2, 2, false],
  ['at a rate that is held for its bound nothing is refuted', 100, 9, 9, false],
])('%s', (_, rate, replies, refused, refuted) => {
  expect(isRefuted(round(rate, replies, refused), noisy)).toBe(refuted);
});

test('where little is refused anyway a round goes on to its end', () => {
  expect(isRefuted(round(150, 9, 5), { ...noisy, usual: 0.05 })).toBe(false);
});

test('a bold probe is clean by what is likelier, and another one by what chance allows', () => {
  // Between 14 and 43 in a hundred.
  expect(isClean(round(150, 40, 10), noisy, 0.14)).toBe(true);
  expect(isClean(round(150, 40, 11), noisy, 0.14)).toBe(false);
  expect(isClean(round(104, 40, 8), undefined, 0.14)).toBe(false);
  expect(isClean(round(104, 40, 7), undefined, 0.14)).toBe(true);
  expect(isClean(round(104, 40, 3), { ...noisy, usual: 0.05 }, 0.05)).toBe(true);
  expect(isClean(round(104, 40, 4), { ...noisy, usual: 0.05 }, 0.05)).toBe(false);
});

test('a few replies are not clean, however good they are', () => {
  expect(isClean(round(150, 14, 0), noisy, 0.14)).toBe(false);
  expect(isClean(round(20, 6, 0), { ...noisy, knee: 15 }, 0.14)).toBe(true);
});

test('what a limit cost that has fallen is not counted as spent on probes', () => {
  const rounds: Round[] = [];
  Object.assign(beginRound(rounds, 100, 1000), { replies: 50, refused: 30 });
  Object.assign(beginRound(rounds, 40, 1500), { replies: 20, refused: 0 });
  expect(overspent(rounds, careAt(100, false), 0, 100, 2000, 0)).toBeGreaterThan(0);
  expect(overspent(rounds, careAt(100, false), 0, 100, 2000, 1500)).toBeLessThan(0);
});
