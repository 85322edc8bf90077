import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createIndexedCallWriter, encodeCall, openCalls, type CallFiles } from '../../src/plan/call-file.ts';
import type { PlannedCall } from '../../src/plan/call.ts';
import { createAppPositions } from '../../src/plan/app-positions.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const id = fc.oneof(
  fc.string({ minLength: 1, maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom('a', ';', '"', ',', '[', '\\', '\u{1f600}', ' '),
    minLength: 1,
    maxLength: 6,
  }),
);
const drawn = fc.array(
  fc.record({
    userId: id,
    userIdType: fc.constantFrom('user_id' as const, 'custom_field' as const),
    appIds: fc.uniqueArray(id, { minLength: 1, maxLength: 50 }),
    lines: fc.array(fc.integer({ min: 2, max: 1e7 }), { minLength: 1, maxLength: 50 }),
  }),
);

async function written(calls: readonly PlannedCall[]): Promise<CallFiles> {
  const folder = temporaryFolder();
  const writer = createIndexedCallWriter(path.join(folder, 'calls.csv'), path.join(folder, 'calls.idx'));
  for (const call of calls) writer.add(call);
  return writer.finish();
}

test('whatever the calls: each is read as it was planned, in any order', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.infiniteStream(fc.nat()), async (given, places) => {
      const calls = given.map((each, at) => ({ ...each, seq: at + 1 }));
      const reader = openCalls(await written(calls));
      expect(reader.count).toBe(calls.length);
      const asked = calls.length === 0 ? [] : [...places.take(30)].map((place) => place % calls.length);
      const expected = asked.map((place) => {
        const { lines: _, ...call } = calls[place]!;
        return call;
      });
      expect(asked.map((place) => reader.read(place + 1))).toEqual(expected);
      reader.close();
    }),
    { numRuns: 40 },
  );
});

test('the plan is a table that other programs read', async () => {
  const call = {
    seq: 1,
    userId: '=cmd|"x",1',
    userIdType: 'username',
    appIds: ['a', 'b'],
    lines: [2, 17],
  } as const;
  const { calls } = await written([call, { ...call, seq: 2, appIds: ['a;b', '[c'], lines: [3] }]);
  expect(parse(readFileSync(calls.path), { bom: true, columns: true })).toEqual([
    { seq: '1', user_id: '=cmd|"x",1', user_id_type: 'username', app_ids: 'a;b', lines: '2;17' },
    { seq: '2', user_id: '=cmd|"x",1', user_id_type: 'username', app_ids: '["a;b","[c"]', lines: '3' },
  ]);
});

test('a call that was changed after the proof is not given out, and those in other pieces are', async () => {
  const one = { userIdType: 'user_id', appIds: ['app'], lines: [2] } as const;
  const calls = Array.from({ length: 1000 }, (_, at) => ({ ...one, seq: at + 1, userId: `user-${at + 1}` }));
  const files = await written(calls);
  const text = readFileSync(files.calls.path, 'utf8');
  writeFileSync(files.calls.path, text.replace('user-900', 'user-901'));
  const reader = openCalls(files);
  expect(reader.read(1).userId).toBe('user-1');
  expect(() => reader.read(900)).toThrow('calls.csv was changed while it was in use');
  reader.close();
  truncateSync(files.calls.path, statSync(files.calls.path).size - 1);
  const cut = openCalls(files);
  expect(() => cut.read(1000)).toThrow('calls.csv was changed while it was in use');
  cut.close();
});

test('one call is one line', () => {
  const call = { seq: 7, userId: 'u', userIdType: 'email', appIds: ['a'], lines: [2] } as const;
  expect(encodeCall(call)).toBe('7,u,email,a,2\n');
});

const callOf = (seq: number, userId: string): PlannedCall => ({
  seq,
  userId,
  userIdType: 'user_id',
  appIds: ['app-1'],
  lines: [seq + 1],
});

test('a call that stands where another should is never sent, though both files are as they were pinned', async () => {
  const reader = openCalls(await written([callOf(2, 'user-2'), callOf(1, 'user-1')]));
  expect(() => reader.read(1)).toThrow('call 2 stands where 1 should');
  reader.close();
});

test('a row has no word of a call that is about somebody else', async () => {
  const reader = openCalls(await written([callOf(1, 'user-1')]));
  const row = {
    valid: true,
    line: 2,
    cells: [],
    userId: 'user-2',
    userIdType: 'user_id',
    appIds: ['app-1'],
    warnings: [],
  } as const;
  expect(() => createAppPositions(reader)({ row, firstSeq: 1 })).toThrow(
    'line 2: call 1 is about somebody else',
  );
  reader.close();
});
