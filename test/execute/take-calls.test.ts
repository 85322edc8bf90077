import { getEventListeners } from 'node:events';

import { describe, expect, test } from 'vitest';

import type { Execution, Live } from '../../src/execute/execution.ts';
import type { Reply } from '../../src/genauth/reply.ts';
import { JournalError } from '../../src/journal/journal-error.ts';
import type { Journal } from '../../src/journal/journal.ts';
import type { Call } from '../../src/plan/call.ts';
import { callsOf, executeIn, executionOf, openNewJournal } from './execute-in.ts';
import { broken, forbidden, genauth, page, serverFault, success, throttled } from './replies.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

interface Setting extends Partial<Execution> {
  readonly batches: readonly number[];
  /** What is answered to the call of this number, sent for the `attempt`th time. */
  readonly reply?: (seq: number, attempt: number) => Reply;
  readonly latencyMs?: number;
  readonly journal?: Journal;
  /** Gets who is sent. */
  readonly sent?: number[];
}

async function* batchesOf(sizes: readonly number[]): AsyncGenerator<readonly Call[]> {
  let from = 0;
  for (const size of sizes) yield callsOf(from + size).slice(from, (from += size));
}

/** Executes the calls of these batches in virtual time. @returns who was sent, in order, and what came of it. */
async function run({ batches, reply = () => success, latencyMs = 10, sent = [], ...more }: Setting) {
  const clock = createVirtualClock();
  const count = batches.reduce((sum, size) => sum + size, 0);
  const journal = more.journal ?? (await openNewJournal(count));
  const execution = executionOf(journal, {
    calls: batchesOf(batches),
    concurrency: 1,
    random: () => 0.5,
    async kickUsers({ userId }) {
      const seq = Number(userId.slice('user-'.length));
      sent.push(seq);
      const attempt = sent.filter((each) => each === seq).length;
      await passed(clock, latencyMs);
      return reply(seq, attempt);
    },
    ...more,
  });
  const outcome = await executeIn(clock, execution).catch((error: unknown) => ({ stop: undefined, error }));
  await journal.close();
  return { ...outcome, sent, index: journal.index, endedAt: clock.now() };
}

const passed = (clock: VirtualClock, ms: number): Promise<void> =>
  new Promise((resolve) => clock.after(ms, resolve));

/** Its multiples fall everywhere alike. */
const golden = (Math.sqrt(5) - 1) / 2;

const upTo = (count: number): number[] => Array.from({ length: count }, (_, place) => place + 1);

