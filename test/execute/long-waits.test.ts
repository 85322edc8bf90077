import path from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { execute } from '../../src/execute/execute.ts';
import { createClient } from '../../src/genauth/client.ts';
import { createJournalIndex } from '../../src/journal/journal-index.ts';
import { openJournal } from '../../src/journal/journal.ts';
import type { Call } from '../../src/plan/call.ts';
import type { RequestRecord } from '../../src/simulator/request-record.ts';
import type { SimulatorOptions } from '../../src/simulator/simulator.ts';
import { simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { createVirtualClock } from './virtual-clock.ts';

/** Sends so many calls to a real simulator on real sockets, while hours pass whenever nothing is on the wire. */
async function executeInVirtualTime(count: number, options: SimulatorOptions, giveUpAfterMs = 2 * 3_600_000) {
  const clock = createVirtualClock();
  const server = await simulator({ ...options, now: () => Date.UTC(2026, 10, 25) + clock.now() });
  const { url, accessKeyId, accessKeySecret } = server;
  const client = createClient({
    host: url,
    accessKeyId,
    accessKeySecret,
    auth: 'token',
    brand: 'authing',
    connections: 8,
    timeoutMs: 10_000,
    version: 'test',
  });
  const journal = await openJournal(
    path.join(temporaryFolder(), 'journal.ndjson'),
    createJournalIndex(count),
    0,
  );
  onTestFinished(async () => {
    await journal.close();
    await client.close();
  });
  await client.connect();
  journal.append({ kind: 'session', startedAt: 0, retryFailed: false });
  const calls: Call[] = Array.from({ length: count }, (_, index) => ({
    seq: index + 1,
    userId: `user-${index}`,
    userIdType: 'user_id',
    appIds: ['app-1'],
  }));
  let onTheWire = 0;
  let isOver = false;
  const executed = execute({
    calls: (async function* () {
      yield calls;
    })(),
    async kickUsers(dto) {
      onTheWire += 1;
      const reply = await client.kickUsers(dto);
      onTheWire -= 1;
      return reply;
    },
    renew: client.renew,
    serverIsKnown: true,
    journal,
    openApps: () => undefined,
    concurrency: 8,
    retries: 8,
    giveUpAfterMs,
    clock,
  }).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await new Promise(setImmediate);
    const nextAt = clock.nextAt();
    if (onTheWire === 0 && nextAt !== undefined) await clock.runUntil(nextAt);
  }
  await executed;
  return { server, hours: clock.now() / 3_600_000, index: journal.index };
}

/** What was sent of a call although the server had asked to wait with it. */
function sentTooEarly(log: readonly RequestRecord[]): RequestRecord[] {
  return log.flatMap(({ userId, retryAfterMs, answeredAtMs = 0 }, place) => {
    if (retryAfterMs === undefined) return [];
    return log.filter(
      (each, later) =>
        later > place &&
        each.userId === userId &&
        each.arrivedAtMs > answeredAtMs &&
        each.arrivedAtMs < answeredAtMs + retryAfterMs,
    );
  });
}

test.each(['hour', 'seconds', 'date', 'garbage', 7] as const)(
  'no call is sent before its Retry-After (%s) is over, by the clock of the server',
  async (retryAfter) => {
    const { server, index } = await executeInVirtualTime(40, { faults: { throttledFirst: 0.2, retryAfter } });
    expect(server.counts.kicks).toBe(40);
    expect(index.totals.throttled).toBeGreaterThanOrEqual(3);
    expect(sentTooEarly(server.log)).toEqual([]);
  },
);

test('a Retry-After of an hour is waited for', async () => {
  const faults = { throttledFirst: 0.2, retryAfter: 'hour' } as const;
  expect((await executeInVirtualTime(40, { faults })).hours).toBeGreaterThanOrEqual(1);
});
