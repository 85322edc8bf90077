import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createCallStates } from '../../src/journal/call-states.ts';
import { encodeRecord, type AttemptRecord } from '../../src/journal/record.ts';
import { decodeCalls, encodeCall } from '../../src/plan/call-file.ts';
import type { Call } from '../../src/plan/call.ts';
import { callsAhead } from '../../src/queue/claim-marks.ts';
import { cutIntoChunks } from '../../src/queue/chunks.ts';
import { attemptOf, type ClaimNews, type NumberedRecord } from '../../src/queue/replies.ts';
import { compareFiles } from '../../src/queue/compare-files.ts';
import { withoutPassword } from '../../src/queue/database.ts';
import { createHeldChunks } from '../../src/queue/held-chunks.ts';
import { isHeld, lease } from '../../src/queue/lease.ts';
import { openLocalJournal, readLocalJournal } from '../../src/queue/local-journal.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const attempt = (seq: number, more: Partial<AttemptRecord> = {}): AttemptRecord => ({
  kind: 'attempt',
  seq,
  attempt: 1,
  verdict: 'succeeded',
  final: true,
  unanswered: false,
  requestId: `id-${seq}`,
  startedAt: 1,
  durationMs: 1,
  ...more,
});

test.each([
  ['at once', 0, 0, true],
  ['just before the margin', lease.ms - lease.marginMs - 1, lease.ms - lease.marginMs - 1, true],
  ['at the margin, by both clocks', lease.ms - lease.marginMs, lease.ms - lease.marginMs, false],
  ['after a sleep in which one clock stood still', lease.ms, 5, false],
  ['after the other clock was set back', -3_600_000, lease.ms, false],
  ['after the other clock was set back, and no time', -3_600_000, 5, true],
])('a claim is surely held by the longer of both clocks: %s', (_, wallMs, monotonicMs, expected) => {
  const asked = { wallMs: 1e12, monotonicMs: 1000 };
  expect(isHeld(asked, { wallMs: 1e12 + wallMs, monotonicMs: 1000 + monotonicMs })).toBe(expected);
});

test('who renews a claim in time twice misses once before it runs out', () => {
  expect(2 * lease.renewMs).toBeLessThan(lease.ms - lease.marginMs);
});

test('each call is in one chunk, in order, and no chunk has some of the canary and some of the others', () => {
  fc.assert(
    fc.property(fc.nat(300_000), fc.nat(3000), (calls, most) => {
      const canary = Math.min(calls, most);
      let next = 1;
      let number = 0;
      for (const { chunk, from, to } of cutIntoChunks(calls, canary)) {
        expect([chunk, from, to >= from]).toEqual([(number += 1), next, true]);
        expect(from <= canary).toBe(to <= canary);
        expect(to - from).toBeLessThan(500);
        next = to + 1;
      }
      expect(next).toBe(calls + 1);
    }),
    { numRuns: 50 },
  );
});

const oddText = fc.string({
  unit: fc.constantFrom('a', ';', '"', ',', '[', '\\', '\n', '\r', '\u{1f600}', ' '),
  minLength: 1,
  maxLength: 12,
});

test('calls are read from their lines as they were written, whatever quotes and line breaks they hold', () => {
  const drawn = fc.array(
    fc.record({
      userId: oddText,
      userIdType: fc.constantFrom('user_id' as const, 'custom_field' as const),
      appIds: fc.uniqueArray(oddText, { minLength: 1, maxLength: 4 }),
    }),
  );
  fc.assert(
    fc.property(drawn, fc.integer({ min: 1, max: 1e6 }), (given, first) => {
      const calls: Call[] = given.map((call, at) => ({ ...call, seq: first + at }));
      const lines = calls.map((call) => encodeCall({ ...call, lines: [2, 3] })).join('');
      expect(decodeCalls(Buffer.from(lines))).toEqual(calls);
    }),
  );
});

function claimed(chunk: number, from: number, calls: number, epoch = 1) {
  const all = Array.from({ length: calls }, (_, at): Call => ({
    seq: from + at,
    userId: `user-${from + at}`,
    userIdType: 'user_id',
    appIds: ['app-1'],
  }));
  const states = createCallStates(calls);
  return { chunk, epoch, from, to: from + calls - 1, calls: all, states, openApps: new Map() };
}

