import { expect, test } from 'vitest';

import { createJournalIndex, type JournalIndex } from '../../src/journal/journal-index.ts';
import type { AttemptRecord, JournalRecord } from '../../src/journal/record.ts';

const session = (retryFailed = false): JournalRecord => ({ kind: 'session', startedAt: 1, retryFailed });

function attempt(more: Partial<AttemptRecord> = {}): JournalRecord {
  return {
    kind: 'attempt',
    seq: 1,
    attempt: 1,
    verdict: 'rejected',
    final: true,
    unanswered: false,
    startedAt: 1000,
    durationMs: 5,
    ...more,
  };
}

function indexOf(...records: JournalRecord[]): JournalIndex {
  const index = createJournalIndex(4);
  for (const [place, record] of records.entries()) index.add(record, place * 100);
  return index;
}

test('GenAuth has answered when some reply had a statusCode, and a page is no such reply', () => {
  const page = attempt({ verdict: 'transient', httpStatus: 404 });
  expect(indexOf(session(), page).totals.hasAnswered).toBe(false);
  expect(indexOf(session(), attempt({ statusCode: 500 }), page).totals.hasAnswered).toBe(true);
});

test('attempts are counted by what came of them, from the first that began to the last reply', () => {
  const { totals } = indexOf(
    session(),
    attempt({ verdict: 'throttled', startedAt: 3000, durationMs: 500 }),
    attempt({ verdict: 'succeeded', startedAt: 3100, durationMs: 5 }),
    attempt({ seq: 2, verdict: 'succeeded', startedAt: 3100, durationMs: 5 }),
    attempt({ seq: 3, verdict: 'succeeded', startedAt: 3100, durationMs: 5 }),
    { kind: 'end', endedAt: 4000, reason: 'finished' },
    session(),
  );
  expect(totals).toMatchObject({ attempts: 4, throttled: 1, succeeded: 3, sessions: 2, repeated: 0 });
  expect(totals).toMatchObject({ firstAttemptAt: 3000, lastReplyAt: 3500, end: undefined });
});

test('a run has worked from the first attempt to the last reply of each session, and not between them', () => {
  const day = 24 * 60 * 60_000;
  const { totals } = indexOf(
    session(),
    attempt({ startedAt: 3000, durationMs: 500 }),
    attempt({ startedAt: 3100, durationMs: 5 }),
    session(),
    attempt({ startedAt: day, durationMs: 1000 }),
    { kind: 'end', endedAt: 2 * day, reason: 'finished' },
    session(),
    { kind: 'end', endedAt: 3 * day, reason: 'interrupted' },
    { kind: 'canary', confirmedAt: 4 * day, retryFailed: false },
    attempt({ startedAt: 4 * day, durationMs: 20 }),
  );
  expect(totals.workedMs).toBe(500 + 1000 + 20);
  expect(indexOf(session()).totals.workedMs).toBe(0);
});

test('a clock that was set back in the middle of a session makes no time of work negative', () => {
  const { totals } = indexOf(
    session(),
    attempt({ startedAt: 50_000, durationMs: 5 }),
    session(),
    attempt({ startedAt: 9000, durationMs: 100 }),
    attempt({ startedAt: 5000, durationMs: 5 }),
  );
  expect(totals.workedMs).toBe(105);
});

test('the canary is confirmed by its record', () => {
  expect(indexOf(session()).totals.canaryConfirmed).toBe(false);
  const canary: JournalRecord = { kind: 'canary', confirmedAt: 1, retryFailed: false };
  expect(indexOf(session(), canary).totals).toMatchObject({ canaryConfirmed: true, sessions: 1 });
});

test('what is known of a call is what its last record says, and where that stands', () => {
  const state = indexOf(
    session(),
    attempt({ attempt: 2, final: false, unanswered: true }),
    attempt({ attempt: 3 }),
  );
  expect(state.state(1)).toEqual({
    succeeded: false,
    partial: false,
    final: true,
    unanswered: true,
    unrecorded: false,
    attempts: 3,
    lastRecord: 200,
  });
  expect(state.state(2)).toMatchObject({ attempts: 0, lastRecord: undefined });
  // Of the last call of the plan no less.
  const last = { attempts: 3, final: true, lastRecord: 100 };
  expect(indexOf(session(), attempt({ seq: 4, attempt: 3 })).state(4)).toMatchObject(last);
  const { unanswered, final } = indexOf(session(), attempt({ unanswered: true })).state(1);
  expect({ unanswered, final }).toEqual({ unanswered: true, final: true });
  expect(indexOf(session()).state(1).final).toBe(false);
});

test.each<[what: string, more: Partial<AttemptRecord>, isOpen: boolean, isOpenToRetry: boolean]>([
  ['it succeeded', { verdict: 'succeeded' }, false, false],
  ['all its parts succeeded', { verdict: 'succeeded', apps: '3', open: '0' }, false, false],
  ['some of its apps are open', { verdict: 'succeeded', final: false, apps: '1', open: '2' }, true, true],
  ['it has failed', {}, false, true],
  ['it was put off', { verdict: 'throttled', final: false }, true, true],
])('a call is sent again, or with what failed, where %s: %o', (_, more, isOpen, isOpenToRetry) => {
  const index = indexOf(session(), attempt(more));
  expect([index.isOpen(1, false), index.isOpen(1, true)]).toEqual([isOpen, isOpenToRetry]);
});

test('an app does not exist when it was refused alone, for being that app', () => {
  const alone = { apps: '4', apiCode: 2011 } as const;
  const missing = (...more: Partial<AttemptRecord>[]) =>
    indexOf(session(), ...more.map((each) => attempt(each))).missingApps.get(1);
  expect(missing(alone, { ...alone, apps: '20' })).toEqual(['4', '20']);
  for (const other of [
    { apps: '5' },
    { apps: undefined },
    { apiCode: 2004 },
    { verdict: 'transient' },
  ] as const) {
    expect(missing({ ...alone, ...other })).toBeUndefined();
  }
});
