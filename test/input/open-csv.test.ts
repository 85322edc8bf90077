import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'csv-stringify/sync';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodings, type Encoding } from '../../src/input/text/encoding.ts';
import { encode, withMark } from './encode.ts';
import { cut, cutBehindHead, readAll, type AllRows } from './read-all.ts';

const fixtures = fileURLToPath(new URL('../fixtures/input/', import.meta.url));
const appsByFlag = { defaults: { userIdType: 'user_id', appIds: ['app-1'] } } as const;

function users({ rows, error }: AllRows): [line: number, userId: string][] {
  if (error !== undefined) throw error;
  return rows.map((row) => [row.line, row.userId]);
}

async function refusal(
  content: string | Buffer,
  options: Parameters<typeof readAll>[1] = {},
): Promise<string> {
  const { error } = await readAll(content, options);
  if (error === undefined) throw new Error('the file was not refused');
  return `${error.message} ${error.hint ?? ''}`;
}

describe('what stands between the columns', () => {
  test.each([[','], [';'], ['\t'], ['|']])('%j is found from the header', async (delimiter) => {
    const note = '"a, b; c"';
    const text = `user_id${delimiter}note${delimiter}app_ids\nu-1${delimiter}${note}${delimiter}"app-1;app-2"\n`;
    const { rows, format } = await readAll(text);
    expect(format).toEqual({ encoding: 'utf-8', delimiter, headerLine: 1 });
    expect(rows).toMatchObject([{ userId: 'u-1', cells: ['u-1', 'a, b; c', 'app-1;app-2'] }]);
  });

  test.each([['sep=;'], ['SEP=;'], ['"sep=;"']])('a first line %s decides', async (line) => {
    const { rows, format, emptyRecords } = await readAll(`${line}\r\nuser_id;app_ids\r\nu-1;app-1\r\n`);
    expect(format).toMatchObject({ delimiter: ';', headerLine: 2 });
    expect(rows).toMatchObject([{ line: 3, userId: 'u-1', appIds: ['app-1'] }]);
    expect(emptyRecords).toBe(0);
  });

  test('a first line sep= decides also where the header would not need it', async () => {
    expect(await refusal('sep=;\nuser_id,app_ids\nu-1,app-1\n')).toContain(
      'Columns found: "user_id,app_ids"',
    );
    expect(await refusal('sep=:\nuser_id:app_ids\n')).toContain('line 1: "sep=:" names no delimiter');
  });

  test('two that would both give the columns needed are an error that names them', async () => {
    const columns = { userIdColumn: 'a' };
    const message = await refusal('a;b,a\nx;y,z\n', { ...appsByFlag, columns });
    expect(message).toContain(
      'line 1: the columns needed are found with "," (2 columns) between the columns, and with ";"',
    );
    expect(message).toContain('sep=, or sep=;');
    expect(users(await readAll('sep=;\na;b,a\nx;y,z\n', { ...appsByFlag, columns }))).toEqual([[3, 'x']]);
  });

  test('a flag decides between them, and against a line sep=', async () => {
    const options = { ...appsByFlag, columns: { userIdColumn: 'a' } };
    const text = 'a;b,a\nx;y,z\n';
    const first = ({ rows }: Awaited<ReturnType<typeof readAll>>) => rows.map(({ userId }) => userId);
    expect(first(await readAll(text, { ...options, delimiter: ',' }))).toEqual(['z']);
    expect(first(await readAll(text, { ...options, delimiter: ';' }))).toEqual(['x']);
    expect(first(await readAll(`sep=,\n${text}`, { ...options, delimiter: ';' }))).toEqual(['x']);
  });

  test('a header of one column needs none', async () => {
    expect(users(await readAll('user_id\nu-1\nu-2\n', appsByFlag))).toEqual([
      [2, 'u-1'],
      [3, 'u-2'],
    ]);
  });

  test('another one than in the header makes rows invalid, and never other cells', async () => {
    const { rows } = await readAll('user_id,app_ids\nu-1;app-1\n');
    expect(rows[0]).toMatchObject({ valid: false, cells: ['u-1;app-1'] });
  });
});

