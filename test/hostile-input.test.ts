import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { genauthOffboard, genauthOffboardProcess, type Ended } from './command-line.ts';
import { readAll } from './input/read-all.ts';
import { temporaryFolder } from './temporary-folder.ts';

const megabyte = 1024 * 1024;

/** Written down by the program at its end: the most memory it had, in kilobytes. */
const recordPeak = `
import { readFileSync, writeFileSync } from 'node:fs';
process.once('exit', () => {
  const own = /^VmHWM:\\s+(\\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'));
  writeFileSync(process.env.PEAK_FILE, own[1]);
});`;

interface Hostile {
  readonly what: string;
  /** Written one after the other. */
  readonly pieces: readonly (string | Buffer)[];
  readonly flags?: readonly string[];
  readonly code: number;
  readonly says: RegExp;
}

const needsProc = process.platform === 'linux';

/** Checks the file; it must end in words, whatever the file holds. @returns of a large one the peak, too. */
async function check(
  { pieces, flags = [] }: Pick<Hostile, 'pieces' | 'flags'>,
  name = 'users.csv',
): Promise<Ended & { peakMb: number }> {
  const cwd = temporaryFolder();
  const file = openSync(path.join(cwd, name), 'w');
  for (const piece of pieces) writeSync(file, Buffer.from(piece as Buffer));
  closeSync(file);
  const args = ['check', name, ...flags];
  const isLarge = statSync(path.join(cwd, name)).size > megabyte;
  if (!needsProc || !isLarge) return { ...(await genauthOffboard(args, { cwd })), peakMb: 0 };
  const peakFile = path.join(cwd, 'peak');
  const script = `data:text/javascript;base64,${Buffer.from(recordPeak).toString('base64')}`;
  const environment = { PEAK_FILE: peakFile, NODE_OPTIONS: `--import=${script}` };
  const ended = await genauthOffboardProcess(args, { cwd, environment });
  return { ...ended, peakMb: Number(readFileSync(peakFile, 'utf8')) / 1024 };
}

/** Control characters but for line breaks and tabs, and what turns text around. */
const drivesTerminal = /(?![\n\t])[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

function expectWords({ stdout, stderr, code }: Ended): void {
  expect([0, 2, 3]).toContain(code);
  expect(stdout + stderr).not.toMatch(drivesTerminal);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr).not.toContain('this is a bug');
}

const header = 'user_id,app_ids\nu-1,app-1\n';
const escape = '\u001b[31m\u009b2J\u202e\u200b\u2028';

const hostile: readonly Hostile[] = [
  {
    what: 'a field of 100 MB',
    pieces: [header, 'u-2,', ...Array<Buffer>(100).fill(Buffer.alloc(megabyte, 'x'))],
    code: 2,
    says: /users\.csv line 3: the record that starts here is longer than/,
  },
  {
    what: 'a header of 100 MB',
    pieces: Array<Buffer>(100).fill(Buffer.alloc(megabyte, 'x')),
    code: 2,
    says: /users\.csv line 1: the record that starts here is longer than/,
  },
  {
    what: 'a field of 100 MB in GB18030',
    pieces: ['user_id,app_ids\nu-2,', ...Array<Buffer>(100).fill(Buffer.alloc(megabyte, 'd3c3', 'hex'))],
    flags: ['--encoding', 'gb18030'],
    code: 2,
    says: /users\.csv line 2: the record that starts here is longer than/,
  },
  {
    what: 'a field of 100 MB in UTF-16',
    pieces: [
      Buffer.from(`\ufeff${header}u-2,`, 'utf16le'),
      ...Array<Buffer>(100).fill(Buffer.alloc(megabyte, '王', 'utf16le')),
    ],
    code: 2,
    says: /users\.csv line 3: the record that starts here is longer than/,
  },
  {
    what: 'a quotation mark that is never closed, before 100 MB of rows',
    pieces: [header, '"u-2,app-1\n', ...Array<Buffer>(100).fill(Buffer.alloc(megabyte, 'u-3,app-1\n'))],
    code: 2,
    says: /users\.csv line 3: the record that starts here is longer than/,
  },
  {
    what: 'two million line breaks',
    pieces: [header, ...Array<Buffer>(2).fill(Buffer.alloc(megabyte, '\n'))],
    code: 0,
    says: /rows {6}1\n/,
  },
  {
    what: '50 MB of quotation marks',
    pieces: Array<Buffer>(50).fill(Buffer.alloc(megabyte, '"')),
    code: 2,
    says: /users\.csv line 1: /,
  },
  {
    what: 'a NUL',
    pieces: [header, 'u-\0,app-1\n'],
    code: 2,
    says: /users\.csv line 3: here is a NUL character/,
  },
  {
    what: 'names that every object has',
    pieces: ['__proto__,constructor,user_id,app_ids,toString\n1,2,__proto__,constructor,5\n'],
    code: 0,
    says: /users {5}1 \(user_id 1\)/,
  },
  {
    what: 'terminal escapes in the header',
    pieces: [`${escape},${escape}\n`],
    code: 2,
    says: /Columns found: "\\u\{1b\}\[31m/,
  },
  {
    what: 'terminal escapes in every cell and above the header',
    pieces: [
      `A title${escape}\n${escape},user_id,user_id_type,app_ids,x\n`,
      `${escape},u-1${escape},${escape},app-1${escape},${escape}\nu-2,u${escape},email\n`,
      `a,\u202eu-3,,app-1\u202e,x\n`,
    ],
    code: 3,
    says: /header in line 2/,
  },
  {
    what: 'terminal escapes, shown as JSON',
    pieces: [`user_id,app_ids,x${escape}\nu-1${escape},app-1,${escape}\n\u202eu-2,app-1\u202e,x\n`],
    flags: ['--json'],
    code: 3,
    says: /\\u202e/,
  },
];

