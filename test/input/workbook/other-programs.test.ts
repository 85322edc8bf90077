import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { check } from '../../../src/workflow/check.ts';
import type { Plan } from '../../../src/survey/plan.ts';
import { withoutExponent } from '../../../src/input/workbook/number-format.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { buildSheet, buildWorkbook, type WorkbookSpec } from './build-workbook.ts';

async function planOf(workbook: Buffer): Promise<Plan> {
  const file = path.join(temporaryFolder(), 'leavers.xlsx');
  writeFileSync(file, workbook);
  return check(file);
}

const rows = [
  ['username', 'app_ids'],
  ['leaver.one', '66a1bb000000000000000001'],
  ['Müller 王', '66a1bb000000000000000001'],
];

function users(plan: Plan): string[] {
  return plan.firstRows.map(({ userId }) => userId);
}

describe('whole numbers as Google Sheets and Java store them', () => {
  test.each([
    ['1.3800138E10', '13800138000'],
    ['2.0E7', '20000000'],
    ['1.0000001E7', '10000001'],
    ['1E7', '10000000'],
    ['1.2345678901234E13', '12345678901234'],
    ['9.99999999999999E14', '999999999999999'],
    ['-1.5E8', '-150000000'],
    ['4.2E1', '42'],
    ['1.0E0', '1'],
    ['6.500E3', '6500'],
  ])('%s is %s, digit for digit', (stored, number) => {
    expect(withoutExponent(stored)).toBe(number);
  });

  test.each([
    '1.2345678901234568E17',
    '1.38E+10',
    '1.38E-3',
    '1.2345E2',
    '1E15',
    '5',
    '1.5',
    'E5',
    '1e5',
    'INF',
  ])('%s stays as it is: digits are lost, or there is no whole number', (stored) =>
    expect(withoutExponent(stored)).toBe(stored),
  );

  test('are read as IDs where they have all their digits, and refused where not', async () => {
    const ids = ['1.3800138E10', '1.2345678901234568E17', '1.38E+10'].map((v) => [{ v }, rows[1]?.[1]]);
    const plan = await planOf(buildSheet([['external_id', 'app_ids'], ...ids]));
    expect(users(plan)).toEqual(['13800138000']);
    expect(plan.problems.map(({ line, kind }) => [line, kind])).toEqual([
      [3, 'shortened_number'],
      [4, 'shortened_number'],
    ]);
  });
});

function inUtf16(xml: string, order: 'le' | 'be', mark: boolean): Buffer {
  const text = Buffer.from(`${mark ? '\ufeff' : ''}${xml}`, 'utf16le');
  return order === 'le' ? text : text.swap16();
}

describe('parts in UTF-16', () => {
  const declaration = '<?xml version="1.0" encoding="UTF-16"?>';
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const texts = rows
    .flat()
    .map((text) => `<si><t>${text}</t></si>`)
    .join('');
  const cells = rows
    .map((_, at) => `<row><c t="s"><v>${2 * at}</v></c><c t="s"><v>${2 * at + 1}</v></c></row>`)
    .join('');

  test.each([
    ['le', true],
    ['le', false],
    ['be', true],
    ['be', false],
  ] as const)('are read: %s, with a mark: %s', async (order, mark) => {
    const part = (xml: string): Buffer => inUtf16(`${declaration}${xml}`, order, mark);
    const parts = {
      'xl/sharedStrings.xml': part(`<sst xmlns="${main}">${texts}</sst>`),
      'xl/worksheets/sheet1.xml': part(
        `<worksheet xmlns="${main}"><sheetData>${cells}</sheetData></worksheet>`,
      ),
    };
    const plan = await planOf(buildWorkbook({ sheets: [{ name: 'Leavers', rows: [] }], parts }));
    expect(users(plan)).toEqual(['leaver.one', 'Müller 王']);
  });

  test('that break off within a character are damage', async () => {
    const parts = { 'xl/sharedStrings.xml': part().subarray(0, -1) };
    function part(): Buffer {
      return inUtf16(`${declaration}<sst xmlns="${main}">${texts}</sst>`, 'le', true);
    }
    await expect(planOf(buildWorkbook({ sheets: [{ name: 'Leavers', rows }], parts }))).rejects.toThrow(
      'bytes that are not UTF-16LE',
    );
  });
});

