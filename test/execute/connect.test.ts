import { describe, expect, test } from 'vitest';

import { connectPatiently } from '../../src/execute/connect.ts';
import type { WaitsFor } from '../../src/execute/core.ts';
import type { Reply } from '../../src/genauth/reply.ts';
import { inTime } from './execute-in.ts';
import { broken, genauth, page, throttled } from './replies.ts';
import { createVirtualClock } from './virtual-clock.ts';

/** Connects in virtual time; the last of `replies` comes again and again, `undefined` is success. */
async function connect(
  replies: readonly (Reply | undefined)[],
  {
    giveUpAfterMs = 60_000,
    serverIsKnown = false,
    abortAt = Number.POSITIVE_INFINITY,
    replyMs = 0,
    random = 1,
  } = {},
) {
  const clock = createVirtualClock();
  const tries: number[] = [];
  const told: (WaitsFor | undefined)[] = [];
  const stop = new AbortController();
  const outcome = await inTime(
    clock,
    connectPatiently({
      connect: async () => {
        const reply = replies[Math.min(tries.length, replies.length - 1)];
        // Who does not wait would try for ever.
        if (tries.length > 200) throw new Error('too many tries');
        tries.push(clock.now());
        if (replyMs > 0) await new Promise<void>((resolve) => clock.after(replyMs, resolve));
        if (clock.now() >= abortAt) stop.abort();
        return reply;
      },
      giveUpAfterMs,
      serverIsKnown,
      onServer: (waitsFor) => told.push(waitsFor),
      stopSignal: stop.signal,
      clock,
      random: () => random,
    }),
  );
  const waits = tries.slice(1).map((at, place) => at - tries[place]!);
  return { outcome, tries, waits, told, endedAt: clock.now() };
}

const forToken = { forToken: true } as const;
const wrongKey = genauth(401, forToken);
const down = page(503, forToken);

test('one that succeeds needs no wait, and nothing is told', async () => {
  expect(await connect([undefined])).toMatchObject({ outcome: undefined, tries: [0], told: [] });
});

test('what fails is tried again after 0.5, 1, 2, 4 and then every 5 seconds', async () => {
  const { outcome, waits } = await connect([...Array.from({ length: 6 }, () => down), undefined]);
  expect(outcome).toBeUndefined();
  expect(waits).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
});

test('the third failure is told with all that is known, and its end; two are not worth a word', async () => {
  const two = await connect([down, down, undefined]);
  expect(two.told).toEqual([]);
  const { told } = await connect([down, down, down, down, undefined]);
  const common = { why: 'unavailable', reply: down };
  expect(told).toEqual([
    { ...common, sinceMs: 1500, nextInMs: 2000, givesUpInMs: 58_500 },
    { ...common, sinceMs: 3500, nextInMs: 4000, givesUpInMs: 56_500 },
    undefined,
  ]);
});

describe('a run cannot begin', () => {
  test('with a key that is refused: it is wrong at once where it has never worked', async () => {
    expect(await connect([wrongKey])).toMatchObject({
      outcome: { reason: 'unauthorized', reply: wrongKey },
      tries: [0],
    });
  });

  test('with a key that has worked and is refused for five seconds: until then a node may lag', async () => {
    const { outcome, endedAt } = await connect([wrongKey], { serverIsKnown: true });
    expect(outcome).toMatchObject({ reason: 'unauthorized' });
    expect(endedAt).toBeGreaterThanOrEqual(5000);
    expect(endedAt).toBeLessThan(10_000);
    expect((await connect([wrongKey, wrongKey, undefined], { serverIsKnown: true })).outcome).toBeUndefined();
  });

  test.each<[string, Reply, boolean, string]>([
    ['nothing answers', broken('unsent'), false, 'unreachable'],
    ['a gateway’s page', down, false, 'unreachable'],
    ['the same of a server that is known', down, true, 'server_down'],
    ['throttling', { ...throttled, ...forToken }, true, 'throttled'],
  ])(
    'while %s, and gives up when its patience is over, not a second later',
    async (_, reply, isKnown, reason) => {
      const { outcome, endedAt } = await connect([reply], { serverIsKnown: isKnown, giveUpAfterMs: 30_000 });
      expect(outcome).toMatchObject({ reason });
      expect(endedAt).toBe(30_000);
    },
  );

  test('where a stranger answers, within ten seconds', async () => {
    const { outcome, endedAt } = await connect([page(404)], { giveUpAfterMs: 900_000 });
    expect(outcome).toMatchObject({ reason: 'unreachable' });
    expect(endedAt).toBeLessThanOrEqual(10_000);
  });

  const nameOfNobody: Reply = { ...broken('unsent'), errorCode: 'ENOTFOUND' };
  const noNameServer: Reply = { ...broken('unsent'), errorCode: 'EAI_AGAIN' };

  test('where no name server knows the host, within ten seconds, in which it is told at once', async () => {
    const { outcome, endedAt, told } = await connect([nameOfNobody], { giveUpAfterMs: 900_000 });
    expect(outcome).toEqual({ reason: 'unreachable', reply: nameOfNobody });
    expect(endedAt).toBeLessThanOrEqual(10_000);
    expect(told[0]).toMatchObject({ why: 'unavailable', reply: nameOfNobody, sinceMs: 0 });
  });

  test.each<[string, Reply[], boolean]>([
    ['no name server could be asked', [noNameServer], false],
    ['none could be at first', [noNameServer, nameOfNobody], false],
    ['GenAuth has answered before', [nameOfNobody], true],
  ])('with patience where %s', async (_, replies, serverIsKnown) => {
    const { endedAt } = await connect(replies, { serverIsKnown, giveUpAfterMs: 30_000 });
    expect(endedAt).toBe(30_000);
  });

  test('when it is interrupted', async () => {
    expect((await connect([down], { abortAt: 0 })).outcome).toEqual({ reason: 'interrupted' });
    expect((await connect([undefined], { abortAt: 0 })).outcome).toEqual({ reason: 'interrupted' });
  });
});

describe('a Retry-After', () => {
  const later = (reply: Reply, retryAfterMs: number): Reply => ({ ...reply, ...forToken, retryAfterMs });

  test('is waited for: GenAuth’s own, and whoever throttles', async () => {
    expect((await connect([later(genauth(503), 20_000), undefined])).waits).toEqual([20_000]);
    expect((await connect([later(page(429), 20_000), undefined])).waits).toEqual([20_000]);
    expect((await connect([later(down, 20_000), undefined], { serverIsKnown: true })).waits).toEqual([
      20_000,
    ]);
  });

  test('of a stranger is not', async () => {
    expect((await connect([later(down, 20_000), undefined])).waits).toEqual([500]);
  });

  test('longer than the run would wait ends it at once, and says how long it takes', async () => {
    const reply = later(genauth(429), 3_600_000);
    expect(await connect([reply])).toMatchObject({
      outcome: { reason: 'throttled', reply, waitMs: 3_600_000 },
      tries: [0],
    });
  });

  test('shorter than the usual wait is no reason to be quicker', async () => {
    expect((await connect([later(genauth(503), 100), undefined])).waits).toEqual([500]);
  });
});

test('the time that a reply takes counts', async () => {
  const { outcome, tries } = await connect([{ ...down, durationMs: 8000 }], {
    replyMs: 8000,
    giveUpAfterMs: 20_000,
  });
  expect(outcome).toMatchObject({ reason: 'unreachable' });
  expect(tries).toHaveLength(3);
});
