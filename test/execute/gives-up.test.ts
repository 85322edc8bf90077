import fc from 'fast-check';
import { expect, test } from 'vitest';

import { connectPatiently } from '../../src/execute/connect.ts';
import type { Reply } from '../../src/genauth/reply.ts';
import { runCore } from './core-world.ts';
import { inTime } from './execute-in.ts';
import { broken, forbidden, page, refused, serverFault, success, throttled } from './replies.ts';
import { createVirtualClock } from './virtual-clock.ts';

const minute = 60_000;

const kinds: readonly (readonly [what: string, reply: Reply, serverIsKnown: boolean])[] = [
  ['a page of somebody else', page(404), false],
  ['a login page', page(200), false],
  ['a redirect', page(302), false],
  ['a page once GenAuth has been heard', page(404), true],
  ['a gateway', page(503), false],
  ['a gateway in front of GenAuth', page(502), true],
  ['no connection', broken('unsent'), false],
  ['a fault of GenAuth', serverFault, true],
  ['throttling', throttled, true],
  ['throttling that lasts longer than is waited', { ...throttled, retryAfterMs: 90 * minute }, true],
  ['an access key that is refused', refused, true],
  ['a right that is missing', forbidden, true],
];

const secondMs = 1000;
/** Three trials, and the reply to each, come on top of the earliest moment. */
const trialsMs = 3 * secondMs;

test.each(kinds)('while %s answers, what is shown is when the run stops', (_, reply, serverIsKnown) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 300, max: 600 }),
      fc.integer({ min: 8, max: 64 }),
      fc.integer({ min: 20, max: 900 }),
      fc.integer({ min: 1, max: 300 }),
      (calls, concurrency, seconds, latencyMs) => {
        const { endedAt, foretold, stop } = runCore(
          { calls, reply: () => reply, latencyMs, concurrency },
          { giveUpAfterMs: seconds * 1000, serverIsKnown },
        );
        expect(stop).toBeDefined();
        expect(endedAt).toBeLessThan(seconds * 1000 + secondMs + 5 * latencyMs);
        const before = foretold.filter(({ at }) => at < endedAt);
        for (const { givesUpAt } of before) {
          expect(givesUpAt).toBeLessThan(endedAt + secondMs);
          expect(givesUpAt).toBeGreaterThan(endedAt - trialsMs - 5 * latencyMs);
        }
      },
    ),
    { numRuns: 25 },
  );
});

test.each(kinds)('so it is before the first call, while %s answers', async (_, reply, serverIsKnown) => {
  const clock = createVirtualClock();
  const foretold: number[] = [];
  const connecting = connectPatiently({
    connect: async () => reply,
    clock,
    random: () => 0.5,
    giveUpAfterMs: minute,
    serverIsKnown,
    onServer: (waitsFor) => foretold.push(clock.now() + (waitsFor?.givesUpInMs ?? Number.NaN)),
  });
  expect(await inTime(clock, connecting)).toBeDefined();
  for (const givesUpAt of foretold) expect(Math.abs(givesUpAt - clock.now())).toBeLessThan(secondMs);
});

test('whoever fails on their own, the run waits no longer than it would for anything once nothing more is accepted', () => {
  fc.assert(
    fc.property(
      fc.record({
        calls: fc.integer({ min: 1, max: 60 }),
        concurrency: fc.integer({ min: 1, max: 16 }),
        latencyMs: fc.integer({ min: 1, max: 300 }),
        oneIn: fc.integer({ min: 1, max: 6 }),
        outageFrom: fc.integer({ min: 0, max: 30_000 }),
        seconds: fc.integer({ min: 30, max: 900 }),
        reply: fc.constantFrom(page(502), serverFault, broken(), broken('unsent')),
      }),
      ({ calls, concurrency, latencyMs, oneIn, outageFrom, seconds, reply }) => {
        let last = 0;
        const { endedAt } = runCore(
          {
            calls,
            concurrency,
            latencyMs,
            reply(call, _, at) {
              if (call % oneIn === 0) return serverFault;
              if (at >= outageFrom) return reply;
              last = at;
              return success;
            },
          },
          { giveUpAfterMs: seconds * 1000 },
        );
        expect(endedAt - last).toBeLessThan(seconds * 1000 + 5 * secondMs);
      },
    ),
    { numRuns: 300 },
  );
});
