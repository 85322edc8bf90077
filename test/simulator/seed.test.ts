import { expect, test } from 'vitest';

import { callKey, draw, drawFor } from '../../src/simulator/draw.ts';
import type { Faults } from '../../src/simulator/faults.ts';
import { simulator } from '../start-simulator.ts';
import { bearer, kick } from './http-client.ts';

const faults: Faults = {
  throttledFirst: 0.2,
  shares: { http500: 0.2, successFalse: 0.1, http504: 0.1, noRequestId: 0.1 },
};
const users = Array.from({ length: 60 }, (_, index) => `user-${index}`);

/** What each user meets on its first, second and third attempt. */
async function met(
  seed: number,
  order: readonly string[],
  together: number,
): Promise<Map<string, unknown[]>> {
  const server = await simulator({ seed, faults });
  const headers = await bearer(server);
  for (let attempt = 0; attempt < 3; attempt++) {
    for (let at = 0; at < order.length; at += together) {
      const some = order.slice(at, at + together);
      await Promise.all(some.map(async (userId) => kick(server, { userId, appIds: ['a'] }, headers)));
    }
  }
  const found = new Map<string, unknown[]>(users.map((userId) => [userId, []]));
  for (const { userId, fault, apiCode } of server.log) found.get(userId)?.push([fault, apiCode]);
  return found;
}

test('the same seed gives the same faults, in whatever order and however many at once', async () => {
  const inOrder = await met(7, users, 1);
  const atOnce = await met(7, users.toReversed(), 20);
  expect(atOnce).toEqual(inOrder);
  const changed = [...inOrder.values()].filter(([, second, third]) => String(second) !== String(third));
  expect(changed.length).toBeGreaterThan(10);
  const kinds = new Set([...inOrder.values()].flat().map((one) => (one as unknown[])[0]));
  expect(kinds).toEqual(
    new Set([undefined, 'throttledFirst', 'http500', 'successFalse', 'http504', 'noRequestId']),
  );
});

test('another seed gives other faults', async () => {
  expect(await met(8, users, 10)).not.toEqual(await met(7, users, 10));
});

test('draws are spread evenly, and those of different attempts and purposes do not go together', () => {
  const count = 20_000;
  const keys = Array.from({ length: count }, (_, index) =>
    callKey(1, `6319a1504f3${index.toString(16).padStart(13, '0')}`, 'app'),
  );
  expect(new Set(keys).size).toBe(count);
  const below = (limit: number, nth: number, purpose: number): boolean[] =>
    keys.map((key) => draw(key, nth, purpose) < limit);
  const share = (hits: boolean[]): number => hits.filter(Boolean).length / count;
  const first = below(0.1, 0, drawFor.share);
  const second = below(0.1, 1, drawFor.share);
  const other = below(0.1, 0, drawFor.throttledFirst);
  for (const hits of [first, second, other]) expect(Math.abs(share(hits) - 0.1)).toBeLessThan(0.01);
  for (const hits of [second, other]) {
    const both = first.map((hit, index) => hit && hits[index]!);
    expect(Math.abs(share(both) - 0.01)).toBeLessThan(0.004);
  }
});
