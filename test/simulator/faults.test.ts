import { expect, test } from 'vitest';

import { faultSets, type Faults, type ShareFault, shareFaults } from '../../src/simulator/faults.ts';
import { retryAfterFor } from '../../src/simulator/retry-after.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { simulator } from '../start-simulator.ts';
import { bearer, exchange, kick, kickText, type RawReply } from './http-client.ts';

const body = { userId: 'u1', appIds: ['a'] };

interface Expectation {
  readonly kicked: boolean;
  readonly answered: boolean;
  readonly ended: RawReply['ended'];
  /** Of the bytes on the wire. */
  readonly text: RegExp;
  readonly patienceMs?: number;
}

const whole = { answered: true, ended: 'fin' } as const;
const broken = { answered: false, ended: 'fin' } as const;
const kickedId = String.raw`x-request-id: [\da-f-]{36}\r\n`;

const expectations: Record<ShareFault, Expectation> = {
  http500: { kicked: false, ...whole, text: /^HTTP\/1\.1 500 .*"statusCode":500/s },
  body500: { kicked: false, ...whole, text: /^HTTP\/1\.1 200 .*"statusCode":500/s },
  http504: { kicked: true, ...whole, text: /^HTTP\/1\.1 504 .*text\/html.*<html>/s },
  html: { kicked: false, ...whole, text: /^HTTP\/1\.1 200 .*text\/html.*<html>/s },
  html502: { kicked: false, ...whole, text: /^HTTP\/1\.1 502 .*text\/html.*<html>/s },
  forbidden: { kicked: false, ...whole, text: /^HTTP\/1\.1 200 .*"statusCode":403/s },
  successFalse: { kicked: false, ...whole, text: /"statusCode":200.*"data":\{"success":false\}\}$/s },
  noRequestId: { kicked: true, ...whole, text: /^(?!.*request-?id).*"success":true\}\}$/is },
  waitTwoSeconds: { kicked: false, ...whole, text: /retry-after: 2\r\n.*"statusCode":429/s },
  resetBefore: { kicked: false, answered: false, ended: 'reset', text: /^$/ },
  resetAfter: { kicked: true, answered: false, ended: 'reset', text: /^$/ },
  resetInReply: {
    kicked: true,
    answered: false,
    ended: 'reset',
    text: /^HTTP\/1\.1 200 .*\r\n\r\n\{"statusCode":200[^}]*$/s,
  },
  forget: { kicked: true, ...broken, text: /^$/ },
  halfReply: { kicked: true, ...broken, text: new RegExp(`${kickedId}content-length: \\d+\r\n.*\r\n\r\n\\{"statusCode":200[^}]*$`, 's') }, // prettier-ignore
  cutReply: { kicked: true, ...broken, text: new RegExp(`${kickedId}connection: close\r\n\r\n\\{"statusCode":200[^}]*$`, 's') }, // prettier-ignore
  garbage: { kicked: false, ...broken, text: /^\0\xFF\r\n/ },
  stall: { kicked: false, answered: false, ended: 'open', text: /^$/, patienceMs: 300 },
  stallBody: { kicked: true, answered: false, ended: 'open', text: /\r\n\r\n\{"statusCode":200[^}]*$/, patienceMs: 300 }, // prettier-ignore
  drip: { kicked: true, ...whole, text: /"data":\{"success":true\}\}$/ },
  huge: { kicked: true, ...whole, text: /content-length: 100\d{5}\r\n.*"success":true\}\}$/s },
};

test.each(Object.entries(expectations) as [ShareFault, Expectation][])('%s', async (fault, expected) => {
  const server = await simulator({ faults: { shares: { [fault]: 1 }, dripMs: 1 } });
  const headers = { ...(await bearer(server)), Connection: 'close' };
  const { text, ended } = await exchange(server.port, kickText(body, headers), expected.patienceMs);
  expect(text).toMatch(expected.text);
  expect(ended).toBe(expected.ended);
  // A stalled connection is given up by the client.
  await expect.poll(() => server.log[0]?.answeredAtMs).toBeDefined();
  const { kicked, answered } = expected;
  expect(server.log).toMatchObject([{ fault, kicked, answered }]);
  expect(server.sessions('user_id', 'u1', 'a')).toBe(!kicked);
  expect(server.counts.kicks).toBe(kicked ? 1 : 0);
});

test('every fault says whether it kicks, and does as it says', () => {
  for (const [fault, { kicked }] of Object.entries(expectations)) {
    if (fault === 'waitTwoSeconds') continue;
    expect(shareFaults[fault as ShareFault]).toMatch(kicked ? /^kicked/ : /not kicked$/);
  }
});

test('the ID of a reply that was cut is in the record', async () => {
  const server = await simulator({ faults: { shares: { halfReply: 1 } } });
  const { text } = await exchange(server.port, kickText(body, await bearer(server)));
  expect(text).toContain(`x-request-id: ${server.log[0]?.requestId}\r\n`);
});

test('a drip is slow, and is over at last', async () => {
  const server = await simulator({ faults: { shares: { drip: 1 }, dripMs: 2 } });
  const { body: reply } = await kick(server, body, await bearer(server));
  expect(reply.data?.success).toBe(true);
  const [record] = server.log;
  expect(record!.answeredAtMs! - record!.arrivedAtMs).toBeGreaterThan(JSON.stringify(reply).length);
});

