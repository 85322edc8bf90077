import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import type { Simulator } from '../src/simulator/simulator.ts';
import { genauthOffboard, genauthOffboardProcess } from './command-line.ts';
import { buildSheet, buildWorkbook, type WorkbookSpec } from './input/workbook/build-workbook.ts';
import { buildZip, packRepeated } from './input/workbook/build-zip.ts';
import { readCsvFile } from './read-report.ts';
import { simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

function folderWith(files: Readonly<Record<string, string | Buffer>>): string {
  const cwd = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(cwd, name), content);
  return cwd;
}

function environmentOf(server: Simulator): Record<string, string> {
  return {
    GENAUTH_HOST: server.url,
    GENAUTH_ACCESS_KEY_ID: server.accessKeyId,
    GENAUTH_ACCESS_KEY_SECRET: server.accessKeySecret,
  };
}

/** As HR would save it: a title, phone numbers as numbers, personnel numbers with zeros from their format, dates. */
const leavers = buildWorkbook({
  sheets: [
    { name: '说明', rows: [['How to use this workbook']], state: 'hidden' },
    {
      name: '离职名单',
      rows: [
        ['user_id', 'user_id_type', 'app_ids', 'last_day'],
        [{ v: '13800138000' }, 'phone', 'app-1;app-2', { v: '46351', formatId: 14 }],
        [],
        [{ v: '7001', format: '00000000' }, 'external_id', 'app-1', undefined],
        ['65f0aa000000000000000001', undefined, 'app-2', { v: '46352', formatId: 14 }],
      ],
    },
    {
      name: 'Active',
      rows: [
        ['user_id', 'app_ids'],
        ['nobody-here', 'app-1'],
      ],
    },
  ],
});

test('a workbook is checked, run, resumed and reported with the row numbers of its sheet', async () => {
  const server = await simulator();
  const cwd = folderWith({ 'leavers.xlsx': leavers });
  const surroundings = { cwd, environment: environmentOf(server) };

  const checked = await genauthOffboard(['check', 'leavers.xlsx'], surroundings);
  expect(checked).toMatchObject({ code: 0, stderr: '' });
  expect(checked.stdout).toContain(
    '  format    Excel workbook, sheet "离职名单", header in row 1; not read: "说明", "Active"\n',
  );

  const ran = await genauthOffboard(['run', 'leavers.xlsx', '--yes', '--out', 'out'], surroundings);
  expect(ran.code).toBe(0);
  expect(readdirSync(path.join(cwd, 'out'))).toContain('input.xlsx');
  expect(server.log.map(({ userIdType, userId }) => `${userIdType} ${userId}`).sort()).toEqual([
    'external_id 00007001',
    'phone 13800138000',
    'user_id 65f0aa000000000000000001',
  ]);
  const rows = readCsvFile(path.join(cwd, 'out'), 'report.csv').map((row) => [
    row['line'],
    row['status'],
    row['last_day'],
  ]);
  expect(rows).toEqual([
    ['2', 'succeeded', '2026-11-25'],
    ['4', 'succeeded', ''],
    ['5', 'succeeded', '2026-11-26'],
  ]);

  const before = readFileSync(path.join(cwd, 'out/report.csv'), 'utf8');
  expect(await genauthOffboard(['resume', 'out'], surroundings)).toMatchObject({ code: 0 });
  expect(await genauthOffboard(['report', 'out'], { cwd })).toMatchObject({ code: 0 });
  expect(readFileSync(path.join(cwd, 'out/report.csv'), 'utf8')).toBe(before);
  expect(server.log).toHaveLength(3);
});

test('a run of a named sheet goes on with that sheet, and what it leaves open runs again as CSV', async () => {
  const server = await simulator();
  const rows = [
    ['user_id', 'app_ids'],
    [{ v: '7001', format: '00000000' }, 'app-1'],
    ['deleted-1', 'app-1;app-2'],
  ];
  const cwd = folderWith({
    'staff.xlsx': buildWorkbook({
      sheets: [
        { name: 'Active', rows: [['x']] },
        { name: 'Leavers', rows },
      ],
    }),
  });
  const surroundings = { cwd, environment: environmentOf(server) };
  const ran = await genauthOffboard(
    ['run', 'staff.xlsx', '--sheet', 'leavers', '--yes', '--out', 'out'],
    surroundings,
  );
  expect(ran.code).toBe(3);
  expect(JSON.parse(readFileSync(path.join(cwd, 'out/run.json'), 'utf8'))).toMatchObject({
    input: { file: 'input.xlsx', rows: 2 },
    options: { plan: { sheet: 'leavers' } },
  });
  expect((await genauthOffboard(['resume', 'out', '--retry-failed'], surroundings)).code).toBe(3);
  const again = await genauthOffboard(['run', 'out/retry.csv', '--yes', '--out', 'again'], surroundings);
  expect(again.code).toBe(3);
  expect(readCsvFile(path.join(cwd, 'again'), 'report.csv').map((row) => row['user_id'])).toEqual([
    'deleted-1',
  ]);
});

