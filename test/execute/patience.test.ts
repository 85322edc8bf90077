import { describe, expect, test } from 'vitest';

import {
  askedWaitMs,
  createPatience,
  deadlineOf,
  hear,
  loseHeart,
  type Patience,
} from '../../src/execute/patience.ts';
import type { Reply } from '../../src/genauth/reply.ts';
import { blameOf, type Blame } from '../../src/genauth/verdict.ts';
import { broken, forbidden, genauth, page, refused, serverFault, throttled } from './replies.ts';

const giveUpAfterMs = 60_000;

/** Something is accepted. */
function succeed(patience: Patience): void {
  patience.waitsSince = undefined;
  patience.refusedSince = undefined;
}

/** What it says at `at` to a failure that asks for no wait and is no trial. */
function failAt(patience: Patience, reply: Reply, at: number, isTrial = false, wait = at) {
  hear(patience, reply);
  const setback = {
    reply,
    blame: blameOf(reply),
    sentAt: at - reply.durationMs,
    wait,
    isTrial,
    timesAsMany: 1,
    isUnderWay: false,
  };
  return loseHeart(patience, setback, at);
}

describe('while nothing is accepted', () => {
  test('the run waits from the first attempt on, which went before its reply came, and gives up when it has waited long enough', () => {
    const patience = createPatience(giveUpAfterMs, true);
    expect(deadlineOf(patience)).toBe(Number.POSITIVE_INFINITY);
    expect(patience.waitsSince).toBeUndefined();
    expect(failAt(patience, page(502, { durationMs: 3000 }), 5000)).toBeUndefined();
    expect(deadlineOf(patience)).toBe(62_000);
    expect(patience.waitsSince).toBe(2000);
    expect(failAt(patience, page(502), 40_000)).toBeUndefined();
    expect(deadlineOf(patience)).toBe(62_000);
    expect(failAt(patience, page(502), 61_999)).toBeUndefined();
    expect(failAt(patience, page(502), 62_000)).toEqual({ reason: 'server_down', reply: page(502) });
  });

  test('and with something accepted it begins anew', () => {
    const patience = createPatience(giveUpAfterMs, true);
    failAt(patience, page(502), 0);
    succeed(patience);
    expect(deadlineOf(patience)).toBe(Number.POSITIVE_INFINITY);
    expect(patience.waitsSince).toBeUndefined();
    expect(failAt(patience, page(502), 61_000)).toBeUndefined();
    expect(deadlineOf(patience)).toBe(121_000);
  });

  test.each<[string, Reply, isKnown: boolean, string]>([
    ['429', throttled, true, 'throttled'],
    ['429', page(429), false, 'throttled'],
    ['500', serverFault, true, 'server_down'],
    ['a page', page(502), true, 'server_down'],
    ['a page', page(502), false, 'unreachable'],
    ['no connection', broken('unsent'), true, 'server_down'],
    ['no connection', broken('unsent'), false, 'unreachable'],
  ])(
    'at the end, for %s (%o) of a server that is known: %s, the stop says %s',
    (_, reply, isKnown, reason) => {
      const patience = createPatience(giveUpAfterMs, isKnown);
      failAt(patience, reply, 0);
      expect(failAt(patience, reply, giveUpAfterMs)).toMatchObject({ reason, reply });
    },
  );
});

