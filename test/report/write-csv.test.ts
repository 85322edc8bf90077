import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { openNewCsv, type CsvRecord } from '../../src/report/write-csv.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const cell = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.integer(),
  // More than what is gathered before it is written.
  fc.constant('long '.repeat(15_000)),
  fc.constantFrom(
    '',
    'succeeded',
    'a,b',
    'say "hi"',
    '\r',
    'a\nb',
    '=1+1',
    '-5',
    '+86138',
    '＝x',
    'x=1',
    ' @x',
    '\ty',
  ),
);
const batches = fc.array(fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { maxLength: 5 }), {
  maxLength: 4,
});

async function written(forSpreadsheets: boolean, batches: readonly CsvRecord[][]): Promise<string> {
  const file = path.join(temporaryFolder(), 'table.csv');
  const csv = await openNewCsv(file, { forSpreadsheets });
  for (const records of batches) await csv.write(records);
  await csv.finish();
  return readFileSync(file, 'utf8');
}

test('a record that is written as it is differs in no byte from what csv-stringify makes of it', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (batches) => {
      const expected = stringify(batches.flat(), { quoted_match: /[\r\n]/ });
      expect(await written(false, batches)).toBe(`\uFEFF${expected}`);
    }),
    { numRuns: 100 },
  );
});

/** Texts of signs that mean something to a spreadsheet, and more often next to each other than by chance. */
const hostileCell = fc
  .array(
    fc.constantFrom(';', '|', '\t', '\r', '\n', '"', ',', ' ', '=', '+', '-', '@', '＝', "'", 'a', '1'),
    {
      maxLength: 7,
    },
  )
  .map((signs) => signs.join(''));
const hostileTable = fc.array(fc.array(hostileCell, { minLength: 1, maxLength: 4 }), {
  maxLength: 100,
  size: 'max',
});

/** A line number first, as in the report: else a line could begin with a space that is a cell's. */
const numbered = (table: readonly string[][]): CsvRecord[] =>
  table.map((cells, at) => [at + 2, ...cells, 'end']);

/** As spreadsheets split: a quotation mark counts at the begin of a cell, what follows a closed one is added, and nothing is an error. */
function cellsOf(text: string, delimiter: string): string[] {
  const cell = new RegExp(
    `(?:"((?:[^"]|"")*)(?:"|$))?([^${delimiter}\\r\\n]*)(?:[${delimiter}\\r\\n]|$)`,
    'y',
  );
  const cells: string[] = [];
  while (cell.lastIndex < text.length) {
    const [, quoted = '', rest = ''] = cell.exec(text) ?? [];
    cells.push(quoted.replaceAll('""', '"') + rest);
  }
  return cells;
}

function isRun(cell: string): boolean {
  return /^[\s"]*[=+\-@＝＋－＠]/.test(cell);
}

test('no cell is run by a spreadsheet, whatever sign it splits at, with regard to quotation marks or without', async () => {
  await fc.assert(
    fc.asyncProperty(hostileTable, async (table) => {
      const text = (await written(true, [numbered(table)])).slice(1);
      expect(parse(text, { relax_column_count: true }).flat().filter(isRun)).toEqual([]);
      for (const delimiter of [',', ';', '|', '\t'])
        expect(cellsOf(text, delimiter).filter(isRun)).toEqual([]);
      expect(text.split(/[;|\t\r\n]/).filter(isRun)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('what is made harmless differs by apostrophes alone, and ordinary texts in nothing', async () => {
  await fc.assert(
    fc.asyncProperty(hostileTable, async (table) => {
      const [safe, asItIs] = [
        await written(true, [numbered(table)]),
        await written(false, [numbered(table)]),
      ];
      expect(safe.replaceAll("'", '')).toBe(asItIs.replaceAll("'", ''));
    }),
    { numRuns: 30 },
  );
  const ordinary = [['a;b;c', 'x | y', "O'Neil", '2026-11-30', 'a-b', 'one\ntwo', 'a=b', 'me@x.example']];
  expect(await written(true, [ordinary])).toBe(await written(false, [ordinary]));
});
