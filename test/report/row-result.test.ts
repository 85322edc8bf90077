import { describe, expect, test } from 'vitest';

import { advise } from '../../src/report/advice.ts';
import { plannedInOrder } from '../plan/planned.ts';
import { createJournalIndex } from '../../src/journal/journal-index.ts';
import type { AttemptRecord, JournalRecord } from '../../src/journal/record.ts';
import { settleCall, type CallResult } from '../../src/report/call-result.ts';
import { rowResult, type RowResult } from '../../src/report/row-result.ts';

type Fields = Partial<AttemptRecord>;

const ok: Fields = {
  verdict: 'succeeded',
  final: true,
  httpStatus: 200,
  statusCode: 200,
  message: 'Success',
};
const noUser: Fields = {
  verdict: 'rejected',
  final: true,
  statusCode: 404,
  apiCode: 2004,
  message: 'No such user',
};
const noApp: Fields = { verdict: 'rejected', statusCode: 404, apiCode: 2011, message: 'No such app' };
const error500: Fields = { verdict: 'transient', statusCode: 500, message: 'Internal error' };
const throttled: Fields = { verdict: 'throttled', statusCode: 429, message: 'Too many requests' };
const expired: Fields = { verdict: 'unauthorized', statusCode: 401, message: 'Token expired' };
const refused: Fields = { verdict: 'transient', errorCode: 'ECONNREFUSED', message: 'refused' };
const reset: Fields = { verdict: 'transient', errorCode: 'ECONNRESET', unanswered: true, message: 'reset' };
const silent: Fields = { verdict: 'transient', statusCode: 200, unanswered: true, message: 'Success' };
const final: Fields = { final: true };

/** A user's rows, by their apps; and what the journal holds about the calls, in order. */
interface Story {
  readonly rows: readonly (readonly string[])[];
  readonly records: readonly JournalRecord[];
  /** How many of each call's first attempts a damaged journal has lost. */
  readonly lost?: number;
}

/** One attempt of a call, a second after the one before. */
function attempt(seq: number, ...fields: readonly Fields[]): JournalRecord {
  return Object.assign(
    {
      kind: 'attempt',
      seq,
      attempt: 1,
      verdict: 'transient',
      final: false,
      unanswered: false,
      startedAt: 0,
      durationMs: 1,
    } satisfies AttemptRecord,
    ...fields,
  ) as AttemptRecord;
}

/** The session ends, or is killed where this is left out. */
const end = { kind: 'end', endedAt: 0, reason: 'x' } satisfies JournalRecord;

function resultsOf({ rows, records, lost = 0 }: Story): RowResult[] {
  const ofUser = rows.map((appIds, index) => ({
    valid: true as const,
    line: index + 2,
    cells: [],
    userId: 'u',
    userIdType: 'user_id' as const,
    appIds,
    warnings: [],
  }));
  const { calls, positions } = plannedInOrder(ofUser);
  const index = createJournalIndex(calls.length);
  index.add({ kind: 'session', startedAt: 0, retryFailed: false }, 0);
  const byCall = new Map<number, AttemptRecord[]>();
  for (const [place, record] of records.entries()) {
    if (record.kind !== 'attempt') {
      index.add(record, place);
      continue;
    }
    const before = byCall.get(record.seq) ?? [];
    const timed = { ...record, attempt: before.length + 1, startedAt: (place + 1) * 1000 };
    byCall.set(record.seq, [...before, timed]);
    index.add(timed, place);
  }
  index.settle();
  const resultOf = (seq: number): CallResult =>
    settleCall(index.state(seq), (byCall.get(seq) ?? []).slice(lost));
  return ofUser.map((row, place) => rowResult(row, positions[place] ?? [], resultOf));
}

/** What the report says of the first row: its status, the code that tells why, and what is advised. */
function told(story: Story): [status: string, code: number | string | undefined, advice: string] {
  const [result] = resultsOf(story);
  if (result === undefined) throw new Error('no row');
  const { status, apiCode, statusCode, errorCode } = result;
  return [status, apiCode ?? statusCode ?? errorCode, advise(status, result)];
}

