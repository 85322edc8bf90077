import path from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { execute } from '../../src/execute/execute.ts';
import { createClient } from '../../src/genauth/client.ts';
import { createJournalIndex } from '../../src/journal/journal-index.ts';
import { openJournal } from '../../src/journal/journal.ts';
import type { Call } from '../../src/plan/call.ts';
import type { SimulatorOptions } from '../../src/simulator/simulator.ts';
import { simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { createVirtualClock } from './virtual-clock.ts';

/** Sends so many calls to a real simulator on real sockets, while hours pass whenever nothing is on the wire. */
async function executeInVirtualTime(count: number, options: SimulatorOptions) {
  const clock = createVirtualClock();
  const server = await simulator({ ...options, now: () => Date.UTC(2026, 10, 25) + clock.now() });
  const { url, accessKeyId, accessKeySecret } = server;
  const client = createClient({
    ...{ host: url, accessKeyId, accessKeySecret, auth: 'token', brand: 'authing' },
    ...{ connections: 8, timeoutMs: 10_000, version: 'test' },
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
    ...{ seq: index + 1, userId: `user-${index}`, userIdType: 'user_id', appIds: ['app-1'] },
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
    ...{ renew: client.renew, serverIsKnown: true, journal, openApps: () => undefined },
    ...{ concurrency: 8, retries: 8, giveUpAfterMs: 900_000, clock },
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

test.each(['hour', 'seconds', 'date', 'garbage', 7] as const)(
  'no call is sent before its Retry-After (%s) is over, by the clock of the server',
  async (retryAfter) => {
    const count = 40;
    const { server, hours, index } = await executeInVirtualTime(count, {
      faults: { throttledFirst: 0.2, retryAfter },
    });
    expect(server.counts.kicks).toBe(count);
    expect(index.totals.throttled).toBeGreaterThanOrEqual(3);
    if (retryAfter === 'hour') expect(hours).toBeGreaterThanOrEqual(1);
    for (const [place, record] of server.log.entries()) {
      const { userId, retryAfterMs, answeredAtMs = 0 } = record;
      if (retryAfterMs === undefined) continue;
      const next = server.log.slice(place + 1).find((each) => each.userId === userId);
      expect(next?.arrivedAtMs).toBeGreaterThanOrEqual(answeredAtMs + retryAfterMs);
      // A long one is meant for all: nothing new is sent until it is over.
      if (retryAfterMs <= 2000) continue;
      const between = server.log.filter(
        (each) => each.arrivedAtMs > answeredAtMs && each.arrivedAtMs < answeredAtMs + retryAfterMs,
      );
      expect(between).toEqual([]);
    }
  },
);
