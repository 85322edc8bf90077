import { expect, test } from 'vitest';

import { countAccepted, createAcceptedRate } from '../../../src/execute/pace/accepted-rate.ts';
import { beginRound, explain, type Round } from '../../../src/execute/pace/rounds.ts';
import { evenOut, type UsedUp } from '../../../src/execute/pace/used-up.ts';

/** So many a second were accepted in the 1.2 seconds before. */
function accepted(perSecond: number, at: number) {
  const rate = createAcceptedRate();
  for (let each = 0; each < 1.2 * perSecond; each += 1) {
    countAccepted(rate, true, at - 1199 + (each * 1000) / perSecond);
  }
  return rate;
}

/** Rounds one after the other. */
function rounds(
  ...all: readonly (readonly [since: number, rate: number, replies: number, refused: number])[]
): Round[] {
  const seen: Round[] = [];
  for (const [since, rate, replies, refused] of all) {
    Object.assign(beginRound(seen, rate, since), { sent: replies, answered: replies, replies, refused });
  }
  return seen;
}

const at = 2999;

test('where a window is used up, what was accepted in it tells the limit, and not that everything is refused', () => {
  const seen = rounds([2000, 800, 400, 0], [2500, 800, 200, 0], [2750, 800, 40, 40]);
  expect(explain(seen, at, 0.06, 0.7, 0).knee).toBeGreaterThan(700);
  expect(evenOut(seen, undefined, accepted(500, at), 20, at)).toEqual({
    at,
    perSecond: expect.closeTo(500, 0) as number,
  });
  expect(seen.map(({ refused }) => refused)).toEqual([150, 75, 15].map((each) => expect.closeTo(each, 0)));
  expect(explain(seen, at, 0.06, 0.7, 0).knee).toBeCloseTo(500, -2);
});

test('a rate that is no higher than what was accepted is not to blame that everything is refused, and what was refused long before stays, but for what replies take', () => {
  const seen = rounds([0, 900, 90, 45], [2500, 400, 100, 0], [2900, 400, 8, 8]);
  evenOut(seen, undefined, accepted(500, at), 20, at);
  expect(seen.map(({ refused }) => refused)).toEqual([45, 0, 0]);
  const late = rounds([1700, 1000, 90, 0], [2900, 400, 8, 8]);
  evenOut(late, undefined, accepted(500, at), 400, at);
  expect(late[0]?.refused).toBeCloseTo(45, 0);
});

test.each([
  ['a part of it is accepted', 40, 36],
  ['there are hardly any replies', 7, 7],
])('where %s it is not changed', (_, replies, refused) => {
  const seen = rounds([2000, 800, 400, 0], [2500, 800, replies, refused]);
  expect(evenOut(seen, undefined, accepted(500, at), 20, at)).toBeUndefined();
  expect(seen[1]).toMatchObject({ refused });
});

test('while everything is refused it counts what was accepted before that, and after a second it is no window', () => {
  const before: UsedUp = { at: at - 500, perSecond: 400 };
  const seen = rounds([2800, 800, 40, 40]);
  expect(evenOut(seen, before, accepted(100, at), 20, at)).toBe(before);
  expect(seen[0]?.refused).toBe(20);
  const later = rounds([3500, 800, 40, 40]);
  expect(evenOut(later, before, accepted(0, at), 20, at + 500)).toBe(before);
  expect(later[0]?.refused).toBe(40);
});