test('a workbook is told by its bytes: from stdin, and under the name of a CSV file', async () => {
  const server = await simulator();
  const cwd = folderWith({ 'leavers.csv': leavers });
  const surroundings = { cwd, environment: environmentOf(server) };
  const piped = await genauthOffboard(['run', '-', '--yes', '--out', 'out'], {
    ...surroundings,
    stdin: leavers,
  });
  expect(piped.code).toBe(0);
  expect(readdirSync(path.join(cwd, 'out'))).toContain('input.xlsx');
  expect((await genauthOffboard(['report', 'out'], surroundings)).code).toBe(0);
  const renamed = await genauthOffboard(['check', 'leavers.csv', '--json'], surroundings);
  expect(JSON.parse(renamed.stdout)).toMatchObject({
    format: { sheet: '离职名单', otherSheets: ['说明', 'Active'], headerLine: 1 },
    rows: { total: 3, valid: 3 },
  });
});

describe('where the sheet that is read is not the right one', () => {
  const app = '66a1bb000000000000000001';
  const right = [
    ['user_id', 'app_ids'],
    ['65f0aa000000000000000001', app],
  ];
  const cover = [['Prepared by HR'], ['See the next sheets']];

  test.each<[what: string, sheets: WorkbookSpec['sheets'], args: string[], commands: string[]]>([
    [
      'each of several that fit has its command',
      [
        { name: 'Read me', rows: cover },
        { name: 'Berlin 2026', rows: right },
        { name: '上海', rows: right },
        { name: 'Salaries', rows: [['Name', 'Salary']] },
      ],
      [],
      ["--sheet 'Berlin 2026'", "--sheet '上海'"],
    ],
    [
      'also in place of one that was given',
      [
        {
          name: 'Salaries',
          rows: [
            ['Name', 'Salary'],
            ['A', '1'],
          ],
        },
        { name: 'Leavers', rows: right },
      ],
      ['--sheet', 'Salaries'],
      ['--sheet Leavers'],
    ],
    [
      'one of nearly the name is proposed alone',
      [
        { name: 'Leavers', rows: right },
        { name: 'Active', rows: right },
      ],
      ['--sheet', 'Leaver'],
      ['--sheet Leavers'],
    ],
    [
      'else all that are shown',
      [
        { name: 'Leavers', rows: right },
        { name: 'Active', rows: right },
      ],
      ['--sheet', 'Nobody'],
      ['--sheet Leavers', '--sheet Active'],
    ],
  ])('%s', async (_, sheets, args, commands) => {
    const cwd = folderWith({ 'a.xlsx': buildWorkbook({ sheets }) });
    const { code, stderr } = await genauthOffboard(['check', 'a.xlsx', ...args], { cwd });
    expect(code).toBe(2);
    const printed = stderr.split('\n').filter((line) => line.startsWith('  genauth-offboard '));
    expect(printed).toEqual(commands.map((flags) => `  genauth-offboard check a.xlsx ${flags}`));
  });
});

test('a demo rehearses with a workbook', async () => {
  // As the tenant's are: the simulated one knows no others.
  const rows = [
    ['user_id', 'app_ids'],
    ...['u-1', 'u-2', 'u-3'].map((id) => [id, '66a1bb000000000000000001']),
  ];
  const cwd = folderWith({ 'leavers.xlsx': buildSheet(rows) });
  const ended = await genauthOffboard(['demo', 'leavers.xlsx', '--out', 'out', '--json'], { cwd });
  expect(ended.code).toBe(0);
  expect(JSON.parse(ended.stdout)).toMatchObject({ rows: { total: 3, succeeded: 3 } });
});

