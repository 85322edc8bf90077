import { expect, test } from 'vitest';

import { createBelief, type Belief, type Ending } from '../../../src/execute/pace/belief.ts';

const perSecond = 50;

/** A reply every 20 ms, of which the share at that time is refused, until the trial ends. */
function goOn(
  belief: Belief,
  from: number,
  shareAt: (at: number) => number,
): Ending & { readonly at: number } {
  let due = 0;
  for (let at = from; at < from + 60_000; at += 1000 / perSecond) {
    due += shareAt(at);
    const isRefused = due >= 1;
    if (isRefused) due -= 1;
    belief.count(isRefused, at);
    const ending = belief.judge(at);
    if (ending !== undefined) return { ...ending, at };
  }
  throw new Error('the trial does not end');
}

function proven(share: number): { belief: Belief; at: number } {
  const belief = createBelief(() => 0.5);
  belief.tryOut(share, perSecond, 0);
  const { isProven, at } = goOn(belief, 0, () => share);
  expect(isProven).toBe(true);
  return { belief, at };
}

test.each([0.1, 0.3, 0.5])('a share of %s that stays while all go slower is the world’s', (share) => {
  const { belief, at } = proven(share);
  expect(at).toBeLessThan(9000);
  expect(belief.isProven).toBe(true);
  expect(belief.most).toBeGreaterThan(share);
  expect(belief.most).toBeLessThan(1.3 * share + 0.05);
});

test.each([0.1, 0.3, 0.6, 0.9])('a share of %s that goes within seconds is not', (share) => {
  const belief = createBelief(() => 0);
  belief.tryOut(share, perSecond, 0);
  expect(goOn(belief, 0, (at) => (at < 1500 ? share : 0.02)).isProven).toBe(false);
  expect(belief.isProven).toBe(false);
  expect(belief.most).toBeLessThan(0.05);
});

test('a trial is slower than what is accepted, but not by much', () => {
  const belief = createBelief(() => 0.5);
  belief.tryOut(0.1, 100, 0);
  expect(belief.trialRate).toBeGreaterThan(75);
  expect(belief.trialRate).toBeLessThan(95);
});

test('trials of many do not keep step', () => {
  const counts = [0, 0.99].map((random) => {
    const belief = createBelief(() => random);
    belief.tryOut(0.5, perSecond, 0);
    return goOn(belief, 0, () => 0.5).at;
  });
  expect(counts[1]! - counts[0]!).toBeGreaterThan(500);
});

test('what is refused altogether is an outage, and never believed', () => {
  const belief = createBelief(() => 0.5);
  belief.tryOut(0.97, perSecond, 0);
  expect(goOn(belief, 0, () => 1).isProven).toBe(false);
});

test('no more than six in ten is ever believed', () => {
  const { belief } = proven(0.58);
  expect(belief.most).toBeLessThanOrEqual(0.6);
});

test('a proof is renewed after half a minute', () => {
  const { belief, at } = proven(0.1);
  belief.review({ replies: 200, refused: 20 }, at + 25_000);
  expect(belief.isProven).toBe(true);
  belief.review({ replies: 200, refused: 20 }, at + 35_000);
  expect(belief.isProven).toBe(false);
});

test('a share that has gone is forgotten', () => {
  const { belief, at } = proven(0.1);
  belief.review({ replies: 200, refused: 2 }, at + 1000);
  expect(belief.isProven).toBe(false);
});

test('who believed too much believes nothing for a minute', () => {
  const { belief, at } = proven(0.1);
  expect(belief.mayTry(at + 2000)).toBe(true);
  belief.distrust(at);
  expect(belief.isProven).toBe(false);
  expect(belief.mayTry(at + 55_000)).toBe(false);
  expect(belief.mayTry(at + 65_000)).toBe(true);
});

test('a trial that is abandoned says nothing', () => {
  const belief = createBelief(() => 0.5);
  belief.tryOut(0.5, perSecond, 0);
  belief.abandon();
  expect(belief.trialRate).toBeUndefined();
  expect(belief.judge(20_000)).toBeUndefined();
});