describe('a long wait that a reply asks for', () => {
  const late = 1_000_000;

  test('is waited for when three others were tried, and it ends before the run would give up', () => {
    const patience = createPatience(giveUpAfterMs, true);
    const until = 1000 + giveUpAfterMs - 1;
    expect(failAt(patience, throttled, 1000, false, until)).toBe('trial');
    for (const at of [2000, 3000]) expect(failAt(patience, throttled, at, true, until)).toBe('trial');
    expect(failAt(patience, throttled, 4000, true, until)).toBeUndefined();
    // And the next one is, too, as nothing was accepted since.
    expect(failAt(patience, throttled, 5000, false, until)).toBeUndefined();
  });

  test.each([giveUpAfterMs, late])(
    'is tried with three others when it ends no sooner (%i), and the run stops at the last',
    (wait) => {
      const patience = createPatience(giveUpAfterMs, true);
      expect(failAt(patience, throttled, 0, false, wait)).toBe('trial');
      for (const at of [200, 400]) expect(failAt(patience, throttled, at, true, at + wait)).toBe('trial');
      expect(failAt(patience, throttled, 1000, true, 1000 + wait)).toEqual({
        reason: 'throttled',
        reply: throttled,
        waitMs: wait,
      });
    },
  );

  test('needs no trial any more when the run gives up anyway, and the stop says how long it takes', () => {
    const patience = createPatience(giveUpAfterMs, true);
    failAt(patience, serverFault, 0);
    const stop = failAt(patience, serverFault, giveUpAfterMs, false, giveUpAfterMs + 5000);
    expect(stop).toEqual({ reason: 'server_down', reply: serverFault, waitMs: 5000 });
    const plain = createPatience(giveUpAfterMs, true);
    failAt(plain, throttled, 0);
    const noWait = failAt(plain, throttled, giveUpAfterMs);
    expect(noWait).toEqual({ reason: 'throttled', reply: throttled, waitMs: undefined });
  });
});

test('where trials were accepted before it takes as many times more of them, up to eight', () => {
  for (const [timesAsMany, expected] of [
    [1, 3],
    [2, 6],
    [8, 24],
    [64, 24],
  ] as const) {
    const patience = createPatience(giveUpAfterMs, true);
    const setback = { reply: forbidden, blame: 'right', sentAt: 0, timesAsMany, isUnderWay: false } as const;
    loseHeart(patience, { ...setback, wait: 0, isTrial: false }, 0);
    let trials = 1;
    const isStopped = (): boolean =>
      loseHeart(patience, { ...setback, wait: 5000, isTrial: true }, 5000) !== 'trial';
    while (!isStopped()) trials += 1;
    expect(trials).toBe(expected);
  }
});

describe('credentials or a right refused to all', () => {
  const rows: [string, Reply, string][] = [
    ['403', forbidden, 'forbidden'],
    ['2020', refused, 'unauthorized'],
  ];

  test.each(rows)('%s: tried for five seconds, then three trials, then the run stops', (_, reply, reason) => {
    const patience = createPatience(giveUpAfterMs, true);
    expect(failAt(patience, reply, 10_000)).toBeUndefined();
    expect(failAt(patience, reply, 14_999)).toBeUndefined();
    expect(failAt(patience, reply, 14_999, true)).toBeUndefined();
    expect(failAt(patience, reply, 15_000)).toBe('trial');
    // Who is protected may stand anywhere.
    for (let trials = 1; trials < 3; trials += 1) {
      expect(failAt(patience, reply, 15_500, true)).toBe('trial');
      expect(failAt(patience, reply, 15_600)).toBe('trial');
    }
    expect(failAt(patience, reply, 16_000, true)).toEqual({ reason, reply });
  });

  test.each(rows)('%s: no longer than the run waits for anything', (_, reply) => {
    const patience = createPatience(2000, true);
    failAt(patience, reply, 0);
    expect(failAt(patience, reply, 1999)).toBeUndefined();
    expect(failAt(patience, reply, 2000)).toBe('trial');
  });

  test.each(rows)(
    '%s: what fails in GenAuth’s own words has let the key through; others say nothing of it',
    (_, reply) => {
      for (const [other, expected] of [
        [serverFault, undefined],
        [page(502), 'trial'],
        [throttled, 'trial'],
      ] as const) {
        const patience = createPatience(giveUpAfterMs, true);
        failAt(patience, reply, 0);
        failAt(patience, other, 3000);
        expect(failAt(patience, reply, 6000)).toBe(expected);
      }
    },
  );

  test.each(rows)('%s: something accepted gives it five seconds anew', (_, reply) => {
    const patience = createPatience(giveUpAfterMs, true);
    failAt(patience, reply, 0);
    succeed(patience);
    expect(failAt(patience, reply, 6000)).toBeUndefined();
    expect(failAt(patience, reply, 10_999)).toBeUndefined();
    expect(failAt(patience, reply, 11_000)).toBe('trial');
  });
});

