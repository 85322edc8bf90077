import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  afterFailure,
  backoffMs,
  newTries,
  type Circumstances,
  type Failure,
  type Next,
  type Tries,
} from '../../src/execute/next-attempt.ts';
import { mostAttempts } from './most-attempts.ts';

const calm: Circumstances = {
  at: 0,
  isAnswered: true,
  retryAfterMs: 0,
  lastOrder: 0,
  othersAccepted: false,
  nothingToCompare: false,
  allFail: false,
  usualShare: 0,
  retries: 8,
  deadline: Number.POSITIVE_INFINITY,
  stopsFrom: Number.POSITIVE_INFINITY,
  giveUpAfterMs: 900_000,
  random: 1,
};

const others = { othersAccepted: true } as const;
const alone = { nothingToCompare: true } as const;

function fail(tries: Tries, blame: Failure, more: Partial<Circumstances> = {}): Next {
  return afterFailure(tries, blame, { ...calm, ...more }).next;
}

/** How many attempts there are when each fails like that, and how it ends; undefined for one that never ends. */
function failAlways(
  blame: Failure,
  more: Partial<Circumstances>,
): { attempts: number; final: boolean } | undefined {
  const tries = newTries();
  for (let attempts = 1; attempts <= 200; attempts += 1) {
    const next = fail(tries, blame, more);
    if (next.kind === 'ended') return { attempts, final: next.final };
  }
  return undefined;
}

test('a call that the run waits for alone has its own retries, and more that the usual share of failures explains only within --give-up-after', () => {
  const tries = newTries();
  const known = { ...alone, retries: 3, usualShare: 0.5, giveUpAfterMs: 2000 };
  const waits: number[] = [];
  for (let next = fail(tries, 'server', known); next.kind !== 'ended';) {
    waits.push(next.at);
    next = fail(tries, 'server', { ...known, at: next.at });
  }
  expect(waits.length).toBeGreaterThan(3);
  expect(waits.length).toBeLessThan(3 + 13);
  expect(Math.max(...waits)).toBeLessThanOrEqual(2000);
});

test.each<[Failure, final: boolean]>([
  ['throttle', false],
  ['credentials', false],
  ['server', true],
  ['right', true],
])(
  '%s to a call that the run waits for alone is failed for good (%s) only where it can be nobody else’s, whatever --give-up-after is',
  (blame, final) => {
    for (const giveUpAfterMs of [2000, 4000, 16_000]) {
      const tries = newTries();
      const known = { ...alone, giveUpAfterMs };
      let at = 0;
      let next = fail(tries, blame, { ...others, giveUpAfterMs });
      while (next.kind !== 'ended') {
        ({ at } = next);
        next = fail(tries, blame, { ...known, at });
      }
      expect(next.final).toBe(final);
      expect(at).toBeLessThanOrEqual(giveUpAfterMs);
    }
  },
);

test.each([2000, 30_000, 900_000])(
  'the retries of a call that the run waits for alone share the time (%i ms) after which it would give up',
  (giveUpAfterMs) => {
    const tries = newTries();
    const known = { ...alone, giveUpAfterMs };
    let [at, made] = [0, 1];
    for (let next = fail(tries, 'server', known); next.kind !== 'ended'; made += 1) {
      ({ at } = next);
      next = fail(tries, 'server', { ...known, at });
    }
    expect(made).toBe(9);
    expect(at).toBeLessThanOrEqual(giveUpAfterMs);
  },
);

test('where so many fail that it may be everybody no call ends for the time that it took', () => {
  const tries = newTries();
  const known = { ...alone, giveUpAfterMs: 1000 };
  fail(tries, 'server', known);
  expect(fail(structuredClone(tries), 'server', { ...known, at: 1000 })).toMatchObject({ kind: 'ended' });
  expect(fail(tries, 'server', { ...known, at: 1000, allFail: true })).toMatchObject({ kind: 'again' });
});

