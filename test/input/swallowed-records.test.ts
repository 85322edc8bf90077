import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readAll } from './read-all.ts';

const userAt = (row: number): string => `65f0aa${String(row).padStart(18, '0')}`;
const app = '66a1bb000000000000000001';
const header = ['name', 'user_id', 'note', 'app_ids', 'team'];

function table(rows: number): string[][] {
  return Array.from({ length: rows }, (_, row) => [
    `Person ${row}`,
    userAt(row),
    `note ${row}`,
    app,
    'Sales',
  ]);
}

/** As programs write that put nothing in quotation marks. */
function plainly(records: readonly (readonly string[])[], delimiter: string, lineBreak: string): string {
  return records.map((record) => record.join(delimiter) + lineBreak).join('');
}

describe('a quotation mark that belongs to the text of a cell, and another in a row below it', () => {
  test('never make a row vanish: the file is refused, with the lines', async () => {
    const place = fc.integer({ min: 0, max: header.length - 1 });
    const stray = fc.record({
      rows: fc.integer({ min: 2, max: 12 }),
      first: fc.nat(),
      length: fc.integer({ min: 1, max: 5 }),
      from: place,
      to: place,
      delimiter: fc.constantFrom(',', ';', '\t', '|'),
      lineBreak: fc.constantFrom('\n', '\r\n'),
    });
    await fc.assert(
      fc.asyncProperty(stray, async ({ rows, first, length, from, to, delimiter, lineBreak }) => {
        const cells = table(rows);
        const begin = first % (rows - 1);
        const end = Math.min(rows - 1, begin + length);
        const [above, below] = [cells[begin] ?? [], cells[end] ?? []];
        above[from] = `"${above[from]}`;
        below[to] = `${below[to]}"`;
        const { error, rows: read } = await readAll(plainly([header, ...cells], delimiter, lineBreak));
        expect(error?.message).toContain(`users.csv line ${begin + 2}: a quotation mark`);
        expect(error?.message).toContain(`of the lines ${begin + 2} to ${end + 2},`);
        expect(error?.exitCode).toBe(2);
        expect(read.map(({ userId }) => userId)).not.toContain(userAt(end));
      }),
    );
  });

  test('nor do they in the header', async () => {
    const { error } = await readAll(`user_id,app_ids,"note\n${userAt(1)},${app},5"\n${userAt(2)},${app},6\n`);
    expect(error?.message).toContain('of the lines 1 to 2, which hold records of their own');
  });

  test('nor in a file of one column', async () => {
    const options = { defaults: { userIdType: 'user_id', appIds: [app] } } as const;
    const { error } = await readAll(`user_id\n"${userAt(1)}\n${userAt(2)}"\n`, options);
    expect(error?.message).toContain('of the lines 2 to 3');
  });
});

test.each([
  ['an address', '12 Main St, Springfield\nIL, USA'],
  ['an address over three lines', 'Flat 3\n12 Main St, Springfield\nIL, USA'],
  ['a note with commas', 'left, on Friday\nBob, his manager, knows'],
  ['a note', 'first\nsecond\nthird'],
  ['a quotation', 'she said "yes"\nand left'],
  ['a list of others', 'ada, bob\ncarol, dave'],
])('%s in a cell of several lines is read as what it is', async (_what, note) => {
  for (const delimiter of [',', ';', '\t']) {
    const text = stringify([header, ...table(3).map((record) => record.with(2, note))], { delimiter });
    const { rows, error } = await readAll(text);
    expect(error).toBeUndefined();
    expect(rows.map(({ userId }) => userId)).toEqual([0, 1, 2].map(userAt));
  }
});

test('cells of apps on several lines are read', async () => {
  const { rows, error } = await readAll(
    stringify([
      ['user_id', 'app_ids'],
      [userAt(1), `${app}\n66a1bb000000000000000002`],
    ]),
  );
  expect(error).toBeUndefined();
  expect(rows).toMatchObject([{ valid: true, appIds: [app, '66a1bb000000000000000002'] }]);
});