describe('rows that are not to be sent', () => {
  test('hidden rows, errors, dates and formulas without result in the columns in use are invalid, each with its line', async () => {
    const noResult = { formula: 'Sheet2!A1' };
    const date = { v: '46357', format: 'd-mmm' };
    const rows = [
      ['user_id', 'app_ids', 'note'],
      ['u-1', 'app-1', date],
      ['u-2', 'app-1'],
      [{ t: 'e' as const, v: '#N/A' }, 'app-1'],
      [date, 'app-1'],
      ['u-5', noResult],
      [noResult, undefined, noResult],
      ['u-7', 'app-1', noResult],
      [{ v: '13800138000', formatId: 3 }, 'app-1'],
    ];
    const cwd = folderWith({ 'leavers.xlsx': buildSheet(rows, { hiddenRows: [3] }) });
    // With apps for rows that name none, a cell without its result must not be taken for an empty one.
    const flags = ['--app-ids', 'app-9', '--json', '--write-repaired', 'repaired.csv'];
    const ended = await genauthOffboard(['check', 'leavers.xlsx', ...flags], { cwd });
    expect(ended.code).toBe(3);
    const plan = JSON.parse(ended.stdout) as { problems: { line: number; column: string; kind: string }[] };
    expect(plan).toMatchObject({ rows: { total: 8, valid: 2, invalid: 6 }, emptyRecords: 0 });
    expect(plan.problems.map(({ line, column, kind }) => `${line} ${column}: ${kind}`)).toEqual([
      '3 (row): hidden_row',
      '4 user_id: spreadsheet_error',
      '5 user_id: date',
      '6 app_ids: no_result',
      '7 user_id: no_result',
      '9 user_id: other_digits',
    ]);
    expect(plan.problems.at(-1)).toMatchObject({ value: '13,800,138,000', repair: '13800138000' });
    // In a copy as CSV nothing would show any more that these rows are not to be sent.
    expect(readFileSync(path.join(cwd, 'repaired.csv'), 'utf8').trim().split('\n')).toEqual([
      'user_id,app_ids,note',
      'u-1,app-1,1-Dec',
      'u-7,app-1,',
      '13800138000,app-1,',
    ]);
  });

  test('a row with a cell right of the header is invalid, one with fewer cells is not', async () => {
    const rows = [
      ['user_id', 'app_ids', 'note'],
      ['u-1', 'app-1'],
      ['u-2', 'app-1', undefined, 'more'],
      ['u-3', 'app-1', 'x', ''],
    ];
    const cwd = folderWith({ 'leavers.xlsx': buildSheet(rows) });
    const ended = await genauthOffboard(['check', 'leavers.xlsx', '--json'], { cwd });
    expect(JSON.parse(ended.stdout)).toMatchObject({
      rows: { total: 3, valid: 2 },
      problems: [
        { line: 3, message: 'The record has 4 cells; expected 3, one for each column of the header.' },
      ],
    });
  });

  test('merged cells are taken above the rows and refused among them', async () => {
    const rows = [['Leavers of November'], [], ['user_id', 'app_ids'], ['u-1', 'app-1'], ['u-2']];
    const cwd = folderWith({
      'title.xlsx': buildSheet(rows, { merged: ['A1:C2', 'A3:B3'] }),
      'rows.xlsx': buildSheet(rows, { merged: ['A1:C2', 'B4:B5'] }),
    });
    // With apps for rows that name none, the covered cell would be taken for an empty one.
    const check = (file: string) => genauthOffboard(['check', file, '--app-ids', 'app-9', '--json'], { cwd });
    const taken = await check('title.xlsx');
    expect(JSON.parse(taken.stdout)).toMatchObject({ format: { headerLine: 3 }, rows: { valid: 2 } });
    const refused = await check('rows.xlsx');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('rows.xlsx: in the sheet "Leavers", the cells B4:B5 are merged');
  });
});

const users = [
  ['user_id', 'app_ids'],
  ['u-1', 'app-1'],
];
const ole = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(4088)]);
const tabs = { sheets: [{ name: 'Leavers', rows: users }] };
const withParts = (parts: WorkbookSpec['parts'] & object): Buffer => buildWorkbook({ ...tabs, parts });
const sheetPart = 'xl/worksheets/sheet1.xml';
const zipOf = (...names: string[]): Buffer => buildZip(names.map((name) => ({ name, content: 'x' })));

