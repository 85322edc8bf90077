import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { Call } from '../../src/plan/call.ts';
import { createCanarySearch, type Canary } from '../../src/survey/canary.ts';

function canaryOf(users: number, plan: readonly string[]): Canary | undefined {
  const search = createCanarySearch(users);
  for (const [place, userId] of plan.entries()) {
    search.add({ seq: place + 1, userId, userIdType: 'user_id', appIds: ['app-1'] } satisfies Call);
  }
  return search.found();
}

test.each([
  [2, ['a', 'b', 'c'], 2],
  [2, ['a', 'b', 'b', 'c'], 3],
  // A user of the canary who is named again right behind it is still the canary's.
  [2, ['a', 'b', 'a', 'c', 'a'], 3],
  [1, ['a', 'a', 'a', 'b'], 3],
])('the canary of %d among %j are the first %d calls', (users, plan, calls) => {
  expect(canaryOf(users, plan)).toEqual({ users, calls });
});

test('a plan without further users has no canary', () => {
  expect(canaryOf(2, ['a', 'b', 'a', 'b'])).toBeUndefined();
  expect(canaryOf(3, ['a', 'b'])).toBeUndefined();
});

test('the canary is the longest beginning of a plan with so many users', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e')),
      (users, plan) => {
        const end = plan.findIndex((_, place) => new Set(plan.slice(0, place + 1)).size > users);
        expect(canaryOf(users, plan)).toEqual(end === -1 ? undefined : { users, calls: end });
      },
    ),
  );
});
