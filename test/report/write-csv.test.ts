import { readFileSync } from 'node:fs';
import path from 'node:path';

import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { openCsv, type CsvRecord } from '../../src/report/write-csv.ts';
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
  const csv = await openCsv(file, { forSpreadsheets, writer: 'holder' });
  for (const records of batches) await csv.write(records);
  await csv.finish();
  return readFileSync(file, 'utf8');
}

test.each([true, false])(
  'a record that is written as it is differs in no byte from what csv-stringify makes of it (for spreadsheets: %s)',
  async (forSpreadsheets) => {
    await fc.assert(
      fc.asyncProperty(batches, async (batches) => {
        const expected = stringify(batches.flat(), {
          escape_formulas: forSpreadsheets,
          quoted_match: /[\r\n]/,
        });
        expect(await written(forSpreadsheets, batches)).toBe(`${forSpreadsheets ? '\uFEFF' : ''}${expected}`);
      }),
      { numRuns: 200 },
    );
  },
);
