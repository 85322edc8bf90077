import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  answered,
  createCore,
  go as goNow,
  mayGoAt,
  outlook,
  type CoreOptions,
} from '../../src/execute/core.ts';
import { afterWait } from '../../src/execute/long-wait.ts';
import { moveTrial } from '../../src/execute/gate.ts';
import { newTries, type Tries } from '../../src/execute/next-attempt.ts';
import { createFailureCount } from '../../src/execute/stop/stop.ts';
import type { Reply } from '../../src/genauth/reply.ts';
import { judge } from '../../src/genauth/verdict.ts';
import { runCore, type Outcome } from './core-world.ts';
import { mostAttempts } from './most-attempts.ts';
import {
  broken,
  forbidden,
  genauth,
  noSuchUser,
  page,
  refused,
  serverFault,
  success,
  throttled,
} from './replies.ts';

const hour = 3_600_000;

/** How many calls ended how. */
function ends({ calls }: Outcome): Record<'accepted' | 'failed' | 'putOff' | 'open', number> {
  const count = { accepted: 0, failed: 0, putOff: 0, open: 0 };
  for (const { ended } of calls) {
    if (ended === undefined) count.open += 1;
    else if (ended.isAccepted) count.accepted += 1;
    else if (ended.final) count.failed += 1;
    else count.putOff += 1;
  }
  return count;
}

test('who is throttled is not so on his own account where others are only refused on their merits: a limit that is used up may still say so', () => {
  const reply = (call: number): Reply => (call % 8 === 0 ? throttled : noSuchUser);
  const outcome = runCore({ calls: 600, latencyMs: 100, reply }, { giveUpAfterMs: 60_000 });
  const [first] = outcome.calls;
  expect(first?.ended?.final).not.toBe(true);
});

describe('a call that fails always, while others are accepted', () => {
  test.each<[string, Reply, attempts: number, how: 'failed' | 'putOff']>([
    ['404', noSuchUser, 1, 'failed'],
    ['500', serverFault, 9, 'failed'],
    ['a reset', broken(), 9, 'putOff'],
    ['429', throttled, 11, 'failed'],
    ['2020', refused, 9, 'failed'],
    ['403', forbidden, 3, 'failed'],
    ['a gateway’s page', page(502), 9, 'putOff'],
  ])('ends by its own retries: %s', (_, reply, attempts, how) => {
    // Slow enough that others are under way for as long as it is tried.
    const outcome = runCore({
      calls: 400,
      latencyMs: 2000,
      concurrency: 2,
      reply: (call) => (call === 50 ? reply : success),
    });
    expect(outcome.stop).toBeUndefined();
    expect(ends(outcome)).toEqual({ accepted: 399, failed: 0, putOff: 0, open: 0, [how]: 1 });
    // At the first of them perhaps nothing that was sent later has been answered yet.
    const made = outcome.calls[50]?.attempts.length ?? 0;
    expect([attempts, attempts + 1]).toContain(made);
  });

  test('ends also when it is the last, and nothing is left to compare with', () => {
    const outcome = runCore({ calls: 20, reply: (call) => (call === 19 ? serverFault : success) });
    expect(ends(outcome)).toEqual({ accepted: 19, failed: 1, putOff: 0, open: 0 });
    expect(outcome.stop).toBeUndefined();
    expect(outcome.calls[19]?.attempts).toHaveLength(9);
  });

  test.each([1, 2, 3, 5])('ends within --give-up-after where %i like that are the last', (last) => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 30 }), fc.integer({ min: 0, max: 1000 }), (seconds, random) => {
        const reply = (call: number): Reply => (call >= 200 ? serverFault : success);
        const outcome = runCore(
          { calls: 200 + last, concurrency: 64, reply },
          { giveUpAfterMs: seconds * 1000, random: () => random / 1001 },
        );
        expect(outcome.stop).toBeUndefined();
        expect(ends(outcome)).toEqual({ accepted: 200, failed: last, putOff: 0, open: 0 });
      }),
    );
  });

  test('ends, throttled always and alone for long, as the pace never comes down to nothing', () => {
    const outcome = runCore(
      { calls: 3, concurrency: 1, latencyMs: 0, reply: (call) => (call === 0 ? throttled : success) },
      { retries: 0, giveUpAfterMs: 1000 },
    );
    expect(outcome.stop).toBeUndefined();
    expect(ends(outcome)).toEqual({ accepted: 2, failed: 0, putOff: 1, open: 0 });
  });

  test.each<[string, Reply]>([
    ['2020', refused],
    ['429', throttled],
  ])(
    'is waited for no longer than the run would wait for all, refused by %s when nothing else is left',
    (_, reply) => {
      let lastAccepted = 0;
      const outcome = runCore(
        {
          calls: 3,
          concurrency: 1,
          reply(call, __, at) {
            if (call === 0) return reply;
            lastAccepted = at;
            return success;
          },
        },
        { giveUpAfterMs: 30_000 },
      );
      expect(outcome.stop).toBeUndefined();
      expect(ends(outcome)).toEqual({ accepted: 2, failed: 0, putOff: 1, open: 0 });
      expect(outcome.endedAt - lastAccepted).toBeLessThanOrEqual(30_000);
    },
  );

  test('ends when it is the only one', () => {
    const outcome = runCore({ calls: 1, reply: () => serverFault });
    expect(outcome.stop).toBeUndefined();
    expect(ends(outcome)).toMatchObject({ failed: 1 });
    expect(outcome.calls[0]?.attempts).toHaveLength(9);
  });

  test.each([2, 5])('ends when one in %i is like that, and costs the others nothing', (oneIn) => {
    const calls = 200;
    const outcome = runCore({ calls, reply: (call) => (call % oneIn === 0 ? serverFault : success) });
    expect(outcome.stop).toBeUndefined();
    expect(ends(outcome)).toEqual({
      accepted: calls - calls / oneIn,
      failed: calls / oneIn,
      putOff: 0,
      open: 0,
    });
    const most = Math.max(...outcome.calls.map(({ attempts }) => attempts.length));
    // Its retries, those that a share of a half explains, and as many while that was not known.
    expect(most).toBeLessThanOrEqual(9 + 2 * 13);
  });

  test('does not wait for the retries of all others like it when nothing else is left', () => {
    const outcome = runCore({
      calls: 400,
      concurrency: 64,
      reply: (call) => (call % 5 === 0 ? serverFault : success),
    });
    expect(outcome.stop).toBeUndefined();
    expect(ends(outcome)).toEqual({ accepted: 320, failed: 80, putOff: 0, open: 0 });
    // Eight waits of a quarter of a second up to thirty, and those that the share explains.
    expect(outcome.endedAt).toBeLessThan(300_000);
    expect(outcome.told.length).toBeLessThanOrEqual(2);
  });

  test('keeps nobody waiting for long when one in three is throttled always, though that brings the pace down', () => {
    const outcome = runCore(
      { calls: 200, concurrency: 18, latencyMs: 30, reply: (call) => (call % 3 === 1 ? throttled : success) },
      { giveUpAfterMs: 66_000 },
    );
    const [lastAccepted = 0] = outcome.calls[198]?.attempts ?? [];
    expect(lastAccepted).toBeGreaterThan(0);
    expect(lastAccepted).toBeLessThan(900_000);
  });

  test('may fail more often before it ends where many fail anyway', () => {
    // Call 0 fails always, of the others four in ten at each attempt; each is to succeed.
    const outcome = runCore({
      calls: 600,
      reply: (call, attempt) =>
        call === 0 || (call * 7919 + attempt * 104_729) % 10 < 4 ? serverFault : success,
    });
    expect(ends(outcome)).toEqual({ accepted: 599, failed: 1, putOff: 0, open: 0 });
    expect(outcome.calls[0]?.attempts.length).toBeGreaterThan(9 + 4);
  });

  test('is put off at once when it is asked to wait for longer than the run would wait', () => {
    const outcome = runCore(
      {
        calls: 400,
        latencyMs: 100,
        reply: (call) => (call === 100 ? genauth(429, { retryAfterMs: hour }) : success),
      },
      { giveUpAfterMs: 60_000 },
    );
    expect(outcome.stop).toBeUndefined();
    expect(ends(outcome)).toEqual({ accepted: 399, failed: 0, putOff: 1, open: 0 });
    expect(outcome.calls[100]?.attempts.length).toBeLessThanOrEqual(2);
    expect(outcome.endedAt).toBeLessThan(20_000);
  });
});

