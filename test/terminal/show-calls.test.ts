import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Live, WaitsFor } from '../../src/events.ts';
import type { Piece } from '../../src/terminal/paint.ts';
import { showCalls, showCallsPlainly, type CallsState } from '../../src/terminal/show-calls.ts';

const reply = {
  delivery: 'unsent' as const,
  genauthForm: false,
  errorCode: 'ECONNREFUSED',
  message: 'the connection was refused (ECONNREFUSED)',
  startedAt: 0,
  durationMs: 1,
};

const down: WaitsFor = {
  why: 'unavailable',
  reply,
  sinceMs: 20_000,
  nextInMs: 4000,
  givesUpInMs: 14 * 60_000,
};

const live: Live = { perSecond: 2003, atOnce: 64, setBy: 'tenant', waitsFor: undefined, waiting: 0 };

const state: CallsState = {
  isStopping: false,
  hasEnded: false,
  total: 182_647,
  succeeded: 17_353,
  partial: 0,
  failed: 2,
  unknown: 0,
  attempts: 17_356,
  throttled: 1,
  elapsedMs: 192_000,
  callsPerSecond: 1700,
  attemptsPerSecond: 1710,
  live,
  where: '182,000 users of user pool 65f0aa000000000000000001 at https://api.genauth.ai',
};

const now = new Date(2026, 10, 28, 3, 0);

function text(lines: readonly (readonly Piece[])[]): string[] {
  return lines.map((line) => line.map((piece) => piece.text).join(''));
}

test('on a wide terminal all is said', () => {
  expect(text(showCalls(state, 200, now))).toEqual([
    'Calling    ██░░░░░░░░░░░░░░░░░░░░░░  9%  17,355 of 182,647 calls  1,710/s  1m 37s left',
    '           3m 12s so far   succeeded 17,353   failed 2   throttled 1   the tenant allows about 2,003/s',
    '           182,000 users of user pool 65f0aa000000000000000001 at https://api.genauth.ai',
  ]);
});

test('on one of 80 columns what says least is left out', () => {
  expect(text(showCalls(state, 80, now))).toEqual([
    'Calling    ██░░░░░░░░░░░░░░░  9%  17,355 of 182,647 calls  1,710/s  1m 37s left',
    '           3m 12s so far   succeeded 17,353   failed 2   throttled 1',
    '           182,000 users of user pool 65f0aa000000000000000001 at',
    '           https://api.genauth.ai',
  ]);
});

test('on one of 40 columns it still says how far it is and what went wrong', () => {
  expect(text(showCalls(state, 40, now))).toEqual([
    '9%  17,355 of 182,647 calls',
    '  succeeded 17,353   failed 2',
  ]);
});

test('no line reaches the end of the terminal, however narrow it is and whatever is to be said', () => {
  const count = fc.integer({ min: 0, max: 2_000_000 });
  const states = fc.record({
    isStopping: fc.boolean(),
    succeeded: count,
    partial: count,
    failed: count,
    unknown: count,
    throttled: count,
    elapsedMs: fc.integer({ min: 0, max: 1e9 }),
    callsPerSecond: fc.option(fc.double({ min: 0, max: 1e5, noNaN: true }), { nil: undefined }),
    attemptsPerSecond: fc.option(fc.double({ min: 0, max: 1e5, noNaN: true }), { nil: undefined }),
    waits: fc.boolean(),
  });
  fc.assert(
    fc.property(states, fc.integer({ min: 12, max: 250 }), ({ waits, ...random }, columns) => {
      const total = random.succeeded + random.partial + random.failed + random.unknown + 1000;
      const shown = showCalls(
        { ...state, ...random, total, live: { ...live, waitsFor: waits ? down : undefined } },
        columns,
        now,
      );
      for (const line of text(shown)) {
        expect(line.length).toBeLessThan(columns);
        expect(line).not.toMatch(/NaN|Infinity|undefined/);
      }
    }),
  );
});

