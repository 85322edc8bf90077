import { describe, expect, test } from 'vitest';

import { splitAtSpaces } from '../../src/input/cell/app-ids.ts';
import { createRowCheck } from '../../src/input/check-row.ts';

const columns = {
  names: ['external_id', 'name', 'city', 'app_ids'],
  userId: 0,
  userIdType: undefined,
  appIds: 3,
};
const app = '66a1bb000000000000000001';
const check = createRowCheck(columns, { userIdType: 'external_id', appIds: [app] });

/** The kinds of problems, and the columns that they are in. */
function problemsOf(cells: string[]): string[][] {
  const row = check(2, cells);
  return row.valid ? [] : row.problems.map(({ kind, column }) => [kind, column]);
}

describe('a total that stands outside of the ID', () => {
  test.each([
    [['42', 'Total', '', '']],
    [['42', 'TOTAL:', '', '84']],
    [['1,234', 'Grand total', '', '']],
    [['1001.50', 'Gesamt', '', '']],
    [['7', '合计', '', '']],
    [['7', '合計', '7', '']],
    [['12', 'Total général', '', '']],
    [['12', 'Totale complessivo', '', '']],
    [['12', 'Zwischensumme', '3', '']],
    [['', 'Total', '', '']],
    [['', 'Suma', '', '']],
    [['', 'Total: 42', '', '']],
    [['', '(42 rows affected)', '', '']],
    [['', 'Summe', '3', '4']],
  ])('%j is named as one', (cells) => {
    expect(problemsOf(cells)).toEqual([['total', 'name']]);
  });

  test.each([
    [['1001', 'Suma', '', '']],
    [['1001', 'Soma', '', '']],
    [['1001', 'Sum', '', '']],
    [['1001', 'Total', 'Berlin', '']],
    [['1001', 'Total', '', app]],
    [['1001', 'Totalli', '', '']],
    [['E1001', 'Total', '', '']],
    [['65f0aa000000000000000001', 'Total', '', '']],
    [['123456789012345678', 'Total', '', '']],
    [['1001', '', '', '']],
  ])('%j is somebody', (cells) => {
    expect(problemsOf(cells)).toEqual([]);
  });

  test('an empty row of a person is no total', () => {
    expect(problemsOf(['', 'Muster', '', ''])).toEqual([['no_user_id', 'external_id']]);
    expect(problemsOf(['', 'Total', 'Berlin', ''])).toEqual([['no_user_id', 'external_id']]);
  });

  test('--allow-damaged-ids lets one through by its ID', () => {
    const allowing = createRowCheck(columns, {
      userIdType: 'external_id',
      appIds: [app],
      allowDamagedIds: ['42'],
    });
    expect(allowing(2, ['42', 'Total', '', '']).valid).toBe(true);
  });
});

test.each<[cell: string, split: string[] | undefined]>([
  ['SAP HR', ['SAP', 'HR']],
  ['Jira;Google Workspace Drive', ['Google', 'Workspace', 'Drive']],
  [`${app} Jira`, [app, 'Jira']],
  ['SAP\u00a0HR', ['SAP', 'HR']],
  ['SAP\u3000HR', ['SAP', 'HR']],
  ['SAP\tHR', ['SAP', 'HR']],
  ['Jira; Wiki | Mail , Chat', undefined],
  ['Jira\nWiki\r\nMail', undefined],
  [`${app} ${app.replace('1', '2')}`, undefined],
  ['["SAP HR"]', undefined],
  ['Jira', undefined],
])('apps of %j that were split at spaces: %j', (cell, split) => {
  expect(splitAtSpaces(cell)).toEqual(split);
});
