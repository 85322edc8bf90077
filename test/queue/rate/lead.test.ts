import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createPacer } from '../../../src/execute/pace/pacer.ts';
import { createLead, feed, nameRound, type Look } from '../../../src/queue/rate/lead.ts';

const start: Look = {
  at: 1000,
  slots: 0,
  pace: { perSecond: 100, setBy: 'searching' },
  ceiling: undefined,
  reports: [],
};
const none = { accepted: 0, acceptedAgain: 0, throttled: 0, throttledAgain: 0, failed: 0, failedAgain: 0 };

const steps = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 50, max: 400 }),
    sent: fc.integer({ min: 0, max: 80 }),
    accepted: fc.integer({ min: 0, max: 60 }),
    throttled: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20 })),
    isHungry: fc.boolean(),
  }),
  { minLength: 10, maxLength: 60 },
);

test('what members report moves the rate as it would move for who sends alone and sees the same', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const lead = createLead(start);
      const alone = createPacer({ concurrency: Number.MAX_SAFE_INTEGER, start: start.pace, isPatient: true });
      let { at, slots } = start;
      let round = 0;
      for (const { afterMs, sent, accepted, throttled, isHungry } of all) {
        at += afterMs;
        slots += sent;
        const counts = { ...none, accepted, throttled: accepted > 0 ? 0 : throttled };
        const sentAt = alone.roundSince ?? at;
        if (isHungry) alone.wasHeld();
        for (let count = 0; count < sent; count += 1) alone.sent(at);
        // Nothing is known of replies before the first round was named.
        if (round > 0) {
          for (let count = 0; count < counts.accepted; count += 1) alone.saw('accepted', sentAt, at, false);
          for (let count = 0; count < counts.throttled; count += 1) alone.saw('throttled', sentAt, at, false);
        }
        const reports = [{ replies: [{ round, sentMs: sentAt, counts }], unused: 0, isHungry }];
        const pace = feed(lead, { ...start, at, slots, reports });
        if (pace !== undefined) nameRound(lead, (round += 1));
        expect(lead.pacer.pace).toEqual(alone.pace);
      }
    }),
    { numRuns: 30 },
  );
});

test('the end of one outage lowers the rate once, however many members tell of it', () => {
  const pace = { perSecond: 800, setBy: 'tenant' } as const;
  const lead = createLead({ ...start, pace });
  const restart = (restartOf: number) => ({ replies: [], unused: 0, isHungry: true, restartOf });
  const perSecond = (reports: Look['reports'], look: number) => {
    const at = start.at + 100 * look;
    const paced = feed(lead, { ...start, pace, at, slots: 10 * look, reports });
    if (paced !== undefined) nameRound(lead, 100 + look);
    return lead.pacer.pace.perSecond;
  };
  expect(perSecond([], 1)).toBe(800);
  expect(perSecond([restart(101), restart(101)], 2)).toBe(100);
  expect(perSecond([restart(101)], 3)).toBe(100);
  expect(lead.pacer.roundSince).toBe(start.at + 200);
});

test('a look that finds fewer slots used than given away counts the rest next time', () => {
  const lead = createLead(start);
  const unused = (count: number) => [{ replies: [], unused: count, isHungry: false }];
  feed(lead, { ...start, slots: 10, reports: unused(15) });
  expect(lead.slots).toBe(15);
  feed(lead, { ...start, slots: 20, reports: [] });
  expect(lead.slots).toBe(20);
});
