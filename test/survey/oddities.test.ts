import { expect, test } from 'vitest';

import type { ValidRow } from '../../src/input/row.ts';
import { createOddities, type Oddity } from '../../src/survey/oddities.ts';

/** Rows of users with what a status column says of them. */
function oddities(column: string, cells: readonly (readonly [userId: string, status: string])[]): Oddity[] {
  const found = createOddities({
    names: ['user_id', column],
    userId: 0,
    userIdType: undefined,
    appIds: undefined,
  });
  for (const [index, [userId, status]] of cells.entries()) {
    const row: ValidRow = {
      valid: true,
      line: index + 2,
      cells: [userId, status],
      userId,
      userIdType: 'user_id',
      appIds: ['app-1'],
      warnings: [],
    };
    found.add(row);
  }
  return found.list();
}

const people = (count: number, status: string): [string, string][] =>
  Array.from({ length: count }, (_, index) => [`${status}-${index}`, status]);

test.each([
  ['Employment Status', ['Terminated', 'terminated - voluntary', 'Inactive', 'Resigned (2026)']],
  ['status', ['DEPROVISIONED', 'SUSPENDED', 'Deactivated', 'Archived']],
  ['员工状态', ['离职', '已离职', '离职（主动）', '退休']],
  ['账号状态', ['已停用', '已注销', '冻结']],
  ['accountEnabled', ['False', 'false', '0', '否']],
  ['是否离职', ['是', 'Y', '1']],
])('a file whose column %s says of everybody that they have left is not odd', (column, cells) => {
  expect(
    oddities(
      column,
      cells.map((cell, index) => [`u${index}`, cell]),
    ),
  ).toEqual([]);
});

test.each([
  ['Worker Status', 'Terminated', 'On Leave'],
  ['Status', 'Inactive', 'Active'],
  ['status', 'DEPROVISIONED', 'LOCKED_OUT'],
  ['状态', '离职', '在职'],
  ['人员状态', '已离职', '待离职'],
  ['accountEnabled', 'False', 'True'],
  ['是否在职', '否', '是'],
  ['Status', 'Terminated', ''],
  ['Status', 'Terminated', 'something new'],
])('the column %s with %s and "%s" is odd for the second, with its line', (column, left, other) => {
  expect(
    oddities(column, [
      ['u1', left],
      ['u2', left],
      ['u3', other],
    ]),
  ).toMatchObject([{ kind: 'active_staff', lines: [4], message: expect.stringMatching(/^1 of 3 rows/) }]);
});

test('a column of another meaning that happens to be called status is passed over', () => {
  expect(
    oddities('Status', [
      ['u1', 'married'],
      ['u2', 'single'],
    ]),
  ).toEqual([]);
  expect(oddities('Notes', [['u1', 'Active']])).toEqual([]);
});

test('a user who has left in one row and is still there in another contradicts, whichever comes first', () => {
  const leftFirst = oddities('Status', [
    ['u1', 'Terminated'],
    ['u2', 'Terminated'],
    ['u1', 'Active'],
  ]);
  const activeFirst = oddities('Status', [
    ['u1', 'Active'],
    ['u2', 'Terminated'],
    ['u1', 'Terminated'],
  ]);
  for (const found of [leftFirst, activeFirst]) {
    expect(found.map(({ kind }) => kind)).toContain('contradiction');
    expect(found.find(({ kind }) => kind === 'contradiction')).toMatchObject({ lines: [4] });
  }
});

test('a file of which most people are still there looks like a directory, a short list does not', () => {
  const kinds = (cells: [string, string][]): string[] => oddities('Status', cells).map(({ kind }) => kind);
  expect(kinds([...people(60, 'Active'), ...people(40, 'Terminated')])).toContain('directory');
  expect(kinds([...people(40, 'Active'), ...people(60, 'Terminated')])).toEqual(['active_staff']);
  expect(kinds([...people(6, 'Active'), ...people(4, 'Terminated')])).toEqual(['active_staff']);
});

test('a status column with a thousand different values is told in one sentence', () => {
  const [oddity] = oddities('Status', [
    ['u', 'Terminated'],
    ...Array.from({ length: 1000 }, (_, index): [string, string] => [`u${index}`, `value ${index}`]),
  ]);
  expect(oddity?.message).toMatch(/^1,000 of 1,001 rows .* and others\.$/);
  expect(oddity?.message.length).toBeLessThan(500);
});

test('each of several status columns has its own contradictions, each user counted once', () => {
  const names = ['user_id', 'Status', 'Worker Status', 'Active'];
  const found = createOddities({ names, userId: 0, userIdType: undefined, appIds: undefined });
  const rows: readonly (readonly string[])[] = [
    ['u1', 'Terminated', 'Active', 'no'],
    ['u2', 'Terminated', 'Terminated', 'no'],
    ['u1', 'Terminated', 'Terminated', 'yes'],
    ['u1', 'Terminated', 'Active', 'no'],
    ['u3', 'Terminated', 'Terminated', 'yes'],
    ['u3', 'Active', 'Terminated', 'no'],
    ['u3', 'Active', 'Terminated', 'no'],
  ];
  for (const [at, cells] of rows.entries()) {
    const userId = cells[0] ?? '';
    found.add({
      valid: true,
      line: at + 2,
      cells,
      userId,
      userIdType: 'user_id',
      appIds: ['a'],
      warnings: [],
    });
  }
  const contradictions = found.list().filter(({ kind }) => kind === 'contradiction');
  expect(contradictions).toMatchObject([
    { message: expect.stringMatching(/^1 user is .*"Status".*"u3"/), lines: [7] },
    { message: expect.stringMatching(/^1 user is .*"Worker Status".*"u1"/), lines: [4] },
    { message: expect.stringMatching(/^2 users are .*"Active".*"u1"/), lines: [4, 7] },
  ]);
});

test('of more status columns than a user has marks for, none is taken for another', () => {
  const names = ['user_id', ...Array.from({ length: 17 }, () => 'Status')];
  const found = createOddities({ names, userId: 0, userIdType: undefined, appIds: undefined });
  const cells = (first: string, last: string): string[] => [
    'u1',
    first,
    ...Array<string>(15).fill('Terminated'),
    last,
  ];
  for (const [at, each] of [cells('Terminated', ''), cells('', 'Active')].entries())
    found.add({
      valid: true,
      line: at + 2,
      cells: each,
      userId: 'u1',
      userIdType: 'user_id',
      appIds: ['a'],
      warnings: [],
    });
  expect(found.list().filter(({ kind }) => kind === 'contradiction')).toEqual([]);
});
