import { expect, test } from 'vitest';

import type { WaitsFor } from '../../src/events.ts';
import { showWaits } from '../../src/terminal/show-waits.ts';

type Said = Partial<WaitsFor['reply']>;

test.each<[WaitsFor['why'], Said, string]>([
  ['unavailable', { httpStatus: 503 }, 'what answers is not GenAuth (HTTP 503), which may pass'],
  ['unavailable', { httpStatus: 501 }, 'what answers is not GenAuth (HTTP 501), which may pass'],
  ['unavailable', { httpStatus: 404 }, 'what answers is not GenAuth (HTTP 404)'],
  [
    'unavailable',
    { errorCode: 'ENOTFOUND', message: 'no name server knows the host name (ENOTFOUND)' },
    'GenAuth cannot be reached, as no name server knows the host name (ENOTFOUND)',
  ],
  ['unavailable', { errorCode: 'EODD' }, 'GenAuth cannot be reached (EODD)'],
  [
    'server',
    { httpStatus: 200, statusCode: 500, genauthForm: true },
    'the server fails on every call (HTTP 200, 500)',
  ],
  ['throttle', { httpStatus: 429, statusCode: 429, genauthForm: true }, 'every call is throttled (HTTP 429)'],
  [
    'credentials',
    { httpStatus: 200, statusCode: 401, apiCode: 2020, genauthForm: true },
    'the access key is refused (HTTP 200, 401, apiCode 2020)',
  ],
  ['right', { httpStatus: 403, genauthForm: true }, 'every call is forbidden (HTTP 403)'],
])('a wait for %s with %j is told as such', (why, said, expected) => {
  const reply = { delivery: 'answered' as const, genauthForm: false, startedAt: 0, durationMs: 1, ...said };
  const shown = showWaits({ why, reply, sinceMs: 1, nextInMs: 4000, givesUpInMs: 60_000 }, '14:35');
  expect(shown).toBe(`${expected}: next try in 4s, gives up in 1m, at 14:35`);
});

test('a try that is under way is not announced, and no time is below a second', () => {
  const reply = {
    delivery: 'answered' as const,
    genauthForm: false,
    startedAt: 0,
    durationMs: 1,
    httpStatus: 503,
  };
  const waits = { why: 'unavailable' as const, reply, sinceMs: 1, nextInMs: 400, givesUpInMs: 20 };
  expect(showWaits(waits, '14:35')).toBe(
    'what answers is not GenAuth (HTTP 503), which may pass: gives up in 1s, at 14:35',
  );
});

test('what a client of somebody else says drives no terminal', () => {
  const reply = {
    delivery: 'unsent' as const,
    genauthForm: false,
    startedAt: 0,
    durationMs: 1,
    errorCode: 'EODD',
    message: 'a\u001b[2Jb',
  };
  const waits = { why: 'unavailable' as const, reply, sinceMs: 1, nextInMs: 0, givesUpInMs: 20 };
  expect(showWaits(waits, '14:35')).toContain('a\\u{1b}[2Jb');
});
