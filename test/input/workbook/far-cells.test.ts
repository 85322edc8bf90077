import { writeFileSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { prove } from '../../../src/files/proven-file.ts';
import { openRows } from '../../../src/input/read-rows.ts';
import { openWorkbook } from '../../../src/input/workbook/read-workbook.ts';
import type { Row } from '../../../src/input/row.ts';
import { nameOfColumn } from '../../../src/input/workbook/cell-reference.ts';
import { UserError } from '../../../src/errors.ts';
import { createNumberFormat } from '../../../src/input/workbook/number-format.ts';
import { readSheet } from '../../../src/input/workbook/read-sheet.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { buildSheet, buildWorkbook, type WorkbookSpec } from './build-workbook.ts';

const defaults = { userIdType: undefined, appIds: ['app-1'] };

async function rowsOf(workbook: Buffer): Promise<Row[]> {
  const file = path.join(temporaryFolder(), 'leavers.xlsx');
  writeFileSync(file, workbook);
  const { batches } = await openRows(await prove(file), { columns: {}, defaults, name: 'leavers.xlsx' });
  const all: Row[] = [];
  for await (const batch of batches) all.push(...batch);
  return all;
}

/** Rows by where their texts stand, by column from 0. */
type Texts = Readonly<Record<number, string>>;

function sheetOf(rows: readonly Texts[]): Buffer {
  const xml = rows.map((texts, at) => {
    const cells = Object.entries(texts).map(
      ([column, text]) =>
        `<c r="${nameOfColumn(Number(column))}${at + 1}" t="inlineStr"><is><t>${text}</t></is></c>`,
    );
    return `<row r="${at + 1}">${cells.join('')}</row>`;
  });
  return buildSheet([], { sheetData: xml.join('') });
}

const header = (columns: Texts): Texts => ({ 0: 'user_id', ...columns });

test('wherever its cells stand, a row has them in the columns that the header names', async () => {
  const place = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 2000 }));
  const cells = fc.dictionary(place.map(String), fc.constantFrom('a', 'b'), { maxKeys: 6 });
  await fc.assert(
    fc.asyncProperty(cells, fc.array(cells, { minLength: 1, maxLength: 5 }), async (names, rows) => {
      const width = Math.max(0, ...Object.keys(names).map(Number)) + 1;
      const within = rows.map((row) =>
        Object.fromEntries(Object.entries(row).filter(([at]) => Number(at) < width)),
      );
      const found = await rowsOf(sheetOf([header(names), ...within.map((row) => ({ 0: 'u1', ...row }))]));
      for (const [at, row] of found.entries()) {
        const expected = Array.from({ length: width }, (_, column) => within[at]?.[String(column)] ?? '');
        expect([...row.cells]).toEqual(['u1', ...expected.slice(1)]);
        expect(row.valid).toBe(true);
      }
      expect(found).toHaveLength(rows.length);
    }),
    { numRuns: 30 },
  );
});

test('text far to the right of the table makes its row invalid, and is kept beside its other cells', async () => {
  const [first, second, third] = await rowsOf(
    sheetOf([
      header({ 1: 'Note' }),
      { 0: 'u1', 16_383: 'stray' },
      { 0: 'u2', 900: ' ' },
      { 0: 'u3', 1: 'n', 80: 'x', 800: 'y' },
    ]),
  );
  expect(first).toMatchObject({
    valid: false,
    cells: ['u1', '', 'stray'],
    problems: [{ kind: 'cell_count', message: expect.stringContaining('in column XFD,') }],
  });
  expect(second).toMatchObject({ valid: true, cells: ['u2', ''] });
  expect(third).toMatchObject({ valid: false, cells: ['u3', 'n', 'x', 'y'] });
});

test('rows with a cell at the far end each take no more cells than they have', async () => {
  const file = path.join(temporaryFolder(), 'leavers.xlsx');
  const rows = Array.from({ length: 2000 }, () => ({ 0: 'u1', 16_383: '1' }));
  writeFileSync(file, sheetOf([header({}), ...rows]));
  const { records } = await openWorkbook(await prove(file), 'leavers.xlsx', undefined);
  let cells = 0;
  for await (const batch of records)
    for (const record of batch) cells += record.cells.length + (record.far?.length ?? 0);
  expect(cells).toBe(1 + 2 * 2000);
});

test('a header that goes on far to the right is refused, unless nothing is to be seen there', async () => {
  await expect(rowsOf(sheetOf([header({ 16_383: 'x' }), { 0: 'u1' }]))).rejects.toThrow(
    'row 1, which names the columns, goes on to column XFD; 2048 columns are read at most.',
  );
  expect(await rowsOf(sheetOf([header({ 1: 'Note', 16_383: ' ' }), { 0: 'u1' }]))).toMatchObject([
    { cells: ['u1', ''] },
  ]);
  expect(await rowsOf(sheetOf([header({ 2047: 'Last' }), { 0: 'u1' }]))).toMatchObject([{ valid: true }]);
  await expect(rowsOf(sheetOf([header({ 2048: 'Last' }), { 0: 'u1' }]))).rejects.toThrow('column BZU');
});

test('columns are named as spreadsheets do', () => {
  expect([0, 25, 26, 51, 52, 701, 702, 16_383].map(nameOfColumn)).toEqual([
    'A',
    'Z',
    'AA',
    'AZ',
    'BA',
    'ZZ',
    'AAA',
    'XFD',
  ]);
});

test('texts that cells share are refused when they come out longer than any table, however small the file', async () => {
  const row = (at: number): string => `<row r="${at}"><c r="A${at}" t="s"><v>0</v></c></row>`;
  const xml = Array.from({ length: 1000 }, (_, at) => row(at + 1)).join('');
  const read = readSheet(chunksOf(`<worksheet><sheetData>${xml}</sheetData></worksheet>`), {
    styles: { get: () => createNumberFormat(0, undefined, false) },
    sharedStrings: { get: () => 'a'.repeat(1000) },
    isUncalculated: false,
    maxChars: 900_000,
    fault: (what) => new UserError(what),
    tooBig: (what) => new UserError(`too big: ${what}`),
    onMerged() {},
  });
  let rows = 0;
  const readAll = async (): Promise<void> => {
    for await (const batch of read) rows += batch.length;
  };
  await expect(readAll()).rejects.toThrow('too big: its cells show more than 900000 characters');
  expect(rows).toBeLessThan(900);
});

async function* chunksOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

test.each<[string, Partial<WorkbookSpec> & { readonly format?: string }, string]>([
  [
    'a text longer than any cell',
    { sharedStrings: [`<si><t>${'a'.repeat(65_537)}</t></si>`] },
    'longer than 65536 characters',
  ],
  [
    'more texts than are kept, as the table of texts says',
    {
      parts: { 'xl/sharedStrings.xml': '<sst uniqueCount="4000001"><si><t>a</t></si></sst>' },
      sharedStrings: ['<si><t>a</t></si>'],
    },
    'or are more than 4000000',
  ],
  [
    'a number format longer than Excel takes',
    { format: '0'.repeat(256) },
    'a number format has more than 255 characters',
  ],
])('%s is refused', async (_, { format, ...spec }, message) => {
  const rows = [['user_id'], [format === undefined ? 'u1' : { v: '1', format }]];
  await expect(rowsOf(buildWorkbook({ sheets: [{ name: 'Leavers', rows }], ...spec }))).rejects.toThrow(
    message,
  );
});
