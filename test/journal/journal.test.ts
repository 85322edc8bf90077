import { appendFileSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createJournalIndex } from '../../src/journal/journal-index.ts';
import { openJournal } from '../../src/journal/journal.ts';
import { openRecordReader, readJournal } from '../../src/journal/read-journal.ts';
import {
  decodeRecord,
  encodeRecord,
  type AttemptRecord,
  type JournalRecord,
} from '../../src/journal/record.ts';
import { recoverJournal } from '../../src/journal/recover.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const session: JournalRecord = { kind: 'session', startedAt: 1, retryFailed: false };
const end: JournalRecord = { kind: 'end', endedAt: 2, reason: 'finished' };

function attempt(seq: number, changes: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    kind: 'attempt',
    seq,
    attempt: 1,
    verdict: 'succeeded',
    final: true,
    unanswered: false,
    httpStatus: 200,
    requestId: `request-${seq}`,
    startedAt: 1000 + seq,
    durationMs: 5,
    ...changes,
  };
}

async function writeJournal(records: readonly JournalRecord[], calls = 100): Promise<string> {
  const file = path.join(temporaryFolder(), 'journal.ndjson');
  const journal = await openJournal(file, createJournalIndex(calls), 0);
  for (const record of records) journal.append(record);
  await journal.close();
  return file;
}

async function read(file: string, calls = 100) {
  const index = createJournalIndex(calls);
  return { index, ...(await readJournal(file, index)) };
}

const anyRecord: fc.Arbitrary<AttemptRecord> = fc
  .record(
    {
      seq: fc.integer({ min: 1, max: 1e7 }),
      attempt: fc.integer({ min: 1, max: 1000 }),
      serverTimeMs: fc.integer({ min: -1, max: 2e12 }),
      previous: fc.nat(),
      verdict: fc.constantFrom('succeeded', 'rejected', 'throttled', 'transient', 'unauthorized', 'fatal'),
      final: fc.boolean(),
      unanswered: fc.boolean(),
      httpStatus: fc.nat(),
      statusCode: fc.integer(),
      apiCode: fc.integer(),
      apps: fc.nat().map((mask) => mask.toString(16)),
      open: fc.nat().map((mask) => mask.toString(16)),
      requestId: fc.oneof(fc.uuid(), fc.string({ unit: 'binary' })),
      otherRequestIds: fc.array(fc.oneof(fc.uuid(), fc.string({ unit: 'binary' })), { minLength: 1 }),
      message: fc.oneof(fc.constant('Success'), fc.string({ unit: 'grapheme' })),
      errorCode: fc.oneof(fc.constant('ECONNRESET'), fc.string()),
      startedAt: fc.nat(),
      durationMs: fc.nat().map((tenths) => tenths / 10),
    },
    {
      requiredKeys: ['seq', 'attempt', 'verdict', 'final', 'unanswered', 'startedAt', 'durationMs'],
    },
  )
  .map((fields) => ({ kind: 'attempt', ...fields }));

test('a record is one line of JSON and comes back as it was, whatever the server said', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const line = encodeRecord(record);
      expect(line.indexOf('\n')).toBe(line.length - 1);
      expect(() => JSON.parse(line)).not.toThrow();
      // Through bytes, as half a surrogate pair does not survive them, nor can it have come from them.
      fc.pre(Buffer.from(line).toString() === line);
      expect(decodeRecord(Buffer.from(line.trimEnd()))).toMatchObject(record);
    }),
  );
});

test('a record with any byte changed is no record', () => {
  const line = encodeRecord(attempt(7)).trimEnd();
  for (let place = 0; place < line.length; place += 1) {
    const other = line[place] === 'x' ? 'y' : 'x';
    expect(decodeRecord(Buffer.from(line.slice(0, place) + other + line.slice(place + 1)))).toBeUndefined();
  }
});

test('a call that a mark covers and no record answers may have been sent, once its session was killed', async () => {
  const { index } = await read(await writeJournal([session, { kind: 'mark', from: 1, upTo: 3 }, attempt(1)]));
  expect([1, 2, 3, 4].map((seq) => index.state(seq).unanswered)).toEqual([false, true, true, false]);
  expect(index.isOpen(2, false)).toBe(true);
  expect(index.isOpen(1, false)).toBe(false);
});

test('after a session that ended in an orderly way nothing is assumed to have been sent', async () => {
  const { index } = await read(
    await writeJournal([session, { kind: 'mark', from: 1, upTo: 3 }, attempt(1), end]),
  );
  expect([1, 2, 3].map((seq) => index.state(seq).unanswered)).toEqual([false, false, false]);
  expect(index.totals.end?.reason).toBe('finished');
});

test('a call that was throttled and then lost in a kill may have been sent again', async () => {
  const throttled = attempt(1, { verdict: 'throttled', final: false });
  const { index } = await read(await writeJournal([session, { kind: 'mark', from: 1, upTo: 1 }, throttled]));
  expect(index.state(1).unanswered).toBe(true);
});

test('a call that is sent again after a kill counts as repeated, once', async () => {
  const again = [
    session,
    { kind: 'mark', from: 1, upTo: 2 } as const,
    attempt(1, { final: false, verdict: 'transient' }),
    attempt(1),
  ];
  const { index } = await read(
    await writeJournal([session, { kind: 'mark', from: 1, upTo: 2 }, ...again, end]),
  );
  expect(index.totals.repeated).toBe(1);
});

