import { expect, test } from 'vitest';

import { createPairSet } from '../../src/simulator/pair-set.ts';

test('a set of pairs knows each of many, and no other', () => {
  const pairs = createPairSet();
  const users = Array.from({ length: 40_000 }, (_, at) => `user-${at}`);
  const isAdded = users.map((user) => pairs.add(user, 'a') && pairs.add(user, 'b'));
  expect(isAdded).not.toContain(false);
  const isKnown = users.map((user) => pairs.has(user, 'a') && pairs.has(user, 'b'));
  expect(isKnown).not.toContain(false);
  const isTaken = users.map(
    (user) => pairs.has(user, 'c') || pairs.has(`${user}a`, '') || pairs.has('', user),
  );
  expect(isTaken).not.toContain(true);
  expect(pairs.add('user-7', 'a')).toBe(false);
});
