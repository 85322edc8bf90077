import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { kickTime, judgeLogins } from '../../src/verify/judge-logins.ts';
import { batchesOf, matched, type NamedUser } from '../../src/verify/resolve.ts';
import { chooseSample, mostAlive } from '../../src/verify/sample.ts';
import { createServerClock } from '../../src/verify/server-clock.ts';
import { percent } from '../../src/verify/percent.ts';
import { wording, worstOf } from '../../src/verify/verification-of.ts';

const userIdType = fc.constantFrom('email', 'phone', 'username', 'external_id', 'identity', 'custom_field');

describe('who users are', () => {
  const users = fc.array(
    fc.record({ userId: fc.string({ minLength: 1, maxLength: 300 }), userIdType, seqs: fc.constant([1]) }),
    { maxLength: 200 },
  );

  test('everybody is asked for once, with users of the same type, 50 at a time and under 4 KB', () => {
    fc.assert(
      fc.property(users, (named) => {
        const batches = [...batchesOf(named as NamedUser[])];
        const asked = batches.flatMap((batch) => batch.users);
        expect(new Set(asked)).toEqual(new Set(named));
        expect(asked).toHaveLength(named.length);
        for (const batch of batches) {
          expect(batch.users.length).toBeLessThanOrEqual(50);
          for (const user of batch.users) expect(user.userIdType).toBe(batch.userIdType);
          const ids = batch.users.map(({ userId }) => `&userIds%5B%5D=${encodeURIComponent(userId)}`);
          expect(batch.users.length === 1 || ids.join('').length < 3600).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('an answer names whom just one of its users is, and nobody it leaves in doubt', () => {
    const emails = ['a@example.com', 'b@example.com', 'c@example.com', 'd@example.com'];
    const batch = {
      userIdType: 'email' as const,
      users: emails.map((userId, at) => ({ userId, userIdType: 'email' as const, seqs: [at + 1] })),
    };
    const answer = [
      { userId: '4', email: 'D@example.com' },
      { userId: '3', email: 'b@example.com' },
      { userId: '2', email: 'b@example.com' },
      { userId: '1', email: 'A@example.com' },
    ];
    const found = [...matched(batch, answer)].map(([user, { userId }]) => [user.userId, userId]);
    expect(found).toEqual([
      ['a@example.com', '1'],
      ['d@example.com', '4'],
    ]);
    // Of whom nothing is known by which to tell may be any of them.
    expect(matched(batch, [...answer, { userId: '5' }]).size).toBe(0);
  });
});

describe('a sample', () => {
  test('has the size that is asked for, and the same seed makes the same one', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(600), fc.string(), (total, size, seed) => {
        const choose = (): boolean[] => {
          const isChosen = chooseSample(total, size, seed);
          return Array.from({ length: total }, () => isChosen());
        };
        const chosen = choose();
        expect(chosen.filter(Boolean)).toHaveLength(Math.min(total, size));
        expect(choose()).toEqual(chosen);
      }),
    );
  });

  test('has each as often as any other', () => {
    const often = Array.from({ length: 20 }, () => 0);
    for (let seed = 0; seed < 4000; seed += 1) {
      const isChosen = chooseSample(20, 5, String(seed));
      for (let at = 0; at < 20; at += 1) if (isChosen()) often[at] = (often[at] ?? 0) + 1;
    }
    // 1,000 expected, with a deviation of 27.
    for (const count of often) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  test('without anybody alive proves what the exact binomial says, and no more', () => {
    for (const size of [1, 59, 3000, 5000]) expect((1 - mostAlive(size)) ** size).toBeCloseTo(0.05, 10);
    expect(percent(mostAlive(3000))).toBe('0.1 %');
    expect(percent(mostAlive(5000))).toBe('0.06 %');
    expect(percent(mostAlive(1))).toBe('95 %');
  });

  test('is never said to prove less than it does not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (size) => {
        const said = Number(percent(mostAlive(size)).replace(' %', ''));
        expect(said / 100).toBeGreaterThanOrEqual(mostAlive(size) * (1 - 1e-6));
        expect(said / 100).toBeLessThan(mostAlive(size) * 1.11 + 1e-9);
      }),
    );
  });
});

describe("GenAuth's clock", () => {
  test('is where its replies say, however they are cut to seconds and late', () => {
    const reply = fc.record({ at: fc.nat(600_000), there: fc.nat(300), back: fc.nat(300) });
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.array(reply, { minLength: 1 }),
        (aheadMs, replies) => {
          const clock = createServerClock();
          for (const { at, there, back } of replies) {
            const startedAt = 1.8e12 + at;
            const serverTimeMs = Math.floor((startedAt + there + aheadMs) / 1000) * 1000;
            clock.hear({ startedAt, durationMs: there + back, serverTimeMs });
          }
          const { ms = Number.NaN, doubtMs = 0 } = clock.ahead ?? {};
          expect(Math.abs(ms - aheadMs)).toBeLessThanOrEqual(doubtMs);
          expect(doubtMs).toBe(1000);
        },
      ),
    );
  });

  test('is followed where it is set', () => {
    const clock = createServerClock();
    expect(clock.ahead).toBeUndefined();
    clock.hear({ startedAt: 1.8e12, durationMs: 10, serverTimeMs: 1.8e12 });
    clock.hear({ startedAt: 1.8e12, durationMs: 10, serverTimeMs: 1.8e12 + 3_600_000 });
    expect(Math.abs((clock.ahead?.ms ?? 0) - 3_600_000)).toBeLessThan(1000);
  });
});