describe('lines above the header', () => {
  test.each([
    ['the version of an Entra file', 'version:v1.0\nuser_id\nu-1\n', 2],
    ['the same after Excel saved it again', 'version:v1.0,\nuser_id,\nu-1,\n', 2],
    ['a title', 'Terminated Workers\nuser_id,name\nu-1,n\n', 2],
    ['a title with quotation marks', 'Workers "leaving" in May\nuser_id,name\nu-1,n\n', 2],
    [
      'a title, settings and empty lines',
      'Terminated Workers\n\nEffective Date,2026-11-30\n,,\nuser_id,name,team\nu-1,n,t\n',
      5,
    ],
    ['a title as wide as the table', 'Terminated Workers,,\nuser_id,name,team\nu-1,n,t\n', 2],
  ])('%s', async (_what, text, headerLine) => {
    const { rows, format, emptyRecords, error } = await readAll(text, appsByFlag);
    expect(error).toBeUndefined();
    expect(format?.headerLine).toBe(headerLine);
    expect(rows).toMatchObject([{ valid: true, line: headerLine + 1, userId: 'u-1' }]);
    expect(emptyRecords).toBe(0);
  });

  test.each([
    ['a row that names what a header names', 'code,kind,team\nu-1,user_id,app_ids\nu-2,user_id,app-2\n'],
    ['a row with fewer cells under a header that is not known', 'code,kind\nuser_id,app_ids\n'],
    ['two settings beside each other', 'From,2026-11-01,To,2026-11-30\nuser_id,app_ids,name,team,x\n'],
    ['a line that holds a value beside the name', 'code\n42,user_id,app_ids\n'],
    ['a line that holds an address beside the name', 'code\nx@example.com,user_id,app_ids\n'],
  ])('never passes over what may be a table: %s', async (_what, text) => {
    expect(await refusal(text)).toContain(
      'users.csv: line 2 names the columns needed, but line 1 above it could be a part of the table. If the table begins in line 2, remove the lines above it.',
    );
  });

  test('is not looked for further down than thirty lines', async () => {
    const title = 'A title\n';
    expect(users(await readAll(`${title.repeat(30)}user_id,app_ids\nu-1,app-1\n`))).toEqual([[32, 'u-1']]);
    expect(await refusal(`${title.repeat(31)}user_id,app_ids\nu-1,app-1\n`)).toContain(
      'Columns found: "A title"',
    );
  });
});