describe('files that are refused', () => {
  test.each<[string, Buffer, string]>([
    ['an old workbook', ole, 'leavers.xlsx is an old Excel workbook (.xls), which cannot be read.'],
    [
      'a workbook with a password',
      Buffer.concat([ole, Buffer.from('EncryptedPackage', 'utf16le')]),
      'leavers.xlsx is protected with a password.',
    ],
    [
      'an old Word document',
      Buffer.concat([ole, Buffer.from('WordDocument', 'utf16le')]),
      'leavers.xlsx is an old Word document (.doc), not a workbook.',
    ],
    ['a binary workbook', zipOf('xl/workbook.bin'), 'leavers.xlsx is a binary Excel workbook (.xlsb)'],
    [
      'an OpenDocument sheet',
      zipOf('mimetype', 'content.xml'),
      'leavers.xlsx is an OpenDocument file, such as an .ods',
    ],
    ['a file of Numbers', zipOf('Index/Document.iwa'), 'leavers.xlsx is a file of Apple Numbers or Pages'],
    ['a Word document', zipOf('word/document.xml'), 'leavers.xlsx is a Word document'],
    [
      'a ZIP file of something else',
      zipOf('leavers.csv'),
      'leavers.xlsx is a ZIP file that is no Excel workbook.',
    ],
    ['an empty ZIP file', buildZip([]), 'leavers.xlsx is a ZIP file that is no Excel workbook.'],
    [
      'parts with a password',
      buildWorkbook({ ...tabs, faults: { 'xl/workbook.xml': { isEncrypted: true } } }),
      'leavers.xlsx is protected with a password.',
    ],
    [
      'a download that was cut short',
      leavers.subarray(0, leavers.length - 30),
      'leavers.xlsx is a damaged workbook: its end, where the list of its parts stands, is missing or does not fit.',
    ],
    [
      'a checksum that does not fit',
      buildWorkbook({ ...tabs, faults: { [sheetPart]: { checksum: 1 } } }),
      `leavers.xlsx is a damaged workbook: its part ${sheetPart} does not fit its checksum.`,
    ],
    [
      'bytes that cannot be unpacked',
      buildWorkbook({ ...tabs, faults: { [sheetPart]: { packed: Buffer.from('nothing') } } }),
      `leavers.xlsx is a damaged workbook: its part ${sheetPart} cannot be unpacked.`,
    ],
    ['a missing sheet', withParts({ [sheetPart]: undefined }), `its part ${sheetPart} is missing.`],
    [
      'two parts of one name',
      withParts({ 'XL/worksheets/SHEET1.xml': '<worksheet/>' }),
      'two of its parts have the same name',
    ],
    [
      'a sheet whose XML ends in the middle',
      withParts({ [sheetPart]: '<worksheet><sheetData><row><c t="str"><v>user_id' }),
      'in the sheet "Leavers", it holds XML that is not well-formed.',
    ],
    [
      'entities that would grow without limit',
      withParts({
        [sheetPart]: '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet><sheetData/></worksheet>',
      }),
      'in the sheet "Leavers", it holds a document type declaration, which no workbook has.',
    ],
    [
      'bytes that are not UTF-8',
      withParts({ [sheetPart]: Buffer.from('<worksheet>\xfc</worksheet>', 'latin1') }),
      'in the sheet "Leavers", it holds bytes that are not UTF-8.',
    ],
    [
      'elements without end inside each other',
      withParts({ [sheetPart]: '<a>'.repeat(200) }),
      'in the sheet "Leavers", its XML is nested more than 100 deep.',
    ],
  ])('%s, in one sentence and with what to do', async (_what, content, message) => {
    const ended = await genauthOffboard(['check', 'leavers.xlsx'], {
      cwd: folderWith({ 'leavers.xlsx': content }),
    });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(message);
    expect(ended.stderr.trim().split('\n')).toHaveLength(2);
  });

  test('a sheet without the columns needed, naming the others', async () => {
    const sheets = [
      { name: 'Cover', rows: [['Leavers of November'], ['owner', 'date']] },
      { name: '离职名单', rows: users },
    ];
    const cwd = folderWith({ 'leavers.xlsx': buildWorkbook({ sheets }) });
    const ended = await genauthOffboard(['check', 'leavers.xlsx'], { cwd });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('leavers.xlsx, sheet "Cover" line 2: there is no column for the user ID');
    expect(ended.stderr).toContain('Columns found: "owner", "date".');
    expect(ended.stderr).toContain('Or name another sheet with --sheet: "离职名单".');
  });

  test('a sheet whose beginning is unclear', async () => {
    const rows = [
      ['staff', 'since', 'note'],
      ['u-0', 'app-1', 'x'],
      ['user_id', 'app_ids'],
      ['u-1', 'app-1'],
    ];
    const cwd = folderWith({ 'leavers.xlsx': buildSheet(rows) });
    const ended = await genauthOffboard(['check', 'leavers.xlsx'], { cwd });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(
      'leavers.xlsx, sheet "Leavers": line 3 names the columns needed, but line 1 above it could be a part of the table.',
    );
  });

  test('an encoding is not asked of a workbook', async () => {
    const cwd = folderWith({ 'leavers.xlsx': leavers });
    const ended = await genauthOffboard(['check', 'leavers.xlsx', '--encoding', 'gb18030'], { cwd });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('leavers.xlsx is an Excel workbook, which has no encoding to choose');
  });

  test('a sheet is not asked of a CSV file', async () => {
    const cwd = folderWith({ 'leavers.csv': 'user_id,app_ids\nu-1,app-1\n' });
    const ended = await genauthOffboard(['check', 'leavers.csv', '--sheet', 'Leavers'], { cwd });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(
      'leavers.csv is no Excel workbook, so it has no sheet "Leavers" (--sheet).',
    );
  });

  test('a run that is refused makes no call and leaves no folder', async () => {
    const server = await simulator();
    const cwd = folderWith({ 'leavers.xlsx': ole });
    const ended = await genauthOffboard(['run', 'leavers.xlsx', '--yes'], {
      cwd,
      environment: environmentOf(server),
    });
    expect(ended.code).toBe(2);
    expect(server.log).toEqual([]);
    expect(readdirSync(cwd)).toEqual(['leavers.xlsx']);
  });
});

