import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';

import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { run } from '../src/index.ts';
import { startSimulator } from '../src/simulator/simulator.ts';
import { genauthOffboard } from './command-line.ts';
import { buildWorkbook } from './input/workbook/build-workbook.ts';
import { against, credentialsOf } from './start-simulator.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const page = read('docs/files.md');
const filesIn = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
    path.join(folder, file),
  );
const source = filesIn('src')
  .filter((file) => file.endsWith('.ts'))
  .map(read)
  .join('\n');

interface Documented {
  readonly name: string;
  /** Not in every file. */
  readonly isOptional: boolean;
}

/** The fields in the first table of a section. @param heading with its signs. */
function documented(heading: string): Documented[] {
  const from = page.indexOf(`\n${heading}\n`);
  if (from === -1) throw new Error(`docs/files.md has no ${heading}`);
  const table: string[] = [];
  for (const line of page.slice(from + heading.length + 2).split('\n')) {
    if (line.startsWith('#') || (table.length > 0 && !line.startsWith('|'))) break;
    if (line.startsWith('|')) table.push(line);
  }
  return table.slice(2).flatMap((line) => {
    const [, names = '', type = ''] = line.split('|');
    return [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => ({
      name,
      isOptional: type.includes('absent'),
    }));
  });
}

function within(prefix: string, fields: readonly Documented[]): Documented[] {
  return fields.map(({ name, isOptional }) => ({ name: prefix + name, isOptional }));
}

/** Objects whose keys are not names of fields, and what the page calls those keys. */
const keysOf: Readonly<Record<string, string>> = {
  usersByType: '<type>',
  prefixes: '<prefix>',
  evidence: '<type>',
};

/** The paths of all that a value holds; of what holds nothing its own. */
function pathsIn(value: unknown, at = ''): string[] {
  if (Array.isArray(value))
    return value.length === 0 ? [at] : value.flatMap((each) => pathsIn(each, `${at}[]`));
  if (typeof value !== 'object' || value === null) return [at];
  const entries = Object.entries(value);
  if (entries.length === 0) return [at];
  const key = keysOf[at.split('.').at(-1) ?? ''];
  return entries.flatMap(([name, each]) =>
    pathsIn(each, [at, key ?? name].filter((part) => part !== '').join('.')),
  );
}

/**
 * Both ways: what files hold is to be named, and what is named is to be in one of them, or where it may be absent, a word of the program.
 * @returns what is not.
 */
function differences(files: readonly unknown[], fields: readonly Documented[]): string[] {
  const names = new Set(fields.map(({ name }) => name));
  const found = new Set(files.flatMap((file) => pathsIn(file)));
  const isEmpty = (at: string): boolean =>
    [...names].some((name) => name.startsWith(`${at}.`) || name.startsWith(`${at}[]`));
  const isFound = (name: string): boolean => found.has(name) || found.has(name.replace(/\[\]$/, ''));
  const isInSource = (name: string): boolean => new RegExp(String.raw`\b${lastWord(name)}\b`).test(source);
  return [
    ...[...found].filter((at) => !names.has(at) && !isEmpty(at)),
    ...fields
      .filter(({ name, isOptional }) => !(isOptional ? isInSource(name) : isFound(name)))
      .map(({ name }) => name),
  ];
}

function lastWord(name: string): string {
  return /\w+$/.exec(name.replaceAll(/\[\]|\.<\w+>/g, ''))?.[0] ?? '';
}

const apps = ['a', 'b', 'c'].map((digit) => `65f0aa00000000000000000${digit}`);
const unknownApp = 'no-app';

/** Rows of each kind: odd, merged, protected, damaged, refused for the user and for an app. */
const leavers = [
  'user_id,user_id_type,app_ids,Status,message',
  `ada-1,username,${apps.join(';')},terminated,`,
  `+8613800138000,phone,${apps[0]},active,`,
  `boss-1,username,${apps[0]},terminated,`,
  `1.38E+10,phone,${apps[0]},terminated,`,
  `deleted-2,username,${apps[0]};${apps[1]},terminated,=1`,
  `x@example.com,email,${unknownApp};${apps[1]},terminated,`,
  `+4930123456,phone,${apps[2]},terminated,`,
  `ada-1,username,${apps[0]},active,`,
].join('\n');

