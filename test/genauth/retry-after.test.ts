import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHttpDate, parseRetryAfter } from '../../src/genauth/retry-after.ts';

const serverTime = Date.UTC(2026, 0, 5, 12, 0, 0);
const localTime = Date.UTC(2026, 0, 5, 11, 30, 0);
const day = 24 * 60 * 60 * 1000;

describe('seconds', () => {
  test.each([
    ['0', 0],
    ['2', 2000],
    [' 30 ', 30_000],
    ['0.5', 500],
    ['-5', 0],
    ['86400', day],
    ['999999999999', day],
  ])('%j asks for %i ms', (text, ms) => {
    expect(parseRetryAfter(text, undefined, localTime)).toBe(ms);
  });
});

describe('a date', () => {
  test.each(['Mon, 05 Jan 2026 12:00:10 GMT', 'Monday, 05-Jan-26 12:00:10 GMT', 'Mon Jan  5 12:00:10 2026'])(
    "%j is measured against the reply's own date",
    (text) => {
      expect(parseRetryAfter(text, serverTime, localTime)).toBe(10_000);
    },
  );

  test('is measured against the local clock where the reply has no date', () => {
    expect(parseRetryAfter('Mon, 05 Jan 2026 12:00:10 GMT', undefined, localTime)).toBe(30 * 60_000 + 10_000);
  });

  test('in the past asks for no wait', () => {
    expect(parseRetryAfter('Mon, 05 Jan 2026 11:59:00 GMT', serverTime, localTime)).toBe(0);
  });

  test('years ahead is bounded to a day', () => {
    expect(parseRetryAfter('Tue, 05 Jan 2032 12:00:00 GMT', serverTime, localTime)).toBe(day);
  });
});

test.each([
  '',
  'soon',
  '1e3',
  '12 potatoes',
  '2026-01-05T12:00:10Z',
  'Mon, 05 Foo 2026 12:00:10 GMT',
  'NaN',
  '--1',
])('%j is passed over', (text) => {
  expect(parseRetryAfter(text, serverTime, localTime)).toBeUndefined();
});

test('whatever the text, the wait is absent or from 0 to 24 hours', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.date().map(String)), (text) => {
      const wait = parseRetryAfter(text, serverTime, localTime);
      expect(wait === undefined || (wait >= 0 && wait <= day)).toBe(true);
    }),
  );
});

test('every date that JavaScript writes as an HTTP date is read back to the second', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
      expect(parseHttpDate(new Date(seconds * 1000).toUTCString())).toBe(seconds * 1000);
    }),
  );
});
