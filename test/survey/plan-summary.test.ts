import { expect, test } from 'vitest';

import type { Problem, Row, ValidRow } from '../../src/input/row.ts';
import { type PlannedRow } from '../../src/plan/planned-row.ts';
import { setProtectedApart, createProtectedUsers } from '../../src/survey/protected-users.ts';
import { summarizePlan, type Planning, type PlanSummary } from '../../src/survey/plan-summary.ts';

function valid(line: number, fields: Partial<ValidRow>): ValidRow {
  return {
    valid: true,
    line,
    cells: [],
    userId: 'u1',
    userIdType: 'user_id',
    appIds: ['a'],
    warnings: [],
    ...fields,
  };
}

function problem(line: number, kind: Problem['kind'], repair?: string): Problem {
  return {
    line,
    column: 'user_id',
    kind,
    value: 'x',
    message: 'm',
    ...(repair === undefined ? {} : { repair }),
  };
}

function invalid(line: number, ...problems: readonly Problem[]): Row {
  return {
    valid: false,
    line,
    cells: [],
    userId: 'u1',
    userIdType: 'user_id',
    appIds: [],
    problems,
    repairs: [],
  };
}

async function* batches(...all: readonly (readonly PlannedRow[])[]): AsyncGenerator<readonly PlannedRow[]> {
  yield* all;
}

async function summaryOf(
  rows: AsyncIterable<readonly PlannedRow[]>,
  planning: Planning = {},
): Promise<PlanSummary> {
  const summary = await summarizePlan(rows, { gathering: { folder: '', bytes: 0 }, ...planning });
  if (summary === undefined) throw new Error('the rows have to be gathered');
  return summary;
}

test('a user who is named again after others is noticed at once where rows are not gathered', async () => {
  const asked: number[] = [];
  const rows = [valid(2, {}), valid(3, {}), valid(4, { userId: 'u2' }), valid(5, {}), valid(6, {})];
  expect(await summarizePlan(batches(rows), { onRow: (seq) => asked.push(seq) })).toBeUndefined();
  expect(asked).toHaveLength(4);
  expect(await summarizePlan(batches(rows.slice(0, 3)))).toMatchObject({ calls: 2, callsByRow: 3 });
});

test('rows, users, apps and calls are counted, and told after each batch', async () => {
  const progress: number[] = [];
  const calls: number[] = [];
  const summary = await summaryOf(
    batches(
      [valid(2, {}), valid(3, { appIds: ['b', 'c'] }), valid(4, { userId: 'u2', userIdType: 'email' })],
      [valid(5, { appIds: ['a'] }), valid(6, { userIdType: 'email' })],
      [valid(7, { userId: 'u3' }), valid(8, { appIds: ['d'] })],
    ),
    {
      onCall: ({ seq }) => calls.push(seq),
      onProgress: (rows) => progress.push(rows),
    },
  );
  expect(progress).toEqual([3, 5, 7]);
  expect(calls).toEqual([1, 2, 3, 4]);
  expect(summary).toMatchObject({
    rows: { total: 7, valid: 7, invalid: 0, skipped: 0, repeatingUser: 3 },
    users: 4,
    usersByType: { user_id: 2, email: 2 },
    apps: 4,
    usersByApp: [
      { appId: 'a', users: 4 },
      { appId: 'b', users: 1 },
      { appId: 'c', users: 1 },
      { appId: 'd', users: 1 },
    ],
    repeated: { users: 1, first: [{ userId: 'u1', userIdType: 'user_id', firstLine: 2, line: 5 }] },
    calls: 4,
    callsByRow: 7,
    phones: null,
    problems: [],
    problemCount: 0,
    warningCount: 0,
  });
});

test('whether cells share their list of apps or each has its own, an app is counted for each of its users', async () => {
  const shared = ['a', 'b'];
  const other = ['b', 'c'];
  const rows = Array.from({ length: 900 }, (_, at) => {
    const appIds = [shared, other, ['a', 'c']][at % 3] ?? [];
    return valid(at + 2, { userId: `u${at}`, appIds });
  });
  const summary = await summarizePlan(batches(rows));
  expect(summary?.apps).toBe(3);
  expect(new Map(summary?.usersByApp.map(({ appId, users }) => [appId, users]))).toEqual(
    new Map([
      ['a', 600],
      ['b', 600],
      ['c', 600],
    ]),
  );
});

