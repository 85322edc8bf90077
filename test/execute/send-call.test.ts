import { expect, test } from 'vitest';

import type { AttemptEvent, Execution } from '../../src/execute/execution.ts';
import type { Reply } from '../../src/genauth/reply.ts';
import type { AttemptRecord } from '../../src/journal/record.ts';
import type { Call } from '../../src/plan/call.ts';
import { executeIn, executionOf, openNewJournal } from './execute-in.ts';
import { broken, genauth, noSuchUser, page, refused, serverFault, success, throttled } from './replies.ts';
import { createVirtualClock } from './virtual-clock.ts';

const noSuchApp = genauth(404, { apiCode: 2011 });

function callOf(seq: number, appIds: readonly string[]): Call {
  return { seq, userId: `user-${seq}`, userIdType: 'user_id', appIds };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, place) => place + 1);

interface Setting extends Partial<Execution> {
  readonly plan: readonly (readonly string[])[];
  /** What is answered to these apps, sent for the `attempt`th time. */
  readonly reply: (appIds: readonly string[], attempt: number) => Reply;
  /** What a session before has left. */
  readonly records?: readonly AttemptRecord[];
}

/** Executes calls for these apps, in virtual time. @returns the apps of each attempt, how each call ended, and when. */
async function run({ plan, reply, records = [], ...more }: Setting) {
  const clock = createVirtualClock();
  const calls = plan.map((appIds, place) => callOf(place + 1, appIds));
  const journal = await openNewJournal(calls.length);
  for (const record of records) journal.append(record);
  const sent: { seq: number; apps: string; at: number }[] = [];
  const ends = new Map<number, AttemptEvent['ended']>();
  const outcome = await executeIn(
    clock,
    executionOf(journal, {
      concurrency: 4,
      random: () => 1,
      calls: (async function* () {
        yield calls;
      })(),
      async kickUsers({ userId, appIds }) {
        const seq = Number(userId.slice('user-'.length));
        sent.push({ seq, apps: appIds.join(' '), at: clock.now() });
        const attempt = sent.filter((each) => each.seq === seq).length;
        await new Promise<void>((resolve) => clock.after(10, resolve));
        return { ...reply(appIds, attempt), durationMs: 10 };
      },
      onAttempt: ({ call, ended }) => {
        if (ended !== undefined) ends.set(call.seq, ended);
      },
      ...more,
    }),
  );
  await journal.close();
  return { ...outcome, sent, ends, index: journal.index };
}

test('a call that fails waits before each further attempt, and ends when it is accepted', async () => {
  const { sent, ends, index } = await run({
    plan: [['a']],
    reply: (_, attempt) => (attempt < 4 ? serverFault : success),
  });
  expect(sent.map(({ at }) => at)).toEqual([0, 260, 770, 1780]);
  expect([...ends]).toEqual([[1, 'succeeded']]);
  expect(index.state(1).attempts).toBe(4);
});

test('a further attempt waits for its turn behind those that wait already', async () => {
  const { sent } = await run({
    plan: Array.from({ length: 12 }, () => ['a']),
    concurrency: 8,
    rate: 5,
    reply: (_, attempt) => (attempt === 1 ? { ...throttled, retryAfterMs: 1 } : success),
  });
  expect(sent.map(({ seq }) => seq).lastIndexOf(1)).toBeGreaterThanOrEqual(8);
});

test.each<[string, Reply, AttemptEvent['ended']]>([
  ['no such user', noSuchUser, 'failed'],
  ['500', serverFault, 'failed'],
  ['resets', broken(), 'unknown'],
])('a call that gets nothing but %s ends, and how', async (_, reply, how) => {
  const { stop, ends, index } = await run({ plan: [['a'], ['a']], retries: 2, reply: () => reply });
  expect(stop).toBeUndefined();
  expect(ends).toEqual(
    new Map([
      [1, how],
      [2, how],
    ]),
  );
  // The first of them had failed before anything was left to compare with.
  expect(index.totals.attempts).toBe(reply === noSuchUser ? 2 : 2 * 3 + 1);
});

test('calls that share a bad app wait for the one that searches it, and go without it when it is found', async () => {
  const { sent, ends, stop } = await run({
    plan: [['a', 'b', 'bad'], ['c', 'bad'], ['a'], ['bad', 'd']],
    concurrency: 2,
    reply: (appIds) => (appIds.includes('bad') ? noSuchApp : success),
  });
  expect(stop).toBeUndefined();
  expect(ends).toEqual(
    new Map([
      [1, 'partial'],
      [2, 'partial'],
      [3, 'succeeded'],
      [4, 'partial'],
    ]),
  );
  expect(sent.filter(({ apps }) => apps.includes('bad')).length).toBeLessThanOrEqual(3);
});

test('the call that is to be the trial may have to wait for a search: then another is it, and the run does not stand still', async () => {
  const { stop } = await run({
    plan: [['x', 'bad'], ...upTo(6).map((n) => [`c${n}`]), ...upTo(6).map(() => ['x'])],
    concurrency: 1,
    giveUpAfterMs: 12_000,
    renew: () => Promise.resolve(true),
    reply: (appIds, attempt) => (appIds.includes('bad') && attempt === 1 ? noSuchApp : refused),
  });
  expect(stop).toMatchObject({ reason: 'unauthorized' });
});

