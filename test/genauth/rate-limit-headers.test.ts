import { expect, test } from 'vitest';

import { readRateLimit } from '../../src/genauth/rate-limit-headers.ts';

/** Wed, 25 Nov 2026 12:00:00 GMT */
const now = Date.UTC(2026, 10, 25, 12);

test.each([
  [
    'the usual three',
    { 'x-ratelimit-limit': '500', 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': '7' },
    { limit: 500, remaining: 12, resetMs: 7000 },
  ],
  [
    'a reset as a moment in seconds',
    { 'x-ratelimit-limit': '5000', 'x-ratelimit-reset': String(now / 1000 + 1800) },
    { limit: 5000, resetMs: 1_800_000 },
  ],
  [
    'a reset as a moment in milliseconds',
    { 'x-rate-limit-limit': '60', 'x-rate-limit-reset': String(now + 30_000) },
    { limit: 60, resetMs: 30_000 },
  ],
  [
    'a reset that has passed by the server’s clock',
    { 'x-ratelimit-limit': '60', 'x-ratelimit-reset': String(now / 1000 - 5) },
    { limit: 60, resetMs: 0 },
  ],
  [
    'a window behind the limit',
    { 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '50', 'ratelimit-reset': '30' },
    { limit: 100, windowMs: 60_000, remaining: 50, resetMs: 30_000 },
  ],
  [
    'the strictest of several windows',
    { 'x-ratelimit-limit-second': '50', 'x-ratelimit-limit-minute': '600' },
    { limit: 600, windowMs: 60_000 },
  ],
  [
    'the fields of the IETF draft',
    { ratelimit: '"default";r=50;t=30', 'ratelimit-policy': '"default";q=100;w=60' },
    { limit: 100, windowMs: 60_000, remaining: 50, resetMs: 30_000 },
  ],
  [
    'the fields of its older form',
    { ratelimit: 'limit=100, remaining=50, reset=30' },
    { limit: 100, remaining: 50, resetMs: 30_000 },
  ],
])('reads %s', (_name, headers, expected) => {
  expect(readRateLimit(headers, now)).toEqual(expected);
});

test.each([
  [{}],
  [{ 'content-length': '12', date: 'Wed, 25 Nov 2026 12:00:00 GMT' }],
  [{ 'x-ratelimit-limit': 'soon' }],
  [{ 'x-ratelimit-limit': '-1', 'x-ratelimit-reset': 'NaN' }],
  [{ ratelimit: 'limited' }],
])('finds nothing in %j', (headers) => {
  expect(readRateLimit(headers, now) ?? {}).toEqual({});
});
