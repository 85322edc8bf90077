import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createUserSet } from '../../src/survey/user-set.ts';

test('counts as a map of strings does, whatever the users', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('user_id', 'phone'), fc.string()), { maxLength: 3000 }),
      (users) => {
        const known = createUserSet();
        const reference = new Map<string, number>();
        for (const [type, id] of users) {
          const key = `${type}\n${id}`;
          const times = reference.get(key) ?? 0;
          expect(known.add(type, id)).toBe(times === 0 ? 'first' : times === 1 ? 'second' : 'later');
          reference.set(key, times + 1);
        }
        expect(known.size).toBe(reference.size);
      },
    ),
  );
});

test('tells 300,000 users apart that differ in one digit', () => {
  const known = createUserSet();
  for (let index = 0; index < 300_000; index += 1)
    known.add('user_id', `65f0aa${index.toString(16).padStart(18, '0')}`);
  expect(known.size).toBe(300_000);
});

test('keeps the marks of each user, whether added before, later or never, and counts none of them', () => {
  const step = fc.tuple(
    fc.constantFrom('add', 'mark'),
    fc.integer({ min: 0, max: 3000 }),
    fc.integer({ min: 0, max: 0xffff }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 3000, size: 'max' }), (steps) => {
      const known = createUserSet();
      const marks = new Map<number, number>();
      const added = new Set<number>();
      for (const [what, user, bits] of steps) {
        const before = marks.get(user) ?? 0;
        const isNew = !added.has(user);
        if (what === 'add') added.add(user);
        else marks.set(user, before | bits);
        const found =
          what === 'add'
            ? known.add('user_id', `u${user}`) === 'first'
            : known.mark('user_id', `u${user}`, bits);
        expect(found).toBe(what === 'add' ? isNew : before);
        expect(known.has('user_id', `u${user}`)).toBe(added.has(user));
      }
      expect(known.size).toBe(added.size);
    }),
    { numRuns: 10 },
  );
});