test('a call that had failed and was under way again at a kill is open again, and unknown', async () => {
  const failed = attempt(1, { verdict: 'rejected' });
  const retrying: JournalRecord = { kind: 'session', startedAt: 3, retryFailed: true };
  const { index } = await read(
    await writeJournal([
      session,
      { kind: 'mark', from: 1, upTo: 1 },
      failed,
      end,
      retrying,
      { kind: 'mark', from: 1, upTo: 1 },
    ]),
  );
  expect(index.state(1)).toMatchObject({ final: false, unanswered: true });
  expect(index.isOpen(1, false)).toBe(true);
});

test('the attempts of a call are found again in order, over blocks and among others', async () => {
  const file = path.join(temporaryFolder(), 'journal.ndjson');
  const index = createJournalIndex(3000);
  const journal = await openJournal(file, index, 0);
  const previous = new Map<number, number>();
  for (let round = 1; round <= 3; round += 1) {
    for (let seq = 1; seq <= 3000; seq += 1) {
      const before = previous.get(seq);
      const record = attempt(seq, {
        attempt: round,
        requestId: `${seq}-${round}`,
        ...(before === undefined ? {} : { previous: before }),
      });
      previous.set(seq, journal.append(record));
    }
  }
  await journal.close();
  const reader = openRecordReader(file);
  // All over the file, which is larger than what the reader keeps of it.
  for (let step = 0; step < 9000; step += 1) {
    const seq = ((step * step * 1009 + step * 7) % 3000) + 1;
    const found = reader.attempts(index.state(seq).lastRecord ?? -1);
    expect(found.map((record) => record.requestId)).toEqual([`${seq}-1`, `${seq}-2`, `${seq}-3`]);
  }
  reader.close();
});

test('a record that was appended since others were read is found, too', async () => {
  const file = path.join(temporaryFolder(), 'journal.ndjson');
  const journal = await openJournal(file, createJournalIndex(100), 0);
  const first = journal.append(attempt(1));
  const reader = openRecordReader(file);
  expect(reader.attempts(first)).toHaveLength(1);
  expect(reader.attempts(journal.append(attempt(2)))).toMatchObject([{ seq: 2 }]);
  reader.close();
  await journal.close();
});

test('a journal cut at any byte of its last record is mended, and the bytes are kept aside', async () => {
  const records = [session, { kind: 'mark', from: 1, upTo: 3 } as const, attempt(1), attempt(2)];
  const whole = readFileSync(await writeJournal(records));
  const lastStart = whole.lastIndexOf(10, whole.length - 2) + 1;
  for (let cut = lastStart + 1; cut < whole.length; cut += 1) {
    const file = path.join(temporaryFolder(), 'journal.ndjson');
    writeFileSync(file, whole.subarray(0, cut));
    const index = createJournalIndex(100);
    expect(await recoverJournal(file, index)).toBe(lastStart);
    expect(statSync(file).size).toBe(lastStart);
    expect(readFileSync(`${file}.torn-${lastStart}`)).toEqual(whole.subarray(lastStart, cut));
    expect([1, 2].map((seq) => index.state(seq).succeeded)).toEqual([true, false]);
  }
});

test('damage before whole records is never mended: it is refused with its offset', async () => {
  const file = await writeJournal([session, attempt(1), attempt(2), end]);
  const bytes = readFileSync(file);
  const start = bytes.indexOf(10) + 1;
  bytes[start + 20] = (bytes[start + 20] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  await expect(recoverJournal(file, createJournalIndex(100))).rejects.toThrow(`damaged at byte ${start}`);
  expect(readFileSync(file)).toEqual(bytes);
});

test('reading never changes a journal that is still being written', async () => {
  const file = await writeJournal([session, attempt(1)]);
  appendFileSync(file, '{"kind":"att');
  const { tornBytes, index } = await read(file);
  expect(tornBytes).toBe(12);
  expect(index.state(1).succeeded).toBe(true);
  expect(readdirSync(path.dirname(file))).toEqual(['journal.ndjson']);
});

test('each record is in the file before append returns', async () => {
  const file = path.join(temporaryFolder(), 'journal.ndjson');
  const journal = await openJournal(file, createJournalIndex(100), 0);
  for (const record of [session, attempt(1), attempt(2)]) {
    journal.append(record);
    expect(readFileSync(file, 'utf8').endsWith(encodeRecord(record))).toBe(true);
  }
  await journal.close();
});

test('the disk knows of a mark before the calls that it covers', async () => {
  const file = path.join(temporaryFolder(), 'journal.ndjson');
  const journal = await openJournal(file, createJournalIndex(1000), 0);
  journal.append(session);
  for (let seq = 1; seq <= 1000; seq += 1) {
    await journal.cover(seq);
    const marks = readFileSync(file, 'utf8').match(/"upTo":\d+/g) ?? [];
    expect(Number(marks.at(-1)?.slice(7))).toBeGreaterThanOrEqual(seq);
  }
  await journal.close();
});

test('a missing journal is an empty one', async () => {
  const { index, end } = await read(path.join(temporaryFolder(), 'journal.ndjson'));
  expect(end).toBe(0);
  expect(index.totals.sessions).toBe(0);
});

test('a journal cut in the middle by hand loses only what was cut', async () => {
  const file = await writeJournal([session, attempt(1), attempt(2)]);
  truncateSync(file, statSync(file).size - 30);
  const { index } = await read(file);
  expect([1, 2].map((seq) => index.state(seq).attempts)).toEqual([1, 0]);
});