describe('an outage', () => {
  test.each<[string, Reply]>([
    ['a gateway’s page', page(502)],
    ['504 in GenAuth’s form', genauth(504)],
    ['a login page', page(200)],
    ['no connection', broken('unsent')],
    ['429', throttled],
  ])('of ten minutes costs time, and no call: %s', (_, reply) => {
    for (const calls of [1, 2, 3, 100]) {
      const outcome = runCore(
        { calls, reply: (_, __, at) => (at < 600_000 ? reply : success) },
        { retries: 0 },
      );
      expect(outcome.stop).toBeUndefined();
      expect(ends(outcome)).toMatchObject({ accepted: calls });
      // It is back soon after the server.
      expect(outcome.endedAt).toBeLessThan(600_000 + 12_000);
    }
  });

  test('in the middle is told once with its reason, and its end; few attempts are made while it lasts', () => {
    const isDown = (at: number): boolean => at >= 300 && at < 60_300;
    const outcome = runCore({ calls: 400, reply: (_, __, at) => (isDown(at) ? page(503) : success) });
    expect(ends(outcome)).toMatchObject({ accepted: 400 });
    expect(outcome.told.map(({ why }) => why)).toEqual(['unavailable', undefined]);
    expect(outcome.told[1]?.at).toBeGreaterThanOrEqual(60_300);
    const during = outcome.sent.filter(({ at }) => isDown(at)).length;
    // Those that tell it, then probes: 0.5, 1, 2, 4, and every 5 seconds.
    expect(during).toBeLessThanOrEqual(16 + 4 + 60 / 5);
  });

  test.each<[string, number, (at: number) => Reply]>([
    ['nobody else is left', 8, () => serverFault],
    ['another kind of failure comes in its place', 40, (at) => (at < 30_000 ? page(502) : throttled)],
  ])('is told to be over only once something is accepted, and not when %s', (_, calls, down) => {
    const reply = (_: number, __: number, at: number): Reply => down(at);
    const { told } = runCore({ calls, reply }, { retries: 3, giveUpAfterMs: 120_000 });
    expect(told[0]?.why).toBeDefined();
    expect(told.filter((each) => each.why === undefined)).toEqual([]);
  });

  test('with 500 to all is one, too, while something is left to compare with', () => {
    const outcome = runCore(
      { calls: 200, reply: (_, __, at) => (at >= 500 && at < 30_500 ? serverFault : success) },
      { retries: 2 },
    );
    expect(outcome.stop).toBeUndefined();
    expect(ends(outcome)).toMatchObject({ accepted: 200 });
  });

  test('is no share of anything: after it, a call that fails always has no more retries than before', () => {
    const outcome = runCore({
      calls: 400,
      latencyMs: 50,
      reply: (call, _, at) => (at >= 100 && at < 60_100 ? page(503) : call === 350 ? serverFault : success),
    });
    expect(outcome.calls[350]?.attempts.length).toBeLessThanOrEqual(9 + 1);
    expect(ends(outcome)).toMatchObject({ accepted: 399, failed: 1 });
  });

  test.each([
    [1500, 6 / 17],
    [5000, 0],
  ])('of %i ms leaves this share of failures behind: %f', (lasts, share) => {
    const { core, begin, go, answer } = setUp();
    const calls = Array.from({ length: 6 }, () => go(begin()));
    for (const tries of calls) answer(tries, page(503));
    const [probe] = calls;
    if (probe !== undefined) answer(go(probe, lasts), success, lasts);
    answer(go(begin(), lasts), success, lasts);
    expect(core.share.value).toBeCloseTo(share, 10);
  });

  test('leaves no share of failures behind where a call is the first to be accepted that was not tried before', () => {
    const { core, begin, go, answer } = setUp();
    const calls = Array.from({ length: 6 }, () => go(begin()));
    for (const tries of calls) answer(tries, page(503));
    expect(core.gate.closed).toBeDefined();
    answer(go(begin(), 5000), success, 5000);
    expect(core.gate.closed).toBeUndefined();
    expect(core.share.value).toBe(0);
  });

  test('does not stop the run while something is under way that may be accepted', () => {
    const { core, begin, go, answer } = setUp();
    const [odd, other] = [begin(), begin()];
    answer(go(odd), page(502));
    go(other, 50_000);
    go(odd, 60_000);
    answer(odd, page(502), 60_100);
    expect(core.stop).toBeUndefined();
    answer(other, success, 60_200);
    expect(core.stop).toBeUndefined();
    expect(core.patience.waitsSince).toBeUndefined();
  });

  test('of the last calls, so many that it may be everybody, stops the run and ends none of them', () => {
    const outcome = runCore(
      { calls: 220, concurrency: 64, reply: (call) => (call >= 200 ? serverFault : success) },
      { giveUpAfterMs: 3000 },
    );
    expect(outcome.stop).toMatchObject({ reason: 'server_down' });
    expect(ends(outcome)).toEqual({ accepted: 200, failed: 0, putOff: 0, open: 20 });
  });

  test('leaves it to its retries how a call ends whose last one fails at the very moment at which the run gives up', () => {
    const { core, begin, go, answer } = setUp({ retries: 0 });
    const [odd, good, other] = [begin(), begin(), begin()];
    answer(go(odd), serverFault);
    answer(go(good), success);
    answer(go(other, 100), page(502), 100);
    go(odd, 200);
    expect(answer(odd, serverFault, 60_100)).toEqual({ kind: 'ended', final: true });
    expect(core.stop).toBeUndefined();
    // The other one's own fault it is not.
    go(other, 60_100);
    expect(answer(other, page(502), 60_200)).toEqual({ kind: 'again', at: 60_200 });
    expect(core.stop).toMatchObject({ reason: 'server_down' });
  });

  test('longer than the run waits stops it, to the moment, counted from the first attempt that failed', () => {
    for (const [reply, reason] of [
      [page(503), 'server_down'],
      [serverFault, 'server_down'],
      [throttled, 'throttled'],
    ] as const) {
      const outcome = runCore({ calls: 50, latencyMs: 200, reply: () => reply }, { giveUpAfterMs: 60_000 });
      expect(outcome.stop).toMatchObject({ reason });
      expect(ends(outcome)).toMatchObject({ open: 50 });
      expect(outcome.endedAt).toBeGreaterThanOrEqual(60_000);
      expect(outcome.endedAt).toBeLessThan(66_000);
    }
  });

  test('longer than the run waits stops it also where each call that fails has failed before others were accepted', () => {
    let lastAccepted = 0;
    const outcome = runCore(
      {
        calls: 200,
        concurrency: 40,
        reply: (call, _, at) => {
          if (call % 2 === 0) return page(502);
          lastAccepted = at;
          return success;
        },
      },
      { giveUpAfterMs: 10_000, retries: 20 },
    );
    expect(outcome.stop).toMatchObject({ reason: 'server_down' });
    expect(outcome.endedAt - lastAccepted).toBeLessThan(20_000);
  });

  test('with a single call ends at the very moment', () => {
    const outcome = runCore({ calls: 1, latencyMs: 0, reply: () => page(503) }, { giveUpAfterMs: 1234 });
    expect(outcome.endedAt).toBe(1234);
    expect(outcome.stop).toMatchObject({ reason: 'server_down' });
  });
});