describe('calls are taken', () => {
  test.each([[[]], [[3]], [[2, 0, 3]], [[0]], [[1, 1, 1]]])(
    'in order from batches of %o, each once',
    async (batches) => {
      const { signal } = new AbortController();
      const { sent, stop } = await run({ batches, stopSignal: signal });
      expect(stop).toBeUndefined();
      // Nobody listens any more.
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      expect(sent).toEqual(upTo(batches.reduce((sum, size) => sum + size, 0)));
    },
  );

  test('no further than there is room, and what follows is looked for as soon as the last one of a batch is on its way', async () => {
    const clock = createVirtualClock();
    const events: string[] = [];
    const journal = await openNewJournal(4);
    await executeIn(
      clock,
      executionOf(journal, {
        concurrency: 1,
        calls: (async function* () {
          for (let batch = 0; batch < 2; batch += 1) {
            yield callsOf(2 * batch + 2).slice(2 * batch);
            events.push(`read ${batch}`);
          }
        })(),
        async kickUsers({ userId }) {
          events.push(userId);
          await passed(clock, 10);
          return success;
        },
      }),
    );
    await journal.close();
    expect(events).toEqual(['user-1', 'read 0', 'user-2', 'user-3', 'read 1', 'user-4']);
  });

  test('no further than there is room, also while those that failed queue for a slot', async () => {
    let read = 0;
    const calls = (async function* () {
      for (; read < 40; read += 1) yield callsOf(read + 1).slice(read);
    })();
    let ahead = 0;
    const sent: number[] = [];
    await run({
      batches: [40],
      calls,
      sent,
      latencyMs: 100,
      reply: (_, attempt) => {
        ahead = Math.max(ahead, read - new Set(sent).size);
        return attempt === 1 ? serverFault : success;
      },
    });
    expect(sent).toHaveLength(80);
    // The one that is read before there is room for it, and the one that goes before all that fail.
    expect(ahead).toBeLessThanOrEqual(2);
  });

  test('not to the end of time: a last call that fails always ends by its retries', async () => {
    const { sent, stop, endedAt } = await run({ batches: [1], reply: () => serverFault, retries: 2 });
    expect(stop).toBeUndefined();
    expect(sent).toHaveLength(3);
    expect(endedAt).toBeLessThan(5000);
  });

  test('in order also where each waits for its turn', async () => {
    const { sent } = await run({ batches: [20], concurrency: 8, rate: 10 });
    expect(sent).toEqual(upTo(20));
  });

  test('when there is a slot that no further attempt wants, and not before', async () => {
    const journal = await openNewJournal(5);
    const events: string[] = [];
    const cover = (seq: number): Promise<void> | undefined => {
      events.push(`take ${seq}`);
      return journal.cover(seq);
    };
    const clock = createVirtualClock();
    await executeIn(
      clock,
      executionOf(
        { ...journal, failure: undefined, cover },
        {
          concurrency: 2,
          random: () => 0,
          calls: batchesOf([5]),
          async kickUsers({ userId }) {
            const attempt = events.filter((event) => event === userId).length;
            events.push(userId);
            // The third and the fourth last until the first two have long waited for their next attempt.
            await passed(clock, { 'user-3': 300, 'user-4': 5000 }[userId] ?? 1);
            return attempt === 0 && ['user-1', 'user-2'].includes(userId) ? throttled : success;
          },
        },
      ),
    );
    await journal.close();
    expect(events.indexOf('take 5')).toBeGreaterThan(events.lastIndexOf('user-1'));
    expect(events.indexOf('take 5')).toBeGreaterThan(events.lastIndexOf('user-2'));
  });

  test('while no more wait for another attempt than may, whatever is free beside them', async () => {
    // Each is put off once, for so long that nobody comes back before all others could have been asked.
    const reply = (_: number, attempt: number): Reply =>
      attempt === 1 ? { ...throttled, retryAfterMs: 1900 } : success;
    const few = await run({ batches: [40], maxWaiting: 3, reply });
    expect(few.sent.slice(0, 4)).toEqual([1, 2, 3, 1]);
    expect(few.sent).toHaveLength(80);
    const many = await run({ batches: [5], maxWaiting: 5, reply });
    expect(many.sent.slice(0, 6)).toEqual([1, 2, 3, 4, 5, 1]);
  });
});

test('where only others can tell, each that was not tried yet goes before those that fail, and all end by their retries', async () => {
  for (const concurrency of [1, 4]) {
    let inFlight = 0;
    let most = 0;
    const onAttempt = (): void => void (inFlight -= 1);
    const sent: number[] = [];
    sent.push = (seq) => {
      most = Math.max(most, (inFlight += 1));
      return Array.prototype.push.call(sent, seq);
    };
    const { stop, endedAt } = await run({
      batches: [17],
      concurrency,
      sent,
      onAttempt,
      latencyMs: 200,
      reply: () => broken(),
      retries: 5,
    });
    expect(most).toBe(concurrency);
    expect(stop).toBeUndefined();
    expect(new Set(sent)).toEqual(new Set(upTo(17)));
    // A probe every five seconds at most until all have been tried, and then the waits of six attempts.
    expect(endedAt).toBeLessThan(150_000);
    expect(sent.filter((seq) => seq === 1).length).toBeLessThan(15);
  }
});

test('where those that were tried fail on their own, and all that goes are their retries, others are begun between them', async () => {
  const count = 40;
  // Each third user is throttled at each attempt: so many that their retries would take up all of the lowest rate.
  const { sent, endedAt } = await run({
    batches: [count],
    concurrency: 2,
    rate: 1,
    reply: (seq) => (seq % 3 === 0 ? throttled : success),
  });
  expect(new Set(sent).size).toBe(count);
  const lastBegun = sent.indexOf(count);
  expect(lastBegun).toBeLessThan(2.5 * count);
  expect(endedAt).toBeLessThan(400_000);
});

test('where every other request fails, those that have failed do not meet it again and again', async () => {
  let requests = 0;
  const { endedAt } = await run({
    batches: [60],
    reply: () => ((requests += 1) % 2 === 0 ? page(502) : success),
  });
  expect(endedAt).toBeLessThan(5000);
});