test.each([
  ['small letters', 'a1', 'b1'],
  ['both', 'a1', 'B1'],
  ['three letters', 'aa1', 'aAb1'],
  ['none', '', ''],
])('references in %s', async (_what, first, second) => {
  const cell = (place: string, row: number, text: string): string =>
    `<c${place === '' ? '' : ` r="${place.slice(0, -1)}${row}"`} t="inlineStr"><is><t>${text}</t></is></c>`;
  const sheetData = rows
    .map(
      ([user = '', app = ''], at) =>
        `<row r="${at + 1}">${cell(first, at + 1, user)}${cell(second, at + 1, app)}</row>`,
    )
    .join('');
  expect(users(await planOf(buildSheet([], { sheetData })))).toEqual(['leaver.one', 'Müller 王']);
});

const other = { name: 'Other', rows: [rows[0] ?? [], ['other', '66a1bb000000000000000001']] };

test.each(['show', 'visible', '', 'Visible', 'normal', '0', 'true', 'HIDDEN', 'shown', ' hidden'])(
  'a sheet of the state %j is shown, as in Excel',
  async (state) => {
    const plan = await planOf(buildWorkbook({ sheets: [{ name: 'Leavers', rows, state }, other] }));
    expect(plan.format).toMatchObject({ sheet: 'Leavers' });
  },
);

test.each(['hidden', 'veryHidden'])('a sheet of the state %s is not', async (state) => {
  const plan = await planOf(buildWorkbook({ sheets: [{ name: 'Leavers', rows, state }, other] }));
  expect(plan.format).toMatchObject({ sheet: 'Other' });
});

describe('parts that are declared and not there', () => {
  const sheets = [{ name: 'Leavers', rows }];

  test.each<[string, WorkbookSpec]>([
    [
      'shared texts that no cell needs',
      { sheets, inline: true, parts: { 'xl/sharedStrings.xml': undefined } },
    ],
    ['styles', { sheets, parts: { 'xl/styles.xml': undefined } }],
    [
      'both',
      { sheets, inline: true, parts: { 'xl/sharedStrings.xml': undefined, 'xl/styles.xml': undefined } },
    ],
  ])('are not missed: %s', async (_what, spec) => {
    expect(users(await planOf(buildWorkbook(spec)))).toEqual(['leaver.one', 'Müller 王']);
  });

  test('are missed by a cell that needs them', async () => {
    const spec = { sheets, parts: { 'xl/sharedStrings.xml': undefined } };
    await expect(planOf(buildWorkbook(spec))).rejects.toThrow('names the text 0, which there is not');
  });
});

describe('the total row of a table', () => {
  const relationships = (targets: readonly string[]): string =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${targets
      .map(
        (target, at) =>
          `<Relationship Id="rId${at}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/table" Target="${target}"/>`,
      )
      .join('')}</Relationships>`;
  const workbookWith = (tables: Readonly<Record<string, string>>): Buffer =>
    buildWorkbook({
      sheets: [{ name: 'Leavers', rows: [...rows, ['Total', '2']] }],
      parts: {
        'xl/worksheets/_rels/sheet1.xml.rels': relationships(
          Object.keys(tables).map((name) => `../tables/${name}`),
        ),
        ...Object.fromEntries(Object.entries(tables).map(([name, xml]) => [`xl/tables/${name}`, xml])),
      },
    });

  test.each([
    ['one table', { 't1.xml': '<table ref="A1:B4" totalsRowCount="1"/>' }],
    ['in small letters', { 't1.xml': '<table ref="a1:b4" totalsRowCount="1"/>' }],
    ['one of two', { 't1.xml': '<table ref="D1:E3"/>', 't2.xml': '<table ref="A1:B4" totalsRowCount="1"/>' }],
  ])('is passed over, and named: %s', async (_what, tables) => {
    const plan = await planOf(workbookWith(tables));
    expect(users(plan)).toEqual(['leaver.one', 'Müller 王']);
    expect(plan).toMatchObject({ totalRows: [4], rows: { total: 2, invalid: 0 } });
  });

  test.each([
    ['a table without one', { 't1.xml': '<table ref="A1:B4" totalsRowCount="0"/>' }],
    ['a table that shows none', { 't1.xml': '<table ref="A1:B4" totalsRowShown="0"/>' }],
  ])('is told by its words alone in %s', async (_what, tables) => {
    const plan = await planOf(workbookWith(tables));
    expect(plan.totalRows).toEqual([]);
    expect(plan.problems.map(({ line, kind }) => [line, kind])).toContainEqual([4, 'total']);
  });
});
