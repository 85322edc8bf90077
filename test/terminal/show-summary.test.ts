import { expect, test } from 'vitest';

import type { Cause } from '../../src/report/cause.ts';
import type { RowStatus } from '../../src/report/row-status.ts';
import type { Summary } from '../../src/report/summary.ts';
import type { Piece } from '../../src/terminal/paint.ts';
import { showCauses, showSummary } from '../../src/terminal/show-summary.ts';

function linesOf(pieces: readonly Piece[]): string[] {
  return pieces.map(({ text }) => text);
}

function cause(status: RowStatus, fields: Partial<Cause>): Cause {
  return {
    rows: 2,
    status,
    isOpen: false,
    statusCode: undefined,
    apiCode: undefined,
    errorCode: undefined,
    message: '',
    advice: 'Do something.',
    mayHelpToTryAgain: true,
    needsOtherIds: false,
    firstLine: 7,
    ...fields,
  };
}

test.each<[RowStatus, Partial<Cause>, string]>([
  ['failed', { statusCode: 404, apiCode: 2004 }, 'failed: no reason was given (404/2004)'],
  ['failed', { statusCode: 500 }, 'failed: no reason was given (500)'],
  ['unknown', { errorCode: 'ECONNRESET' }, 'unknown: no reason was given (ECONNRESET)'],
  ['unknown', {}, 'unknown: nothing was said'],
  ['not_attempted', {}, 'not_attempted: nothing was sent'],
  ['not_attempted', { statusCode: 429 }, 'not_attempted: no reason was given (429)'],
  ['failed', { statusCode: 404, message: 'No such user.' }, 'failed: No such user (404)'],
  ['unknown', { errorCode: 'ETIMEDOUT', message: 'no reply (ETIMEDOUT)' }, 'unknown: no reply (ETIMEDOUT)'],
  ['failed', { statusCode: 500, message: 'a\u001b[2Jb' }, 'failed: a\\u{1b}[2Jb (500)'],
])('rows that ended %s with %j are said to have %s', (status, fields, expected) => {
  expect(linesOf(showCauses([cause(status, fields)]))).toEqual([
    '',
    'Why rows did not succeed',
    `  2 rows ${expected}, first at line 7`,
    '    Do something.',
  ]);
});

test('ten causes are shown, and how many more there are', () => {
  const causes = Array.from({ length: 12 }, (_, at) => cause('failed', { statusCode: 500 + at }));
  expect(showCauses(causes.slice(0, 10))).toHaveLength(2 + 20);
  expect(linesOf(showCauses(causes.slice(0, 11))).at(-1)).toBe('  ... and 1 more cause');
  expect(linesOf(showCauses(causes)).slice(-1)).toEqual(['  ... and 2 more causes']);
  expect(showCauses([])).toEqual([]);
});

const summary: Summary = {
  verification: null,
  lookedUp: null,
  waitUntil: null,
  retryFailed: false,
  ended: 'finished',
  input: { name: 'leavers.csv', sha256: '' },
  host: undefined,
  rows: {
    total: 9,
    succeeded: 9,
    partial: 0,
    failed: 0,
    unknown: 0,
    invalid: 0,
    skipped: 0,
    not_attempted: 0,
  },
  calls: { planned: 9, succeeded: 9, partial: 0, failed: 0, unknown: 0, not_attempted: 0, repeated: 0 },
  attempts: 9,
  throttled: 0,
  sessions: 1,
  startedAt: null,
  finishedAt: null,
  seconds: 2,
  attemptsPerSecond: 4.5,
  latencyMs: { p50: 3, p90: 4, p99: 5 },
  causes: [],
  flags: { retry: [], invalid: [] },
};

test('a run in which all succeeded names its report and no other file', () => {
  expect(linesOf(showSummary(summary, 'out'))).toEqual([
    '9 rows of leavers.csv',
    '  succeeded     9',
    '',
    '9 attempts for 9 calls in 2s, median 3 ms',
    '',
    'Page     out/report.html, for a browser',
    'Report   out/report.csv',
    '',
    expect.stringMatching(
      /^A kick ends sessions at GenAuth\. Tokens .* an app with a session of its own keeps it\.$/,
    ),
    expect.stringMatching(/^An account that is still active can sign in again: /),
  ]);
});