/** Prints the most memory that a process had. */
const printMemory = `process.on('exit',()=>console.error('peak MiB '+process.resourceUsage().maxRSS/1024))`;

describe('files that were made to do harm', () => {
  const mebibyte = 'x'.repeat(1 << 20);
  const bomb = packRepeated('<worksheet><sheetData><row><c t="str"><v>', mebibyte, 3000);
  const row = '<row><c t="str"><v>u</v></c></row>'.repeat(2000);
  const rows = packRepeated('<worksheet><sheetData>', row, 16_000);
  const random = Array.from({ length: 1200 }, (_, at) => ((at * 2_654_435_761) >>> 0).toString(36)).join('');
  const texts = packRepeated('<sst>', `<si><t>${random.repeat(8)}</t></si>`, 2000);
  const ofSheet = (faults: object): Buffer => buildWorkbook({ ...tabs, faults: { [sheetPart]: faults } });
  test.each<[string, Buffer, string]>([
    ['3 GiB of text in 3 MiB', ofSheet(bomb), 'unpacks to 3001 MiB, and 2048 MiB are read at most'],
    [
      'the same, with a size that is not true',
      ofSheet({ ...bomb, unpackedSize: 5000 }),
      'is a damaged workbook',
    ],
    ['1 GiB of rows that are all alike', ofSheet(rows), 'times its size, as no table of users does'],
    [
      'one text without end',
      ofSheet(packRepeated('<worksheet><sheetData><row><c t="str"><v>', mebibyte, 12)),
      'in the sheet "Leavers", it holds a text of more than 1048576 characters',
    ],
    [
      'texts that would fill the memory',
      buildWorkbook({ ...tabs, faults: { 'xl/sharedStrings.xml': texts } }),
      'leavers.xlsx is too big to be read as a workbook: its different texts take more than 96 MiB',
    ],
  ])('%s is refused with little memory', async (_what, content, message) => {
    const ended = await genauthOffboardProcess(['check', 'leavers.xlsx'], {
      cwd: folderWith({ 'leavers.xlsx': content }),
      environment: { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(printMemory)}"` },
    });
    expect(ended.stderr).toContain(message);
    expect(ended.code).toBe(2);
    expect(Number(/peak MiB (\S+)/.exec(ended.stderr)?.[1])).toBeLessThan(200);
  });
});