describe('what is refused to all', () => {
  test.each<[string, Reply, string]>([
    ['403', forbidden, 'forbidden'],
    ['2020', refused, 'unauthorized'],
  ])(
    '%s: tried for five seconds, then with a call from far on; then the run stops, and no call has ended',
    (_, reply, reason) => {
      const outcome = runCore({ calls: 100, reply: () => reply });
      expect(outcome.stop).toMatchObject({ reason });
      expect(ends(outcome)).toMatchObject({ open: 100 });
      expect(outcome.endedAt).toBeGreaterThanOrEqual(5000);
      expect(outcome.endedAt).toBeLessThan(15_000);
      expect(Math.max(...outcome.sent.map(({ call }) => call))).toBeGreaterThan(40);
      expect(outcome.sent.length).toBeLessThan(40);
    },
  );

  test.each<[string, Reply, string]>([
    ['403', forbidden, 'forbidden'],
    ['2020', refused, 'unauthorized'],
  ])('%s in the middle of a run stops it, too', (_, reply, reason) => {
    const outcome = runCore({ calls: 300, reply: (_, __, at) => (at < 300 ? success : reply) });
    expect(outcome.stop).toMatchObject({ reason });
    expect(ends(outcome)).toMatchObject({ failed: 0, putOff: 0 });
  });

  test('a right that is missing for all that is left, too: no call has failed for it, though nothing else is left to compare with', () => {
    for (const calls of [26, 40]) {
      const outcome = runCore({
        calls,
        concurrency: 20,
        latencyMs: 100,
        // Some were reset before, and are no less refused for that.
        reply: (call, attempt) =>
          call < 20 ? success : attempt === 1 && call % 3 === 0 ? broken() : forbidden,
      });
      expect(outcome.stop).toMatchObject({ reason: 'forbidden' });
      expect(ends(outcome)).toMatchObject({ accepted: 20, failed: 0 });
    }
  });

  test('where no call from far on is left, the last one that waits is the trial', () => {
    for (const calls of [1, 2, 8]) {
      const outcome = runCore({ calls, hasFarCalls: false, reply: () => refused });
      expect(outcome.stop).toMatchObject({ reason: 'unauthorized' });
      expect(outcome.endedAt).toBeLessThan(20_000);
    }
  });

  test.each<[string, Reply]>([
    ['403', forbidden],
    ['2020', refused],
  ])('%s to fifty neighbours, wherever they stand, stops nobody’s sessions but theirs', (_, reply) => {
    for (const first of [0, 60, 140]) {
      const isProtected = (call: number): boolean => call >= first && call < first + 50;
      const outcome = runCore({ calls: 200, reply: (call) => (isProtected(call) ? reply : success) });
      expect(outcome.stop).toBeUndefined();
      expect(ends(outcome)).toEqual({ accepted: 150, failed: 50, putOff: 0, open: 0 });
    }
  });

  test('in both ways by turns stops the run, too', () => {
    for (const calls of [2, 3, 60]) {
      const outcome = runCore({
        calls,
        latencyMs: 0,
        concurrency: 2,
        hasFarCalls: false,
        reply: (call) => (call % 2 === 0 ? forbidden : refused),
      });
      expect(['forbidden', 'unauthorized']).toContain(outcome.stop?.reason);
      expect(outcome.endedAt).toBeLessThan(60_000);
      expect(ends(outcome)).toMatchObject({ open: calls });
    }
  });

  test('is no call’s own though a dead backend resets every other attempt', () => {
    for (const calls of [1, 3, 7]) {
      let sent = 0;
      const outcome = runCore({
        calls,
        concurrency: 1,
        reply: () => ((sent += 1) % 2 === 0 ? broken() : forbidden),
      });
      expect(outcome.stop).toMatchObject({ reason: 'forbidden' });
      expect(ends(outcome)).toMatchObject({ open: calls });
    }
  });

  test('a token that comes late is waited for', () => {
    const outcome = runCore({ calls: 50, reply: (_, __, at) => (at < 4000 ? refused : success) });
    expect(outcome.stop).toBeUndefined();
    expect(ends(outcome)).toMatchObject({ accepted: 50 });
  });

  test('a key that has never been let through may have no right at all: a single 403 is not failed for it', () => {
    const one = runCore({ calls: 1, reply: () => forbidden });
    expect(one.stop).toMatchObject({ reason: 'forbidden' });
    expect(ends(one)).toMatchObject({ open: 1 });
    const second = runCore({ calls: 2, reply: (call) => (call === 1 ? forbidden : success) });
    expect(second.stop).toBeUndefined();
    expect(ends(second)).toMatchObject({ accepted: 1, failed: 1 });
  });

  test('what no further call can escape stops the run at once', () => {
    const fatal = genauth(402);
    const outcome = runCore({ calls: 50, concurrency: 1, reply: () => fatal });
    expect(outcome.stop).toEqual({ reason: 'fatal', reply: expect.objectContaining({ statusCode: 402 }) });
    expect(outcome.sent).toHaveLength(1);
    expect(ends(outcome)).toMatchObject({ open: 50 });
  });

  test('a token that is refused is a matter of credentials, and is tried again', () => {
    const forToken = genauth(401, { forToken: true });
    const late = runCore({ calls: 9, reply: (_, __, at) => (at < 3000 ? forToken : success) });
    expect(late.stop).toBeUndefined();
    expect(ends(late)).toMatchObject({ accepted: 9 });
    expect(runCore({ calls: 9, reply: () => forToken }).stop).toMatchObject({ reason: 'unauthorized' });
  });
});