test.each(['partial', 'failed', 'unknown', 'not_attempted'] as const)(
  'one row that is %s is in the retry file',
  (status) => {
    const rows = { ...summary.rows, succeeded: 8, [status]: 1 };
    expect(linesOf(showSummary({ ...summary, rows }, 'out'))).toContain('Retry    out/retry.csv (1 row)');
  },
);

test('files that are to be run are named with their commands', () => {
  const rows = { ...summary.rows, succeeded: 6, failed: 2, invalid: 1, skipped: 0 };
  const shown = showSummary(
    { ...summary, rows, throttled: 3, calls: { ...summary.calls, repeated: 2 } },
    'out',
    { retry: 'run retry.csv --allow-damaged-ids', invalid: 'run invalid.csv' },
  );
  expect(linesOf(shown).slice(5, 13)).toEqual([
    '9 attempts for 9 calls in 2s, 3 throttled, at most 2 sent again after a crash, median 3 ms',
    '',
    'Page     out/report.html, for a browser',
    'Report   out/report.csv',
    'Retry    out/retry.csv (2 rows)',
    '         with other IDs or flags: run retry.csv --allow-damaged-ids',
    'Invalid  out/invalid.csv (1 row), to be mended',
    '         then: run invalid.csv',
  ]);
});

test('where nobody was signed out nothing is said of what a kick does not end', () => {
  const rows = { ...summary.rows, succeeded: 0, failed: 9 };
  expect(linesOf(showSummary({ ...summary, rows }, 'out')).join('\n')).not.toContain('kick');
});

test('of a run that sent nothing no time is said', () => {
  const rows = { ...summary.rows, succeeded: 0, not_attempted: 9 };
  const shown = linesOf(showSummary({ ...summary, rows, attempts: 0, seconds: 0 }, 'out'));
  expect(shown).toContain('Nothing was sent of 9 calls');
  expect(shown.join('\n')).not.toMatch(/ in |second|ms/);
});

test('each status has the colour of what it means', () => {
  const rows = { ...summary.rows, total: 4, succeeded: 1, failed: 1, unknown: 1, skipped: 1 };
  const tones = showSummary({ ...summary, rows }, 'out').slice(1, 5);
  expect(tones.map(({ text, tone }) => [text.trim().split(' ')[0], tone])).toEqual([
    ['succeeded', 'good'],
    ['failed', 'bad'],
    ['unknown', 'doubtful'],
    ['skipped', 'faint'],
  ]);
});

test('of a run whose sessions were looked for it says what was seen, when, and whether all was', () => {
  const sessions = { total: 24, gone: 20, survived: 1, signed_in_again: 3, unclear: 0, not_checked: 0 };
  const verification = {
    ended: 'finished',
    startedAt: '2026-11-24T18:00:00.000Z',
    finishedAt: '2026-11-24T18:00:05.000Z',
    looks: 2,
    control: 'seen' as const,
    unproven: [],
    sessions,
    aliveAtMost: null,
    message: '20 of 24 sessions were seen to be gone; 1 survived, 3 signed in again.',
  };
  const lines = linesOf(showSummary({ ...summary, verification }, 'out'));
  const from = lines.indexOf('24 sessions that GenAuth said to be ended');
  expect(lines.slice(from, from + 7)).toEqual([
    '24 sessions that GenAuth said to be ended',
    '  gone            20',
    '  signed_in_again  3',
    '  survived         1',
    verification.message,
    'Who has signed in again has an account that is still active: suspend it in GenAuth, then run the file again.',
    'So it was in the look of 2026-11-24T18:00:00.000Z.',
  ]);
  expect(lines).toContain('Sessions out/verification.csv');
  const killed = linesOf(
    showSummary({ ...summary, verification: { ...verification, ended: 'killed' } }, 'out'),
  );
  expect(killed).toContain(
    'So it was in the look of 2026-11-24T18:00:00.000Z, which has not come to its end: verify goes on with it.',
  );
  expect(linesOf(showSummary(summary, 'out')).join('\n')).not.toContain('session that');
});
