import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { openWorkbook } from '../../../src/input/workbook/read-workbook.ts';
import { prove } from '../../../src/files/proven-file.ts';
import type { RecordOfInput } from '../../../src/input/text/record.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { buildSheet, buildWorkbook, type StoredCell } from './build-workbook.ts';

async function recordsOf(workbook: Buffer, sheet?: string): Promise<RecordOfInput[]> {
  const file = path.join(temporaryFolder(), 'leavers.xlsx');
  writeFileSync(file, workbook);
  const { records } = await openWorkbook(await prove(file), 'leavers.xlsx', sheet);
  const all: RecordOfInput[] = [];
  for await (const batch of records) all.push(...batch);
  return all;
}

/** What a sheet shows that has just this cell. */
async function shown(cell: StoredCell): Promise<string | undefined> {
  const [record] = await recordsOf(buildSheet([[cell]]));
  return record?.cells[0];
}

describe('texts', () => {
  test('whatever texts are written come back cell for cell, each with its row number', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 });
    const odd = fc.constantFrom(
      '_x000D_',
      '_x005F_',
      ' a ',
      'a\nb',
      '\u0000',
      '&lt;',
      ']]>',
      '__proto__',
      '007',
    );
    const table = fc.array(fc.array(fc.oneof(text, odd), { maxLength: 30 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(table, fc.boolean(), fc.boolean(), async (rows, inline, withoutReferences) => {
        const sheets = [{ name: 'Leavers', rows, withoutReferences }];
        const written = rows.flatMap((cells, row) => {
          const last = cells.findLastIndex((cell) => cell !== '');
          return last === -1 ? [] : [{ line: row + 1, cells: cells.slice(0, last + 1) }];
        });
        expect(await recordsOf(buildWorkbook({ sheets, inline }))).toEqual(written);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    [
      'runs of different fonts',
      '<si><r><rPr><b/></rPr><t>66a1</t></r><r><t xml:space="preserve">bb </t></r></si>',
      '66a1bb ',
    ],
    [
      'how a name is read aloud',
      '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si>',
      '東京',
    ],
    ['a CDATA section', '<si><t><![CDATA[a<b]]></t></si>', 'a<b'],
    ['half a surrogate pair as an escape', '<si><t>a_xD83D_b</t></si>', 'a_xD83D_b'],
    ['an extension of the same name', '<si><t>u-1</t><extLst><ext><t>no</t></ext></extLst></si>', 'u-1'],
  ])('%s', async (_what, item, text) => {
    const workbook = buildWorkbook({
      sheets: [{ name: 'Leavers', rows: [[{ t: 's', v: '0' }]] }],
      sharedStrings: [item],
    });
    expect((await recordsOf(workbook))[0]?.cells).toEqual([text]);
  });

  test('an inline text with runs, phonetics and a stale value beside it', async () => {
    const xml = '<v>9</v><is><r><t>u-</t></r><r><t>1</t></r><rPh sb="0" eb="1"><t>no</t></rPh></is>';
    expect(await shown({ t: 'inlineStr', xml })).toBe('u-1');
  });

  test('element names with a namespace prefix', async () => {
    const sheet = `<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="3"><x:c r="B3" t="str"><x:v>u-1</x:v></x:c></x:row></x:sheetData></x:worksheet>`;
    const workbook = buildWorkbook({
      sheets: [{ name: 'Leavers', rows: [] }],
      parts: { 'xl/worksheets/sheet1.xml': sheet },
    });
    expect(await recordsOf(workbook)).toEqual([{ line: 3, cells: ['', 'u-1'] }]);
  });
});

describe('numbers', () => {
  test('a whole number of up to 15 digits is shown digit for digit, and with leading zeros where its format has them', async () => {
    const digits = fc.bigInt({ min: 0n, max: 999_999_999_999_999n }).map(String);
    await fc.assert(
      fc.asyncProperty(fc.array(digits, { minLength: 1, maxLength: 20 }), async (numbers) => {
        const rows = numbers.map((v) => [
          { v },
          { v, format: '0' },
          { v, formatId: 49 },
          { v, format: '000000000000000' },
          { v, format: '"E-"0;@' },
        ]);
        expect((await recordsOf(buildSheet(rows))).map(({ cells }) => cells)).toEqual(
          numbers.map((v) => [v, v, v, v.padStart(15, '0'), `E-${v}`]),
        );
      }),
      { numRuns: 40 },
    );
  });

  test.each<[string, StoredCell, string]>([
    ['a phone number without format', { v: '13800138000' }, '13800138000'],
    ['more digits than the sheet would show', { v: '123456789012' }, '123456789012'],
    ['a General of WPS', { v: '13800138000', format: 'G/通用格式' }, '13800138000'],
    ['a number stored with a fraction of nothing', { v: '13800138000.0' }, '13800138000'],
    ['a binary fraction as Excel stores it', { v: '1.1000000000000001' }, '1.1'],
    ['a small number with an exponent', { v: '5.0000000000000001E-3' }, '0.005'],
    ['a number below zero', { v: '-42' }, '-42'],
    ['a number that lost digits, as the file has it', { v: '1.38E+10' }, '1.38E+10'],
    ['the same under a format of whole numbers', { v: '1.38E+10', format: '0' }, '1.38E+10'],
    ['18 digits typed as a number', { v: '4.4010119900101002E+17', format: '0' }, '4.4010119900101002E+17'],
    ['16 digits with a zero that was none', { v: '1234567890123450' }, '1234567890123450'],
    ['a number that its format shows with an exponent', { v: '13800138000', formatId: 11 }, '1.38E+10'],
    ['thousands', { v: '13800138000', formatId: 3 }, '13,800,138,000'],
    ['a phone number with hyphens', { v: '13800138000', format: '000\\-0000\\-0000' }, '138-0013-8000'],
    ['a personnel number with a prefix', { v: '42', format: '"EMP-"00000' }, 'EMP-00042'],
    ['room for a bracket and a sign', { v: '7', format: '_(* 0_);_(* \\(0\\);_(* "-"_);_(@_)' }, '7'],
    ['what its format hides', { v: '7001', format: ';;;' }, '7001'],
    ['a format that is none', { v: '7001', format: '0[' }, '7001'],
    ['a text under a format for texts', { t: 'str', v: '7001', format: '"E-"@' }, 'E-7001'],
    ['a text under a format for dates', { t: 'str', v: '7001', format: 'yyyy"年"m"月";@' }, '7001'],
    ['something that is no number', { v: 'INF' }, 'INF'],
  ])('%s', async (_what, cell, text) => {
    expect(await shown(cell)).toBe(text);
  });
});

describe('what else a cell can hold', () => {
  test.each<[string, StoredCell, string]>([
    ['true', { t: 'b', v: '1' }, 'TRUE'],
    ['false', { t: 'b', v: '0' }, 'FALSE'],
    ['the text result of a formula', { t: 'str', v: 'u-1', formula: 'A1&B1' }, 'u-1'],
    ['the number result of a formula', { v: '7001', formula: 'A1+1' }, '7001'],
  ])('%s', async (_what, cell, text) => {
    expect(await recordsOf(buildSheet([[cell]]))).toEqual([{ line: 1, cells: [text] }]);
  });

  test.each<[string, StoredCell, string, string]>([
    ['a date', { v: '46351', formatId: 14 }, '2026-11-25', 'The workbook holds a date here'],
    [
      'a date and time',
      { v: '46351.749988425923', formatId: 22 },
      '2026-11-25 17:59',
      'The workbook holds a date',
    ],
    [
      'a Chinese date',
      { v: '46351', format: '[$-804]yyyy"年"m"月"d"日";@' },
      '2026年11月25日',
      'The workbook holds a date',
    ],
    ['a date of a Chinese Excel', { v: '46351', formatId: 31 }, '2026-11-25', 'The workbook holds a date'],
    ['a date of the strict format', { t: 'd', v: '2026-11-25' }, '2026-11-25', 'The workbook holds a date'],
    ['an ID taken for a date', { v: '46357', format: 'd-mmm' }, '1-Dec', 'The workbook holds a date'],
    [
      'a lookup that found nothing',
      { t: 'e', v: '#N/A', formula: 'VLOOKUP(A1,B:C,2,0)' },
      '#N/A',
      'This is an error of a formula',
    ],
    [
      'a formula whose result is not in the file',
      { formula: 'A1&B1' },
      '',
      'The workbook holds a formula here without',
    ],
    [
      'a formula with an empty result element',
      { formula: 'A1&B1', v: '' },
      '',
      'The workbook holds a formula here without',
    ],
    [
      'a text formula without result',
      { t: 'str', formula: 'A1' },
      '',
      'The workbook holds a formula here without',
    ],
  ])('%s is shown, and said to be no ID', async (_what, cell, text, message) => {
    const [record] = await recordsOf(buildSheet([[cell]]));
    expect(record?.cells).toEqual([text]);
    expect(record?.problems).toMatchObject([{ column: 0, message: expect.stringContaining(message) }]);
  });

  test.each<[string, StoredCell, string, string | undefined]>([
    ['an exponent', { v: '13800138000', formatId: 11 }, '1.38E+10', '13800138000'],
    [
      'an exponent and holds no more than it shows',
      { v: '13800000000', formatId: 11 },
      '1.38E+10',
      undefined,
    ],
    ['separators', { v: '13800138000', formatId: 3 }, '13,800,138,000', '13800138000'],
    ['hyphens', { v: '13800138000', format: '000\\-0000\\-0000' }, '138-0013-8000', '13800138000'],
    ['fewer digits', { v: '7001.6', format: '0' }, '7002', undefined],
    ['its last digits left out', { v: '13800138000', format: '0,' }, '13800138', '13800138000'],
  ])(
    'a number whose format shows it with %s is shown so, and said to be no ID',
    async (_what, cell, text, repair) => {
      const [record] = await recordsOf(buildSheet([[cell]]));
      expect(record?.cells).toEqual([text]);
      expect(record?.problems).toMatchObject([{ column: 0, kind: 'other_digits', repair }]);
    },
  );

  test('a formula with the empty text as its result is an empty cell', async () => {
    const empty: StoredCell = { t: 'str', v: '', formula: 'IF(A1="","",A1)' };
    expect(await recordsOf(buildSheet([['u-1', empty]]))).toEqual([{ line: 1, cells: ['u-1'] }]);
  });

  test('the results of formulas are not believed when the file says that they are to be calculated', async () => {
    const rows = [['u-1', { v: '0', formula: 'B7' }]];
    const workbook = buildWorkbook({ sheets: [{ name: 'Leavers', rows }], fullCalcOnLoad: true });
    expect(await recordsOf(workbook)).toMatchObject([{ cells: ['u-1', '0'], problems: [{ column: 1 }] }]);
  });

  test('days are counted from 1904 where the workbook says so, and other numbers are not touched', async () => {
    const rows = [[{ v: '44889', formatId: 14 }, { v: '44889' }, { v: '44889', format: '0' }]];
    const workbook = buildWorkbook({ sheets: [{ name: 'Leavers', rows }], isDate1904: true });
    expect((await recordsOf(workbook))[0]?.cells).toEqual(['2026-11-25', '44889', '44889']);
  });
});

describe('rows', () => {
  test('rows and cells that the file leaves out keep the others in their places', async () => {
    const rows = [['user_id', undefined, 'app_ids'], [], [], [undefined, { v: '7' }], ['', ' ']];
    expect(await recordsOf(buildSheet(rows))).toEqual([
      { line: 1, cells: ['user_id', '', 'app_ids'] },
      { line: 4, cells: ['', '7'] },
      { line: 5, cells: ['', ' '] },
    ]);
  });

  test.each([
    ['by a filter', '<row r="1" hidden="1">'],
    ['as LibreOffice writes it', '<row r="1" hidden="true">'],
    ['by a height of nothing', '<row r="1" ht="0" customHeight="1">'],
  ])('a row hidden %s is marked', async (_how, row) => {
    const sheetData = `${row}<c r="A1" t="str"><v>u-1</v></c></row>`;
    expect(await recordsOf(buildSheet([], { sheetData }))).toMatchObject([
      {
        line: 1,
        cells: ['u-1'],
        problems: [{ column: undefined, message: expect.stringContaining('hidden') }],
      },
    ]);
  });

  test('the last row and the last column that a sheet can have', async () => {
    const sheetData = '<row r="1048576"><c r="XFD1048576" t="str"><v>u-1</v></c></row>';
    const [record] = await recordsOf(buildSheet([], { sheetData }));
    expect(record).toEqual({ line: 1_048_576, cells: [], far: [{ column: 16_383, text: 'u-1' }] });
  });

  test.each([
    ['a row that comes twice', '<row r="2"/><row r="2"/>', 'after row 2 comes row 2'],
    ['rows in the wrong order', '<row r="3"/><row r="1"/>', 'after row 3 comes row 1'],
    ['a row number that is none', '<row r="x"/>', 'after row 0 comes row x'],
    ['a row below the last one', '<row r="1048577"/>', 'after row 0 comes row 1048577'],
    [
      'a cell that comes twice',
      '<row r="1"><c r="A1"/><c r="A1"/></row>',
      'in row 1 a cell is out of place (A1)',
    ],
    [
      'a cell right of the last column',
      '<row r="1"><c r="XFE1"/></row>',
      'in row 1 a cell is out of place (XFE1)',
    ],
    ['a cell that says no column', '<row r="1"><c r="1"/></row>', 'in row 1 a cell is out of place (1)'],
    [
      'a text that there is not',
      '<row r="1"><c r="A1" t="s"><v>9</v></c></row>',
      'row 1 names the text 9, which there is not',
    ],
    [
      'a type that there is not',
      '<row r="1"><c r="A1" t="z"><v>9</v></c></row>',
      'row 1 holds a cell of the unknown type "z"',
    ],
  ])('%s makes the workbook damaged', async (_what, sheetData, message) => {
    await expect(recordsOf(buildSheet([], { sheetData }))).rejects.toThrow(
      `leavers.xlsx is a damaged workbook: in the sheet "Leavers", ${message}.`,
    );
  });
});

describe('sheets', () => {
  const sheets = [
    { name: '说明', rows: [['read me']], state: 'hidden' as const },
    { name: '离职 名单', rows: [['u-1']] },
    { name: 'Active', rows: [['u-2']] },
    { name: 'Secret', rows: [['u-3']], state: 'veryHidden' as const },
  ];

  test.each([
    ['the first one that is shown, without a name', undefined, 'u-1'],
    ['by its name', '离职 名单', 'u-1'],
    ['by its name in another case, as Excel compares names', 'ACTIVE', 'u-2'],
    ['a hidden one when it is named', 'Secret', 'u-3'],
  ])('%s', async (_what, name, userId) => {
    expect((await recordsOf(buildWorkbook({ sheets }), name))[0]?.cells).toEqual([userId]);
  });

  test('a name that no sheet has is refused with a list of them', async () => {
    await expect(recordsOf(buildWorkbook({ sheets }), 'Leavers')).rejects.toThrow(
      'leavers.xlsx has no sheet "Leavers" (--sheet). Its sheets: "说明" (hidden), "离职 名单", "Active", "Secret" (hidden).',
    );
  });

  test('a workbook of hidden sheets is refused until one is named', async () => {
    const hidden = buildWorkbook({ sheets: [{ name: 'Secret', rows: [['u-1']], state: 'hidden' }] });
    await expect(recordsOf(hidden)).rejects.toThrow('no sheet with cells that is shown: "Secret" (hidden)');
    expect(await recordsOf(hidden, 'Secret')).toHaveLength(1);
  });

  test('parts are found by an absolute path, in another case and with backslashes', async () => {
    const workbook = buildWorkbook({
      sheets: [{ name: 'Leavers', rows: [] }],
      parts: {
        'xl/worksheets/sheet1.xml': undefined,
        'XL\\Worksheets\\Sheet1.xml':
          '<worksheet><sheetData><row><c t="str"><v>u-1</v></c></row></sheetData></worksheet>',
        'xl/_rels/workbook.xml.rels':
          '<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="/xl/worksheets/sheet1.xml"/></Relationships>',
      },
    });
    expect(await recordsOf(workbook)).toEqual([{ line: 1, cells: ['u-1'] }]);
  });
});

test('a workbook that LibreOffice saved', async () => {
  const fixture = path.join(import.meta.dirname, '../../fixtures/input/saved-by-libreoffice.xlsx');
  const records = await recordsOf(readFileSync(fixture), '离职名单');
  expect(records.map(({ line, cells }) => [line, ...cells])).toEqual([
    [1, 'Leavers of November'],
    [2, 'user_id', 'user_id_type', 'app_ids', 'last_day'],
    [3, '13800138000', 'phone', 'app-1;app-2', '2026-11-25'],
    [5, '00007001', 'external_id', 'app-1'],
    [6, '13800138001', 'phone', 'TRUE', '50.00%'],
    [7, 'hidden-1', 'user_id', 'app-1'],
    [8, '#N/A', 'user_id', 'app-1'],
    [9, 'u-1', 'user_id', ' a & <b> "c" _x0041_ 东京 '],
    [10, '4.4010119900101E+017', 'user_id', 'app-1'],
  ]);
  expect(
    records.flatMap(({ line, problems }) => (problems ?? []).map(({ column }) => [line, column])),
  ).toEqual([
    [3, 3],
    [6, 3],
    [7, undefined],
    [8, 0],
  ]);
});