test('once others are accepted again, further attempts go before calls that were not begun', async () => {
  const reply = (seq: number, attempt: number): Reply =>
    seq <= 3 && attempt === 1 ? { ...throttled, retryAfterMs: 900 - 10 * seq } : success;
  const { sent } = await run({ batches: [200], reply });
  const again = sent.indexOf(1, 1);
  expect(sent.slice(again, again + 3)).toEqual([1, 2, 3]);
});

test('whoever asks is told how many calls wait for another attempt, those in flight not counted', async () => {
  let live: (() => Live) | undefined;
  const told: (number | undefined)[] = [];
  const tell = (seq: number): Reply => {
    told.push(live?.().waiting);
    return seq <= 3 ? { ...throttled, retryAfterMs: 1900 } : success;
  };
  const stop = new AbortController();
  const reply = (seq: number): Reply => {
    if (seq === 6) stop.abort();
    return tell(seq);
  };
  const onLive = (ask: () => Live): void => void (live = ask);
  await run({ batches: [9], concurrency: 2, reply, onLive, stopSignal: stop.signal });
  expect(told.slice(0, 6)).toEqual([0, 1, 2, 3, 3, 3]);
});

describe('no call is sent', () => {
  test('before the disk knows that it may have been', async () => {
    const clock = createVirtualClock();
    const journal = await openNewJournal(3);
    let covered = 0;
    const slow = {
      ...journal,
      failure: undefined,
      cover: (seq: number) => passed(clock, 500).then(() => void (covered = seq)),
    };
    const sent: number[] = [];
    await executeIn(
      clock,
      executionOf(slow, {
        concurrency: 2,
        calls: batchesOf([3]),
        async kickUsers({ userId }) {
          expect(covered).toBe(Number(userId.slice(5)));
          sent.push(covered);
          return success;
        },
      }),
    );
    await journal.close();
    expect(sent).toEqual([1, 2, 3]);
  });

  test('when the run is stopped while its mark is written', async () => {
    const stop = new AbortController();
    const journal = await openNewJournal(2);
    const cover = async (): Promise<void> => stop.abort();
    const slow = { ...journal, failure: undefined, cover };
    const { sent, stop: reason } = await run({ batches: [2], journal: slow, stopSignal: stop.signal });
    expect(sent).toEqual([]);
    expect(reason).toEqual({ reason: 'interrupted' });
  });

  test('when the run is stopped before it begins; then nothing is read either', async () => {
    let isRead = false;
    const calls = (async function* () {
      isRead = true;
      yield callsOf(1);
    })();
    const { sent, stop } = await run({ batches: [1], calls, stopSignal: AbortSignal.abort() });
    expect({ sent, stop, isRead }).toEqual({ sent: [], stop: { reason: 'interrupted' }, isRead: false });
  });

  test('after a stop, and the reading is closed', async () => {
    let isClosed = false;
    let reads = 0;
    const stop = new AbortController();
    const calls = (async function* () {
      try {
        for (; ; reads += 1) yield callsOf(9 * reads + 9).slice(9 * reads);
      } finally {
        isClosed = true;
      }
    })();
    const reply = (seq: number): Reply => {
      if (seq === 3) stop.abort();
      return success;
    };
    const { sent } = await run({ batches: [18], calls, reply, stopSignal: stop.signal });
    expect(sent).toEqual([1, 2, 3]);
    expect({ isClosed, reads }).toEqual({ isClosed: true, reads: 0 });
  });
});

describe('when it stops', () => {
  test('whoever waits for another attempt does so no longer', async () => {
    const stop = new AbortController();
    const reply = (seq: number): Reply => {
      if (seq === 2) stop.abort();
      return seq === 1 ? { ...throttled, retryAfterMs: 1900 } : success;
    };
    const { endedAt } = await run({ batches: [2], concurrency: 2, reply, stopSignal: stop.signal });
    expect(endedAt).toBe(10);
  });

  test('the first reason stays, whatever comes while what is in flight ends', async () => {
    const stop = new AbortController();
    const reply = (seq: number): Reply => {
      if (seq === 2) stop.abort();
      return seq === 1 ? genauth(402) : success;
    };
    const { stop: reason } = await run({ batches: [2], concurrency: 2, reply, stopSignal: stop.signal });
    expect(reason).toMatchObject({ reason: 'fatal' });
  });
});

