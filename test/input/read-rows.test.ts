import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'csv-stringify/sync';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { prove } from '../../src/files/proven-file.ts';
import { openRows, rowsOf } from '../../src/input/read-rows.ts';
import type { Row } from '../../src/input/row.ts';
import { cut, cutBehindHead, noDefaults, readAll } from './read-all.ts';

const fixtures = fileURLToPath(new URL('../fixtures/input/', import.meta.url));
const options = { columns: {}, defaults: noDefaults };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-rows-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function fixture(name: string) {
  return readAll(await readFile(join(fixtures, name)));
}

function targets(rows: readonly Row[]): [line: number, userId: string, ...appIds: string[]][] {
  return rows.map((row) => [row.line, row.userId, ...row.appIds]);
}

describe('files as programs write them', () => {
  test('finds the columns behind a byte order mark and a quoted header', async () => {
    const { rows, names, error } = await fixture('bom-before-quoted-header.csv');
    expect(error).toBeUndefined();
    expect(names).toEqual(['User ID', 'Name', 'App IDs']);
    expect(targets(rows)).toEqual([
      [2, '6319a1504f300000000000a1', '6319a1504f30000000000b01', '6319a1504f30000000000b02'],
    ]);
    expect(rows[0]!.cells[1]).toBe('Li, Wei');
  });

  test('reads CRLF, LF and CR in one file, and passes over empty lines', async () => {
    const { rows, emptyRecords } = await fixture('crlf-header-over-lf-and-cr-rows.csv');
    expect(targets(rows)).toEqual([
      [2, 'u-1', 'app-1'],
      [3, 'u-2', 'app-1'],
      [4, 'u-3', 'app-1'],
      [6, 'u-4', 'app-1'],
    ]);
    expect(emptyRecords).toBe(1);
  });

  test('keeps quotes, commas and line breaks inside cells, and counts lines across them', async () => {
    const { rows } = await fixture('quoted-line-breaks-in-names-and-apps.csv');
    expect(targets(rows)).toEqual([
      [2, '6319a1504f300000000000a1', '6319a1504f30000000000b01', '6319a1504f30000000000b02'],
      [5, '6319a1504f300000000000a2', '6319a1504f30000000000b01'],
    ]);
    expect(rows.map((row) => row.cells[0])).toEqual(['Zhang\r\nMin', 'Anna "Nan" Vogel']);
  });

  test('keeps every cell as it is, columns of no interest included, whatever they are called', async () => {
    const { rows, names } = await readAll(
      '__proto__,constructor,user_id,,app_ids, \r\n 007 ,1e5,u-1,x,app-1,  y \r\n',
    );
    expect(names).toEqual(['__proto__', 'constructor', 'user_id', '', 'app_ids', ' ']);
    expect(rows[0]!.cells).toEqual([' 007 ', '1e5', 'u-1', 'x', 'app-1', '  y ']);
    expect(rows[0]!.valid).toBe(true);
    expect(({} as Record<string, unknown>)['u-1']).toBeUndefined();
  });

  test('passes over and counts records with nothing in them, before the header too', async () => {
    const { rows, emptyRecords, error } = await readAll(
      '\n\r\n,,\nuser_id,app_ids\n,\n \nu-1,app-1\n  ,"\t"\n\n',
    );
    expect(error).toBeUndefined();
    expect(targets(rows)).toEqual([[7, 'u-1', 'app-1']]);
    expect(emptyRecords).toBe(7);
  });

  test('reports every record with too few or too many cells, and goes on', async () => {
    const { rows, error } = await readAll('user_id,app_ids\nu-1\nu-2,app-1\nu-3,app-1,more\nu-4,app-1');
    expect(error).toBeUndefined();
    expect(rows.map((row) => row.valid || row.problems[0]!.message)).toEqual([
      'The record has 1 cell; expected 2, one for each column of the header, where at most the last may be missing, and neither user ID nor apps.',
      true,
      'The record has 3 cells; expected 2, one for each column of the header.',
      true,
    ]);
  });

  test.each<[string, string, string[]]>([
    ['the last cell is missing', 'user_id,app_ids,note\nu-1,app-1\n', ['u-1', 'app-1', '']],
    ['three are missing', 'user_id,app_ids,a,b,c\nu-1,app-1\n', ['u-1', 'app-1', '', '', '']],
    ['the type is missing', 'user_id,app_ids,user_id_type\nu-1,app-1\n', ['u-1', 'app-1', '']],
    ['one is left over', 'user_id,app_ids\nu-1,app-1,\n', ['u-1', 'app-1']],
    ['four are left over', 'user_id,app_ids\nu-1,app-1,,,,\n', ['u-1', 'app-1']],
    ['blanks are left over', 'user_id,app_ids\nu-1,app-1, ,\t\n', ['u-1', 'app-1']],
    ['quoted nothing is left over', 'user_id,app_ids\nu-1,app-1,""\n', ['u-1', 'app-1']],
    ['the header alone ends with a comma', 'user_id,app_ids,\nu-1,app-1\n', ['u-1', 'app-1', '']],
    ['semicolons', 'user_id;app_ids;note\nu-1;app-1\n', ['u-1', 'app-1', '']],
    ['tabs', 'user_id\tapp_ids\nu-1\tapp-1\t\n', ['u-1', 'app-1']],
  ])('empty cells at the end of a record are no fault: %s', async (_what, text, cells) => {
    const { rows, error } = await readAll(text);
    expect(error).toBeUndefined();
    expect(rows).toMatchObject([{ valid: true, userId: 'u-1', appIds: ['app-1'], cells }]);
  });

  test.each([
    ['the apps are missing', 'user_id,note,app_ids\nu-1,x\n'],
    ['the user ID is missing', 'app_ids,user_id\napp-1\n'],
    ['a cell that is left over holds something', 'user_id,app_ids\nu-1,app-1,,x\n'],
  ])('a record is invalid where %s', async (_what, text) => {
    const { rows } = await readAll(text);
    expect(rows.map((row) => row.valid || row.problems[0]?.kind)).toEqual(['cell_count']);
  });

  test('a file with a header and no rows gives no rows', async () => {
    expect(await readAll('user_id,app_ids')).toMatchObject({ rows: [], error: undefined, emptyRecords: 0 });
    expect(await readAll('user_id,app_ids\n\n')).toMatchObject({
      rows: [],
      error: undefined,
      emptyRecords: 1,
    });
  });
});