const many = Array.from({ length: 51 }, (_, index) => `app-${index}`);

describe('a row of one call', () => {
  test.each<[string, readonly JournalRecord[], string, number | string | undefined, RegExp]>([
    ['never sent', [end], 'not_attempted', undefined, /Still to be done.*`resume`/],
    ['put off by 429', [attempt(1, throttled), end], 'not_attempted', 429, /Put off.*`resume`/],
    ['never connected', [attempt(1, refused), end], 'not_attempted', 'ECONNREFUSED', /Put off/],
    ['its token refused', [attempt(1, expired), end], 'not_attempted', 401, /Put off/],
    ['500 as the run stopped', [attempt(1, error500), end], 'not_attempted', 500, /`resume`/],
    [
      'refused, tried again, put off',
      [attempt(1, noUser), attempt(1, throttled), end],
      'not_attempted',
      429,
      /./,
    ],
    ['reset as the run stopped', [attempt(1, reset), end], 'unknown', 'ECONNRESET', /`resume` tries again/],
    ['reset, then put off', [attempt(1, reset), attempt(1, throttled), end], 'unknown', 429, /`resume`/],
    [
      'no retry left',
      [attempt(1, error500), attempt(1, error500, final), end],
      'failed',
      500,
      /failed on these/,
    ],
    ['its own 401', [attempt(1, expired, final), end], 'failed', 401, /support/],
    ['no such user', [attempt(1, noUser), end], 'failed', 2004, /does not exist/],
    [
      'resets to the end',
      [attempt(1, reset, final), end],
      'unknown',
      'ECONNRESET',
      /no full reply.*--retry-failed/,
    ],
    [
      'a reset, then no such user',
      [attempt(1, reset), attempt(1, noUser), end],
      'unknown',
      2004,
      /no full reply.*does not exist/,
    ],
    ['a reply without a word on success', [attempt(1, silent, final), end], 'unknown', 200, /did not say/],
    ['killed in flight', [{ kind: 'mark', from: 1, upTo: 1 }], 'unknown', undefined, /`resume`/],
    [
      'killed after a 429',
      [{ kind: 'mark', from: 1, upTo: 1 }, attempt(1, throttled)],
      'unknown',
      undefined,
      /`resume`/,
    ],
    ['succeeded after a 500', [attempt(1, error500), attempt(1, ok), end], 'succeeded', 200, /./],
  ])('%s', (_, records, status, code, advice) => {
    const [found, foundCode, foundAdvice] = told({ rows: [['a']], records });
    expect([found, foundCode]).toEqual([status, code]);
    expect(resultsOf({ rows: [['a']], records })[0]?.isLeftOut).toBe(false);
    expect(foundAdvice).toMatch(advice);
  });
});

