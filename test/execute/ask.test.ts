import { expect, test } from 'vitest';

import { createAsker, type Asking, type Exchanged } from '../../src/execute/ask.ts';
import type { Reply } from '../../src/genauth/reply.ts';
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
import { createVirtualClock } from './virtual-clock.ts';

interface Setting extends Partial<Asking> {
  readonly questions: number;
  /** What is answered to this question, from 1, at that time. */
  readonly reply: (question: number, at: number, attempt: number) => Reply;
}

/** Asks all at once in virtual time, each reply after 10 ms. */
async function askAll({ questions, reply, ...more }: Setting) {
  const clock = createVirtualClock();
  const asker = createAsker({
    concurrency: 4,
    retries: 3,
    giveUpAfterMs: 10_000,
    serverIsKnown: true,
    renew: () => Promise.resolve(true),
    random: () => 0.5,
    clock,
    ...more,
  });
  const attempts = new Map<number, number>();
  let underWay = 0;
  let most = 0;
  const asked = Array.from({ length: questions }, (_, place) =>
    asker.ask(async (): Promise<Exchanged<number>> => {
      const question = place + 1;
      const attempt = (attempts.get(question) ?? 0) + 1;
      attempts.set(question, attempt);
      most = Math.max(most, (underWay += 1));
      await new Promise<void>((resolve) => clock.after(10, resolve));
      underWay -= 1;
      const said = reply(question, clock.now(), attempt);
      return { reply: said, answer: said.success === true ? question : undefined };
    }),
  );
  let settled = false;
  const all = Promise.all(asked).then((answers) => {
    settled = true;
    return answers;
  });
  for (;;) {
    // As long as anything goes on without time passing.
    for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
    const at = clock.nextAt();
    if (settled || at === undefined) break;
    await clock.runUntil(at);
  }
  expect(settled).toBe(true);
  const answers = await all;
  return {
    answers: answers.map((each) => each?.answer),
    replies: answers.map((each) => each?.reply),
    stop: asker.stop?.reason,
    attempts,
    most,
    endedAt: clock.now(),
  };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, place) => place + 1);

test('each question gets its own answer, so many at once as there may be', async () => {
  const { answers, most, stop } = await askAll({ questions: 20, reply: () => success });
  expect(answers).toEqual(upTo(20));
  expect([most, stop]).toEqual([4, undefined]);
});

test('what is refused on its merits is not asked again, and the others are answered', async () => {
  const { answers, replies, attempts } = await askAll({
    questions: 5,
    reply: (question) => (question === 3 ? noSuchUser : success),
  });
  expect(answers).toEqual([1, 2, undefined, 4, 5]);
  expect([replies[2], attempts.get(3)]).toEqual([noSuchUser, 1]);
});

test.each([
  ['503', genauth(503)],
  ['a page', page(502)],
  ['a reset', broken()],
  ['429', throttled],
  ['a token that is refused', refused],
])('an outage of three seconds, %s to all, costs time and no answer', async (_, reply) => {
  const { answers, stop } = await askAll({
    questions: 12,
    reply: (_each, at) => (at < 3000 ? reply : success),
  });
  expect([answers, stop]).toEqual([upTo(12), undefined]);
});

test.each([
  ['503', genauth(503), 'server_down'],
  ['429', throttled, 'throttled'],
  ['403', forbidden, 'forbidden'],
  ['2020', refused, 'unauthorized'],
  ['nothing', broken('unsent'), 'server_down'],
])('%s to all for ever ends the asking, not much later than it may take', async (_, reply, reason) => {
  const { answers, stop, endedAt } = await askAll({ questions: 6, reply: () => reply });
  expect([answers, stop]).toEqual([Array(6).fill(undefined), reason]);
  expect(endedAt).toBeLessThan(16_000);
});

test('a question that fails on its own account ends by its retries, and keeps no other waiting', async () => {
  const { answers, replies, stop, attempts } = await askAll({
    questions: 8,
    reply: (question) => (question === 2 ? serverFault : success),
  });
  expect([answers, stop]).toEqual([[1, undefined, 3, 4, 5, 6, 7, 8], undefined]);
  expect(replies[1]).toEqual(serverFault);
  // One may be a share of all, and does not count.
  expect([4, 5]).toContain(attempts.get(2));
});

test('a reply that is the last ends all that was not asked yet, at once', async () => {
  const { answers, stop, attempts } = await askAll({
    questions: 9,
    concurrency: 1,
    reply: (question) => (question === 3 ? forbidden : success),
    isLast: ({ statusCode }) => statusCode === 403,
  });
  expect([answers.slice(0, 3), stop, attempts.size]).toEqual([[1, 2, undefined], 'fatal', 3]);
});

test('an interrupted one asks nothing more', async () => {
  const stopping = new AbortController();
  const { stop, attempts } = await askAll({
    questions: 9,
    concurrency: 1,
    stopSignal: stopping.signal,
    reply(question) {
      if (question === 2) stopping.abort();
      return success;
    },
  });
  expect([stop, attempts.size]).toEqual(['interrupted', 2]);
});