describe('when it cannot go on', () => {
  test('as the calls cannot be read, what is in flight ends first', async () => {
    const broken = new Error('the copy cannot be read');
    const calls = (async function* () {
      yield callsOf(1);
      // It is in flight by then.
      await new Promise(setImmediate);
      throw broken;
    })();
    const { index, ...outcome } = await run({ batches: [1], calls, latencyMs: 5000 });
    expect(outcome).toMatchObject({ error: broken, sent: [1], endedAt: 5000 });
    expect(index.state(1).succeeded).toBe(true);
  });

  test('as the journal cannot be written, that is the reason of the stop', async () => {
    const full = new JournalError('the disk is full');
    const journal = await openNewJournal(2);
    const cover = (seq: number) => (seq === 1 ? undefined : Promise.reject(full));
    const { sent, stop } = await run({ batches: [2], journal: { ...journal, failure: undefined, cover } });
    expect(sent).toEqual([1]);
    expect(stop).toEqual({ reason: 'journal', error: full });
  });

  test('as a call’s attempt throws, the run ends with that', async () => {
    const bug = new TypeError('a bug');
    const kickUsers = (): Promise<Reply> => Promise.reject(bug);
    expect(await run({ batches: [3], kickUsers })).toMatchObject({ error: bug });
    // In a further attempt, too.
    const reply = (_: number, attempt: number): Reply => {
      if (attempt === 2) throw bug;
      return throttled;
    };
    expect(await run({ batches: [3], reply })).toMatchObject({ error: bug });
  });

  test('the first of several bugs is told', async () => {
    const reply = (seq: number): Reply => {
      throw new Error(`bug ${seq}`);
    };
    const { sent, ...outcome } = await run({ batches: [2], concurrency: 2, reply });
    expect(sent).toEqual([1, 2]);
    expect(outcome).toMatchObject({ error: { message: 'bug 1' } });
  });
});