describe('a hostile file ends in words, in bounded memory, and drives no terminal', () => {
  test.each(hostile)('$what', async (each) => {
    const ended = await check(each);
    expectWords(ended);
    expect(ended.stdout + ended.stderr).toMatch(each.says);
    expect(ended.code).toBe(each.code);
    expect(ended.peakMb).toBeLessThan(200);
  });

  test('terminal escapes in the name of the file', async () => {
    expect.hasAssertions();
    const name = `users\u001b[31m\u202e.csv`;
    for (const text of [header, 'Name\n', `${header}"`]) expectWords(await check({ pieces: [text] }, name));
  });

  test('JSON keeps the text that it shows as codes', async () => {
    const { stdout } = await check({
      pieces: [`user_id,app_ids,x${escape}\nu-1,app-1,\n`],
      flags: ['--json'],
    });
    expect(JSON.parse(stdout)).toMatchObject({ columns: { others: [`x${escape}`] } });
  });
});

describe('whatever the bytes are, they give rows or an error that a user can act on', () => {
  const folders = ['fixtures/exports', 'fixtures/input'].map((each) => path.join(import.meta.dirname, each));
  const fixtures = folders.flatMap((folder) =>
    readdirSync(folder).map((file) => readFileSync(path.join(folder, file))),
  );
  const options = { defaults: { userIdType: undefined, appIds: ['app-1'] } };
  const encoding = fc.constantFrom(undefined, 'utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'windows-1252');

  test('random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), encoding, async (bytes, chosen) => {
        const { error, rows } = await readAll(Buffer.from(bytes), {
          ...options,
          ...(chosen && { encoding: chosen }),
        });
        expect(error !== undefined || rows.length >= 0).toBe(true);
        expect(error?.hint ?? 'a hint').toBeTruthy();
      }),
      { numRuns: 500 },
    );
  });

  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    drop: fc.integer({ min: 0, max: 40 }),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc
        .constantFrom('"', '\0', '\r', '\n', ',', ';', '\t', '\ufeff', 'sep=;\n', 'user_id', '\u001b[31m')
        .map((text) => Buffer.from(text)),
    ),
  });

  test('fixtures with bytes changed, dropped and put in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...fixtures),
        fc.array(change, { minLength: 1, maxLength: 5 }),
        encoding,
        async (fixture, changes, chosen) => {
          const bytes = changes.reduce((before, { at, drop, put }) => {
            const place = Math.floor(at * before.length);
            return Buffer.concat([before.subarray(0, place), put, before.subarray(place + drop)]);
          }, fixture);
          const { error } = await readAll(bytes, { ...options, ...(chosen && { encoding: chosen }) });
          expect(error?.hint ?? 'a hint').toBeTruthy();
        },
      ),
      { numRuns: 1000 },
    );
  });
});