describe('how a call ends that fails always', () => {
  test.each<[blame: Failure, what: string, more: Partial<Circumstances>, attempts: number, final: boolean]>([
    ['server', 'others accepted', others, 9, true],
    ['server', 'nothing to compare with', alone, 9, true],
    ['server', 'no whole reply', { ...others, isAnswered: false }, 9, false],
    ['server', 'no retries', { ...others, retries: 0 }, 1, true],
    ['server', 'half of all fail anyway', { ...others, usualShare: 0.5 }, 9 + 13, true],
    ['unavailable', 'others accepted', others, 9, false],
    ['unavailable', 'more retries', { ...others, retries: 20 }, 21, false],
    ['unavailable', 'no retries', { ...others, retries: 0 }, 9, false],
    ['unavailable', 'half of all fail anyway', { ...others, usualShare: 0.5 }, 9 + 13, false],
    ['throttle', 'others accepted', others, 11, true],
    ['throttle', 'no retries', { ...others, retries: 0 }, 11, true],
    ['throttle', 'more retries', { ...others, retries: 20 }, 21, true],
    ['throttle', 'half of all fail anyway', { ...others, usualShare: 0.5 }, 11 + 13, true],
    ['credentials', 'others accepted', others, 9, true],
    ['credentials', 'half of all fail anyway', { ...others, usualShare: 0.5 }, 9 + 13, true],
    ['right', 'others accepted', others, 3, true],
    ['right', 'nothing to compare with', alone, 3, true],
    ['right', 'no retries', { ...others, retries: 0 }, 3, true],
    ['right', 'half of all fail anyway', { ...others, usualShare: 0.5 }, 3, true],
  ])('%s, %s: %o', (blame, _, more, attempts, final) => {
    expect(failAlways(blame, more)).toEqual({ attempts, final });
  });

  test.each<[Failure, Partial<Circumstances>]>([
    ['server', {}],
    ['unavailable', {}],
    // A gateway's word is nobody's own though nothing is left to compare with.
    ['unavailable', alone],
    ['throttle', {}],
    ['throttle', alone],
    ['credentials', {}],
    ['credentials', alone],
    ['right', {}],
  ])('%s, %o: it never ends by itself', (blame, more) => {
    expect(failAlways(blame, more)).toBeUndefined();
  });

  test.each(['throttle', 'credentials'] as const)(
    'who failed on its own account before does so by %s, too, when nothing is left to compare with',
    (blame) => {
      const tries = newTries();
      fail(tries, blame, others);
      for (let n = 0; n < 20; n += 1) fail(tries, blame, alone);
      expect(tries.own[blame]).toBe(21);
    },
  );

  test('by what a gateway says nobody does, also when a failure of that kind was its own before', () => {
    const tries = newTries();
    fail(tries, 'unavailable', others);
    fail(tries, 'unavailable', alone);
    expect(tries.own.unavailable).toBe(1);
  });
});