test('whatever fails on its way to the database, it gets each record and each end once, and a closed chunk last', () => {
  /** A chunk's next call ends; all that is new is stored, or is not. */
  const steps = fc.array(
    fc.oneof(fc.record({ call: fc.nat(2) }), fc.constant('stored' as const), fc.constant('failed' as const)),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (drawn) => {
      const held = createHeldChunks();
      const now = { wallMs: 0, monotonicMs: 0 };
      for (const chunk of [1, 2, 3]) held.add(claimed(chunk, chunk * 10, 4), now);
      const sent = [0, 0, 0];
      const records: NumberedRecord[] = [];
      const unsettled: boolean[] = [];
      const news = new Map<number, ClaimNews>();
      function store(): void {
        const taken = held.takeNews();
        // Not before it is said to be stored.
        if (taken.records.length > 0) unsettled.push(held.hasNews);
        records.push(...taken.records);
        for (const each of taken.news) {
          expect(news.get(each.chunk)?.closed).toBeUndefined();
          news.set(each.chunk, each);
        }
        expect(taken.stored()).toBe(records.length);
      }
      for (const step of drawn) {
        if (step === 'stored') store();
        else if (step === 'failed') held.takeNews().failed();
        else {
          const done = sent[step.call] ?? 0;
          if (done === 4) continue;
          sent[step.call] = done + 1;
          const seq = (step.call + 1) * 10 + done;
          held.append(attempt(seq), encodeRecord(attempt(seq)).trimEnd());
          held.end(seq, 'succeeded');
        }
      }
      held.closeAll('left');
      store();
      expect(unsettled).not.toContain(false);
      const all = sent.reduce((sum, each) => sum + each, 0);
      expect([held.hasNews, held.chunks.size, held.ended.succeeded]).toEqual([false, 0, all]);
      expect(new Set(records.map(({ line }) => attemptOf(line)?.seq)).size).toBe(all);
      for (const [at, done] of sent.entries()) {
        const chunk = at + 1;
        const own = records.filter((each) => each.chunk === chunk);
        expect(own.map(({ number }) => number)).toEqual(own.map((_, place) => place + 1));
        expect([news.get(chunk)?.counts.succeeded, news.get(chunk)?.closed]).toEqual([
          done,
          done === 4 ? 'done' : 'left',
        ]);
      }
    }),
  );
});

test('a worker may write only while each of its chunks is surely its own', () => {
  const held = createHeldChunks();
  const at = (ms: number) => ({ wallMs: ms, monotonicMs: ms });
  held.add(claimed(1, 1, 3), at(0));
  held.add(claimed(2, 4, 3), at(5000));
  const until = lease.ms - lease.marginMs;
  expect([held.areHeld(at(until - 1)), held.areHeld(at(until))]).toEqual([true, false]);
  const claims = [...held.chunks.values()];
  expect(held.renewed(claims, new Set([1, 2]), at(2000))).toBe(false);
  expect(held.renewed(claims.slice(0, 1), new Set([1]), at(6000))).toBe(false);
  expect([held.areHeld(at(2000 + until - 1)), held.areHeld(at(2000 + until))]).toEqual([true, false]);
});

test('a mark covers the call that is next, so many behind it, and none before them, over as many chunks as it takes', () => {
  const chunk = fc.uniqueArray(fc.nat(30), { maxLength: 12 });
  fc.assert(
    fc.property(
      fc.array(chunk, { minLength: 1, maxLength: 5 }),
      fc.nat(50),
      fc.nat(40),
      (drawn, place, ahead) => {
        const chunks = drawn.map((seqs, at) => ({
          calls: seqs.sort((a, b) => a - b).map((seq) => ({ seq: 1 + 100 * at + seq })),
        }));
        const all = chunks.flatMap(({ calls }) => calls.map(({ seq }) => seq));
        fc.pre(all.length > 0);
        const seq = all[place % all.length]!;
        const marks = callsAhead(chunks, seq, ahead);
        const reached = marks.flatMap(({ claim, upTo }, at) =>
          claim.calls.map((call) => call.seq).filter((each) => each <= upTo && (at > 0 || each >= seq)),
        );
        const from = all.indexOf(seq);
        expect(reached).toEqual(all.slice(from, from + ahead + 1));
        expect(marks[0]?.renewFrom).toBeGreaterThan(seq);
      },
    ),
  );
});

test('a claim that was not renewed is lost, unless its calls have ended meanwhile', () => {
  const held = createHeldChunks();
  const now = { wallMs: 0, monotonicMs: 0 };
  held.add(claimed(1, 1, 1), now);
  held.add(claimed(2, 11, 1), now);
  const claims = [...held.chunks.values()];
  held.end(1, 'succeeded');
  expect(held.renewed(claims, new Set([2]), now)).toBe(false);
  expect(held.renewed(claims, new Set([1]), now)).toBe(true);
});

