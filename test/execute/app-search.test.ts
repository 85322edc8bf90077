import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { beginSearch, createAppSearch, endSearch, found, hold } from '../../src/execute/app-search.ts';

/** Whether it has resolved by now. */
async function isLetGo(hold: Promise<void> | undefined): Promise<boolean> {
  if (hold === undefined) return true;
  return Promise.race([hold.then(() => true), new Promise<false>((resolve) => setImmediate(resolve, false))]);
}

describe('while a call searches', () => {
  test('others that name any of its apps wait until it has ended, and those that name none of them do not', async () => {
    const search = createAppSearch();
    expect(hold(search, 2, ['a'])).toBeUndefined();
    expect(beginSearch(search, 1, ['a', 'b'])).toBe(true);
    const holds = [hold(search, 2, ['x', 'b']), hold(search, 3, ['a', 'c'])];
    expect(hold(search, 4, ['c', 'd'])).toBeUndefined();
    expect(await Promise.all(holds.map(isLetGo))).toEqual([false, false]);
    endSearch(search, 1);
    expect(await Promise.all(holds.map(isLetGo))).toEqual([true, true]);
    expect(hold(search, 2, ['x', 'b'])).toBeUndefined();
  });

  test('it is not held itself, neither by its own search nor by another that has come in its way', () => {
    const search = createAppSearch();
    beginSearch(search, 1, ['a', 'b']);
    beginSearch(search, 2, ['c']);
    expect(hold(search, 1, ['a', 'b', 'c'])).toBeUndefined();
  });

  test('it may go on searching; another may begin only where they share no app', () => {
    const search = createAppSearch();
    beginSearch(search, 1, ['a', 'b']);
    expect(beginSearch(search, 1, ['a'])).toBe(true);
    expect(beginSearch(search, 2, ['b', 'c'])).toBe(false);
    expect(beginSearch(search, 3, ['c', 'd'])).toBe(true);
    // What it was refused holds nobody.
    expect(hold(search, 4, ['e'])).toBeUndefined();
    endSearch(search, 1);
    expect(beginSearch(search, 2, ['b'])).toBe(true);
  });

  test('the end of a call that searched nothing lets nobody go', async () => {
    const search = createAppSearch();
    beginSearch(search, 1, ['a']);
    const held = hold(search, 2, ['a']);
    endSearch(search, 2);
    endSearch(search, 99);
    expect(await isLetGo(held)).toBe(false);
  });
});

test('whatever begins and ends: no two search among the same app, and disjoint ones search side by side', () => {
  const steps = fc.array(
    fc.record({
      seq: fc.nat(6),
      appIds: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 }),
      ends: fc.boolean(),
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(steps, (steps) => {
      const search = createAppSearch();
      const active = new Map<number, readonly string[]>();
      for (const { seq, appIds, ends } of steps) {
        if (ends) {
          endSearch(search, seq);
          active.delete(seq);
          continue;
        }
        const others = [...active].filter(([other]) => other !== seq).flatMap(([, apps]) => apps);
        const isFree = active.has(seq) || !appIds.some((appId) => others.includes(appId));
        expect(beginSearch(search, seq, appIds)).toBe(isFree);
        if (isFree && !active.has(seq)) active.set(seq, appIds);
      }
    }),
  );
});

describe('apps that are known not to exist', () => {
  test('are those of former sessions and those that were found', () => {
    const search = createAppSearch(new Set(['a']));
    expect(search.missing.size).toBe(1);
    found(search, 'b');
    expect(['a', 'b', 'c'].map((appId) => search.missing.has(appId))).toEqual([true, true, false]);
    expect(search.missing.size).toBe(2);
  });

  test('are ten thousand at most, as a server that refuses every app must not fill the memory', () => {
    const missing = new Set<string>();
    const search = createAppSearch(missing);
    for (let n = 0; n < 10_100; n += 1) found(search, `app-${n}`);
    expect(missing.size).toBe(10_000);
    expect(missing.has('app-9999')).toBe(true);
  });
});
