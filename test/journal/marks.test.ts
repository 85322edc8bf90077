import { readFileSync, writeSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createJournalIndex } from '../../src/journal/journal-index.ts';
import { openJournal, type Journal, type JournalOptions } from '../../src/journal/journal.ts';
import type { JournalRecord } from '../../src/journal/record.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const calls = 12;
const session = (retryFailed = false): JournalRecord => ({ kind: 'session', startedAt: 1, retryFailed });
const canary = (retryFailed = false): JournalRecord => ({ kind: 'canary', confirmedAt: 1, retryFailed });
const mark = (from: number, upTo: number): JournalRecord => ({ kind: 'mark', from, upTo });
const end: JournalRecord = { kind: 'end', endedAt: 2, reason: 'canary' };
const attempt = (seq: number, verdict: 'succeeded' | 'rejected' | 'throttled'): JournalRecord => ({
  kind: 'attempt',
  seq,
  attempt: 1,
  verdict,
  final: verdict !== 'throttled',
  unanswered: false,
  startedAt: 1000,
  durationMs: 5,
});

/** The call numbers that are in doubt once the process that wrote these records was killed. */
function inDoubt(records: readonly JournalRecord[]): number[] {
  const index = createJournalIndex(calls);
  for (const [place, record] of records.entries()) index.add(record, place);
  index.settle();
  return seqs.filter((seq) => index.state(seq).unanswered);
}

const seqs = Array.from({ length: calls }, (_, place) => place + 1);

test('a kill after the yes to a canary leaves its definite failures as they are, also where failed calls are tried again', () => {
  const begun = [session(true), mark(1, 3), attempt(1, 'succeeded'), attempt(2, 'rejected')];
  const records = [...begun, attempt(3, 'succeeded'), end, canary(true), mark(4, 6), attempt(4, 'succeeded')];
  expect(inDoubt(records)).toEqual([5, 6]);
});

test('a call from far on that was tried alone puts none before it in doubt', () => {
  const records = [session(), mark(1, 2), attempt(1, 'rejected'), mark(9, 9), mark(1, 4)];
  expect(inDoubt(records)).toEqual([2, 3, 4, 9]);
});

const anyRecord: fc.Arbitrary<JournalRecord> = fc.oneof(
  fc.boolean().map(session),
  fc.boolean().map(canary),
  fc.constant(end),
  fc
    .tuple(fc.integer({ min: 1, max: calls }), fc.integer({ min: 1, max: calls }))
    .map(([one, other]) => mark(Math.min(one, other), Math.max(one, other))),
  fc
    .tuple(
      fc.integer({ min: 1, max: calls }),
      fc.constantFrom('succeeded' as const, 'rejected' as const, 'throttled' as const),
    )
    .map(([seq, verdict]) => attempt(seq, verdict)),
);

/** For one call at a time, as the rule is said: in doubt is what was open, was marked, and had no final answer, in a session without end. */
function isInDoubt(seq: number, records: readonly JournalRecord[]): boolean {
  let state = { done: false, final: false, doubt: false };
  let own: { retryFailed: boolean; marked: boolean; answered: boolean } | undefined;
  const kill = (): void => {
    const isOpen = own !== undefined && !state.done && (!state.final || own.retryFailed);
    if (own?.marked === true && !own.answered && isOpen) state = { ...state, final: false, doubt: true };
    own = undefined;
  };
  for (const record of records) {
    if (record.kind === 'session' || record.kind === 'canary') {
      kill();
      own = { retryFailed: record.retryFailed, marked: false, answered: false };
    } else if (record.kind === 'end') {
      own = undefined;
    } else if (record.kind === 'mark') {
      if (own !== undefined && seq >= (record.from ?? 1) && seq <= record.upTo) own.marked = true;
    } else if (record.seq === seq) {
      state = { ...state, done: state.done || record.verdict === 'succeeded', final: record.final };
      if (own !== undefined) own.answered = record.final;
    }
  }
  kill();
  return state.doubt;
}

test('whatever sessions there were: in doubt is just what a mark covers, was open, and has no final answer of its session', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 30 }), (records) => {
      expect(inDoubt(records)).toEqual(seqs.filter((seq) => isInDoubt(seq, records)));
    }),
    { numRuns: 2000 },
  );
});

type Marks = () => [number, number][];

async function openedJournal(
  planned: number,
  options: JournalOptions = {},
): Promise<{ journal: Journal; marks: Marks }> {
  const file = path.join(temporaryFolder(), 'journal.ndjson');
  const journal = await openJournal(file, createJournalIndex(planned), 0, options);
  journal.append(session());
  const marks: Marks = () =>
    [...readFileSync(file, 'utf8').matchAll(/"kind":"mark","from":(\d+),"upTo":(\d+)/g)].map(
      ([, from, upTo]) => [Number(from), Number(upTo)],
    );
  return { journal, marks };
}