test('problems and warnings are kept in the order of the file, up to a thousand, and all of them are in groups', async () => {
  const rows = Array.from({ length: 600 }, (_, at) =>
    invalid(at + 2, problem(at + 2, 'date'), problem(at + 2, 'decimal', 'r')),
  );
  const warned = valid(700, { warnings: [problem(700, 'custom_field')] });
  const summary = await summaryOf(batches(rows, [warned]));
  expect(summary.rows).toMatchObject({ total: 601, valid: 1, invalid: 600 });
  expect(summary.problems).toHaveLength(1000);
  expect(summary.problems.slice(0, 3).map(({ line, kind }) => [line, kind])).toEqual([
    [2, 'date'],
    [2, 'decimal'],
    [3, 'date'],
  ]);
  expect(summary.problemCount).toBe(1200);
  const [dates, decimals, ...others] = summary.problemGroups;
  expect(others).toEqual([]);
  expect(dates).toMatchObject({ kind: 'date', column: 'user_id', count: 600, repairable: 0 });
  expect(decimals).toMatchObject({ kind: 'decimal', count: 600, repairable: 600 });
  expect(dates?.examples.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6]);
  expect(dates?.lines).toEqual(Array.from({ length: 20 }, (_, at) => at + 2));
  expect([summary.warningCount, summary.warnings.length, summary.warningGroups.length]).toEqual([1, 1, 1]);
});

test('phone numbers are told by their prefixes, and shown by the first that is sent otherwise', async () => {
  const phone = (line: number, userId: string, writtenUserId?: string): ValidRow =>
    valid(line, { userId, writtenUserId, userIdType: 'phone' });
  const { phones } = await summaryOf(
    batches([
      valid(2, {}),
      phone(3, '13800138000'),
      phone(4, '+14155550100'),
      phone(5, '13800138001', '+8613800138001'),
      phone(6, '13800138002', '008613800138002'),
      phone(7, '13800138003', '+8613800138003'),
    ]),
  );
  expect(phones).toEqual({
    rows: 5,
    prefixes: { '+': 1, '+86': 2, '0086': 1 },
    stripped: 3,
    first: { line: 5, written: '+8613800138001', sent: '13800138001' },
  });
});

test('numbers that lost their zeros are evidence, each user counted once', async () => {
  const rows = [...Array.from({ length: 20 }, (_, at) => `0000${at + 10}`), '1234'].map((userId, at) =>
    valid(at + 2, { userId }),
  );
  const { evidence } = await summaryOf(batches(rows, rows.slice(0, 3)));
  expect(evidence).toMatchObject({
    user_id: { lostZeros: { width: 6, ids: 20, withZeros: 20, isClear: true } },
  });
});

async function all(rows: AsyncIterable<readonly PlannedRow[]>): Promise<PlannedRow[]> {
  const found: PlannedRow[] = [];
  for await (const batch of rows) found.push(...batch);
  return found;
}

test('of protected users only rows that are in order are set apart; what is invalid is to be mended all the same', async () => {
  const users = createProtectedUsers([{ id: 'u1', line: 1, userIdType: undefined }]);
  const rows = setProtectedApart(
    {
      format: { encoding: 'utf-8', delimiter: ',', headerLine: 1 },
      columns: { names: [], userId: 0, userIdType: undefined, appIds: undefined },
      defaultUserIdType: 'user_id',
      batches: (async function* () {
        yield [valid(2, {}), invalid(3, problem(3, 'date')), valid(4, { userId: 'u2' })];
      })(),
      emptyRecords: () => 0,
      lines: () => null,
      totalRows: () => [],
      close: async () => {},
    },
    users,
  );
  const [first, second, third] = await all(rows.batches);
  expect(first).toMatchObject({ valid: false, line: 2, protectedAs: { id: 'u1', line: 1 } });
  expect(second).toEqual(invalid(3, problem(3, 'date')));
  expect(third).toMatchObject({ valid: true, line: 4 });
});