describe('the reason that counts is the last word about the apps that are still open', () => {
  const parts = (apps: string, open: string): Fields => ({ apps, open });
  test.each<
    [string, readonly (readonly string[])[], readonly JournalRecord[], string, number | undefined, RegExp]
  >([
    [
      'the bad app is refused before the good one has its 500',
      [['good', 'bad']],
      [
        attempt(1, noApp, parts('3', '3')),
        attempt(1, noApp, parts('2', '3')),
        attempt(1, error500, parts('1', '3')),
        attempt(1, ok, parts('1', '2')),
      ],
      'partial',
      2011,
      /app does not exist/,
    ],
    [
      'an app that another call found was left out from the first attempt on',
      [['good', 'bad']],
      [attempt(1, ok, parts('1', '2'))],
      'partial',
      undefined,
      /app does not exist/,
    ],
    [
      'an app was left out after a 500 to all',
      [['good', 'bad']],
      [attempt(1, error500), attempt(1, ok, parts('1', '2'))],
      'partial',
      undefined,
      /app does not exist/,
    ],
    [
      'an app was left out of a part after a 500 to that',
      [['other', 'good', 'bad']],
      [
        attempt(1, noApp, parts('7', '7')),
        attempt(1, ok, { ...parts('1', '6'), final: false }),
        attempt(1, error500, parts('6', '6')),
        attempt(1, ok, parts('2', '4')),
      ],
      'partial',
      undefined,
      /app does not exist/,
    ],
    [
      'the row asks only for what was left out',
      [['bad'], ['good']],
      [attempt(1, ok, parts('2', '1'))],
      'failed',
      undefined,
      /app does not exist/,
    ],
    [
      'a part that was given up after its retries was not left out',
      [['a', 'b']],
      [
        attempt(1, noApp, parts('3', '3')),
        attempt(1, error500, parts('1', '3')),
        attempt(1, ok, parts('2', '1')),
      ],
      'partial',
      500,
      /failed on these/,
    ],
    [
      'the apps of other rows have the later word',
      [['bad'], ['good']],
      [
        attempt(1, noApp, parts('3', '3')),
        attempt(1, noApp, parts('1', '3')),
        attempt(1, error500, parts('2', '3')),
        attempt(1, ok, parts('2', '1')),
      ],
      'failed',
      2011,
      /app does not exist/,
    ],
    [
      'a row in a call that only in part succeeded, and goes on',
      [['a'], ['b']],
      [attempt(1, noApp, parts('3', '3')), attempt(1, ok, { ...parts('2', '1'), final: false }), end],
      'not_attempted',
      2011,
      /`resume`/,
    ],
    [
      'the reply about an app was lost, and the other apps were another row’s',
      [['a'], ['b']],
      [
        attempt(1, noApp, parts('3', '3')),
        attempt(1, ok, { ...parts('2', '1'), final: false }),
        attempt(1, reset, parts('1', '1'), final),
      ],
      'unknown',
      undefined,
      /no full reply/,
    ],
    [
      'another row’s app was reset, and none of the call was signed out',
      [['bad'], ['a']],
      [
        attempt(1, noApp, parts('3', '3')),
        attempt(1, noApp, parts('1', '3')),
        attempt(1, reset, parts('2', '3'), final),
      ],
      'failed',
      2011,
      /app does not exist/,
    ],
    [
      'of a row in part, the app that is open was reset',
      [['a', 'b']],
      [
        attempt(1, noApp, parts('3', '3')),
        attempt(1, ok, { ...parts('2', '1'), final: false }),
        attempt(1, reset, parts('1', '1'), final),
      ],
      'partial',
      undefined,
      /the other apps are signed out is not known/,
    ],
    [
      'another row’s app was reset, and the next session sent all again and was throttled',
      [['bad'], ['a']],
      [
        attempt(1, noApp, parts('3', '3')),
        attempt(1, reset, parts('2', '3')),
        end,
        attempt(1, throttled),
        end,
      ],
      'not_attempted',
      429,
      /Put off/,
    ],
    [
      'a part was refused, and the next session sent all again and succeeded',
      [['bad'], ['a']],
      [attempt(1, noApp, parts('3', '3')), end, attempt(1, ok), end],
      'succeeded',
      200,
      /./,
    ],
    [
      'the call that succeeded was the last, the one that failed the first',
      [many],
      [attempt(1, noUser), attempt(2, ok)],
      'partial',
      2004,
      /does not exist/,
    ],
    [
      'of two calls that failed, the later word',
      [many],
      [attempt(2, { ...error500, final: true }), attempt(1, noUser)],
      'failed',
      2004,
      /does not exist/,
    ],
    [
      'one call failed, and the run stopped before the other',
      [many],
      [attempt(1, noUser), end],
      'failed',
      2004,
      /does not exist/,
    ],
    [
      'one call failed after the other was reset',
      [many],
      [attempt(2, { ...reset, final: true }), attempt(1, noUser), end],
      'unknown',
      undefined,
      /no full reply/,
    ],
  ])('%s', (_, rows, records, status, code, advice) => {
    const ended = records.includes(end) ? records : [...records, end];
    const [found, foundCode, foundAdvice] = told({ rows, records: ended });
    expect([found, typeof foundCode === 'string' ? undefined : foundCode]).toEqual([status, code]);
    expect(foundAdvice).toMatch(advice);
  });
});