test('a call that succeeded in part goes on with the apps that are open', async () => {
  const call = callOf(1, ['a', 'bad', 'c']);
  const left: AttemptRecord = {
    kind: 'attempt',
    seq: 1,
    attempt: 3,
    verdict: 'succeeded',
    final: false,
    unanswered: false,
    apps: '1',
    open: '6',
    startedAt: 0,
    durationMs: 1,
  };
  const asked: number[] = [];
  const { sent, ends } = await run({
    plan: [call.appIds],
    records: [left],
    openApps: (last) => {
      asked.push(last);
      return 0b110n;
    },
    reply: () => success,
  });
  expect(asked).toHaveLength(1);
  expect(asked[0]).toBeGreaterThan(0);
  expect(sent).toMatchObject([{ apps: 'bad c' }]);
  expect(ends.get(1)).toBe('succeeded');
});

test('a refused authorisation is renewed before the next attempt, and the run stops where none is to be had', async () => {
  const renewed: Reply[] = [];
  const reply = (_: unknown, attempt: number): Reply => (attempt === 1 ? refused : success);
  const renew = (mayBe: boolean) => (reply: Reply) => {
    renewed.push(reply);
    return Promise.resolve(mayBe);
  };
  const first = await run({ plan: [['a']], reply, renew: renew(true) });
  expect(first.stop).toBeUndefined();
  expect(first.sent).toHaveLength(2);
  expect(renewed).toMatchObject([{ apiCode: 2020 }]);
  const second = await run({ plan: [['a']], reply, renew: renew(false) });
  expect(second.stop).toMatchObject({ reason: 'unauthorized', reply: { apiCode: 2020 } });
  expect(second.sent).toHaveLength(1);
  const plain = await run({
    plan: [['a']],
    reply: (_, attempt) => (attempt === 1 ? throttled : success),
    renew: renew(false),
  });
  expect(plain.stop).toBeUndefined();
  expect(renewed).toHaveLength(2);
});

test('clocks that are more than a minute apart are told once, by the first reply that has a date', async () => {
  const told: number[] = [];
  const at = (aheadMs: number): Reply => ({
    ...success,
    startedAt: 1_000_000,
    serverTimeMs: 1_000_010 - aheadMs,
  });
  const onClock = (aheadMs: number): void => void told.push(aheadMs);
  const one = { plan: [['a'], ['b'], ['c']], concurrency: 1, onClock };
  await run({ ...one, reply: ([app]) => (app === 'a' ? success : at(app === 'b' ? 60_001 : 90_000)) });
  expect(told).toEqual([60_001]);
  await run({ ...one, reply: () => at(60_000) });
  await run({ ...one, reply: () => at(-70_000) });
  expect(told).toEqual([60_001, -70_000]);
});

test('a long wait is looked at now and then: it ends when it is for longer than the run would wait, and others are accepted', async () => {
  const later = { ...throttled, retryAfterMs: 3_600_000 };
  const { ends, index, stop } = await run({
    plan: [['late'], ...Array.from({ length: 40 }, () => ['a'])],
    concurrency: 2,
    rate: 4,
    giveUpAfterMs: 60_000,
    reply: ([app]) => (app === 'late' ? later : success),
  });
  expect(stop).toBeUndefined();
  expect(ends.has(1)).toBe(false);
  expect(index.state(1).final).toBe(false);
  expect(index.totals.attempts).toBeGreaterThan(40);
});

test('a wait that is looked at in between lasts to its last millisecond', async () => {
  const { sent } = await run({
    plan: [['late'], ['a']],
    reply: ([app], attempt) =>
      app === 'late' && attempt === 1 ? { ...throttled, retryAfterMs: 3005 } : success,
  });
  expect(sent.filter(({ apps }) => apps === 'late').map(({ at }) => at)).toEqual([0, 3015]);
});

test('when the run stops, whoever waits for an attempt makes none, and who is in flight is waited for', async () => {
  const stop = new AbortController();
  const {
    sent,
    index,
    stop: reason,
  } = await run({
    plan: [['a'], ['b'], ['c']],
    concurrency: 3,
    stopSignal: stop.signal,
    reply: ([app], attempt) => {
      if (app === 'c') stop.abort();
      return app === 'c' && attempt === 1 ? success : page(503);
    },
  });
  expect(reason).toEqual({ reason: 'interrupted' });
  expect(sent).toHaveLength(3);
  expect(index.totals.attempts).toBe(3);
});

test('the key of a request tells it from all others of the run, a part of a call from all of it', async () => {
  const keys: string[] = [];
  const clock = createVirtualClock();
  const journal = await openNewJournal(2);
  await executeIn(
    clock,
    executionOf(journal, {
      concurrency: 1,
      calls: (async function* () {
        yield [callOf(1, ['a', 'bad']), callOf(2, ['c'])];
      })(),
      kickUsers({ appIds }, key) {
        keys.push(key);
        return Promise.resolve(appIds.includes('bad') ? noSuchApp : success);
      },
    }),
  );
  await journal.close();
  expect(keys.toSorted()).toEqual(['1', '1/1', '1/2', '2']);
});
