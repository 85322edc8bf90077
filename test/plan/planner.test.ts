import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { ValidRow } from '../../src/input/row.ts';
import type { PlannedCall } from '../../src/plan/call.ts';
import { placeOf, seqOf } from '../../src/plan/planner.ts';
import { plannedInOrder } from './planned.ts';

function row(
  userId: string,
  appIds: readonly string[],
  userIdType: ValidRow['userIdType'] = 'user_id',
): ValidRow {
  return {
    valid: true,
    line: 2,
    cells: [],
    userId,
    userIdType,
    appIds,
    warnings: [],
  };
}

function plan(rows: readonly ValidRow[]): {
  calls: readonly PlannedCall[];
  seqs: number[][];
  positions: readonly (readonly number[])[];
} {
  const { calls, positions } = plannedInOrder(rows);
  return { calls, positions, seqs: positions.map((each) => each.map(seqOf)) };
}

const apps = (count: number, from = 1): string[] =>
  Array.from({ length: count }, (_, index) => `app-${from + index}`);

test('a row of 120 apps becomes calls of 50, 50 and 20', () => {
  const { calls } = plan([row('u1', apps(120))]);
  expect(calls.map((call) => call.appIds.length)).toEqual([50, 50, 20]);
  expect(calls.flatMap((call) => call.appIds)).toEqual(apps(120));
});

test('60 rows of one user with one app each become two calls', () => {
  const { calls, seqs } = plan(apps(60).map((app) => row('u1', [app])));
  expect(calls.map((call) => call.appIds.length)).toEqual([50, 10]);
  expect(seqs.flat()).toEqual([...Array(50).fill(1), ...Array(10).fill(2)]);
});

test.each([48, 49, 50, 51])(
  'a row of %i apps and rows of the same user behind it: no call is over 50, and each app is in one',
  (count) => {
    const more = ['more-1', 'more-2', 'more-3'];
    const { calls, seqs } = plan([row('u1', apps(count)), ...more.map((app) => row('u1', [app]))]);
    expect(calls.map((call) => call.appIds.length)).toEqual([50, count + more.length - 50]);
    expect(calls.flatMap((call) => call.appIds)).toEqual([...apps(count), ...more]);
    const places = Array.from({ length: count + more.length }, (_, place) => (place < 50 ? 1 : 2));
    expect(seqs.flat()).toEqual(places);
  },
);

test('an app that a former row of the same user has asked for is not asked for twice', () => {
  const { calls, seqs } = plan([row('u1', ['a', 'b']), row('u1', ['b', 'c'])]);
  expect(calls.map((call) => call.appIds)).toEqual([['a', 'b', 'c']]);
  expect(seqs).toEqual([
    [1, 1],
    [1, 1],
  ]);
});

test('the same ID of another type is another user', () => {
  const { calls } = plan([row('1', ['a'], 'phone'), row('1', ['a'], 'username')]);
  expect(calls.map((call) => call.userIdType)).toEqual(['phone', 'username']);
});

test('more than 100,000 different apps of one user are refused with the line', () => {
  expect(plan([row('u1', apps(99_999)), row('u1', ['app-1', 'one-more'])]).calls).toHaveLength(2000);
  expect(() => plan([row('u1', apps(100_000)), row('u1', ['app-1', 'one-more'])])).toThrow(
    'Line 2: the user "u1" has more than 100,000 different apps.',
  );
});

const rows = fc.array(
  fc.record({
    userId: fc.constantFrom('u1', 'u2', 'u3'),
    from: fc.integer({ min: 1, max: 6000 }),
    count: fc.integer({ min: 1, max: 3000 }),
  }),
  { maxLength: 12 },
);

test('whatever the rows: no call is over 50 apps, none is empty, and seq counts from 1', () => {
  fc.assert(
    fc.property(rows, (given) => {
      const { calls } = plan(given.map(({ userId, from, count }) => row(userId, apps(count, from))));
      expect(calls.map((call) => call.seq)).toEqual(calls.map((_, index) => index + 1));
      for (const call of calls) {
        expect(call.appIds.length).toBeGreaterThan(0);
        expect(call.appIds.length).toBeLessThanOrEqual(50);
        expect(new Set(call.appIds).size).toBe(call.appIds.length);
      }
    }),
    { numRuns: 60 },
  );
});

test('whatever the rows: each app of a row stands where the planner says, in a call of its own user', () => {
  fc.assert(
    fc.property(rows, (given) => {
      const asked = given.map(({ userId, from, count }) => row(userId, apps(count, from)));
      const { calls, positions } = plan(asked);
      const stray = asked.filter((each, index) =>
        each.appIds.some((appId, number) => {
          const position = positions[index]?.[number] ?? 0;
          const call = calls[seqOf(position) - 1];
          return call?.userId !== each.userId || call.appIds[placeOf(position)] !== appId;
        }),
      );
      expect(stray).toEqual([]);
      const wanted = new Set(asked.flatMap((each) => each.appIds.map((appId) => `${each.userId} ${appId}`)));
      expect(new Set(calls.flatMap((call) => call.appIds.map((appId) => `${call.userId} ${appId}`)))).toEqual(
        wanted,
      );
    }),
    { numRuns: 60 },
  );
});
