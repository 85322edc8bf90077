import { readdirSync } from 'node:fs';

import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';

import { createFoundUsers, type FoundUsers } from '../../src/tenant/found-users.ts';
import { createPlaces } from '../../src/tenant/places.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function foundUsers(folder = temporaryFolder()): FoundUsers {
  const told = (_: string, error: unknown): unknown => error;
  const found = createFoundUsers({ folder, told }, 100);
  onTestFinished(found.close);
  return found;
}

test('each place is found again by its key, among many, and those of the same hash are told apart', () => {
  const places = createPlaces(100_000);
  const keys = Array.from({ length: 100_000 }, (_, at) => `user_id\n65f0bb${at}`);
  for (const [at, key] of keys.entries()) places.add(key, at * 40);
  expect(() => places.add('one more', 0)).toThrow('more than 100000');
  const wrong = keys.filter((key, at) => !keysAt(key).includes(at));
  expect(wrong).toEqual([]);
  expect(keysAt('user_id\nnobody').length).toBeLessThan(2);
  function keysAt(key: string): number[] {
    return [...places.candidates(key)].map((place) => place / 40);
  }
});

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
const type = fc.constantFrom('user_id' as const, 'email' as const, 'phone' as const);
const name = fc.record({ userIdType: type, userId: text });
const user = fc.record(
  {
    userId: fc.constantFrom('a', 'b', 'c', 'd'),
    status: fc.constantFrom('Activated', 'Suspended'),
    name: text,
  },
  { requiredKeys: ['userId'] },
);
const said = fc.oneof(user, fc.constant('missing' as const), fc.constant(undefined));
const keyOf = ({ userIdType, userId }: { userIdType: string; userId: string }): string =>
  `${userIdType} ${userId}`;

test('whoever was added is found again as they were, with the name by which the file names them first', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(name, said, fc.boolean()), {
        selector: ([each]) => keyOf(each),
        maxLength: 60,
      }),
      (users) => {
        const found = foundUsers();
        const first = new Map<string, { userIdType: string; userId: string }>();
        const expected = users.map(([own, whom, isNamed], askedAt) => {
          found.add({ name: own, user: whom, askedAt }, isNamed);
          const userId = typeof whom === 'object' ? whom.userId : undefined;
          const firstName = userId === undefined || !isNamed ? undefined : first.get(userId);
          if (userId !== undefined && isNamed && firstName === undefined) first.set(userId, own);
          // Of what was just added, too, which is not on the disk yet.
          expect(found.get(own)?.askedAt).toBe(askedAt);
          return { name: own, user: whom, askedAt, firstName };
        });
        found.complete();
        expect(users.map(([own]) => found.get(own))).toEqual(expected);
        const named = users.filter(([, , isNamed]) => isNamed).map(([, whom]) => whom);
        expect(found.counts).toMatchObject({
          asked: named.filter((whom) => whom !== undefined).length,
          unknown: named.filter((whom) => whom === undefined).length,
          missing: named.filter((whom) => whom === 'missing').length,
          found: first.size,
        });
        found.close();
      },
    ),
  );
});

test('a line longer than what is read at once is read whole, and nothing of it has a name on the disk', () => {
  const folder = temporaryFolder();
  const found = foundUsers(folder);
  const long = { userId: 'x'.repeat(100_000), userIdType: 'username' as const };
  const other = { userId: 'y', userIdType: 'username' as const };
  found.add({ name: long, user: { userId: '1' }, askedAt: 1 }, true);
  found.add({ name: other, user: { userId: '2' }, askedAt: 2 }, true);
  expect(found.get(long)?.user).toEqual({ userId: '1' });
  expect(found.get(other)?.user).toEqual({ userId: '2' });
  expect(readdirSync(folder)).toEqual([]);
});