describe('a failure', () => {
  test.each<Failure>(['server', 'unavailable', 'throttle', 'credentials', 'right'])(
    '%s: counts against the retries only when it is the call’s own',
    (blame) => {
      const tries = newTries();
      fail(tries, blame);
      expect(tries).toMatchObject({ own: {}, failuresInRow: 1 });
      fail(tries, blame, others);
      expect(tries).toMatchObject({ own: { [blame]: 1 }, failuresInRow: 2 });
    },
  );

  test('that is not the call’s own ends nothing, however often it failed on its own account', () => {
    const tries = { ...newTries(), own: { right: 5 } };
    expect(fail(tries, 'right').kind).toBe('again');
    expect(fail(tries, 'right', alone)).toEqual({ kind: 'ended', final: true });
  });

  test('has all of its retries, however often its call failed in another way', () => {
    const tries = { ...newTries(), own: { throttle: 9, credentials: 8 } };
    for (let n = 0; n < 8; n += 1) expect(fail(tries, 'server', others).kind).toBe('again');
    expect(fail(tries, 'server', others)).toEqual({ kind: 'ended', final: true });
  });

  test('notes which attempt was the last that had gone by then, how it failed, and since when it does', () => {
    const tries = { ...newTries(), order: 12 };
    fail(tries, 'server', { at: 500, lastOrder: 17 });
    expect(tries).toMatchObject({ failedOrder: 17, failedFor: 'server', failingSince: 500 });
    fail(tries, 'throttle', { at: 700 });
    expect(tries).toMatchObject({ failedFor: 'throttle', failingSince: 500, own: {} });
    fail(tries, 'throttle', { at: 900, ...others });
    fail(tries, 'server', { at: 900 });
    expect(tries).toMatchObject({ failedFor: 'server', own: { throttle: 1 } });
  });

  test('with a Retry-After puts its call off when all that it waits for adds up to more than the run would wait', () => {
    const tries = newTries();
    const half = { retryAfterMs: 450_000, ...others };
    expect(fail(tries, 'throttle', { ...half, at: 1000 })).toMatchObject({ kind: 'again' });
    expect(fail({ ...tries }, 'throttle', { ...half, at: 451_000 })).toMatchObject({ kind: 'again' });
    expect(fail(tries, 'throttle', { ...half, at: 451_001 })).toEqual({ kind: 'ended', final: false });
    expect(fail(tries, 'throttle', { ...others, retryAfterMs: 1, at: 901_000 })).toMatchObject({
      kind: 'ended',
      final: false,
    });
    // Without one it goes by its retries.
    const late = { ...newTries(), failuresInRow: 1, failingSince: 0 };
    expect(fail(late, 'throttle', { ...others, at: 2_000_000 })).toMatchObject({ kind: 'again' });
  });

  test('of the credentials asks for new ones', () => {
    expect(fail(newTries(), 'credentials').kind).toBe('renew');
    for (const blame of ['server', 'unavailable', 'throttle', 'right'] as const) {
      expect(fail(newTries(), blame).kind).toBe('again');
    }
  });

  test.each<Failure>(['server', 'unavailable', 'throttle', 'credentials'])(
    '%s with a Retry-After beyond what the run would wait for puts off the call whose own it is, and no other',
    (blame) => {
      const long = { retryAfterMs: 900_001 };
      expect(fail(newTries(), blame, { ...long, ...others })).toEqual({ kind: 'ended', final: false });
      expect(fail(newTries(), blame, long)).toMatchObject({ at: 900_001 });
      expect(fail(newTries(), blame, { retryAfterMs: 900_000, ...others })).toMatchObject({ at: 900_000 });
    },
  );
});

/** The waits after so many failures in a row. */
function waits(count: number, blame: Failure, more: Partial<Circumstances>): number[] {
  const tries = newTries();
  return Array.from({ length: count }, () => {
    const next = fail(tries, blame, { retries: 100, ...more });
    return next.kind === 'ended' ? Number.NaN : next.at - (more.at ?? 0);
  });
}

