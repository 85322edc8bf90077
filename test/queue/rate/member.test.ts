import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createClockOffset, hearClock } from '../../../src/queue/rate/clock-offset.ts';
import {
  addBlock,
  createOwnSlots,
  isLastBegun,
  nextSlot,
  useSlot,
} from '../../../src/queue/rate/own-slots.ts';
import {
  countReply,
  countRestart,
  countSent,
  createTally,
  takeReport,
} from '../../../src/queue/rate/report.ts';

const block = (fromMs: number, slots: number, round = 1) => ({ fromMs, gapMs: 10, slots, whole: 20, round });

test('slots are used when they are due, and each once', () => {
  const own = createOwnSlots();
  addBlock(own, block(100, 2));
  addBlock(own, block(200, 1, 2));
  expect([nextSlot(own, 90), useSlot(own, 90)]).toEqual([100, undefined]);
  expect([useSlot(own, 100), useSlot(own, 100), nextSlot(own, 100)]).toEqual([1, undefined, 110]);
  expect([isLastBegun(own, 110), useSlot(own, 110), nextSlot(own, 110)]).toEqual([false, 1, 200]);
  expect([isLastBegun(own, 200), useSlot(own, 205), nextSlot(own, 205)]).toEqual([true, 2, undefined]);
});

test('slots are lost after 50 ms, and told as unused', () => {
  const own = createOwnSlots();
  addBlock(own, block(100, 10));
  expect(nextSlot(own, 150)).toBe(100);
  expect(nextSlot(own, 155)).toBe(110);
  expect(nextSlot(own, 1000)).toBeUndefined();
  expect(own.unused).toBe(10);
});

test.each([
  ['twice as many as it used, when it used all', 10, {}, 20],
  ['about as many as it used, when there was no more to send', 3, {}, 4],
  ['as many as before, when it was late', 3, { isAwaited: true }, 1_000_000],
  ['a part of a whole block, when only how many there are at once was in the way', 3, { isFull: true }, 5],
])('a member asks for %s', (_, used, more, most) => {
  const own = createOwnSlots();
  addBlock(own, block(0, 10));
  for (let count = 0; count < used; count += 1) useSlot(own, 10 * count);
  Object.assign(own, more);
  nextSlot(own, 10_000);
  expect(own.most).toBe(most);
});

test('the time of the database is known to half of the quickest round trip, and again soon after a clock was set', () => {
  const trip = fc.record({ there: fc.integer({ min: 0, max: 80 }), back: fc.integer({ min: 0, max: 80 }) });
  const trips = fc.array(trip, { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(
      trips,
      fc.array(trip, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: -5000, max: 5000 }),
      (before, after, jump) => {
        const offset = createClockOffset();
        let own = 0;
        const hear = (all: typeof before, apart: number) => {
          for (const { there, back } of all) {
            hearClock(offset, own, own + there + back, own + there + apart);
            own += there + back + 100;
          }
          return Math.abs((offset.ms ?? Number.NaN) - apart);
        };
        const quickest = Math.min(...before.map(({ there, back }) => there + back));
        expect(hear(before, 1e12)).toBeLessThanOrEqual(quickest / 2 + 1);
        // What is possible after the jump may be what was right before it.
        const longest = Math.max(...after.map(({ there, back }) => there + back));
        expect(hear(after, 1e12 + jump)).toBeLessThanOrEqual(longest + quickest + 2);
      },
    ),
  );
});

test('replies are told by the round in whose time they were sent, once', () => {
  const tally = createTally();
  countSent(tally, 7, 100);
  countSent(tally, 7, 110);
  countSent(tally, 8, 120);
  countReply(tally, 'accepted', 110, 1110);
  countReply(tally, 'throttled', 125, 1125);
  countReply(tally, 'throttledAgain', 135, 1135);
  countReply(tally, 'accepted', 90, 1090);
  const told = takeReport(tally, 3);
  expect(told?.replies.map(({ round, sentMs }) => [round, sentMs])).toEqual([
    [7, 1110],
    [8, 1130],
  ]);
  expect(told?.replies[1]?.counts).toMatchObject({ accepted: 0, throttled: 1, throttledAgain: 1 });
  expect(told?.unused).toBe(3);
  expect(takeReport(tally, 0)).toBeUndefined();
});

test('the end of an outage is told with the round of the last slot before it', () => {
  const tally = createTally();
  countSent(tally, 7, 100);
  countRestart(tally);
  expect(takeReport(tally, 0)?.restartOf).toBe(7);
});