describe('files that cannot be read', () => {
  test.each([
    ['workbook-renamed-to-csv.csv', 'users.csv is an Excel workbook or another ZIP file, not a CSV file.'],
    ['login-page-saved-as-csv.csv', 'users.csv is a web page or XML, not a CSV file.'],
    ['windows-1252-name-on-line-3.csv', 'users.csv line 3: the byte 0xFC here is not UTF-8 text.'],
  ])('%s', async (name, message) => {
    const { error } = await fixture(name);
    expect(error?.message).toBe(message);
    expect(error?.hint).toBeTruthy();
    expect(error?.exitCode).toBe(2);
  });

  test.each([
    ['nothing', Buffer.from(''), 'users.csv is empty.'],
    ['only a byte order mark', Buffer.from('\ufeff'), 'users.csv is empty.'],
    ['only empty lines', Buffer.from('\n\r\n , \n'), 'users.csv is empty.'],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'users.csv is compressed with gzip, not a CSV file.'],
    ['PDF', Buffer.from('%PDF-1.7'), 'users.csv is a PDF, not a CSV file.'],
    [
      'an old workbook',
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      'users.csv is a file of an old Office, such as an .xls, not a CSV file.',
    ],
    ['PDF behind a line', Buffer.from('\n%PDF-1.4\n'), 'users.csv is a PDF, not a CSV file.'],
    ['PNG', Buffer.from('89504e470d0a1a0a', 'hex'), 'users.csv is a picture (PNG), not a CSV file.'],
    ['JPEG', Buffer.from('ffd8ffe000104a46', 'hex'), 'users.csv is a picture (JPEG), not a CSV file.'],
    ['GIF', Buffer.from('GIF89a'), 'users.csv is a picture (GIF), not a CSV file.'],
    ['TIFF', Buffer.from('49492a0008000000', 'hex'), 'users.csv is a picture (TIFF), not a CSV file.'],
    ['7z', Buffer.from('377abcaf271c', 'hex'), 'users.csv is a 7z archive, not a CSV file.'],
    ['RAR', Buffer.from('526172211a0700', 'hex'), 'users.csv is a RAR archive, not a CSV file.'],
    ['xz', Buffer.from('fd377a585a00', 'hex'), 'users.csv is compressed with xz, not a CSV file.'],
    ['zstd', Buffer.from('28b52ffd24', 'hex'), 'users.csv is compressed with zstd, not a CSV file.'],
    ['bzip2', Buffer.from('BZh91AY&SY'), 'users.csv is compressed with bzip2, not a CSV file.'],
    ['SQLite', Buffer.from('SQLite format 3\0'), 'users.csv is a database (SQLite), not a CSV file.'],
    ['RTF', Buffer.from('{\\rtf1\\ansi'), 'users.csv is a text document (RTF), not a CSV file.'],
    [
      'a workbook of Excel 4',
      Buffer.from('0904060000021000', 'hex'),
      'users.csv is an Excel workbook of before 1997, not a CSV file.',
    ],
    [
      'what no text holds',
      Buffer.from('user\x01\x02\x03\xff\x04\x05', 'latin1'),
      'users.csv is no text file, and so no CSV file: it holds bytes that stand in none.',
    ],
    ['JSON', Buffer.from('[{"user_id": 1}]'), 'users.csv is JSON, not a CSV file.'],
    [
      'UTF-16 without a mark and without a header that shows it',
      Buffer.from('name,team', 'utf16le'),
      'users.csv looks like UTF-16, and nothing in it tells for certain.',
    ],
    [
      'a NUL',
      Buffer.from('user_id,app_ids\r\nu-1,app-1\ru-\0,app-1'),
      'users.csv line 3: here is a NUL character, which no text file holds.',
    ],
    [
      'a character cut in half at the end',
      Buffer.from('user_id,app_ids\nu-1,王').subarray(0, -1),
      'users.csv line 2: the byte 0xE7 here is not UTF-8 text.',
    ],
    [
      'an overlong form',
      Buffer.from([...Buffer.from('user_id,app_ids\n\n'), 0xc0, 0x80]),
      'users.csv line 3: the byte 0xC0 here is not UTF-8 text.',
    ],
  ])('holds %s', async (_what, content, message) => {
    const { error } = await readAll(content);
    expect(error?.message).toBe(message);
  });

  test.each([
    [
      'an opened quote that is never closed, after a record of several lines',
      'user_id,app_ids\n"u\n1",app-1\nu-2,"app-1\nu-3,app-1\n',
      'users.csv line 4: in the record that starts here, a quotation mark (") is opened and never closed.',
      1,
    ],
    [
      'text after a closing quote',
      'user_id,app_ids\nu-1,app-1\nu-2,"app" 1\nu-3,app-1\n',
      'users.csv line 3: in the record that starts here, a cell goes on after its closing quotation mark (").',
      1,
    ],
    [
      'a quote inside an unquoted cell',
      'user_id,app_ids\nu-1,app-1\nu-2,app-1\nu"3,app-1\n',
      'users.csv line 4: in the record that starts here, a quotation mark (") stands inside a cell that does not begin with one.',
      2,
    ],
  ])('has %s: the good rows before it come first', async (_what, content, message, goodRows) => {
    const { rows, error } = await readAll(content);
    expect(error?.message).toBe(message);
    expect(rows).toHaveLength(goodRows);
  });

  test.each([
    ['an unclosed quote', '"', 'u-2,app-1\n'],
    ['nothing but commas', '', ','],
    ['nothing but quotes', '', '"'],
    ['a single cell', '', 'x'],
  ])('an endless record (%s) is refused after a few megabytes', async (_what, start, repeated) => {
    let megabytes = 0;
    async function* source(): AsyncGenerator<Buffer> {
      yield Buffer.from(`user_id,app_ids\nu-1,app-1\n${start}`);
      for (; megabytes < 20; megabytes += 1) yield Buffer.alloc(1_000_000, repeated);
    }
    const { batches } = await rowsOf(source(), { ...options, name: 'users.csv' });
    await expect(async () => {
      for await (const _batch of batches);
    }).rejects.toThrow(
      'users.csv line 3: the record that starts here is longer than 1048576 characters or 16384 cells.',
    );
    expect(megabytes).toBeLessThan(6);
  });

  test.each([
    ['longer than a megabyte', `u-2,"${'x'.repeat(1_100_000)}"\n`],
    ['wider than any spreadsheet', `u-2${',app-1'.repeat(16_384)}\n`],
  ])('a record that is %s is refused, wherever the chunks end', async (_what, record) => {
    const bytes = Buffer.from(`user_id,app_ids\nu-1,app-1\n${record}u-3,app-1\n`);
    for (const length of [100_000, bytes.length]) {
      const { rows, error } = await readAll(cut(bytes, [length]));
      expect(error?.message).toContain('users.csv line 3: the record that starts here is longer than');
      expect(targets(rows)).toEqual([[2, 'u-1', 'app-1']]);
    }
  });

  test('reads no further than to the fault', async () => {
    async function* source(): AsyncGenerator<Buffer> {
      yield Buffer.from(`user_id,app_ids\nu-1,app-1\nu"2,app-1\n${'u-3,app-1\n'.repeat(10_000)}`);
      throw new Error('read on behind the fault');
    }
    const { batches } = await rowsOf(source(), { ...options, name: 'users.csv' });
    await expect(async () => {
      for await (const _batch of batches);
    }).rejects.toThrow('users.csv line 3: in the record that starts here');
  });

  test('a record of almost a megabyte is read, however many bytes it takes', async () => {
    const cell = '"'.repeat(1_040_000);
    const { rows, error } = await readAll(`user_id,app_ids,note\nu-1,app-1,"${cell}${cell}"\n`);
    expect(error).toBeUndefined();
    expect(rows[0]!.cells[2] === cell).toBe(true);
  });

  test('a missing file, and a folder', async () => {
    const missing = join(folder, 'nobody.csv');
    await expect(prove(missing)).rejects.toMatchObject({
      name: 'UserError',
      message: `There is no file ${missing}.`,
    });
    await expect(prove(folder)).rejects.toMatchObject({
      name: 'UserError',
      message: `${folder} is a folder, not a file.`,
    });
  });
});