describe('the wait before the next attempt', () => {
  test('doubles from 250 ms to 30 s, and is half of that at least', () => {
    const most = Array.from({ length: 10 }, (_, tries) => backoffMs(tries, 1, 30_000));
    expect(most).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    fc.assert(
      fc.property(fc.nat(60), fc.double({ min: 0, max: 0.999, noNaN: true }), (tries, random) => {
        const waitMs = backoffMs(tries, random, 30_000);
        const bound = Math.min(30_000, 250 * 2 ** tries);
        expect(waitMs).toBeGreaterThanOrEqual(bound / 2);
        expect(waitMs).toBeLessThanOrEqual(bound);
      }),
    );
  });

  test.each<[string, Failure, Partial<Circumstances>, number[]]>([
    ['its own', 'server', { ...others, at: 77 }, [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]],
    ['throttled on its own', 'throttle', others, [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]],
    ['nobody’s own', 'unavailable', {}, [250, 500, 1000, 2000, 4000, 5000, 5000]],
    ['nobody’s own, throttled', 'throttle', {}, [250, 500, 1000, 2000, 4000, 5000, 5000]],
    [
      'its own, in a run that gives up after 3 s',
      'server',
      { ...others, giveUpAfterMs: 3000 },
      [250, 500, 1000, 2000, 3000, 3000],
    ],
    ['with a Retry-After', 'throttle', { ...others, retryAfterMs: 700 }, [700, 700, 1000, 2000]],
    [
      'explained by a share of 0.11',
      'server',
      { ...others, usualShare: 0.11 },
      [250, 250, 250, 250, 250, 500],
    ],
  ])('%s: grows with each failure in a row', (_, blame, more, expected) => {
    expect(waits(expected.length, blame, more)).toEqual(expected);
  });

  test('ends with the run’s patience, for the last look; after that moment, and where it is the call’s own, that is no bound', () => {
    const tries = { ...newTries(), failuresInRow: 5 };
    expect(fail({ ...tries }, 'unavailable', { at: 1000, stopsFrom: 1300 })).toEqual({
      kind: 'again',
      at: 1300,
    });
    expect(fail({ ...tries }, 'unavailable', { at: 1300, stopsFrom: 1300 })).toEqual({
      kind: 'again',
      at: 6300,
    });
    expect(fail({ ...tries }, 'server', { ...others, at: 1000, stopsFrom: 1300 })).toEqual({
      kind: 'again',
      at: 9000,
    });
  });

  test('is never nothing, and never shorter than the server asked', () => {
    const blames = fc.constantFrom<Failure>('server', 'unavailable', 'throttle', 'credentials', 'right');
    const failure = fc.record({
      isAnswered: fc.boolean(),
      retryAfterMs: fc.nat(5000),
      othersAccepted: fc.boolean(),
      nothingToCompare: fc.boolean(),
      usualShare: fc.double({ min: 0, max: 1, noNaN: true }),
      retries: fc.nat(20),
      giveUpAfterMs: fc.integer({ min: 1000, max: 10_000 }),
      random: fc.double({ min: 0, max: 0.999, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(blames, failure), { maxLength: 30 }), (failures) => {
        const tries = newTries();
        for (const [blame, more] of failures) {
          const next = fail(tries, blame, { ...more, at: 1000 });
          if (next.kind === 'ended') return;
          expect(next.at).toBeGreaterThanOrEqual(1000 + Math.max(125, more.retryAfterMs));
        }
      }),
    );
  });
});

describe('the bound of attempts', () => {
  test('holds for a call whose failures are all its own, whatever share fails anyway', () => {
    const blames = fc.constantFrom<Failure>('server', 'unavailable', 'throttle', 'credentials', 'right');
    const shares = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.infiniteStream(fc.tuple(blames, shares)), fc.nat(100), (failures, retries) => {
        const tries = newTries();
        for (let attempts = 1; ; attempts += 1) {
          const [blame, usualShare] = failures.next().value;
          const next = fail(tries, blame, { ...others, usualShare, retries });
          expect(attempts).toBeLessThanOrEqual(5 * (Math.max(retries, 10) + 33));
          expect(attempts).toBeLessThan(mostAttempts(1, retries, 1000));
          if (next.kind === 'ended') return;
        }
      }),
    );
  });

  test.each([
    [1, 8, 900_000, 2 * 5 * 43 * (1 + 5 + 360)],
    [1, 20, 900_000, 2 * 5 * 53 * (1 + 5 + 360)],
    [50, 0, 2500, 100 * 5 * 43 * (1 + 5 + 1)],
  ])('%i apps, %i retries, giving up after %i ms: %i', (apps, retries, giveUpAfterMs, most) => {
    expect(mostAttempts(apps, retries, giveUpAfterMs)).toBe(most);
  });
});
