import { expect, test } from 'vitest';

import {
  beginRound,
  countReply,
  explain,
  highestRate,
  outdate,
  total,
  type Round,
} from '../../../src/execute/pace/rounds.ts';

/** Rounds of a second, one after the other: the rate, and the share that is refused at it. */
function seen(...all: readonly (readonly [rate: number, share: number])[]): Round[] {
  const rounds: Round[] = [];
  all.forEach(([rate, share], second) => {
    const round = beginRound(rounds, rate, second * 1000);
    round.sent = rate;
    round.replies = rate;
    round.refused = rate * share;
  });
  return rounds;
}

const at = 4000;

test('where nothing is refused there is no knee', () => {
  expect(explain(seen([100, 0], [200, 0]), at, 0.97, 0.7, 0).knee).toBe(Number.POSITIVE_INFINITY);
});

test('a share that rises with the rate is a knee', () => {
  const { knee, usual } = explain(seen([100, 0], [200, 0], [400, 0.25], [350, 1 / 7]), at, 0.97, 0.7, 0);
  expect(knee).toBeGreaterThan(285);
  expect(knee).toBeLessThan(315);
  expect(usual).toBeLessThan(0.01);
});

test('a share that is the same at every rate is usual, and no knee', () => {
  const { knee, usual } = explain(seen([100, 0.3], [200, 0.3], [400, 0.3]), at, 0.97, 0.7, 0);
  expect(knee).toBe(Number.POSITIVE_INFINITY);
  expect(usual).toBeCloseTo(0.3, 1);
});

test('what may not be usual has to be a knee', () => {
  expect(explain(seen([100, 0.3], [200, 0.3], [400, 0.3]), at, 0.06, 0.7, 0).knee).toBeLessThan(400);
});

test('a knee far below the highest rate is found, also just below the lowest', () => {
  const { knee } = explain(seen([1000, 0.95], [100, 0.5]), 1000, 0.06, 0.7, 0);
  expect(knee).toBeGreaterThan(45);
  expect(knee).toBeLessThan(60);
});

test('a usual share costs an explanation so much that of two that say the same the smaller share wins, up to a few in a hundred', () => {
  for (const share of [0.02, 0.06, 0.3]) {
    const { knee, usual, score } = explain(seen([100, share]), 0, 0.97, Number.POSITIVE_INFINITY, 0);
    expect(knee).toBe(Number.POSITIVE_INFINITY);
    expect(usual).toBeCloseTo((100 * share) / 102, 9);
    const likely = 100 * (share * Math.log(usual) + (1 - share) * Math.log(1 - usual));
    expect(score).toBeCloseTo(likely - 15 * Math.min(0.06, usual), 6);
  }
});

test('of explanations that differ by chance the highest knee is taken', () => {
  const rounds = seen([50, 0], [100, 0.03]);
  expect(explain(rounds, at, 0.06, 0, 0).knee).toBeLessThan(100);
  expect(explain(rounds, at, 0.06, 3, 0).knee).toBe(Number.POSITIVE_INFINITY);
});

test('what was seen long ago says less, and later where there are few replies', () => {
  const limited = seen([400, 0.25]);
  const unlimited = (rate: number): Round[] => [
    ...limited,
    { since: 60_000, rate, sent: rate, answered: rate, replies: rate, refused: 0, weight: 1 },
  ];
  expect(explain(unlimited(200), 60_000, 0.06, 0.7, 0).knee).toBe(Number.POSITIVE_INFINITY);
  expect(explain(unlimited(3), 60_000, 0.06, 0.7, 0).knee).toBeLessThan(400);
});

test('the larger the usual share, the longer what was seen is remembered', () => {
  const rounds = seen([400, 0.25]);
  const kneeAfter = (former: number): number =>
    explain(
      [...rounds, ...seen([200, 0]).map((round) => ({ ...round, since: 60_000 }))],
      60_000,
      0.06,
      0.7,
      former,
    ).knee;
  expect(kneeAfter(0)).toBe(Number.POSITIVE_INFINITY);
  expect(kneeAfter(0.5)).toBeLessThan(400);
});

test('a round that what was seen since contradicts says little any more', () => {
  const better = seen([100, 0], [100, 0.75]);
  outdate(better);
  expect(better.map(({ weight }) => weight)).toEqual([0.1, 1]);
  const worse = seen([100, 0.75], [100, 0]);
  outdate(worse);
  expect(worse.map(({ weight }) => weight)).toEqual([0.1, 1]);
});

test('a higher rate at which more is refused contradicts nothing', () => {
  const rounds = seen([100, 0], [400, 0.75]);
  outdate(rounds);
  expect(rounds.map(({ weight }) => weight)).toEqual([1, 1]);
});

test('a reply counts in the round in which its attempt was sent', () => {
  const rounds = seen([0, 0], [0, 0]);
  countReply(rounds, true, true, 999);
  countReply(rounds, false, true, 1000);
  countReply(rounds, false, true, -1);
  // What tells nothing of the rate has been answered all the same.
  countReply(rounds, true, false, 1000);
  expect(rounds.map(({ answered, replies, refused }) => [answered, replies, refused])).toEqual([
    [1, 1, 1],
    [2, 1, 0],
  ]);
});

test('a total is of rounds since then, up to a rate', () => {
  const rounds = seen([100, 0.1], [200, 0.2], [300, 0.3]);
  expect(total(rounds, 1000, 200)).toEqual({ replies: 200, refused: 40 });
  expect(total(rounds, 0, 1000)).toEqual({ replies: 600, refused: 140 });
});

test('the highest rate is of a round that still says something', () => {
  const rounds = seen([100, 0], [300, 0], [200, 0]);
  expect(highestRate(rounds, -1)).toBe(300);
  expect(highestRate(rounds, 1000)).toBe(200);
  rounds[1]!.weight = 0.1;
  expect(highestRate(rounds, -1)).toBe(200);
});

test('a rate at which nearly nothing was sent takes no time to explain', () => {
  const rounds = seen([100, 0.5]);
  rounds.push({ since: 1000, rate: 0, sent: 0, answered: 1, replies: 1, refused: 1, weight: 1 });
  expect(explain(rounds, at, 0.06, 0.7, 0).knee).toBeLessThan(100);
});

test('a round of a few replies contradicts nothing', () => {
  const rounds = seen([100, 0], [9, 1]);
  rounds[1]!.rate = 100;
  outdate(rounds);
  expect(rounds.map(({ weight }) => weight)).toEqual([1, 1]);
});

test('no more than the last eighty rounds are kept', () => {
  const rounds = seen(...Array.from({ length: 100 }, (_, place) => [place, 0] as const));
  expect(rounds).toHaveLength(80);
  expect(rounds[0]?.rate).toBe(20);
});