describe('a host that has never answered as GenAuth does', () => {
  test.each([200, 204, 302, 401, 403, 404, 499])(
    'is taken for a stranger after five seconds of nothing but pages (HTTP %i)',
    (status) => {
      const patience = createPatience(giveUpAfterMs, false);
      expect(failAt(patience, page(status), 2000)).toBeUndefined();
      expect(failAt(patience, page(status), 6999)).toBeUndefined();
      expect(failAt(patience, page(status), 7000)).toEqual({ reason: 'unreachable', reply: page(status) });
    },
  );

  test.each<[string, Reply]>([
    ['a page of a server’s own fault', page(500)],
    ['a gateway’s', page(503)],
    ['throttling', page(429)],
    ['no connection', broken('unsent')],
    ['a reset', broken()],
    ['HTTP 199', page(199)],
  ])('is waited for as long as any other for %s, also among pages', (_, reply) => {
    const patience = createPatience(giveUpAfterMs, false);
    expect(failAt(patience, page(404), 0)).toBeUndefined();
    expect(failAt(patience, reply, 1000)).toBeUndefined();
    expect(failAt(patience, page(404), 50_000)).toBeUndefined();
    expect(failAt(patience, page(404), giveUpAfterMs)).toMatchObject({ reason: 'unreachable' });
  });

  test('is known by any reply in GenAuth’s form, and stays known; only then it says how long to wait', () => {
    const busy = { ...page(503), retryAfterMs: 3000 };
    const patience = createPatience(giveUpAfterMs, false);
    expect(askedWaitMs(patience, busy, 'unavailable')).toBe(0);
    failAt(patience, page(404), 0);
    expect(askedWaitMs(patience, busy, 'unavailable')).toBe(0);
    expect(askedWaitMs(patience, busy, 'throttle')).toBe(3000);
    failAt(patience, genauth(500), 1000);
    expect(askedWaitMs(patience, busy, 'unavailable')).toBe(3000);
    expect(failAt(patience, page(404), 20_000)).toBeUndefined();
    expect(askedWaitMs(patience, busy, 'unavailable')).toBe(3000);
    expect(failAt(patience, page(404), giveUpAfterMs)).toMatchObject({ reason: 'server_down' });
  });

  test('is no matter where it was known before', () => {
    const patience = createPatience(giveUpAfterMs, true);
    failAt(patience, page(404), 0);
    expect(askedWaitMs(patience, { ...page(503), retryAfterMs: 3000 }, 'unavailable')).toBe(3000);
    expect(failAt(patience, page(404), 30_000)).toBeUndefined();
  });
});

test.each<Blame>(['server', 'unavailable', 'throttle'])(
  'nothing of %s ends a run before its time',
  (blame) => {
    const patience = createPatience(giveUpAfterMs, true);
    for (let at = 0; at < giveUpAfterMs; at += 500) {
      const setback = {
        reply: serverFault,
        blame,
        sentAt: at,
        wait: at,
        isTrial: false,
        timesAsMany: 1,
        isUnderWay: false,
      };
      expect(loseHeart(patience, setback, at)).toBeUndefined();
    }
  },
);

test('a run that gives up for an outage waits for what is under way, as long as it is not the trial that says it', () => {
  const patience = createPatience(60_000, true);
  const setback = {
    reply: serverFault,
    blame: 'server',
    sentAt: 0,
    wait: 60_000,
    timesAsMany: 1,
    isUnderWay: true,
  } as const;
  expect(loseHeart(patience, { ...setback, isTrial: false }, 60_000)).toBe('trial');
  expect(loseHeart(patience, { ...setback, isTrial: true }, 60_000)).toMatchObject({ reason: 'server_down' });
});