describe('a long Retry-After', () => {
  const later = (retryAfterMs: number, reply: Reply = throttled): Reply => ({ ...reply, retryAfterMs });

  test.each<[string, Reply, string]>([
    ['429', throttled, 'throttled'],
    ['503', genauth(503), 'server_down'],
  ])(
    'of an hour to all (%s) stops the run after three trials, and the stop says how long it takes',
    (_, reply, reason) => {
      const outcome = runCore(
        { calls: 50, concurrency: 1, latencyMs: 0, reply: () => later(hour, reply) },
        { giveUpAfterMs: 60_000 },
      );
      expect(outcome.stop).toMatchObject({ reason, waitMs: hour });
      expect(outcome.sent.map(({ at }) => at)).toEqual([0, 1000, 2000, 3000]);
      expect(new Set(outcome.sent.map(({ call }) => call)).size).toBe(4);
    },
  );

  test('of half a minute to all is waited for, and nothing goes meanwhile once three others were tried', () => {
    const outcome = runCore({
      calls: 50,
      concurrency: 1,
      latencyMs: 0,
      reply: (_, __, at) => (at < 30_000 ? later(30_000 - at) : success),
    });
    expect(outcome.sent.map(({ at }) => at).filter((at) => at < 30_000)).toEqual([0, 1000, 2000, 3000]);
    expect(ends(outcome)).toMatchObject({ accepted: 50 });
    expect(outcome.endedAt).toBeLessThan(40_000);
  });

  test('is one call’s own when what was sent after it is accepted, though nothing goes until that is known', () => {
    const outcome = runCore({
      calls: 400,
      latencyMs: 40,
      reply: (call, _, at) => (call === 100 && at < 30_000 ? later(30_000) : success),
    });
    expect(ends(outcome)).toMatchObject({ accepted: 400 });
    const others = outcome.calls.filter((_, call) => call !== 100).flatMap(({ attempts }) => attempts);
    expect(Math.max(...others)).toBeLessThan(20_000);
    expect(outcome.calls[100]?.attempts).toHaveLength(2);
  });

  test.each<[string, Reply]>([
    ['500', serverFault],
    ['503', genauth(503)],
    ['429', throttled],
  ])('of an hour to the only call (%s) is no reason to wait for so long', (_, reply) => {
    const outcome = runCore({ calls: 1, reply: () => later(hour, reply) }, { giveUpAfterMs: 60_000 });
    expect(outcome.endedAt).toBeLessThan(10_000);
    expect(ends(outcome)).toMatchObject({ failed: 0 });
  });

  test('of two seconds pauses nobody but the call itself', () => {
    const outcome = runCore({
      calls: 30,
      concurrency: 1,
      reply: (call, attempt) => (call === 0 && attempt === 1 ? later(2000) : success),
    });
    expect(Math.max(...outcome.calls.slice(1).flatMap(({ attempts }) => attempts))).toBeLessThan(2000);
    expect(outcome.calls[0]?.attempts[1]).toBeGreaterThanOrEqual(2000);
    expect(outcome.told).toEqual([]);
  });

  test('of little more is tried with another a second later, and all go on when that is accepted', () => {
    const outcome = runCore({
      calls: 30,
      concurrency: 1,
      latencyMs: 1,
      reply: (call, attempt) => (call === 0 && attempt === 1 ? later(2001) : success),
    });
    expect(Math.min(...outcome.calls.slice(1).flatMap(({ attempts }) => attempts))).toBe(1001);
    expect(outcome.told.map(({ why }) => why)).toEqual(['throttle', undefined]);
  });

  test('of who is perhaps no GenAuth is not obeyed, unless it is throttling', () => {
    const reply = (calm: Reply) => (_: number, attempt: number) => (attempt === 1 ? calm : success);
    const [one, stranger] = [{ calls: 1 }, { serverIsKnown: false }];
    expect(runCore({ ...one, reply: reply(later(60_000, page(503))) }, stranger).endedAt).toBeLessThan(5000);
    for (const calm of [later(60_000, page(429)), later(60_000, genauth(503))]) {
      expect(runCore({ ...one, reply: reply(calm) }, stranger).endedAt).toBeGreaterThanOrEqual(60_000);
    }
    expect(runCore({ ...one, reply: reply(later(60_000, page(503))) }).endedAt).toBeGreaterThanOrEqual(
      60_000,
    );
  });
});