const cwd = mkdtempSync(path.join(tmpdir(), 'offboard-test-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** On the command line, with the flags that leave something behind. */
async function fullRun(): Promise<void> {
  const server = await startSimulator({ faults: { throttledFirst: 0.5 } });
  writeFileSync(path.join(cwd, 'leavers.csv'), leavers);
  writeFileSync(path.join(cwd, 'vips.txt'), 'boss-1,username\nother@example.com\n');
  const args = ['run', 'leavers.csv', '--yes', '--out', 'full', '--skip-invalid', '--log-level', 'trace'];
  const about = ['--protect', 'vips.txt', '--phone-country', '86', '--allow-damaged-ids', unknownApp];
  const guards = ['--canary', '1', '--stop-after-failures', '50', '--max-users', '9', '--rate', '500'];
  const environment = credentialsOf(server);
  const { code } = await genauthOffboard([...args, ...about, ...guards], { cwd, environment });
  expect(code).toBe(3);
  expect((await genauthOffboard(['verify', 'full'], { cwd, environment })).code).toBe(0);
  await server.close();
}

const locks: unknown[] = [];

/** From a workbook, with a client of the caller's own that reaches nobody. */
async function foreignRun(): Promise<void> {
  const ids = ['0001', '0002', '0003', '0004', '0005', '7'].map((id) => [id, apps[0]]);
  const sheets = [
    { name: 'leavers', rows: [['external_id', 'app_ids'], ...ids] },
    { name: 'notes', rows: [['nothing']] },
  ];
  writeFileSync(path.join(cwd, 'leavers.xlsx'), buildWorkbook({ sheets }));
  const folder = path.join(cwd, 'foreign');
  await run(path.join(cwd, 'leavers.xlsx'), {
    client: {
      kickUsers: () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
    },
    folder,
    plan: { skipInvalid: true },
    pace: { retries: 0, giveUpAfterMs: 300 },
    confirm: async () => {
      const name = readdirSync(folder).find((each) => each.startsWith('lock.')) ?? '';
      locks.push(JSON.parse(readFileSync(path.join(folder, name), 'utf8')));
      return true;
    },
  });
}

/** That the server puts off for an hour. */
async function throttledRun(): Promise<void> {
  const rate = { kind: 'bucket', perSecond: 0, burst: 1 } as const;
  const server = await startSimulator({ faults: { rate, retryAfter: 'hour' } });
  const users = [1, 2, 3].map((number) => `user-${number},${apps[0]}\n`);
  writeFileSync(path.join(cwd, 'users.csv'), `user_id,app_ids\n${users.join('')}`);
  const pace = { retries: 0, giveUpAfterMs: 300 };
  await run(path.join(cwd, 'users.csv'), against(server, { folder: path.join(cwd, 'throttled'), pace }));
  await server.close();
}

beforeAll(async () => {
  await Promise.all([fullRun(), foreignRun(), throttledRun()]);
});

const folders = ['full', 'foreign', 'throttled'];

function contentOf(file: string): string[] {
  return folders
    .map((folder) => path.join(cwd, folder))
    .filter((folder) => readdirSync(folder).includes(file))
    .map((folder) => readFileSync(path.join(folder, file), 'utf8'));
}

const objectsOf = (file: string): unknown[] => contentOf(file).map((text) => JSON.parse(text) as unknown);
const linesIn = (text: string): string[] => text.trimEnd().split('\n');
const recordsIn = (text: string): Record<string, unknown>[] =>
  linesIn(text).map((line) => JSON.parse(line) as Record<string, unknown>);
const recordsOf = (file: string): Record<string, unknown>[] => contentOf(file).flatMap(recordsIn);

/** Of what a record holds, the names alone. */
const namesOf = (record: Record<string, unknown>): unknown =>
  Object.fromEntries(Object.keys(record).map((name) => [name, true]));

test('every field of run.json stands in docs/files.md, and no other', () => {
  const problem = documented('### A problem');
  const group = documented('### A group').flatMap((field) =>
    field.name === 'examples[]' ? within('examples[].', problem) : field,
  );
  const parts: Record<string, Documented[]> = {
    'problems[]': problem,
    'warnings[]': problem,
    'problemGroups[]': group,
    'warningGroups[]': group,
  };
  const shown = documented('### `plan.shown`').flatMap((field) => {
    const part = parts[field.name];
    return part === undefined ? field : within(`${field.name}.`, part);
  });
  expect(
    differences(objectsOf('run.json'), [...documented('## `run.json`'), ...within('plan.shown.', shown)]),
  ).toEqual([]);
});

test('every field of summary.json, rows.ndjson, users.ndjson, run.log and a lock does, too', () => {
  expect(differences(recordsOf('users.ndjson'), documented('## `users.ndjson`'))).toEqual([]);
  expect(differences(objectsOf('summary.json'), documented('## `summary.json`'))).toEqual([]);
  expect(differences(recordsOf('rows.ndjson'), documented('## `rows.ndjson`'))).toEqual([]);
  expect(differences(recordsOf('run.log').map(namesOf), documented('## `run.log`'))).toEqual([]);
  expect(differences(locks, documented('## `lock.*` and `ballast`'))).toEqual([]);
});

test('every record of the journal does, and its checksum is what the page says', () => {
  const kinds = ['session', 'mark', 'attempt', 'canary', 'end'];
  const records = recordsOf('journal.ndjson');
  expect(records.map(({ kind }) => kind).filter((kind) => !kinds.includes(String(kind)))).toEqual([]);
  for (const kind of kinds) {
    const ofKind = records.filter((record) => record['kind'] === kind);
    expect(differences(ofKind.map(namesOf), documented(`### \`${kind}\``))).toEqual([]);
  }
  for (const line of contentOf('journal.ndjson').flatMap(linesIn)) {
    const crc = crc32(line.slice(0, line.lastIndexOf(',"crc"')))
      .toString(16)
      .padStart(8, '0');
    expect(line.endsWith(`,"crc":"${crc}"}`)).toBe(true);
  }
});

test('every record of the checks does, too', () => {
  const fields = documented('## `checks.ndjson`');
  const headings = { look: 'A', control: 'A', user: 'A', page: 'A', session: 'A', end: 'The' };
  for (const [kind, article] of Object.entries(headings)) {
    const ofKind = recordsOf('checks.ndjson').filter((record) => record['kind'] === kind);
    const own = documented(`### ${article} \`${kind}\``);
    expect(differences(ofKind, own.some(({ name }) => name === 'crc') ? own : [...own, ...fields])).toEqual(
      [],
    );
  }
});

test.each(['calls.csv', 'report.csv', 'retry.csv', 'invalid.csv', 'verification.csv'])(
  'the columns of %s stand there in their order',
  (file) => {
    const names = documented(`## \`${file}\``).map(({ name }) => name);
    const headers = contentOf(file).map((text) => parse(text, { bom: true, to: 1 })[0] ?? []);
    expect(headers.length).toBeGreaterThan(0);
    // All but the plan carry over what else the input has.
    const own = headers.map((header) =>
      header
        .filter((name) => name !== 'verified' || file !== 'report.csv')
        .slice(0, file === 'calls.csv' ? undefined : names.length),
    );
    expect(own).toEqual(headers.map(() => names));
  },
);

test('each file that a run leaves stands in the table of files', () => {
  const table = documented('## Which file is there when').map(({ name }) => name.replace(/\*$/, ''));
  const isNamed = (file: string): boolean =>
    table.some((name) => (name.endsWith('.') ? file.startsWith(name) : file === name));
  const left = folders.flatMap((folder) => readdirSync(path.join(cwd, folder)));
  expect(left).toContain('protect.txt');
  expect(left.filter((file) => !isNamed(file))).toEqual([]);
});

test('who follows the page finds each call, and the first call of each row', () => {
  const contentOfFull = (file: string): Buffer => readFileSync(path.join(cwd, 'full', file));
  const [calls, index, rowIndex] = [
    contentOfFull('calls.csv'),
    contentOfFull('calls.idx'),
    contentOfFull('rows.idx'),
  ];
  const begin = (seq: number): number => Number(index.readBigUInt64LE(8 * (seq - 1)));
  const userOf = (seq: number): string[] => {
    const [cells = []] = parse(calls.subarray(begin(seq), begin(seq + 1)));
    return cells.slice(0, 3);
  };
  expect(begin(index.length / 8)).toBe(calls.length);
  const rows = recordsIn(contentOfFull('rows.ndjson').toString());
  expect(rows).toHaveLength(rowIndex.length / 4);
  const seqs = rows.map((_, at) => rowIndex.readUInt32LE(4 * at));
  const isSent = ({ problems, protectedAs }: (typeof rows)[number]): boolean =>
    problems === undefined && protectedAs === undefined;
  expect(seqs.map((seq) => seq > 0)).toEqual(rows.map(isSent));
  const found = seqs.filter((seq) => seq > 0).map((seq) => [seq, ...userOf(seq)]);
  const sent = rows.filter(isSent).map(({ userId, userIdType }) => [userId, userIdType]);
  expect(found.map(([seq, named, ...user]) => [String(seq) === named, ...user])).toEqual(
    sent.map((user) => [true, ...user]),
  );
});

test('what pages and comments name of the repository is there', () => {
  const files = new Set(['README.md', 'CONTRIBUTING.md', ...['src', 'test', 'docs'].flatMap(filesIn)]);
  const pages = [...files].filter((file) => /^[^/]+\.md$|^docs\/.*\.md$/.test(file)).map(read);
  const named = pages.flatMap((text) => [...text.matchAll(/`((?:src|test|docs)\/[\w./-]+)`/g)]);
  const cited = [...source.matchAll(/`([\w./-]+\.md)`/g)];
  expect(named.length).toBeGreaterThan(40);
  expect(cited.length).toBeGreaterThan(4);
  expect([...named, ...cited].map(([, file = '']) => file).filter((file) => !files.has(file))).toEqual([]);
});

test('what the page about the house names of the source is there', () => {
  const files = filesIn('src').map((file) => file.slice('src/'.length));
  const page = read('docs/architecture.md');
  const names = [...page.matchAll(/`([\w-]+(?:\/[\w-]+)*(?:\.ts|\/))`/g)].map(([, name = '']) => name);
  const isThere = (name: string): boolean =>
    name.endsWith('/')
      ? files.some((file) => `/${file}`.includes(`/${name}`))
      : files.some((file) => file === name || file.endsWith(`/${name}`));
  expect(names.length).toBeGreaterThan(60);
  expect(names.filter((name) => !isThere(name) && name !== 'test/architecture.test.ts')).toEqual([]);
});
