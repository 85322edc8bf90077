import fc from 'fast-check';
import { expect, test, vi } from 'vitest';

import { execute } from '../../src/execute/execute.ts';
import type { Reply } from '../../src/genauth/reply.ts';
import { callsOf, executeIn, executionOf, openNewJournal } from './execute-in.ts';
import { createVirtualClock } from './virtual-clock.ts';

function reply(statusCode: 200 | 403 | 404 | 429): Reply {
  const common = { delivery: 'answered', genauthForm: true, startedAt: 0, durationMs: 1 } as const;
  return { ...common, httpStatus: 200, statusCode, success: statusCode === 200 };
}

test('whatever is throttled, and however the calls are read: each is sent until it succeeds, and never more at once than allowed', async () => {
  const load = fc.record({
    concurrency: fc.integer({ min: 1, max: 9 }),
    // Of each call, how often it is throttled first.
    throttled: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 120 }),
    batch: fc.integer({ min: 1, max: 50 }),
    latencyMs: fc.integer({ min: 1, max: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(load, async ({ concurrency, throttled, batch, latencyMs }) => {
      const clock = createVirtualClock();
      const calls = callsOf(throttled.length);
      const journal = await openNewJournal(calls.length);
      const left = new Map(calls.map(({ userId }, place) => [userId, throttled[place] ?? 0]));
      let [inFlight, most] = [0, 0];
      const executed = await executeIn(
        clock,
        executionOf(journal, {
          concurrency,
          calls: (async function* () {
            for (let from = 0; from < calls.length; from += batch) {
              await new Promise<void>((resolve) => clock.after(5, resolve));
              yield calls.slice(from, from + batch);
            }
          })(),
          async kickUsers({ userId }) {
            inFlight += 1;
            most = Math.max(most, inFlight);
            await new Promise<void>((resolve) => clock.after(latencyMs, resolve));
            inFlight -= 1;
            const times = left.get(userId) ?? -1;
            left.set(userId, times - 1);
            return reply(times > 0 ? 429 : 200);
          },
        }),
      );
      expect(executed).toEqual({ stop: undefined });
      await journal.close();
      expect(most).toBeLessThanOrEqual(concurrency);
      expect([...left.values()]).toEqual(calls.map(() => -1));
      for (const { seq } of calls) expect(journal.index.state(seq).succeeded).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('never are more calls sent without a record than may be in flight, however many replies come at once', async () => {
  const concurrency = 8;
  // So many that the search for the rate is no bound any more at the end.
  const calls = callsOf(2000);
  const journal = await openNewJournal(calls.length);
  const clock = createVirtualClock();
  let [sent, most] = [0, 0];
  await executeIn(
    clock,
    executionOf(journal, {
      concurrency,
      calls: (async function* () {
        yield calls;
      })(),
      async kickUsers() {
        sent += 1;
        most = Math.max(most, sent - journal.index.totals.attempts);
        await new Promise<void>((resolve) => clock.after(1, resolve));
        return reply(200);
      },
    }),
  );
  await journal.close();
  expect(sent).toBe(calls.length);
  expect(most).toBe(concurrency);
});

test.each([1, 8])(
  'a further attempt does not wait until the next calls are read (concurrency %i)',
  async (concurrency) => {
    const calls = callsOf(2);
    const journal = await openNewJournal(calls.length);
    let goOn = (): void => {};
    const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
    const sent: string[] = [];
    const executed = execute(
      executionOf(journal, {
        concurrency,
        random: () => 0,
        calls: (async function* () {
          yield calls.slice(0, 1);
          await mayGoOn;
          yield calls.slice(1);
        })(),
        async kickUsers({ userId }) {
          sent.push(userId);
          return reply(sent.length === 1 ? 429 : 200);
        },
      }),
    );
    await vi.waitUntil(() => sent.length === 2, { timeout: 5000 });
    goOn();
    await executed;
    await journal.close();
    expect(sent).toEqual(['user-1', 'user-1', 'user-2']);
  },
);

test('a further attempt goes before calls that were not begun', async () => {
  const calls = callsOf(30);
  const journal = await openNewJournal(calls.length);
  const sent: string[] = [];
  const clock = createVirtualClock();
  await executeIn(
    clock,
    executionOf(journal, {
      concurrency: 1,
      random: () => 0,
      calls: (async function* () {
        yield calls;
      })(),
      async kickUsers({ userId }) {
        sent.push(userId);
        // Slower than the first wait, which is half of 250 ms.
        await new Promise<void>((resolve) => clock.after(50, resolve));
        return reply(sent.length === 1 ? 429 : 200);
      },
    }),
  );
  await journal.close();
  expect(sent).toHaveLength(31);
  expect(sent.lastIndexOf('user-1')).toBeLessThan(5);
});

test('however many try again and again, a call that was not tried yet has its turn among them', async () => {
  const concurrency = 2;
  const calls = callsOf(12);
  const journal = await openNewJournal(calls.length);
  const clock = createVirtualClock();
  const sent: string[] = [];
  await executeIn(
    clock,
    executionOf(journal, {
      concurrency,
      calls: (async function* () {
        yield calls;
      })(),
      async kickUsers({ userId }) {
        sent.push(userId);
        // Longer than any wait, so that there is always somebody to try again.
        await new Promise<void>((resolve) => clock.after(40_000, resolve));
        return userId === 'user-12' ? reply(200) : { ...reply(429), statusCode: 500 };
      },
    }),
  );
  await journal.close();
  expect(sent.indexOf('user-12')).toBeLessThan(90);
});

test('who stands far on is tried before a stop for 403 also where all have been taken, and wait for a slot behind each other', async () => {
  // All others wait until the first has found them, and are taken meanwhile.
  const bad = ['bad-1', 'bad-2', 'bad-3', 'bad-4', 'bad-5', 'bad-6'];
  const calls = callsOf(40).map((call) => (call.seq === 1 ? { ...call, appIds: ['app-1', ...bad] } : call));
  const journal = await openNewJournal(calls.length);
  const clock = createVirtualClock();
  let [inFlight, most] = [0, 0];
  await executeIn(
    clock,
    executionOf(journal, {
      concurrency: 1,
      random: () => 0,
      calls: (async function* () {
        yield calls;
      })(),
      async kickUsers({ userId, appIds }) {
        inFlight += 1;
        most = Math.max(most, inFlight);
        await new Promise<void>((resolve) => clock.after(50, resolve));
        inFlight -= 1;
        if (appIds.some((appId) => bad.includes(appId))) return { ...reply(404), apiCode: 2011 };
        const seq = Number(userId.slice('user-'.length));
        return reply(seq > 1 && seq <= 30 ? 403 : 200);
      },
    }),
  );
  await journal.close();
  expect(most).toBe(1);
  // When only those are left who are refused it may stop.
  expect(calls.filter(({ seq }) => journal.index.state(seq).succeeded)).toHaveLength(10);
});

test('a run of few calls that may send any number at once needs no more slots than calls', async () => {
  const journal = await openNewJournal(3);
  const calls = callsOf(3);
  const executed = execute(
    executionOf(journal, {
      concurrency: Number.POSITIVE_INFINITY,
      calls: (async function* () {
        yield calls;
      })(),
      kickUsers: () => Promise.resolve(reply(200)),
    }),
  );
  expect(await executed).toEqual({ stop: undefined });
  await journal.close();
});

test('as many calls are in flight as may be, though each is answered only when all are', async () => {
  const calls = callsOf(8);
  const journal = await openNewJournal(calls.length);
  const waiting: (() => void)[] = [];
  const executed = execute(
    executionOf(journal, {
      concurrency: calls.length,
      calls: (async function* () {
        for (const call of calls) yield [call];
      })(),
      async kickUsers() {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length === calls.length) for (const go of waiting) go();
        });
        return reply(200);
      },
    }),
  );
  expect(await executed).toEqual({ stop: undefined });
  await journal.close();
});