describe('reading piece by piece', () => {
  let manyRows = '';
  beforeAll(async () => {
    manyRows = join(folder, 'many.csv');
    await writeFile(manyRows, `user_id,app_ids\n${'u-1,app-1\n'.repeat(500_000)}`);
  });

  test('reads no further ahead than a chunk or two while the rows are not asked for', async () => {
    let given = 0;
    async function* source(): AsyncGenerator<Buffer> {
      for await (const chunk of createReadStream(manyRows)) {
        given += 1;
        yield chunk as Buffer;
      }
    }
    const { batches } = await rowsOf(source(), { ...options, name: 'users.csv' });
    let taken = 0;
    for await (const _batch of batches) {
      taken += 1;
      // Time enough to read everything, if anything did.
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      expect(given - taken).toBeLessThanOrEqual(2);
    }
    expect(taken).toBeGreaterThan(70);
  });

  test.each([
    [
      'the loop is left early',
      async (rows: Awaited<ReturnType<typeof rowsOf>>) => {
        for await (const _batch of rows.batches) break;
      },
    ],
    [
      'it is closed before any row was read',
      async (rows: Awaited<ReturnType<typeof rowsOf>>) => rows.close(),
    ],
  ])('closes its source when %s', async (_when, stop) => {
    const stream = createReadStream(manyRows);
    const rows = await rowsOf(stream as AsyncIterable<Buffer>, { ...options, name: 'users.csv' });
    expect(stream.destroyed).toBe(false);
    await stop(rows);
    expect(stream.destroyed).toBe(true);
  });

  test('closes its source when the header is refused', async () => {
    const stream = createReadStream(manyRows);
    const choice = { columns: { userIdColumn: 'mail' }, defaults: noDefaults, name: 'users.csv' };
    await expect(rowsOf(stream as AsyncIterable<Buffer>, choice)).rejects.toThrow(UserError);
    expect(stream.destroyed).toBe(true);
  });

  test('reads the file that is at a path, in batches', async () => {
    const { columns, batches, emptyRecords } = await openRows(await prove(manyRows), options);
    expect(columns).toMatchObject({ userId: 0, userIdType: undefined, appIds: 1 });
    let count = 0;
    let last: Row | undefined;
    for await (const batch of batches) {
      count += batch.length;
      last = batch.at(-1);
    }
    expect([count, last?.line, emptyRecords()]).toEqual([500_000, 500_001, 0]);
  });
});

