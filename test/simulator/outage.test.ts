import { expect, test } from 'vitest';

import type { Outage } from '../../src/simulator/faults.ts';
import { simulator } from '../start-simulator.ts';
import { askToken, bearer, exchange, kick, kickText } from './http-client.ts';

const body = { userId: 'u1', appIds: ['a'] };
const startMs = Date.UTC(2030, 0, 1);

async function kickOrError(...args: Parameters<typeof kick>): Promise<number | string | undefined> {
  try {
    const { status, headers, body: reply } = await kick(...args);
    const isJson = String(headers['content-type']).startsWith('application/json');
    return isJson ? Math.max(status, reply.statusCode ?? 0) : `page ${status}`;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

test.each([
  ['http503', 503],
  ['body500', 500],
  ['html502', 'page 502'],
  ['reset', 'ECONNRESET'],
] as [Outage['as'], number | string][])('an outage as %s begins and ends by the clock', async (as, down) => {
  let nowMs = startMs;
  const server = await simulator({
    faults: { outage: { afterMs: 1000, forMs: 5000, as } },
    now: () => nowMs,
  });
  const headers = await bearer(server);
  const seen = [];
  nowMs += 60_000; // Waiting before the first kick does not count.
  for (const afterMs of [0, 999, 1, 4999, 1]) {
    nowMs += afterMs;
    seen.push(await kickOrError(server, body, headers));
  }
  expect(seen).toEqual([200, 200, down, down, 200]);
  expect(server.log.map((record) => record.fault)).toEqual([
    undefined,
    undefined,
    'outage',
    'outage',
    undefined,
  ]);
  expect(server.counts).toMatchObject({ kicks: 3, faults: 2 });
});

test('an outage concerns tokens as well', async () => {
  const server = await simulator({ faults: { outage: { afterMs: 0, forMs: 60_000, as: 'http503' } } });
  const headers = await bearer(server);
  await kick(server, body, headers);
  expect((await askToken(server)).status).toBe(503);
});

test('an outage as stall answers nothing', async () => {
  const server = await simulator({ faults: { outage: { afterMs: 0, forMs: 60_000, as: 'stall' } } });
  const text = kickText(body, await bearer(server));
  expect(await exchange(server.port, text, 200)).toEqual({ text: '', ended: 'open' });
});

test('an outage as refuse closes the port, and opens the same one again', async () => {
  const server = await simulator({ faults: { outage: { afterMs: 0, forMs: 400, as: 'refuse' } } });
  const headers = await bearer(server);
  const { port } = server;
  expect(await kickOrError(server, body, headers)).toBe('ECONNRESET');
  await expect.poll(() => kickOrError(server, body, headers), { interval: 10 }).toBe('ECONNREFUSED');
  await expect.poll(() => kickOrError(server, body, headers), { interval: 10 }).toBe(200);
  expect(server.port).toBe(port);
  expect(server.counts.kicks).toBe(1);
});

test('setting other faults ends an outage, also one that refuses connections', async () => {
  const server = await simulator({ faults: { outage: { afterMs: 0, forMs: 60_000, as: 'refuse' } } });
  const headers = await bearer(server);
  await kickOrError(server, body, headers);
  await expect.poll(() => kickOrError(server, body, headers), { interval: 10 }).toBe('ECONNREFUSED');
  server.setFaults({});
  await expect.poll(() => kickOrError(server, body, headers), { interval: 10 }).toBe(200);
});
