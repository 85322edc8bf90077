import { expect, test } from 'vitest';

import { createPairSet } from '../../src/simulator/pair-set.ts';

test('a set of pairs knows each of many, and no other', () => {
  const pairs = createPairSet();
  const users = Array.from({ length: 40_000 }, (_, at) => `user-${at}`);
  expect(users.every((user) => pairs.add(user, 'a') && pairs.add(user, 'b'))).toBe(true);
  expect(users.every((user) => pairs.has(user, 'a') && pairs.has(user, 'b'))).toBe(true);
  const others = (user: string) => pairs.has(user, 'c') || pairs.has(`${user}a`, '') || pairs.has('', user);
  expect(users.some(others)).toBe(false);
  expect(pairs.add('user-7', 'a')).toBe(false);
});
