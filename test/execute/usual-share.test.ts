import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { countFirst, createUsualShare, explained, surprising } from '../../src/execute/usual-share.ts';

function shareAfter(replies: readonly boolean[]): number {
  const share = createUsualShare();
  for (const isAccepted of replies) countFirst(share, isAccepted);
  return share.value;
}

describe('the usual share of failures', () => {
  test('it is what failed of all until the last that was accepted, with ten more that are supposed to have been accepted', () => {
    const replies = fc.array(fc.boolean(), { maxLength: 190 });
    fc.assert(
      fc.property(replies, (replies) => {
        const counted = replies.slice(0, replies.lastIndexOf(true) + 1);
        const failed = counted.filter((isAccepted) => !isAccepted).length;
        expect(shareAfter(replies)).toBeCloseTo(failed / (10 + counted.length), 10);
      }),
    );
  });

  test('failures count only when something is accepted after them: until then they may be an outage', () => {
    expect(shareAfter([true, false, false, false])).toBe(0);
    expect(shareAfter([true, false, false, false, true])).toBeCloseTo(3 / 15, 10);
  });

  test('what is forgotten as an outage counts never', () => {
    const share = createUsualShare();
    countFirst(share, false);
    countFirst(share, false);
    share.failedSince = 0;
    countFirst(share, true);
    expect(share.value).toBe(0);
    countFirst(share, false);
    countFirst(share, true);
    expect(share.value).toBeCloseTo(1 / 13, 10);
  });

  test('each failure counts once, however much is accepted after it', () => {
    expect(shareAfter([false, true, true, true])).toBeCloseTo(1 / 14, 10);
  });

  test('the last two hundred count most', () => {
    const half = Array.from({ length: 4000 }, (_, place) => place % 2 === 1);
    expect(shareAfter(half)).toBeCloseTo(0.5, 2);
    const later = Array.from({ length: 200 }, () => true);
    expect(shareAfter([...half, ...later])).toBeCloseTo(0.5 * (1 - 1 / 200) ** 200, 2);
  });
});

describe('what a share explains', () => {
  test.each([
    [0, 0],
    [0.05, 0],
    [0.099, 0],
    [0.1, 4],
    [0.11, 4],
    [0.2, 5],
    [0.5, 13],
    [0.7, 25],
    [0.75, 32],
    [0.9, 32],
    [1, 32],
  ])('a share of %d explains %d failures of one call in a row', (share, failures) => {
    expect(explained(share)).toBe(failures);
  });

  test('no share explains more than the bound that attempts are counted by', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        expect(explained(share)).toBeLessThanOrEqual(explained(1));
      }),
    );
  });

  test.each([
    [0, 6],
    [0.01, 6],
    [0.05, 6],
    [0.2, 9],
    [0.5, 20],
    [0.7, 39],
    [0.75, 49],
    [1, 49],
  ])('where a share of %d fails anyway, %d failures in a row are all that fails', (share, failures) => {
    expect(surprising(share)).toBe(failures);
  });
});