test('somebody has survived only where all logins are known, and none can be since the kick', () => {
  const time = kickTime({ startedAt: 0, durationMs: 500 }, { ms: 10_000, doubtMs: 1000 });
  expect(time).toEqual({ from: 9000, to: 11_500 });
  const dated = { startedAt: 0, durationMs: 500, serverTimeMs: 60_000 };
  expect(kickTime(dated, { ms: 10_000, doubtMs: 1000 })).toEqual({ from: 58_500, to: 62_000 });
  const login = fc.record({ appId: fc.constantFrom('a', 'b'), time: fc.integer({ min: 7000, max: 14_000 }) });
  fc.assert(
    fc.property(fc.array(login), fc.nat(3), fc.boolean(), (list, more, isProven) => {
      const { answer, signedInAt } = judgeLogins(
        { totalCount: list.length + more, list },
        'a',
        time,
        isProven,
      );
      const own = list.filter(({ appId }) => appId === 'a').map((each) => each.time);
      const isBack = own.some((each) => each > time.to);
      expect(answer === 'signed_in_again').toBe(isBack);
      expect(signedInAt).toBe(isBack ? Math.min(...own.filter((each) => each > time.to)) : undefined);
      expect(answer === 'survived').toBe(isProven && more === 0 && own.every((each) => each < time.from));
    }),
  );
});

test('a row is as bad as the worst of its apps', () => {
  expect(worstOf(['gone', 'not_checked', 'unclear'])).toBe('unclear');
  expect(worstOf(['gone', 'signed_in_again', 'survived'])).toBe('survived');
  expect(worstOf(['gone', 'not_checked'])).toBe('not_checked');
  expect(worstOf(['gone'])).toBe('gone');
  expect(worstOf([])).toBeUndefined();
});

test.each([
  ['seen', { gone: 1 }, null, 'The session was seen to be gone.'],
  ['seen', { gone: 2000 }, null, 'All 2,000 sessions were seen to be gone.'],
  [
    'seen',
    { gone: 3000, not_checked: 2_997_000 },
    mostAlive(3000),
    'None of 3,000 is alive: of all 3,000,000 sessions at most 0.1 % are, with 95 % sureness.',
  ],
  [
    'seen',
    { gone: 2999, survived: 1, not_checked: 7000 },
    null,
    '2,999 of 10,000 sessions were seen to be gone; 1 survived, 7,000 not checked.',
  ],
  ['not_seen', { not_checked: 5 }, null, /no session is called gone/],
  ['nobody', { unclear: 5 }, null, /none is called gone/],
] as const)('it is said what was seen: control %s, %j', (control, counts, aliveAtMost, said) => {
  const none = { gone: 0, survived: 0, signed_in_again: 0, unclear: 0, not_checked: 0 };
  const all = { ...none, ...counts };
  const total = Object.values(all).reduce((sum, count) => sum + count, 0);
  expect(wording({ control, sessions: { ...all, total }, aliveAtMost })).toMatch(said);
});
