import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { run } from '../src/index.ts';
import type { Simulator } from '../src/simulator/simulator.ts';
import { genauthOffboard, type Ended } from './command-line.ts';
import { readCsvFile } from './read-report.ts';
import { against, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A folder with `leavers.csv` of these lines, and the program in it. */
function workplace(lines: readonly string[], server?: Simulator) {
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, 'leavers.csv'), `${['user_id,user_id_type,app_ids', ...lines].join('\n')}\n`);
  const environment: Record<string, string> =
    server === undefined
      ? {}
      : {
          GENAUTH_HOST: server.url,
          GENAUTH_ACCESS_KEY_ID: server.accessKeyId,
          GENAUTH_ACCESS_KEY_SECRET: server.accessKeySecret,
        };
  const command = (...args: string[]): Promise<Ended> => genauthOffboard(args, { cwd, environment });
  return { cwd, command, file: (name: string) => path.join(cwd, name) };
}

/** Each kind of damage once: the line of the file, its value as it is shown, and its repair. */
const damaged: readonly [line: string, value: string, repair?: string][] = [
  ['1.38E+10,phone,app-1', '1.38E+10'],
  ['6.50123E+23,user_id,app-1', '6.50123E+23'],
  ['123456789012345000,external_id,app-1', '123456789012345000'],
  ['125,external_id,app-1', '125', '000125'],
  ['"=""00123""",username,app-1', '="00123"', '00123'],
  ["'leaver.one,username,app-1", "'leaver.one", 'leaver.one'],
  ['１３８００１３８０００,phone,app-1', '１３８００１３８０００', '13800138000'],
  ['\u200b13800138001,phone,app-1', '\\u{200b}13800138001', '13800138001'],
  ['leaver@example.com\u00a0,email,app-1', 'leaver@example.com\\u{a0}', 'leaver@example.com'],
  ['\u202a13800138002\u202c,phone,app-1', '\\u{202a}13800138002\\u{202c}', '13800138002'],
  ['user-1,,6.5F0E+23', '6.5F0E+23'],
  ['user-2,,"=""app-1;app-2"""', '="app-1;app-2"', 'app-1;app-2'],
  ["user-3,,app-1;'app-2", "'app-2", 'app-2'],
];

const good = [
  'good-1,username,app-1',
  ...Array.from({ length: 12 }, (_, index) => `${String(index + 100).padStart(6, '0')},external_id,app-1`),
];

const everything = [...good, ...damaged.map(([line]) => line)];
const firstDamaged = good.length + 2;

test('check names line, value and repair of each damaged ID, and exits with 3', async () => {
  const { command } = workplace(everything);
  const { code, stdout } = await command('check', 'leavers.csv');
  expect(code).toBe(3);
  for (const [index, [, value, repair]] of damaged.entries()) {
    const shown = repair === undefined ? `"${value}"` : `"${value}", probably "${repair}"`;
    expect(stdout).toContain(`line ${firstDamaged + index}: ${shown}`);
  }
});

test('a file with damaged IDs is refused by run without a call, and the message names the first', async () => {
  const server = await simulator();
  const { command, file } = workplace(everything, server);
  const { code, stderr } = await command('run', 'leavers.csv', '--yes', '--out', 'out');
  expect(code).toBe(2);
  expect(stderr).toContain(
    `13 rows are invalid, so nothing was sent. The first is line ${firstDamaged}, "user_id": `,
  );
  expect(stderr).toContain('It holds "1.38E+10".');
  expect(server.log).toEqual([]);
  expect(existsSync(file('out'))).toBe(false);
});

test.each(damaged)('one such line is enough: %j', async (line, value, repair) => {
  const server = await simulator();
  const { file } = workplace([...good, line]);
  const shown = repair === undefined ? `"${value}".` : `"${value}", probably "${repair}".`;
  await expect(run(file('leavers.csv'), against(server, { folder: file('out') }))).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining(shown) as string,
  });
  expect(server.log).toEqual([]);
});

test('with --skip-invalid only undamaged IDs are sent, and the report says why the others are not', async () => {
  const server = await simulator();
  const { command, file } = workplace(everything, server);
  const { code } = await command('run', 'leavers.csv', '--yes', '--skip-invalid', '--out', 'out');
  expect(code).toBe(3);
  expect(server.log.map(({ userId }) => userId).sort()).toEqual(
    good.map((line) => line.slice(0, line.indexOf(','))).sort(),
  );
  const rows = readCsvFile(file('out'), 'report.csv').slice(good.length);
  expect(rows.map(({ status }) => status)).toEqual(damaged.map(() => 'invalid'));
  expect(rows[3]!['message']).toContain('Probably it was "000125".');
});