test('while only a stranger answers from the begin, the run stops within ten seconds', () => {
  for (const calls of [1, 20]) {
    const outcome = runCore({ calls, reply: () => page(404) }, { serverIsKnown: false });
    expect(outcome.stop).toMatchObject({ reason: 'unreachable' });
    expect(outcome.endedAt).toBeLessThanOrEqual(10_000);
    expect(ends(outcome)).toMatchObject({ open: calls });
  }
});

test('the run stops when more calls have ended without success than are allowed', () => {
  const outcome = runCore(
    { calls: 50, concurrency: 1, reply: () => noSuchUser },
    { failures: createFailureCount(3) },
  );
  expect(outcome.stop).toMatchObject({ reason: 'failures', failed: 4 });
  expect(outcome.sent).toHaveLength(4);
});

/** A core, and calls that are sent and answered one by one. */
function setUp(options: Partial<CoreOptions> = {}) {
  const core = createCore({
    concurrency: 64,
    retries: 8,
    giveUpAfterMs: 60_000,
    serverIsKnown: true,
    failures: createFailureCount(undefined),
    random: () => 0.5,
    ...options,
  });
  return {
    core,
    begin(): Tries {
      const tries = newTries();
      core.open.add(tries);
      return tries;
    },
    go(tries: Tries, at = 0): Tries {
      goNow(core, tries, at);
      return tries;
    },
    answer(tries: Tries, reply: Reply, at = 0) {
      const next = answered(core, tries, reply, judge(reply), at);
      if (next.kind === 'ended') core.open.delete(tries);
      return next;
    },
  };
}

