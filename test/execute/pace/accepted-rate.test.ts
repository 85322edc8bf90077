import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  acceptedPerSecond,
  countAccepted,
  createAcceptedRate,
} from '../../../src/execute/pace/accepted-rate.ts';

test('what was accepted is counted over the last 1.2 seconds, by tenths, whatever else came and however long nothing did', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), fc.boolean()), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(fc.nat(10_000), steps, (from, replies) => {
      const accepted = createAcceptedRate();
      const slots: number[] = [];
      let at = from;
      for (const [afterMs, isAccepted] of replies) {
        at += afterMs;
        countAccepted(accepted, isAccepted, at);
        if (isAccepted) slots.push(Math.floor(at / 100));
        const counted = slots.filter((slot) => slot > Math.floor(at / 100) - 12).length;
        expect(acceptedPerSecond(accepted)).toBeCloseTo(counted / 1.2, 9);
      }
    }),
  );
});

test('a clock that goes back counts what it brings as now', () => {
  const accepted = createAcceptedRate();
  countAccepted(accepted, true, 5000);
  countAccepted(accepted, true, 3000);
  expect(acceptedPerSecond(accepted)).toBeCloseTo(2 / 1.2, 9);
});