describe('while the server is down', () => {
  const waiting = { ...state, live: { ...live, waitsFor: down } };

  test('it says why, and until when that is waited for, and no rate but what is left to do', () => {
    expect(text(showCalls(waiting, 200, now))).toEqual([
      'Waiting    ██░░░░░░░░░░░░░░░░░░░░░░  9%  17,355 of 182,647 calls  1m 37s left once it goes on',
      '           3m 12s so far   succeeded 17,353   failed 2   throttled 1',
      '           GenAuth cannot be reached, as the connection was refused (ECONNREFUSED): next try in 4s, gives up in 14m, at 03:14:00',
      '           182,000 users of user pool 65f0aa000000000000000001 at https://api.genauth.ai',
    ]);
  });

  test('on a narrow terminal that is broken between words', () => {
    const lines = text(showCalls(waiting, 40, now));
    expect(lines.slice(2)).toEqual([
      '  GenAuth cannot be reached, as the',
      '  connection was refused',
      '  (ECONNREFUSED): next try in 4s, gives',
      '  up in 14m, at 03:14:00',
    ]);
  });

  test('it is not yet said of a single failure, and what the tenant allows is not said any more', () => {
    const soon = { ...state, live: { ...live, waitsFor: { ...down, sinceMs: 900 } } };
    const lines = text(showCalls(soon, 200, now)).join('\n');
    expect(lines).not.toContain('cannot be reached');
    expect(lines).not.toContain('allows');
  });
});

test.each([
  ['what was reached comes near it', 2003, 1710, true],
  ['it is far above what was reached', 13_426, 1710, false],
  ['nothing was reached yet', 2003, undefined, false],
])('what the tenant allows is said when %s', (_, perSecond, attemptsPerSecond, isSaid) => {
  const lines = text(showCalls({ ...state, attemptsPerSecond, live: { ...live, perSecond } }, 200, now));
  expect(lines.join('\n').includes('the tenant allows')).toBe(isSaid);
});

test('without a rate nothing is said of the time that is left', () => {
  const lines = text(
    showCalls({ ...state, callsPerSecond: undefined, attemptsPerSecond: undefined }, 200, now),
  );
  expect(lines[0]).toMatch(/ calls$/);
});

test('what is left of less than a second is a second', () => {
  const nearly = { ...state, succeeded: 182_600, callsPerSecond: 1700 };
  expect(text(showCalls(nearly, 200, now))[0]).toMatch(/ {2}1s left$/);
});

test('what went wrong is red, what is in doubt yellow, and where it goes is faint', () => {
  const pieces = showCalls(
    { ...state, unknown: 3, partial: 1, live: { ...live, waitsFor: down } },
    200,
    now,
  ).flat();
  const toned = pieces.filter(({ tone }) => tone !== undefined).map(({ text: words, tone }) => [tone, words]);
  expect(toned).toEqual([
    ['doubtful', 'partial 1'],
    ['bad', 'failed 2'],
    ['doubtful', 'unknown 3'],
    ['bad', expect.stringContaining('GenAuth cannot be reached')],
    ['faint', expect.stringContaining('user pool')],
  ]);
});

test('in the end it leaves to the summary how long it took', () => {
  const [, second = ''] = text(showCalls({ ...state, hasEnded: true, live: undefined }, 200, now));
  expect(second).toMatch(/^ +succeeded 17,353 /);
});

test('a stop says that it waits for what is in flight, and of nothing that is left', () => {
  const [first = '', second = ''] = text(showCalls({ ...state, isStopping: true }, 200, now));
  expect(first).toMatch(/^Stopping .* 1,710\/s$/);
  expect(second).toContain('waiting for what is in flight');
});

test('for a file it is one line, with a time that is the same everywhere', () => {
  expect(showCallsPlainly(state, now)).toBe(
    'Calling  9%  17,355 of 182,647 calls  1,710/s  1m 37s left  3m 12s so far  succeeded 17,353  failed 2  throttled 1  the tenant allows about 2,003/s',
  );
  const waits = showCallsPlainly(
    { ...state, live: { ...live, waitsFor: down } },
    new Date('2026-11-28T03:00:00Z'),
  );
  expect(waits).toMatch(/^Waiting .* gives up in 14m, at 03:14:00 UTC$/);
});
