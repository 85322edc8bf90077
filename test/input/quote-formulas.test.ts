import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { quoteFormulas } from '../../src/input/text/quote-formulas.ts';
import { cut, readAll } from './read-all.ts';

async function quoted(text: string, lengths: readonly number[] = [64]): Promise<string> {
  async function* chunks(): AsyncGenerator<Buffer> {
    yield* cut(Buffer.from(text), lengths);
  }
  const pieces: Buffer[] = [];
  for await (const piece of quoteFormulas(chunks())) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

test.each([
  ['="00123",app-1\n', '"=""00123""",app-1\n'],
  ['a,="1",="2"\r\n="3";b', 'a,"=""1""","=""2"""\r\n"=""3""";b'],
  ['a\t="用户"\t="2"|="3"', 'a\t"=""用户"""\t"=""2"""|"=""3"""'],
  ['="last"', '"=""last"""'],
  // Not a whole cell, or inside a quoted one: none of these is changed.
  ['x="1",b\n', 'x="1",b\n'],
  ['="1"x,b\n', '="1"x,b\n'],
  ['=""1"",b\n', '=""1"",b\n'],
  ['"a,=""1"",b",c\n', '"a,=""1"",b",c\n'],
  ['"two lines\n="",b",="1"\n', '"two lines\n="",b","=""1"""\n'],
])('%j becomes %j', async (text, expected) => {
  for (const length of [1, 2, 3, 1000]) expect(await quoted(text, [length])).toBe(expected);
});

test('a file with such cells is read to its end, and each is a damaged ID with its line', async () => {
  const { rows, error } = await readAll('user_id,app_ids\n="00123",app-1\nu2,="a;b"\nu3,app-3\n');
  expect(error).toBeUndefined();
  expect(rows.map((row) => (row.valid ? [] : row.problems))).toMatchObject([
    [{ line: 2, column: 'user_id', kind: 'formula', value: '="00123"', repair: '00123' }],
    [{ line: 3, column: 'app_ids', kind: 'formula', value: '="a;b"', repair: 'a;b' }],
    [],
  ]);
});

test('whatever table is written, it is read back cell for cell', async () => {
  const piece = fc.constantFrom('="', '"', '=', ',', ';', '\n', '\r\n', 'a', '用', '1', ' ', '|');
  const cell = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      async (table, lengths) => {
        const text = stringify(table, { quoted_match: /["\r\n]/ });
        expect(await quoted(text, lengths)).toBe(text);
      },
    ),
    { numRuns: 300 },
  );
});

test('a quotation mark that is never closed is still told by its line', async () => {
  const { error } = await readAll(`user_id,app_ids\nu1,app-1\n"u2,app-1\nu3,app-1\n`);
  expect(error?.message).toContain('line 3');
  expect(error?.message).toContain('never closed');
});