describe('whose a failure is', () => {
  test('is known by what was sent when it had failed, and not by what was on its way beside it', () => {
    const { core, begin, go, answer } = setUp();
    const [before, odd, beside] = [go(begin()), go(begin()), go(begin())];
    answer(before, success);
    answer(odd, serverFault, 10);
    answer(beside, success, 20);
    go(odd, 500);
    answer(odd, serverFault, 510);
    expect(odd.own).toEqual({});
    answer(go(begin(), 520), success, 530);
    go(odd, 1000);
    answer(odd, serverFault, 1010);
    // What went after its last failure is accepted, though nothing that went after this attempt.
    expect(odd.own).toEqual({ server: 1 });
    go(odd, 2000);
    answer(odd, serverFault, 2010);
    expect(odd.own).toEqual({ server: 1 });
    expect(core.stop).toBeUndefined();
  });

  test('a right that is taken from all while calls are on their way is nobody’s, whichever of them gets through last', () => {
    const { core, begin, go, answer } = setUp();
    const calls = Array.from({ length: 5 }, () => go(begin()));
    core.moreToCome = false;
    answer(calls[4]!, success, 10);
    for (let at = 20; at < 4000; at += 500) {
      for (const tries of calls.slice(0, 4)) {
        if (at > 20) go(tries, at);
        // One was throttled, and may as well be refused next time.
        const reply = tries === calls[0] ? throttled : forbidden;
        expect(answer(tries, reply, at + 10).kind).toBe('again');
      }
    }
    for (const tries of calls.slice(0, 4)) answer(go(tries, 5000), forbidden, 5010);
    // Now all are refused that are left, and they are few enough to be protected.
    expect(answer(go(calls[1]!, 6000), forbidden, 6010)).toEqual({ kind: 'ended', final: true });
  });

  test('has all of its retries for each part of it: what was accepted is no failure of the rest', () => {
    const { core, begin, go, answer } = setUp();
    const one = begin();
    core.moreToCome = false;
    for (let part = 0; part < 3; part += 1) {
      for (let n = 0; n < 8; n += 1) expect(answer(go(one), serverFault).kind).toBe('again');
      answer(go(one), genauth(404, { apiCode: 2011 }));
      core.open.add(one);
    }
  });

  test('is the call’s when every other one has been answered, and none is to come', () => {
    const { core, begin, go, answer } = setUp();
    const [one, other] = [begin(), begin()];
    go(one);
    answer(one, serverFault);
    expect(one.own).toEqual({});
    core.moreToCome = false;
    go(one, 1000);
    answer(one, serverFault, 1000);
    expect(one.own).toEqual({});
    go(other, 2000);
    answer(other, page(502), 2000);
    go(one, 3000);
    answer(one, serverFault, 3000);
    expect(one.own).toEqual({ server: 1 });
  });
});

describe('while nothing but probes goes', () => {
  test.each<[Reply, boolean]>([
    [serverFault, true],
    [forbidden, true],
    [refused, true],
    [throttled, false],
    [genauth(503), false],
    [page(500), false],
    [broken(), false],
  ])('and all get %o, a call from far on is wanted to tell one user from all: %s', (reply, isWanted) => {
    const { core, begin, go, answer } = setUp();
    const calls = Array.from({ length: 8 }, () => go(begin()));
    for (const tries of calls) answer(tries, reply, 3000);
    const [probe] = calls;
    expect(core.gate.closed).toBeDefined();
    if (probe !== undefined) answer(go(probe, 4000), reply, 4000);
    expect(moveTrial(core.gate, 'wanted', 'sought')).toBe(isWanted);
  });

  test('it is the run that gives up, and no call by itself: each may go on when its time is over', () => {
    const { core, begin, go, answer } = setUp();
    const calls = Array.from({ length: 8 }, () => go(begin()));
    core.moreToCome = false;
    for (const tries of calls) answer(tries, page(502), 10);
    const [probe] = calls as [Tries];
    expect(answer(go(probe, 59_980), serverFault, 59_990).kind).toBe('again');
    // Where few fail, who are the last, it is put off then.
    const few = setUp();
    const alone = few.go(few.begin());
    few.core.moreToCome = false;
    few.answer(alone, page(502), 10);
    expect(few.answer(few.go(alone, 59_980), serverFault, 59_990)).toEqual({ kind: 'ended', final: false });
  });

  test.each([
    [1999, false],
    [2000, true],
  ])('it is not for throttling to all, before that has lasted for two seconds: %i ms, %s', (at, isClosed) => {
    const { core, begin, go, answer } = setUp();
    const calls = Array.from({ length: 8 }, () => go(begin()));
    for (const tries of calls) answer(tries, throttled, at);
    expect(core.gate.closed !== undefined).toBe(isClosed);
  });

  test('a Retry-After to a call whose own the failure is keeps back nobody else', () => {
    const { core, begin, go, answer } = setUp();
    const odd = go(begin());
    answer(odd, throttled);
    answer(go(begin()), success);
    const others = Array.from({ length: 8 }, () => go(begin()));
    for (const tries of others) answer(tries, throttled, 3000);
    expect(mayGoAt(core, 3000)).toBe(3500);
    answer(go(odd, 3500), genauth(429, { retryAfterMs: 20_000 }), 3500);
    expect(odd.own).toEqual({ throttle: 1 });
    expect(mayGoAt(core, 3500)).toBe(4500);
  });
});

