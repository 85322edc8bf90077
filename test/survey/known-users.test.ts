import { expect, test } from 'vitest';

import { createKnownUsers, odditiesOf } from '../../src/survey/known-users.ts';
import { createFoundUsers } from '../../src/tenant/found-users.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A look-up of so many users, of whom so many GenAuth does not know. */
function lookUp(asked: number, missing: number) {
  const told = (_: string, error: unknown): unknown => error;
  const found = createFoundUsers({ folder: temporaryFolder(), told }, asked + 1);
  for (let at = 0; at < asked; at += 1) {
    const userId = `synthetic-${at}`;
    const user = at < missing ? ('missing' as const) : { userId: `65f0aa${String(at).padStart(18, '0')}` };
    found.add({ name: { userId, userIdType: 'username' }, user, askedAt: 0 }, true);
  }
  found.complete();
  return createKnownUsers(found);
}

test.each([
  [2, 1],
  [4, 2],
  [5, 1],
  [9, 4],
  [20, 3],
  [49, 5],
  [60, 6],
  [1000, 100],
])('of %i users %i who are missing are believed to be, and left out', (asked, missing) => {
  const known = lookUp(asked, missing);
  expect([known.find('username', 'synthetic-0'), known.counts.isDoubted]).toEqual(['missing', false]);
  known.close();
});

test.each([
  [1, 1, 'half'],
  [2, 2, 'half'],
  [3, 2, 'half'],
  [9, 5, 'half'],
  [59, 6, 'a tenth'],
  [100, 11, 'a tenth'],
  [1000, 101, 'a tenth'],
])('of %i users %i who are missing are too many: more than %s', (asked, missing, share) => {
  const known = lookUp(asked, missing);
  expect(known.find('username', 'synthetic-0')).toBeUndefined();
  expect(odditiesOf(known.counts, false)[0]?.message).toContain(`That is more than ${share ?? ''}, so that`);
  known.close();
});
