import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  createBisection,
  current,
  leaveOut,
  partRefused,
  partSucceeded,
  searchOn,
} from '../../src/execute/bisection.ts';
import { maskOf, maskOfAll, placesIn } from '../../src/plan/app-mask.ts';

interface Searched {
  readonly found: number[];
  /** The apps of each attempt, and whether it was refused. */
  readonly sent: { readonly apps: number[]; readonly isRefused: boolean }[];
  readonly open: number[];
}

/** Sends a call of so many apps as GenAuth takes it: whole, or not at all when any of its apps does not exist. */
function searchAll(count: number, bad: ReadonlySet<number>): Searched {
  const bisection = createBisection(count);
  const found: number[] = [];
  const sent: Searched['sent'] = [];
  // A call that ends at all needs far fewer.
  for (let attempts = 0; attempts < 1000; attempts += 1) {
    const part = current(bisection);
    if (part === undefined) break;
    const apps = placesIn(part);
    const isRefused = apps.some((app) => bad.has(app));
    sent.push({ apps, isRefused });
    if (!isRefused) {
      partSucceeded(bisection);
      continue;
    }
    partRefused(bisection);
    const alone = searchOn(bisection);
    if (alone !== undefined) found.push(alone);
  }
  return { found, sent, open: placesIn(bisection.open) };
}

const calls = fc
  .integer({ min: 1, max: 50 })
  .chain((count) =>
    fc.tuple(fc.constant(count), fc.uniqueArray(fc.nat(count - 1), { maxLength: Math.min(count, 8) })),
  );

describe('whichever apps do not exist', () => {
  test('each of them is found, all others are signed out, once each, and what is left open are those that do not exist', () => {
    fc.assert(
      fc.property(calls, ([count, places]) => {
        const bad = new Set(places);
        const { found, sent, open } = searchAll(count, bad);
        const inOrder = [...bad].toSorted((a, b) => a - b);
        expect(found.toSorted((a, b) => a - b)).toEqual(inOrder);
        expect(open).toEqual(inOrder);
        const signedOut = sent.flatMap(({ apps, isRefused }) => (isRefused ? [] : apps));
        const good = placesIn(maskOfAll(count)).filter((app) => !bad.has(app));
        expect(signedOut.toSorted((a, b) => a - b)).toEqual(good);
      }),
    );
  });

  test('none is sent again once it is found, nothing is sent twice, and no attempt is empty', () => {
    fc.assert(
      fc.property(calls, ([count, places]) => {
        const { sent } = searchAll(count, new Set(places));
        const known = new Set<number>();
        for (const { apps, isRefused } of sent) {
          expect(apps.length).toBeGreaterThan(0);
          expect(apps.filter((app) => known.has(app))).toEqual([]);
          if (isRefused && apps.length === 1) known.add(apps[0] ?? -1);
        }
        expect(new Set(sent.map(({ apps }) => apps.join())).size).toBe(sent.length);
      }),
    );
  });

  test('each costs two attempts for each halving at most, one for itself, and one for what is left', () => {
    fc.assert(
      fc.property(calls, ([count, places]) => {
        const halvings = Math.ceil(Math.log2(count));
        expect(searchAll(count, new Set(places)).sent.length).toBeLessThanOrEqual(
          1 + places.length * (halvings + 2),
        );
      }),
    );
  });
});

describe('the order of attempts', () => {
  test('all at once where none is refused', () => {
    expect(searchAll(7, new Set()).sent).toEqual([{ apps: [0, 1, 2, 3, 4, 5, 6], isRefused: false }]);
  });

  test('the first half is the larger, and a half that must hold the bad app is halved before it is sent', () => {
    expect(searchAll(5, new Set([4])).sent.map(({ apps }) => apps)).toEqual([
      [0, 1, 2, 3, 4],
      [0, 1, 2],
      [3],
      [4],
    ]);
  });

  test('once the bad app is found, all that is left goes out together', () => {
    expect(searchAll(8, new Set([0])).sent.map(({ apps }) => apps)).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7],
      [0, 1, 2, 3],
      [0, 1],
      [0],
      [1, 2, 3, 4, 5, 6, 7],
    ]);
  });
});

describe('apps that others found', () => {
  test('are left out of what is to be sent, whatever part they stand in, and stay open', () => {
    const bisection = createBisection(8);
    partRefused(bisection);
    searchOn(bisection);
    expect(placesIn(current(bisection) ?? 0n)).toEqual([0, 1, 2, 3]);
    leaveOut(bisection, maskOf([1, 6]));
    // It was refused for them, perhaps, so that all the others may go at once.
    expect(placesIn(current(bisection) ?? 0n)).toEqual([0, 2, 3, 4, 5, 7]);
    partSucceeded(bisection);
    expect(current(bisection)).toBeUndefined();
    expect(placesIn(bisection.open)).toEqual([1, 6]);
  });

  test('take the whole part away when there is nothing else in it', () => {
    const bisection = createBisection(2);
    partRefused(bisection);
    searchOn(bisection);
    leaveOut(bisection, maskOf([0]));
    expect(placesIn(current(bisection) ?? 0n)).toEqual([1]);
    leaveOut(bisection, maskOf([1]));
    expect(current(bisection)).toBeUndefined();
  });

  test('make a refused part worth asking again, and leave it refused when they do not stand in it', () => {
    const bisection = createBisection(4);
    partRefused(bisection);
    expect(bisection.isRefused).toBe(true);
    leaveOut(bisection, maskOf([3]));
    expect(bisection.isRefused).toBe(false);
    partRefused(bisection);
    leaveOut(bisection, maskOf([3]));
    expect(bisection.isRefused).toBe(true);
    searchOn(bisection);
    expect(bisection.isRefused).toBe(false);
  });
});

describe('what is open', () => {
  test('is what former sessions have left, and no more is sent', () => {
    const bisection = createBisection(8, maskOf([2, 5]));
    expect(placesIn(current(bisection) ?? 0n)).toEqual([2, 5]);
    partSucceeded(bisection);
    expect(bisection.open).toBe(0n);
    expect(current(createBisection(8, 0n))).toBeUndefined();
  });

  test('stays as it is when nothing is left to send', () => {
    const bisection = createBisection(1);
    partRefused(bisection);
    expect(searchOn(bisection)).toBe(0);
    partSucceeded(bisection);
    expect(searchOn(bisection)).toBeUndefined();
    expect(placesIn(bisection.open)).toEqual([0]);
  });
});