/** Covers calls at a steady rate in a time of its own, on a disk that takes so long. */
async function coverAt(perSecond: number, syncMs: number, planned: number, ended = new Set<number>()) {
  let at = 0;
  const sync = (): Promise<void> => {
    at += syncMs;
    return Promise.resolve();
  };
  const { journal, marks } = await openedJournal(planned, {
    disk: { write: writeSync, sync },
    now: () => at,
  });
  for (const seq of ended) journal.append(attempt(seq, 'succeeded'));
  let [waits, mostAhead, beganAt, marksBefore] = [0, 0, 0, 0];
  for (let seq = 1; seq <= planned; seq += 1) {
    if (ended.has(seq)) continue;
    if (seq === planned / 2) [beganAt, marksBefore] = [at, marks().length];
    const covered = journal.cover(seq);
    if (covered !== undefined) {
      await covered;
      if (seq > planned / 2) waits += 1;
    }
    // Another one that was written ahead is there before the next call.
    else await new Promise(setImmediate);
    at += 1000 / perSecond;
    if (seq > planned / 2 && seq % 16 === 0) {
      const upTo = marks().at(-1)?.[1] ?? 0;
      let ahead = 0;
      for (let next = seq + 1; next <= upTo; next += 1) if (!ended.has(next)) ahead += 1;
      mostAhead = Math.max(mostAhead, ahead);
    }
  }
  await journal.close();
  return { waits, mostAhead, marksPerSecond: ((marks().length - marksBefore) / (at - beganAt)) * 1000 };
}

test.each([
  { perSecond: 1, syncMs: 0, ahead: 0 },
  { perSecond: 5, syncMs: 0, ahead: 0 },
  { perSecond: 50, syncMs: 0, ahead: 6 },
  { perSecond: 50, syncMs: 1, ahead: 6 },
  { perSecond: 400, syncMs: 0, ahead: 42 },
  { perSecond: 400, syncMs: 100, ahead: 170 },
  { perSecond: 4000, syncMs: 2, ahead: 420 },
  { perSecond: 40_000, syncMs: 1, ahead: 4096 },
])(
  'at $perSecond calls a second, on a disk that takes $syncMs ms, marks run ahead by $ahead calls at most',
  async ({ perSecond, syncMs, ahead }) => {
    const { mostAhead } = await coverAt(perSecond, syncMs, 4000);
    expect(mostAhead).toBeLessThanOrEqual(ahead);
  },
);

test.each([50, 400, 4000, 40_000])(
  'at %i calls a second no call waits for the disk once it goes, and there are not many marks',
  async (perSecond) => {
    const { waits, marksPerSecond } = await coverAt(perSecond, 0, 8000);
    expect(waits).toBe(0);
    expect(marksPerSecond).toBeLessThan(30);
  },
);

test('calls that have ended before are passed over by marks, so that what is left goes as fast as ever', async () => {
  const ended = new Set(
    Array.from({ length: 4000 }, (_, place) => place + 1).filter((seq) => seq % 20 !== 0),
  );
  const { waits, mostAhead } = await coverAt(50, 0, 4000, ended);
  expect(waits).toBe(0);
  expect(mostAhead).toBeLessThanOrEqual(6);
});

test('marks begin with the first call that the session sends, and end where no call may be sent yet', async () => {
  const { journal, marks } = await openedJournal(1000);
  journal.markUpTo(400);
  for (let seq = 300; seq <= 400; seq += 1) await journal.cover(seq);
  await journal.close();
  expect(new Set(marks().map(([from]) => from))).toEqual(new Set([300]));
  expect(marks().at(-1)).toEqual([300, 400]);
});

test('what one range of calls has marked covers nothing in the next, not even what was under way between them', async () => {
  const { journal, marks } = await openedJournal(1000);
  journal.markUpTo(100);
  await journal.cover(1);
  await Promise.all([2, 3, 4, 5, 6, 7, 8, 9].map(async (seq) => journal.cover(seq)));
  // Near the end of what is covered, another mark is written ahead, and nobody waits for it.
  expect(journal.cover(10)).toBeUndefined();
  journal.markUpTo(1000);
  await journal.cover(101);
  await journal.close();
  const ofFirst = marks().filter(([from]) => from === 1);
  expect(Math.max(...ofFirst.map(([, upTo]) => upTo))).toBeLessThanOrEqual(100);
  expect(
    marks()
      .slice(ofFirst.length)
      .map(([from]) => from),
  ).toEqual([101]);
});

test('a call that is sent alone is marked alone, and the range goes on as if it had not been', async () => {
  const { journal, marks } = await openedJournal(1000);
  await journal.cover(1);
  await journal.coverAlone(900);
  // Nor again, when its turn comes.
  expect(journal.cover(900)).toBeUndefined();
  await journal.coverAlone(1);
  await journal.cover(2);
  await journal.close();
  expect(marks()[1]).toEqual([900, 900]);
  expect(marks().at(-1)?.[0]).toBe(1);
  expect(marks().at(-1)?.[1]).toBeLessThan(10);
});

test('a call before the first of a range is covered before it is sent, too', async () => {
  const { journal, marks } = await openedJournal(1000);
  await journal.cover(50);
  await journal.cover(10);
  await journal.close();
  expect(marks().at(-1)?.[0]).toBe(10);
});
