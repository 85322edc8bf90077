import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Question } from '../../src/genauth/question.ts';
import type { Reply } from '../../src/genauth/reply.ts';
import { checkedPace } from '../../src/settings/pace-options.ts';
import { openAsking } from '../../src/workflow/look-up.ts';
import { broken, page, serverFault } from '../execute/replies.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** @returns after how many seconds it was over, at a server that says only this; 99 where it was not. And how often it was asked. */
async function asking(reply: Reply): Promise<{ seconds: number; attempts: number }> {
  let attempts = 0;
  async function answer() {
    attempts += 1;
    return { reply, answer: undefined };
  }
  const connection = { ask: answer, renew: async () => false };
  const { ask } = openAsking(
    connection as unknown as Parameters<typeof openAsking>[0],
    checkedPace({}),
    {},
    () => false,
  );
  let isOver = false;
  void ask({} as Question<never>).then(() => (isOver = true));
  for (let seconds = 1; seconds < 99; seconds += 1) {
    await vi.advanceTimersByTimeAsync(1000);
    if (isOver) return { seconds, attempts };
  }
  return { seconds: 99, attempts };
}

test.each([
  ['connections that are reset', broken()],
  ['connections that are refused', broken('unsent')],
  ['pages', page(200)],
  ['pages of a gateway', page(503)],
])('where only %s come for ten seconds nothing more is asked', async (_, reply) => {
  expect((await asking(reply)).seconds).toBeLessThanOrEqual(10);
});

test('who says in GenAuth’s form that it fails is asked as often as a call is tried', async () => {
  expect((await asking(serverFault)).attempts).toBe(1 + 8);
});