describe('before a stop for what is refused to all', () => {
  const farCall =
    (seq: number): Execution['farCall'] =>
    (after) =>
      Promise.resolve(after < seq ? callsOf(seq).at(-1) : undefined);

  test('a call from far on is tried, covered by a mark of its own, and does not come again in its turn', async () => {
    const journal = await openNewJournal(30);
    const alone: number[] = [];
    const covered: number[] = [];
    const coveredBefore: number[] = [];
    const sent: number[] = [];
    const coverAlone = async (seq: number): Promise<void> => {
      alone.push(seq, sent.length);
      await new Promise(setImmediate);
      covered.push(seq);
    };
    const { stop } = await run({
      batches: [30],
      concurrency: 8,
      sent,
      journal: { ...journal, failure: undefined, coverAlone },
      farCall: farCall(20),
      reply: (seq) => {
        if (seq === 20) coveredBefore.push(...covered);
        return seq <= 15 ? forbidden : success;
      },
    });
    expect(stop).toBeUndefined();
    const [seq, before = 0] = alone;
    expect([seq, alone.length]).toEqual([20, 2]);
    expect(coveredBefore).toEqual([20]);
    // It goes before all that wait.
    expect(sent[before]).toBe(20);
    expect(sent.filter((seq) => seq === 20)).toHaveLength(1);
    expect(new Set(sent).size).toBe(30);
  });

  test('where none is left that was not sent, one from far on is tried that was only throttled', async () => {
    for (const share of [0, 0.2, 0.4]) {
      let drawn = share;
      const { index } = await run({
        batches: [60],
        concurrency: 60,
        random: () => (drawn += golden) % 1,
        reply: (seq, attempt) => (attempt === 1 ? throttled : seq <= 40 ? forbidden : success),
      });
      expect(upTo(60).filter((seq) => index.state(seq).succeeded)).toEqual(upTo(60).slice(40));
    }
  });

  test('who was throttled time and again is tried before those that fail', async () => {
    const { sent } = await run({
      batches: [12],
      concurrency: 12,
      random: () => 0.4,
      latencyMs: 1,
      reply: (seq) => (seq === 5 ? throttled : seq < 9 ? forbidden : broken()),
    });
    const third = sent.indexOf(5, sent.indexOf(5, sent.indexOf(5) + 1) + 1);
    expect(third).toBeGreaterThan(0);
    expect(third).toBeLessThan(sent.indexOf(10, sent.indexOf(10) + 1));
  });

  test('where that one has been a trial already it is the next one', async () => {
    let events = '';
    const { sent, stop } = await run({
      batches: [30],
      farCall: () => {
        events += '?';
        return Promise.resolve(callsOf(20).at(-1));
      },
      reply: (seq) => {
        events += seq === 20 ? 'far ' : 'next ';
        return forbidden;
      },
    });
    expect(stop).toMatchObject({ reason: 'forbidden' });
    expect(events.match(/[?]+(next|far)/g)?.slice(0, 2)).toEqual(['?far', '?next']);
    expect(
      sent
        .filter((seq) => seq !== 20)
        .toSorted((a, b) => a - b)
        .at(-1),
    ).toBeGreaterThan(1);
  });

  test('it is asked for from behind the last one that was taken in its turn on', async () => {
    const asked: number[] = [];
    const taken: number[] = [];
    const sent: number[] = [];
    const shares: number[] = [];
    const numbers = [0, 0.3, 0.9];
    await run({
      batches: [30],
      sent,
      random: () => numbers[shares.length % 3] ?? 0,
      farCall: (after, share) => {
        asked.push(after);
        shares.push(share);
        taken.push(Math.max(...sent));
        return Promise.resolve(undefined);
      },
      reply: () => forbidden,
    });
    expect(asked[0]).toBeGreaterThan(1);
    // Those that are still to be sent are taken, too.
    expect(asked.filter((after, place) => after <= taken[place]!)).toEqual([]);
    // Beyond the middle of what is left: who stands side by side is mostly alike.
    expect(shares.slice(0, 3)).toEqual([0.5, 0.65, 0.95]);
  });

  test('where all are on their way, and only a former trial is left to ask for, it is one of those that wait', async () => {
    const farCall = (after: number): Promise<Call | undefined> =>
      Promise.resolve(after <= 3 ? callsOf(3).at(-1) : undefined);
    const { stop, endedAt } = await run({ batches: [3], farCall, reply: () => forbidden });
    expect(stop).toMatchObject({ reason: 'forbidden' });
    expect(endedAt).toBeLessThan(20_000);
  });

  test('where all are on their way it is the last one of those that wait for their turn, and then the first', async () => {
    const all = { batches: [12], concurrency: 12, rate: 5 } as const;
    for (const good of [12, 7]) {
      const { sent, stop } = await run({ ...all, reply: (seq) => (seq === good ? success : forbidden) });
      expect(stop).toBeUndefined();
      expect(sent.slice(6, 8)).toEqual([12, 7]);
    }
  });

  test('so it is before a stop for a long Retry-After: who is asked to wait for it may stand far on, side by side', async () => {
    const long = { ...throttled, retryAfterMs: 3_600_000 };
    const reply = (seq: number): Reply => (seq > 1 && (seq < 7 || seq > 8) ? long : success);
    const { sent } = await run({ batches: [12], concurrency: 12, rate: 2, giveUpAfterMs: 60_000, reply });
    expect(sent.slice(0, 4)).toEqual([1, 2, 12, 3]);
  });

  test('one from far on that fails otherwise has told nothing: another is looked for there, and not beside those who are refused', async () => {
    const reply = (seq: number): Reply => {
      if (seq > 9) return broken();
      return seq === 9 ? success : forbidden;
    };
    const { sent } = await run({ batches: [12], concurrency: 12, rate: 5, reply });
    expect(sent.slice(6, 10)).toEqual([12, 11, 10, 9]);
  });

  test('where all were tried it is one that has failed otherwise, before those that were refused', async () => {
    const { sent, stop } = await run({
      batches: [12],
      concurrency: 12,
      random: () => 0.4,
      latencyMs: 1,
      reply: (seq, attempt) => (seq !== 5 ? forbidden : attempt === 1 ? throttled : success),
    });
    expect(stop).toBeUndefined();
    expect(sent.filter((seq) => seq === 5)).toHaveLength(2);
  });

  test('where it is the only one it is tried itself', async () => {
    const { stop, endedAt } = await run({ batches: [1], reply: () => forbidden });
    expect(stop).toMatchObject({ reason: 'forbidden' });
    expect(endedAt).toBeLessThan(20_000);
  });

  test('nothing is looked for when it has stopped', async () => {
    const stop = new AbortController();
    let isAsked = false;
    const { sent } = await run({
      batches: [9],
      stopSignal: stop.signal,
      farCall: () => {
        isAsked = true;
        return Promise.resolve(undefined);
      },
      reply: () => {
        stop.abort();
        return genauth(429, { retryAfterMs: 3_600_000_000 });
      },
    });
    expect({ sent, isAsked }).toEqual({ sent: [1], isAsked: false });
  });
});