test('of a journal of replies that was cut at any byte each whole reply is read that the database may not have', async () => {
  const file = path.join(temporaryFolder(), 'replies.ndjson');
  const journal = await openLocalJournal(file, 'run-1');
  const ends: { readonly bytes: number; readonly appended: number; readonly stored: number }[] = [];
  let [appended, stored] = [0, 0];
  const note = (): void => void ends.push({ bytes: readFileSync(file).length, appended, stored });
  note();
  const append = (seq: number): void => {
    journal.append(encodeRecord(attempt(seq)));
    appended += 1;
    note();
  };
  journal.claimed({ chunk: 1, epoch: 3 }, 1, 10);
  append(1);
  append(2);
  journal.claimed({ chunk: 2, epoch: 1 }, 11, 20);
  append(11);
  journal.stored((stored = 2));
  note();
  append(3);
  journal.stored((stored = 4));
  note();
  append(12);
  append(12);
  // Its chunk was left, and taken again.
  journal.claimed({ chunk: 1, epoch: 5 }, 1, 10);
  append(4);
  await journal.close();
  const bytes = readFileSync(file);
  const whole = (await readLocalJournal(file)).records;
  expect(whole.map(({ chunk, epoch, number, line }) => [chunk, epoch, number, attemptOf(line)?.seq])).toEqual(
    [
      [2, 1, 2, 12],
      [2, 1, 3, 12],
      [1, 5, 1, 4],
    ],
  );
  const cut = path.join(path.dirname(file), 'cut.ndjson');
  // Within a line each place is as good as another.
  const near = (size: number): boolean => bytes.subarray(Math.max(0, size - 3), size + 2).includes(10);
  for (let size = 0; size <= bytes.length; size += 1) {
    if (!near(size) && size % 11 > 0) continue;
    writeFileSync(cut, bytes.subarray(0, size));
    const { run, records } = await readLocalJournal(cut);
    const known = ends.findLast((each) => each.bytes <= size);
    const left = (known?.appended ?? 0) - (known?.stored ?? 0);
    expect([size, records.length, left === 0 || run === 'run-1']).toEqual([size, left, true]);
  }
});

test('a line of the replies that is damaged loses that reply alone', async () => {
  const file = path.join(temporaryFolder(), 'replies.ndjson');
  const journal = await openLocalJournal(file, 'run-1');
  journal.claimed({ chunk: 1, epoch: 1 }, 1, 10);
  journal.append(encodeRecord(attempt(1)));
  await journal.close();
  appendFileSync(
    file,
    readFileSync(file, 'utf8').trimEnd().split('\n').at(-1)?.replace('id-1', 'id-9') ?? '',
  );
  appendFileSync(file, '\n');
  expect((await readLocalJournal(file)).records.map(({ line }) => attemptOf(line)?.requestId)).toEqual([
    'id-1',
  ]);
});

test('two files are compared piece by piece, wherever the one ends', async () => {
  const folder = temporaryFolder();
  const [one, other] = [path.join(folder, 'one'), path.join(folder, 'other')];
  const bytes = fc.uint8Array({ maxLength: 40, max: 2 });
  await fc.assert(
    fc.asyncProperty(bytes, bytes, fc.integer({ min: 1, max: 12 }), async (first, rest, atOnce) => {
      for (const [of, to] of [
        [first, rest],
        [first, Buffer.concat([first, rest])],
        [Buffer.concat([first, rest]), first],
      ] as const) {
        writeFileSync(one, of);
        writeFileSync(other, to);
        const common = Math.min(of.length, to.length);
        const isOther = Buffer.compare(of.slice(0, common), to.slice(0, common)) !== 0;
        const bySize = of.length === to.length ? 'same' : of.length > to.length ? 'longer' : 'shorter';
        expect(await compareFiles(one, other, atOnce)).toBe(isOther ? 'other' : bySize);
      }
    }),
    { numRuns: 30 },
  );
  expect(await compareFiles(one, path.join(folder, 'none'))).toBe(
    readFileSync(one).length === 0 ? 'same' : 'longer',
  );
});

test.each([
  'postgres://someone:not-a-secret@db.example/offboard',
  'postgres://someone@db.example/offboard?password=not-a-secret',
  'postgres://someone:not-a/secret@db.example/offboard',
  'postgres://someone:not-a/s@cret@/offboard?password=not-a-secret',
])('of the address %s no password is shown', (url) => {
  expect(withoutPassword(url)).not.toMatch(/not-a|s@?cret/);
});
