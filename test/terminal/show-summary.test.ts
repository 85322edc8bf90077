import { expect, test } from 'vitest';

import type { Cause } from '../../src/report/causes.ts';
import type { RowStatus } from '../../src/report/row-status.ts';
import type { Summary } from '../../src/report/summary.ts';
import { showCauses, showSummary } from '../../src/terminal/show-summary.ts';

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
  expect(showCauses([cause(status, fields)])).toEqual([
    '',
    'Why rows did not succeed',
    `  2 rows ${expected}, first at line 7`,
    '    Do something.',
  ]);
});

test('ten causes are shown, and how many more there are', () => {
  const causes = Array.from({ length: 12 }, (_, at) => cause('failed', { statusCode: 500 + at }));
  expect(showCauses(causes.slice(0, 10))).toHaveLength(2 + 20);
  expect(showCauses(causes.slice(0, 11)).at(-1)).toBe('  ... and 1 more cause');
  expect(showCauses(causes).slice(-1)).toEqual(['  ... and 2 more causes']);
  expect(showCauses([])).toEqual([]);
});

const summary: Summary = {
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
  expect(showSummary(summary, 'out')).toBe(
    [
      '9 rows of leavers.csv',
      '  succeeded     9',
      '',
      '9 attempts for 9 calls in 2s, median 3 ms',
      '',
      'Report   out/report.csv',
    ].join('\n'),
  );
});

test.each(['partial', 'failed', 'unknown', 'not_attempted'] as const)(
  'one row that is %s is in the retry file',
  (status) => {
    const rows = { ...summary.rows, succeeded: 8, [status]: 1 };
    expect(showSummary({ ...summary, rows }, 'out')).toMatch(/\nRetry {4}out\/retry\.csv \(1 row\)$/);
  },
);

test('files that need flags are named with them, as a shell takes them', () => {
  const rows = { ...summary.rows, succeeded: 6, failed: 2, invalid: 1, skipped: 0 };
  const flags = { retry: ['--allow-damaged-ids'], invalid: ['--app-ids', 'a;b'] };
  const shown = showSummary(
    { ...summary, rows, flags, throttled: 3, calls: { ...summary.calls, repeated: 2 } },
    'out',
  );
  expect(shown.split('\n').slice(-5)).toEqual([
    '9 attempts for 9 calls in 2s, 3 throttled, 2 repeated after a crash, median 3 ms',
    '',
    'Report   out/report.csv',
    'Retry    out/retry.csv (2 rows); run it with --allow-damaged-ids',
    "Invalid  out/invalid.csv (1 row), to be mended; run it with --app-ids 'a;b'",
  ]);
});