test('faults do not make a kick of one that is refused', async () => {
  const server = await simulator();
  const headers = await bearer(server);
  for (const fault of ['http504', 'successFalse', 'noRequestId', 'huge'] as const) {
    server.setFaults({ shares: { [fault]: 1 } });
    await kick(server, { userId: 'unknown-1', appIds: ['a'] }, headers);
    await kick(server, body, { ...headers, authorization: 'wrong' });
  }
  expect(server.log.filter((record) => record.kicked)).toEqual([]);
  expect(server.counts.kicks).toBe(0);
});

const limited: Faults = { rate: { kind: 'bucket', perSecond: 0.1, burst: 1 } };

async function secondKick(faults: Faults, nowMs?: number) {
  const server = await simulator({ faults, ...(nowMs !== undefined && { now: () => nowMs }) });
  const headers = await bearer(server);
  await kick(server, body, headers);
  return { server, ...(await kick(server, body, headers)) };
}

test.each([
  ['body', 200, { statusCode: 429, message: expect.any(String) }],
  ['status', 429, {}],
  ['both', 429, { statusCode: 429, message: expect.any(String) }],
] as const)('a throttled reply says so in: %s', async (throttledAs, httpStatus, expected) => {
  const { status, body: reply, headers, server } = await secondKick({ ...limited, throttledAs });
  expect(status).toBe(httpStatus);
  expect(reply).toEqual(expected);
  expect(headers['retry-after']).toBeUndefined();
  expect(server.log[1]).toMatchObject({ fault: 'rate', kicked: false, answered: true, httpStatus });
  expect(server.counts).toMatchObject({ throttled: 1, faults: 0, kicks: 1 });
});

// 12:00:00.250: the bucket has room again at 12:00:10.250, which in whole seconds is 12:00:11.
const noonMs = Date.UTC(2030, 0, 1, 12, 0, 0, 250);

test.each([
  ['none', undefined, undefined],
  ['seconds', '10', 10_000],
  ['date', 'Tue, 01 Jan 2030 12:00:11 GMT', 10_750],
  ['garbage', 'soon', undefined],
  ['hour', '3600', 3_600_000],
  [7, '7', 7000],
] as const)('Retry-After: %s', async (retryAfter, header, retryAfterMs) => {
  const { headers, server } = await secondKick({ ...limited, retryAfter }, noonMs);
  expect(headers['retry-after']).toBe(header);
  expect(server.log[1]?.retryAfterMs).toBe(retryAfterMs);
});

test.each([
  [0, 1000],
  [1000, 1000],
  [1001, 2000],
  [Infinity, 3_600_000],
])('Retry-After never asks for less than is needed: %d ms', (neededMs, waitMs) => {
  expect(retryAfterFor('seconds', neededMs, noonMs).waitMs).toBe(waitMs);
  expect(retryAfterFor('date', neededMs, noonMs).waitMs).toBeGreaterThanOrEqual(Math.min(neededMs, waitMs));
});

test('latency delays the reply and the kick', async () => {
  const server = await simulator({ faults: { latencyMs: { min: 30, max: 60 } } });
  const headers = await bearer(server);
  await Promise.all(['u1', 'u2', 'u3'].map(async (userId) => kick(server, { ...body, userId }, headers)));
  for (const { arrivedAtMs, answeredAtMs } of server.log) {
    // Timers keep whole milliseconds.
    expect(answeredAtMs! - arrivedAtMs).toBeGreaterThanOrEqual(29);
  }
});

test('a record says how many kicks were waiting for their reply', async () => {
  const server = await simulator({ faults: { shares: { stall: 1 } } });
  const text = kickText(body, await bearer(server));
  const clients = [exchange(server.port, text, 300), exchange(server.port, text, 300)];
  await expect.poll(() => server.log.map((record) => record.inFlight)).toEqual([1, 2]);
  await Promise.all(clients);
  await expect.poll(() => server.log.every((record) => record.answeredAtMs !== undefined)).toBe(true);
  await exchange(server.port, text, 1);
  await expect.poll(() => server.log[2]?.inFlight).toBe(1);
});

test('a kick takes effect although its client has gone, and is recorded as not answered', async () => {
  const server = await simulator({ faults: { latencyMs: 100 } });
  await exchange(server.port, kickText(body, await bearer(server)), 20);
  await expect.poll(() => server.log[0]?.answeredAtMs).toBeDefined();
  expect(server.log).toMatchObject([{ kicked: true, answered: false }]);
});

test.each(Object.entries(faultSets))('the set %s is one that makes sense', async (_name, faults) => {
  const server = await simulator({ faults });
  await expect(kick(server, body, await bearer(server))).resolves.toBeDefined();
});

test.each([
  [{ shares: { html: 1.1 } }, 'the share of html is not from 0 to 1: 1.1'],
  [{ shares: { html: Number.NaN } }, 'the share of html is not from 0 to 1: NaN'],
  [{ shares: { html: 0.6, huge: 0.6 } }, 'the shares add up to more than 1: 1.2'],
  [{ shares: { htlm: 0.1 } as Faults['shares'] & object }, 'there is no fault called htlm'],
  [{ throttledFirst: -1 }, 'the share of throttledFirst is not from 0 to 1: -1'],
  [{ rate: { kind: 'bucket', perSecond: -5 } }, 'rate.perSecond is not a number from 0: -5'],
  [{ rate: { kind: 'bucket', perSecond: 5, burst: 0.5 } }, 'rate.burst is below 1: 0.5'],
  [{ latencyMs: { min: 5, max: 4 } }, 'latencyMs.min is above latencyMs.max'],
  [{ outage: { afterMs: -1, forMs: 5, as: 'reset' } }, 'outage.afterMs is not a number from 0: -1'],
] as [Faults, string][])('%j is refused', async (faults, message) => {
  await expect(startSimulator({ faults })).rejects.toThrow(new RangeError(message));
});