describe('a wait', () => {
  test('that is over, and an end, stay what they are', () => {
    const { core } = setUp();
    const over = { kind: 'again', at: 100 } as const;
    expect(afterWait(core, over, 100)).toBe(over);
    const end = { kind: 'ended', final: true } as const;
    expect(afterWait(core, end, 100)).toBe(end);
  });

  test('longer than the run would wait is given up when others are accepted meanwhile', () => {
    const { core, begin, go, answer } = setUp();
    const odd = go(begin());
    answer(odd, genauth(429, { retryAfterMs: 50_000 }));
    const next = { kind: 'again', at: 100_000 } as const;
    expect(afterWait(core, next, 10_000)).toBe(next);
    expect(afterWait(core, next, 59_999)).toBe(next);
    answer(go(begin(), 10_000), success, 10_000);
    expect(afterWait(core, next, 40_000)).toBe(next);
    expect(afterWait(core, next, 39_999)).toEqual({ kind: 'ended', final: false });
  });

  test('ends for one of those that wait when a trial is wanted and nobody else can be it', () => {
    const { core, begin, go, answer } = setUp();
    const [one, other] = [begin(), begin()];
    for (const tries of [one, other]) answer(go(tries), genauth(429, { retryAfterMs: hour }));
    const next = { kind: 'again', at: 60_000 } as const;
    const shorter = { kind: 'again', at: 59_999 } as const;
    expect(moveTrial(core.gate, 'wanted', 'sought')).toBe(true);
    expect(afterWait(core, next, 3000)).toBe(next);
    moveTrial(core.gate, 'sought', 'ready');
    // Who waits for no longer than the run would is obeyed, and is the trial when it has waited.
    expect(afterWait(core, shorter, 3000)).toBe(shorter);
    expect(afterWait(core, next, 3000)).toEqual({ kind: 'again', at: 3000 });
    expect(afterWait(core, next, 3000)).toBe(next);
  });

  test('ends when the run would give up, for the last look: nobody else may be about to have it', () => {
    const { core, begin, go, answer } = setUp();
    answer(go(begin()), genauth(429, { retryAfterMs: hour }));
    const next = { kind: 'again', at: hour } as const;
    expect(afterWait(core, next, 59_999)).toBe(next);
    expect(afterWait(core, next, 60_000)).toEqual({ kind: 'again', at: 60_000 });
  });
});

describe('when the next attempt may go', () => {
  test.each([success, noSuchUser, serverFault, throttled, refused, page(502), genauth(402)])(
    'an attempt has its place until it is answered, whatever: %o',
    (reply) => {
      const { core, begin, go, answer } = setUp({ concurrency: 1 });
      const tries = go(begin());
      expect(mayGoAt(core, 5000)).toBe(Number.POSITIVE_INFINITY);
      answer(tries, reply, 5000);
      expect(mayGoAt(core, 60_000)).toBeLessThanOrEqual(60_000);
    },
  );
});

describe('how it stands', () => {
  test('nothing is waited for while replies come as they should', () => {
    const { core, begin, go, answer } = setUp();
    expect(outlook(core, 0).waitsFor).toBeUndefined();
    answer(go(begin()), serverFault, 0);
    answer(go(begin(), 500), success, 500);
    expect(outlook(core, 1000).waitsFor).toBeUndefined();
  });

  test('else for what, since when, when the next attempt goes and when the run gives up', () => {
    const { core, begin, go, answer } = setUp();
    const calls = Array.from({ length: 6 }, () => go(begin(), 900));
    for (const tries of calls) answer(tries, page(503), 1000);
    expect(outlook(core, 1200).waitsFor).toEqual({
      why: 'unavailable',
      reply: page(503),
      sinceMs: 300,
      nextInMs: 300,
      // At the first probe from 60,900 on, after those at 1.5, 2.5, 4.5, 8.5, 13.5 and so on until 58.5 seconds.
      givesUpInMs: 59_700,
    });
    expect(outlook(core, 2000).waitsFor?.nextInMs).toBe(0);
  });
});

/** The pace when of sixty more replies each third is this one. @param before what its call has gone through. */
function paceAfter(reply: Reply, before: Partial<Tries> = {}): number {
  const { core, begin, go, answer } = setUp();
  let at = 0;
  for (let call = 0; call < 120; call += 1) {
    at = Math.max(at, mayGoAt(core, at));
    const isOdd = call >= 60 && call % 3 === 0;
    const tries = go({ ...begin(), ...(isOdd ? before : {}) }, at);
    answer(tries, isOdd ? reply : success, at + 5);
    at += 5;
  }
  return outlook(core, at).perSecond;
}