describe('the encoding', () => {
  const text = 'user_id,app_ids,name\r\nu-1,app-1,Müller\r\n';

  test.each(encodings.filter((each) => each !== 'windows-1252'))(
    '%s is told by its mark',
    async (encoding) => {
      const { rows, format } = await readAll(withMark(encode(text, encoding), encoding));
      expect(format?.encoding).toBe(encoding);
      expect(rows).toMatchObject([{ line: 2, cells: ['u-1', 'app-1', 'Müller'] }]);
    },
  );

  test.each([
    ['utf-8', 2],
    ['utf-8', 3],
    ['utf-16le', 2],
    ['utf-16be', 3],
    ['gb18030', 2],
  ] as const)('%s is told by %i marks, before a header in quotation marks', async (encoding, count) => {
    const quoted = `${'\ufeff'.repeat(count - 1)}"user_id","app_ids","name"\r\n"u-1","app-1","Müller"\r\n`;
    const { rows, names } = await readAll(withMark(encode(quoted, encoding), encoding));
    expect(names).toEqual(['user_id', 'app_ids', 'name']);
    expect(rows).toMatchObject([{ line: 2, cells: ['u-1', 'app-1', 'Müller'] }]);
  });

  test.each(encodings)('%s is what the flag says', async (encoding) => {
    const { rows, format } = await readAll(encode(text, encoding), { encoding });
    expect(format?.encoding).toBe(encoding);
    expect(rows).toMatchObject([{ line: 2, cells: ['u-1', 'app-1', 'Müller'] }]);
  });

  test.each(['utf-16le', 'utf-16be'] as const)(
    '%s is told without a mark by its header',
    async (encoding) => {
      const { rows, format } = await readAll(encode(text, encoding));
      expect(format?.encoding).toBe(encoding);
      expect(rows[0]?.cells[2]).toBe('Müller');
    },
  );

  test('GBK is told by a Chinese name in the header, four bytes a character included', async () => {
    const { rows, format } = await readAll(await readFile(join(fixtures, 'gbk-from-a-chinese-excel.csv')));
    expect(format?.encoding).toBe('gb18030');
    expect(rows).toMatchObject([
      { userId: '6319a1504f300000000000a1', appIds: ['app-1'], cells: [{}, {}, {}, '王测试'] },
      { userId: '13800138000', userIdType: 'phone', cells: [{}, {}, {}, '样本\u{20000}'] },
    ]);
  });

  test('without one it is not guessed: the flag has to say it', async () => {
    const bytes = await readFile(join(fixtures, 'gbk-names-under-an-english-header.csv'));
    const message = await refusal(bytes);
    expect(message).toContain('users.csv line 3: the byte 0xCD here is not UTF-8 text.');
    expect(message).toContain('--encoding gb18030');
    expect((await readAll(bytes, { encoding: 'gb18030' })).rows[1]?.cells[2]).toBe('王测试');
  });

  test('a name from a Western Windows is never read as Chinese', async () => {
    const bytes = await readFile(join(fixtures, 'windows-1252-name-on-line-3.csv'));
    expect(await refusal(bytes)).toContain('--encoding windows-1252');
    const { rows } = await readAll(bytes, { encoding: 'windows-1252' });
    expect(rows[1]?.cells.join()).toContain('Jürgen');
  });

  test.each([
    ['windows-1252', 'utf-8'],
    ['utf-16be', 'utf-16le'],
  ] as const)('--encoding %s is refused for a file with the mark of %s', async (encoding, marked) => {
    const message = await refusal(withMark(encode(text, marked), marked), { encoding });
    expect(message).toBe(
      `users.csv begins with the byte order mark of ${marked.toUpperCase()}, and --encoding says ${encoding}. Leave --encoding away.`,
    );
  });

  test.each([
    ['gb18030', [0xd3, 0x0a], 'the byte 0xD3 here is not GB18030 text'],
    ['gb18030', [0xff], 'the byte 0xFF here is not GB18030 text'],
    ['gb18030', [0xe3, 0x32, 0x9a, 0x36], 'the byte 0xE3 here is not GB18030 text'],
    ['gb18030', [0x81, 0x30], 'the byte 0x81 here is not GB18030 text'],
    ['gb18030', [0x81, 0x30, 0x81, 0x2c], 'the byte 0x81 here is not GB18030 text'],
    ['windows-1252', [0x81], 'the byte 0x81 here is not WINDOWS-1252 text'],
    ['utf-16le', [0x00, 0xd8, 0x61, 0x00], 'half a character (U+D800) here is not UTF-16LE text'],
    ['utf-16be', [0xdc, 0x00], 'half a character (U+DC00) here is not UTF-16BE text'],
    ['utf-16le', [0x61], 'the byte 0x61 here is not UTF-16LE text'],
    ['utf-16le', [0x00, 0x00], 'here is a NUL character'],
  ] as const)('what does not fit %s is refused with its line: %j', async (encoding, bad, message) => {
    const good = encode('user_id,app_ids\r\n"u\r1",app-1\nu-2,app-1\nu-3 and so on', encoding);
    const bytes = Buffer.concat([good, Buffer.from(bad)]);
    for (const length of [1, 3, 1000]) {
      const { rows, error } = await readAll(cut(bytes, [length]), { encoding });
      expect(error?.message).toContain(`users.csv line 5: ${message}`);
      expect(rows.map((row) => row.userId)).toEqual(['u\r1', 'u-2']);
    }
  });

  test('UTF-32 is refused by name', async () => {
    expect(await refusal(Buffer.from('fffe0000', 'hex'))).toContain('is written in UTF-32');
  });
});