describe('of apps that nothing is known of, in a call that succeeded for those of another row', () => {
  const rows = [['a'], ['b']];
  const ok2 = attempt(1, ok, { apps: '2', open: '1', final: false });
  const reset1 = attempt(1, reset, { apps: '1', open: '3' });
  const reset2 = attempt(1, reset, { apps: '2', open: '3' });
  test.each<[string, Story, string]>([
    ['all is on record', { rows, records: [reset2, ok2, end] }, 'not_attempted'],
    [
      'they may have been sent when the process was killed',
      { rows, records: [ok2, { kind: 'mark', from: 1, upTo: 1 }] },
      'unknown',
    ],
    [
      'they may have been sent then, and an attempt of the others is on record without a reply',
      { rows, records: [reset2, ok2, { kind: 'mark', from: 1, upTo: 1 }] },
      'unknown',
    ],
    [
      'an attempt is lost, and another is not',
      { rows, records: [reset1, reset2, ok2, end], lost: 1 },
      'unknown',
    ],
    [
      'the attempt that may have been about them is lost',
      { rows, records: [reset1, ok2, end], lost: 1 },
      'unknown',
    ],
  ])('%s', (_, story, status) => {
    expect(told(story)[0]).toBe(status);
  });
});

test('a body that says 200 under an HTTP status of 500 is told by the 500', () => {
  const story = {
    rows: [['a']],
    records: [attempt(1, error500, { httpStatus: 500, statusCode: 200 }, final)],
  };
  expect(resultsOf(story)[0]).toMatchObject({ status: 'failed', statusCode: 500 });
});

test('a row of several calls has their numbers together, and the time from the first attempt to the last reply', () => {
  const records = [
    attempt(2, error500, { requestId: 'r1' }),
    attempt(1, noUser, { requestId: 'r2' }),
    attempt(2, ok, { durationMs: 250.4, requestId: 'r3' }),
    end,
  ];
  for (const rows of [[many], [many.toReversed()]]) {
    expect(resultsOf({ rows, records })[0]).toMatchObject({
      status: 'partial',
      isOpen: false,
      calls: 2,
      callsSucceeded: 1,
      attempts: 3,
      requestIds: ['r2', 'r1', 'r3'],
      startedAt: 1000,
      finishedAt: 3250,
    });
  }
  const early = [attempt(1, ok, { durationMs: 5000 }), attempt(2, ok), end];
  expect(resultsOf({ rows: [many], records: early })[0]).toMatchObject({
    status: 'succeeded',
    startedAt: 1000,
    finishedAt: 6000,
  });
});

test('a row has the apps that are open, and says whether a plain resume goes on with it', () => {
  const records = [
    attempt(1, noApp, { apps: '7', open: '7' }),
    attempt(1, ok, { apps: '5', open: '2', final: false }),
    end,
  ];
  const [whole, bad, good] = resultsOf({ rows: [['a', 'bad', 'c'], ['bad'], ['c', 'a']], records });
  expect(whole).toMatchObject({ status: 'partial', failedAppIds: ['bad'], isOpen: true, attempts: 2 });
  expect(bad).toMatchObject({ status: 'not_attempted', failedAppIds: ['bad'], isOpen: true, attempts: 1 });
  expect(good).toMatchObject({
    status: 'succeeded',
    failedAppIds: [],
    isOpen: false,
    attempts: 2,
    callsSucceeded: 1,
  });
  const [failed] = resultsOf({ rows: [many], records: [attempt(1, noUser), end] });
  expect(failed).toMatchObject({ status: 'failed', isOpen: true });
});