describe('the pace', () => {
  const calm = paceAfter(success);

  test.each([noSuchUser, forbidden, refused, serverFault, genauth(429, { forToken: true })])(
    'is no matter of what GenAuth itself says about one user, or about the token: %o',
    (reply) => {
      expect(paceAfter(reply)).toBe(calm);
    },
  );

  test.each([throttled, genauth(503), page(502), broken()])('goes down where many are %o', (reply) => {
    expect(paceAfter(reply)).toBeLessThan(calm);
  });

  test('is no matter of calls whose connections are known to break; what a gateway says, and throttling, always are one', () => {
    expect(paceAfter(broken(), { own: { server: 1 } })).toBe(calm);
    for (const reply of [genauth(503), page(502), throttled]) {
      const own = { server: 1, unavailable: 1, throttle: 1 };
      expect(paceAfter(reply, { own })).toBeLessThan(calm);
    }
  });

  test('is no matter of a few calls that are throttled again and again, as long as others are not', () => {
    expect(paceAfter(throttled, { failuresInRow: 1 })).toBe(calm);
  });

  test('begins low again after an outage, and stays as it was where others were accepted soon', () => {
    for (const reply of [page(503), throttled]) {
      const { core, begin, go, answer } = setUp();
      let at = 0;
      for (let call = 0; call < 400; call += 1) {
        at = Math.max(at, mayGoAt(core, at)) + 1;
        answer(go(begin(), at), success, at);
      }
      const before = outlook(core, at).perSecond;
      const asked = go(begin(), at);
      const later = go(begin(), at);
      answer(asked, { ...reply, retryAfterMs: 10_000 }, at);
      // A trial is looked for.
      expect(mayGoAt(core, at)).toBe(Number.POSITIVE_INFINITY);
      answer(later, success, at + 2000);
      expect(outlook(core, at).perSecond).toBe(before);
      answer(go(begin(), at), { ...reply, retryAfterMs: 10_000 }, at + 3000);
      answer(go(begin(), at), success, at + 5001);
      expect(outlook(core, at).perSecond).toBeLessThan(before / 2);
    }
  });
});

test('of those who wait one alone looks last before the run gives up, however short its patience is', () => {
  const { sent, stop, endedAt } = runCore(
    {
      calls: 7,
      concurrency: 4,
      latencyMs: 0,
      hasFarCalls: false,
      reply: (call, _, at) => (at > 0 ? page(429) : call % 2 === 0 ? success : refused),
    },
    { retries: 0, giveUpAfterMs: 1000, serverIsKnown: false },
  );
  expect(stop).toMatchObject({ reason: 'throttled' });
  expect(sent.filter(({ at }) => at > endedAt - 50)).toHaveLength(1);
});

test('whatever is answered: a run ends, with attempts as many as can be worked out beforehand, and none without a wait but for a trial', () => {
  const kinds = fc.constantFrom(
    success,
    noSuchUser,
    forbidden,
    refused,
    throttled,
    serverFault,
    broken(),
    broken('unsent'),
    page(404),
    page(502),
    page(429),
    genauth(503),
    genauth(401, { forToken: true }),
    genauth(429, { retryAfterMs: 3000 }),
    genauth(429, { retryAfterMs: 200_000 }),
  );
  const world = fc.record({
    calls: fc.integer({ min: 1, max: 12 }),
    concurrency: fc.integer({ min: 1, max: 6 }),
    latencyMs: fc.integer({ min: 0, max: 300 }),
    hasFarCalls: fc.boolean(),
    retries: fc.nat(9),
    giveUpAfterMs: fc.integer({ min: 1000, max: 60_000 }),
    serverIsKnown: fc.boolean(),
    // Each call is answered its own replies in turn, and the last one for ever.
    replies: fc.array(fc.array(kinds, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 }),
    // Meanwhile nobody is answered but this.
    outage: fc.option(fc.record({ from: fc.nat(20_000), forMs: fc.nat(100_000), reply: kinds })),
  });
  fc.assert(
    fc.property(world, ({ replies, outage, retries, giveUpAfterMs, serverIsKnown, ...shape }) => {
      const outcome = runCore(
        {
          ...shape,
          reply(call, attempt, at) {
            if (outage !== null && at >= outage.from && at < outage.from + outage.forMs) return outage.reply;
            const own = replies[call % replies.length] ?? [];
            return own[Math.min(attempt, own.length) - 1] ?? success;
          },
        },
        { retries, giveUpAfterMs, serverIsKnown },
      );
      expect(outcome.stop === undefined && ends(outcome).open > 0).toBe(false);
      const bound = mostAttempts(1, retries, giveUpAfterMs);
      for (const { attempts } of outcome.calls) expect(attempts.length).toBeLessThanOrEqual(bound);
      // A wait is cut short for a trial only: one in each probe's time, one at its begin and one at its end.
      const quick = outcome.calls.flatMap(({ attempts }) =>
        attempts.filter((at, place) => place > 0 && at - (attempts[place - 1] ?? 0) < 125),
      );
      expect(quick.length).toBeLessThanOrEqual(outcome.endedAt / 500 + 2);
    }),
    { numRuns: 150 },
  );
});