describe('whatever table of IDs is written', () => {
  const cell = fc.oneof(
    fc.stringMatching(/^[a-zA-Z0-9@.+:_-]{1,24}$/),
    fc.stringMatching(/^[a-z0-9 ,;|\t"'\n=üéß王离职]{0,8}$/u),
    fc.stringMatching(/^[王测试员工号用户应用联通一丁\u{20000}-\u{20010}😀]{1,4}$/u),
  );
  const table = fc.array(fc.tuple(cell, cell, cell), { maxLength: 8 });
  // The first 64 KiB are looked at in one piece: only what comes after them is cut as the test says.
  const longName = (encoding: Encoding): string =>
    'x'.repeat(encoding.startsWith('utf-16') ? 33_000 : 66_000);

  test.each(encodings)(
    'in %s it is read back byte for byte, with every delimiter',
    async (encoding: Encoding) => {
      await fc.assert(
        fc.asyncProperty(
          table,
          fc.constantFrom(',', ';', '\t', '|'),
          fc.constantFrom('\r\n', '\n', '\r'),
          fc.boolean(),
          fc.boolean(),
          fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
          async (cells, delimiter, lineBreak, withItsMark, quoted, lengths) => {
            const names = encoding === 'windows-1252' ? ['user_id', 'Prénom'] : ['用户ID', '姓名'];
            const readable = cells.map((record) => [...record.map((each) => only(each, encoding)), '']);
            const text = stringify([[...names, 'app_ids', longName(encoding)], ...readable], {
              delimiter,
              record_delimiter: lineBreak,
              quoted,
              quoted_match: /[\r\n]/,
            });
            const plain = encode(text, encoding);
            const hasMark = withItsMark && encoding !== 'windows-1252';
            const { rows, format, error } = await readAll(
              cutBehindHead(hasMark ? withMark(plain, encoding) : plain, lengths),
              encoding === 'windows-1252' ? { encoding } : {},
            );
            expect(error).toBeUndefined();
            expect(format).toEqual({ encoding, delimiter, headerLine: 1 });
            expect(rows.map((row) => row.cells)).toEqual(
              readable.filter((record) => record.some((each) => each.trim() !== '')),
            );
          },
        ),
        { numRuns: 30 },
      );
    },
  );

  test('the columns are found among names that hold anything', async () => {
    const name = fc.stringMatching(/^[a-z王,;|\t"\n\r ]{0,8}$/u);
    await fc.assert(
      fc.asyncProperty(
        fc.array(name, { maxLength: 4 }),
        fc.array(name, { maxLength: 4 }),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.boolean(),
        async (before, between, delimiter, quoted) => {
          const names = [...before, 'user_id', ...between, 'app_ids'];
          const cells = names.map((_, place) => `cell-${place}`);
          const text = stringify([names, cells], { delimiter, quoted, quoted_match: /[\r\n]/ });
          const { rows, names: found, format, error } = await readAll(text);
          // A column called "|", or "|a|", between two others can be delimiters, too: that is refused, and rightly so.
          const isLoneDelimiter = between.some((each) => /^\s*[,;|\t](.*[,;|\t])?\s*$/s.test(each));
          fc.pre(quoted || !isLoneDelimiter);
          // Names with the file's own delimiters, beside one with a line break, look like swallowed rows.
          const hasBreak = names.some((each) => /[\r\n]/.test(each));
          fc.pre(!(hasBreak && names.some((each) => each.includes(delimiter))));
          expect(error).toBeUndefined();
          expect(found).toEqual(names);
          expect(format?.delimiter).toBe(delimiter);
          expect(rows).toMatchObject([
            { userId: `cell-${before.length}`, appIds: [`cell-${names.length - 1}`] },
          ]);
        },
      ),
      { numRuns: 300 },
    );
  });

  /** What Windows-1252 can hold of a text. */
  function only(text: string, encoding: Encoding): string {
    return encoding === 'windows-1252' ? text.replaceAll(/[^\u0000-\u00ff]/gu, '€') : text;
  }
});