function linesAsWide(record: readonly string[], width: number): number {
  const lines = record.join(',').split(/\r\n|\n|\r/);
  return lines.filter((line) => line.split(',').length >= width).length;
}

describe('whatever is written', () => {
  const cell = fc.oneof(
    fc.stringMatching(/^[a-z0-9 ,;"'\n\r\t=王é😀]{0,12}$/u),
    fc.constantFrom('', '\r\n', '\n\r', '"', '""', 'u-1', '\r', ' ', '\u2028', '\ufeff'),
  );
  const table = fc
    .integer({ min: 1, max: 5 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 12 }));
  // The reader looks at the first 64 KiB at once: only what comes after them is cut as the test says.
  const longName = 'x'.repeat(66_000);
  const lineBreak = fc.constantFrom('\n', '\r\n', '\r');
  const chunkLengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

  test('a table comes back cell for cell, each record with the line it starts on', async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        lineBreak,
        fc.boolean(),
        fc.boolean(),
        chunkLengths,
        async (cells, eol, bom, quoted, lengths) => {
          const width = cells[0]?.length ?? 1;
          const header = ['user_id', ...Array.from({ length: width - 1 }, () => 'c'), longName];
          const written = cells.map((record) => [...record, '']);
          // Where two lines of one record are as wide as the header, they are records that a quotation mark has swallowed.
          fc.pre(!written.some((record) => linesAsWide(record, header.length) > 1));
          const text = stringify([header, ...written], {
            record_delimiter: eol,
            bom,
            quoted,
            // By itself csv-stringify only looks for the line break that it writes.
            quoted_match: /[\r\n]/,
          });
          const { rows, error } = await readAll(cutBehindHead(Buffer.from(text), lengths), {
            defaults: { userIdType: 'user_id', appIds: ['app-1'] },
          });
          expect(error).toBeUndefined();

          const expected: { line: number; cells: string[] }[] = [];
          let line = 2;
          for (const record of written) {
            if (record.some((value) => value.trim() !== '')) expected.push({ line, cells: record });
            line += linesIn(record.join(' , ')) + 1;
          }
          expect(rows.map((row) => ({ line: row.line, cells: row.cells }))).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('the same bytes give the same rows and the same error, however they are cut', async () => {
    const anything = fc
      .array(
        fc.oneof(
          fc
            .constantFrom(
              'user_id,app_ids\n',
              'u-1,app-1',
              '\n',
              '\r\n',
              '\r',
              ',',
              '"',
              '""',
              '王',
              '😀',
              ' ',
            )
            .map((text) => Buffer.from(text)),
          fc.constantFrom(0, 0x80, 0xc0, 0xe7, 0xe7, 0xf0, 0xff).map((byte) => Buffer.from([byte])),
        ),
        { maxLength: 30 },
      )
      .map((parts) => Buffer.concat([Buffer.from(`user_id,app_ids,${longName}\n`), ...parts]));
    await fc.assert(
      fc.asyncProperty(anything, chunkLengths, async (bytes, lengths) => {
        expect(await readAll(cutBehindHead(bytes, lengths))).toEqual(await readAll(bytes));
      }),
      { numRuns: 100 },
    );
  });

  test('the first bytes are judged alike, however they are cut', async () => {
    const starts = ['\ufeff"user_id",app_ids\nu-1,app-1', '<html>', 'PK\u0003\u0004', '%PDF', '\ufeff', ''];
    for (const start of [...starts.map((text) => Buffer.from(text)), Buffer.from([0xff, 0xfe, 0x41, 0])]) {
      expect(await readAll(cut(start, [1]))).toEqual(await readAll(start));
    }
  });
});

/** Counted another way than the reader does: by splitting. */
function linesIn(text: string): number {
  return text.split(/\r\n|[\r\n]/).length - 1;
}