test('with --allow-damaged-ids they are sent as they are', async () => {
  const server = await simulator();
  const { command } = workplace(["'leaver.one,username,app-1", '1.38E+10,external_id,app-1'], server);
  const { code } = await command('run', 'leavers.csv', '--yes', '--allow-damaged-ids', '--out', 'out');
  expect(code).toBe(0);
  expect(server.log.map(({ userId }) => userId).sort()).toEqual(["'leaver.one", '1.38E+10']);
});

test('apps given by flag are looked at, too', async () => {
  const { command } = workplace(['user-1,,app-1']);
  const { code, stderr } = await command('check', 'leavers.csv', '--app-ids', '6.5E+23');
  expect(code).toBe(2);
  expect(stderr).toContain('--app-ids names "6.5E+23"');
});

test('a row that other IDs speak against is judged once, so that resume and report say of it what was said at first', async () => {
  const server = await simulator();
  const rows = ['deleted-1,username,app-1', ...good, '125,external_id,app-1'];
  const { command, file } = workplace(rows, server);
  await command('run', 'leavers.csv', '--yes', '--skip-invalid', '--out', 'out');
  expect(await command('resume', 'out', '--retry-failed')).toMatchObject({ code: 3 });
  expect(await command('report', 'out')).toMatchObject({ code: 3 });
  expect(readCsvFile(file('out'), 'report.csv').at(-1)).toMatchObject({ user_id: '125', status: 'invalid' });
  expect(server.log.map(({ userId }) => userId)).not.toContain('125');
});

const phones = ['+8613800138000,phone,app-1', '008613800138001,phone,app-1', '8613800138002,phone,app-1'];

test('phone numbers with a country prefix are warned of, with the flag that strips it', async () => {
  const { command } = workplace([...phones, '13800138003,phone,app-1']);
  const { code, stdout } = await command('check', 'leavers.csv');
  expect(code).toBe(0);
  expect(stdout).toContain(
    'phones    4, 1 with 86, 1 with +86, 1 with 0086; line 2 is sent as "+8613800138000"',
  );
  expect(stdout).toContain('Warnings (3)');
  expect(stdout).toContain('--phone-country');
});

test('--phone-country strips the prefix, shows it, reports what was sent, and retries mean the same users', async () => {
  const server = await simulator();
  const unknown = 'deleted-1,username,app-1';
  const { command, file } = workplace([...phones, '+14155550100,phone,unknown-app', unknown], server);
  const stripped = ['13800138000', '13800138001', '13800138002'];
  const checked = await command('check', 'leavers.csv', '--phone-country', '86');
  expect(checked.stdout).toContain('3 sent without it; line 2 is sent "+8613800138000" as "13800138000"');
  await command('run', 'leavers.csv', '--yes', '--phone-country', '+86', '--out', 'out');
  const sent = (): string[] => [...new Set(server.log.map(({ userId }) => userId))].sort();
  expect(sent()).toEqual(['+14155550100', ...stripped, 'deleted-1']);
  expect(readCsvFile(file('out'), 'report.csv').map((row) => row['user_id'])).toEqual([
    ...stripped,
    // For spreadsheets, which would take it for a formula.
    "'+14155550100",
    'deleted-1',
  ]);
  const before = sent();
  await command('resume', 'out', '--retry-failed');
  await command('run', 'out/retry.csv', '--yes', '--out', 'again');
  await command('run', 'out/retry.csv', '--yes', '--phone-country', '86', '--out', 'again-with-flag');
  expect(sent()).toEqual(before);
});

test('a prefix that stands there twice is refused, as stripping one would leave another number each time', async () => {
  const { command } = workplace(['+868613800138000,phone,app-1']);
  const { code, stdout } = await command('check', 'leavers.csv', '--phone-country', '86');
  expect(code).toBe(3);
  expect(stdout).toContain('country prefix twice');
});

test('--phone-country refuses what is no country code', async () => {
  const { command } = workplace(phones);
  const { code, stderr } = await command('check', 'leavers.csv', '--phone-country', '88');
  expect(code).toBe(2);
  expect(stderr).toContain('--phone-country takes the code');
});
