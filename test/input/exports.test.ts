import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Format } from '../../src/input/text/format.ts';
import { genauthOffboard } from '../command-line.ts';
import { readAll } from './read-all.ts';

/** Three people who do not exist, as six systems export them and as Excel on several machines saves that again. */
const folder = fileURLToPath(new URL('../fixtures/exports/', import.meta.url));

const apps = ['app-1', 'app-2'];

interface Export {
  readonly file: string;
  /** What the user has to say, as several columns could name the user. */
  readonly userIdColumn: string;
  readonly encoding?: 'windows-1252';
  readonly userIdType?: 'email';
  readonly format: Format;
  readonly candidates: string;
}

const exports: readonly Export[] = [
  {
    file: 'workday-report.csv',
    userIdColumn: 'Email - Primary Work',
    format: { encoding: 'utf-8', delimiter: ',', headerLine: 6 },
    candidates: '"Employee ID" (type unclear), "Email - Primary Work" (email)',
  },
  {
    file: 'workday-saved-by-german-excel.csv',
    userIdColumn: 'Email - Primary Work',
    encoding: 'windows-1252',
    format: { encoding: 'windows-1252', delimiter: ';', headerLine: 6 },
    candidates: '"Employee ID" (type unclear), "Email - Primary Work" (email)',
  },
  {
    file: 'workday-saved-by-german-excel-as-utf-8.csv',
    userIdColumn: 'Email - Primary Work',
    format: { encoding: 'utf-8', delimiter: ';', headerLine: 6 },
    candidates: '"Employee ID" (type unclear), "Email - Primary Work" (email)',
  },
  {
    file: 'bamboohr-report.csv',
    userIdColumn: 'Work Email',
    format: { encoding: 'utf-8', delimiter: ',', headerLine: 1 },
    candidates: '"Employee #" (type unclear), "Work Email" (email), "Mobile Phone" (phone)',
  },
  {
    file: 'bamboohr-saved-by-american-excel.csv',
    userIdColumn: 'Work Email',
    format: { encoding: 'utf-8', delimiter: ',', headerLine: 1 },
    candidates: '"Employee #" (type unclear), "Work Email" (email), "Mobile Phone" (phone)',
  },
  {
    file: 'okta-profiles.csv',
    userIdColumn: 'email',
    format: { encoding: 'utf-8', delimiter: ',', headerLine: 1 },
    candidates:
      '"login" (type unclear), "email" (email), "mobilePhone" (phone), "employeeNumber" (type unclear)',
  },
  {
    file: 'okta-saved-by-excel-for-mac.csv',
    userIdColumn: 'email',
    format: { encoding: 'utf-8', delimiter: ',', headerLine: 1 },
    candidates:
      '"login" (type unclear), "email" (email), "mobilePhone" (phone), "employeeNumber" (type unclear)',
  },
  {
    file: 'entra-download-of-users.csv',
    userIdColumn: 'mail',
    format: { encoding: 'utf-8', delimiter: ',', headerLine: 1 },
    candidates: '"userPrincipalName" (type unclear), "mail" (email), "mobile" (phone)',
  },
  {
    file: 'entra-download-saved-as-unicode-text.txt',
    userIdColumn: 'mail',
    format: { encoding: 'utf-16le', delimiter: '\t', headerLine: 1 },
    candidates: '"userPrincipalName" (type unclear), "mail" (email), "mobile" (phone)',
  },
  {
    file: 'dingtalk-contacts-saved-by-chinese-excel.csv',
    userIdColumn: '邮箱',
    format: { encoding: 'gb18030', delimiter: ',', headerLine: 2 },
    candidates: '"员工UserID" (type unclear), "手机号" (phone), "工号" (type unclear), "邮箱" (email)',
  },
  {
    file: 'dingtalk-contacts-saved-as-unicode-text.txt',
    userIdColumn: '邮箱',
    format: { encoding: 'utf-16le', delimiter: '\t', headerLine: 2 },
    candidates: '"员工UserID" (type unclear), "手机号" (phone), "工号" (type unclear), "邮箱" (email)',
  },
  {
    file: 'feishu-saved-by-chinese-excel-with-apps.csv',
    userIdColumn: '邮箱',
    format: { encoding: 'gb18030', delimiter: ',', headerLine: 1 },
    candidates: '"手机号码*" (phone), "邮箱" (email), "工号" (type unclear)',
  },
];

/** These need no column named: only one column could name the user, or one is called user ID. */
const others: readonly (Omit<Export, 'userIdColumn' | 'candidates'> & { readonly userIdColumn?: string })[] =
  [
    {
      file: 'entra-template-for-bulk-delete.csv',
      userIdType: 'email',
      format: { encoding: 'utf-8', delimiter: ',', headerLine: 2 },
    },
    {
      file: 'entra-template-saved-by-excel.csv',
      userIdType: 'email',
      format: { encoding: 'utf-8', delimiter: ',', headerLine: 2 },
    },
    {
      file: 'feishu-members.csv',
      userIdColumn: '邮箱',
      format: { encoding: 'utf-8', delimiter: ',', headerLine: 1 },
    },
  ];

/** The apps of all rows come by flag, but where the file has its own. */
function appsFor(file: string): string[] {
  return file.includes('with-apps') ? [] : apps;
}

function optionsFor({ file, encoding, userIdColumn, userIdType }: (typeof others)[number]) {
  return {
    columns: userIdColumn === undefined ? {} : { userIdColumn },
    defaults: { userIdType, appIds: appsFor(file) },
    ...(encoding === undefined ? {} : { encoding }),
  };
}

const addresses = ['anna.sample', 'test.mueller', 'ceshi.wang'].map((name) => `${name}@example.com`);

describe('an export gives the same three targets, whoever made it and whatever saved it again', () => {
  test.each([...exports, ...others])('$file', async (each) => {
    const { rows, format, error } = await readAll(await readFile(join(folder, each.file)), optionsFor(each));
    expect(error).toBeUndefined();
    expect(format).toEqual(each.format);
    expect(rows.map((row) => [row.valid, row.userIdType, row.userId, row.appIds])).toEqual(
      addresses.map((address) => [true, 'email', address, apps]),
    );
    expect(rows.map((row) => row.line)).toEqual([1, 2, 3].map((place) => each.format.headerLine + place));
  });

  test('and each fixture is among them', () => {
    const tested = [...exports, ...others].map(({ file }) => file);
    expect(readdirSync(folder).filter((file) => !file.startsWith('.'))).toEqual(tested.sort());
  });
});

describe('which of several columns names the user is never guessed', () => {
  test.each(exports)('$file', async ({ file, encoding, candidates }) => {
    const { error } = await readAll(await readFile(join(folder, file)), {
      defaults: { userIdType: undefined, appIds: appsFor(file) },
      ...(encoding === undefined ? {} : { encoding }),
    });
    // Each is told with its first value.
    const told = error?.message.replaceAll(/, such as "[^"]+"\)/g, ')');
    expect(told).toContain(`: more than one column could hold the user ID: ${candidates}.`);
    expect(error?.message.match(/, such as "/g)).toHaveLength(candidates?.split('), ').length ?? 0);
    expect(error?.hint).toContain('--user-id-column');
    expect(error?.hint).toContain('--user-id-type');
  });

  test('without any apps the error is about the header, not about what stands above it', async () => {
    const { error } = await readAll(await readFile(join(folder, 'workday-report.csv')), {
      columns: { userIdColumn: 'Email - Primary Work' },
    });
    expect(error?.message).toContain(
      'users.csv line 6: there is no column for the app IDs. Columns found: "Worker", "Employee ID"',
    );
  });

  test('nor is the type of what no name tells', async () => {
    const { error } = await readAll(await readFile(join(folder, 'entra-template-for-bulk-delete.csv')), {
      defaults: { userIdType: undefined, appIds: apps },
    });
    expect(error?.message).toBe(
      'users.csv line 2: the name of the column "User name [userPrincipalName] Required" does not tell which type of user ID it holds. Its values look like email addresses, such as "anna.sample@example.com".',
    );
    expect(error?.hint).toContain('--user-id-type');
  });
});

test('check says how the file was read', async () => {
  const file = 'workday-saved-by-german-excel.csv';
  const flags = [
    '--encoding',
    'windows-1252',
    '--user-id-column',
    'Email - Primary Work',
    '--app-ids',
    'app-1',
  ];
  const shown = await genauthOffboard(['check', file, ...flags], { cwd: folder });
  expect(shown.stdout).toContain('WINDOWS-1252, ";" between the columns, header in line 6');
  expect(shown.stdout).toContain('user ID "Email - Primary Work", type email');
  expect(shown.code).toBe(0);
  const { stdout } = await genauthOffboard(['check', file, ...flags, '--json'], { cwd: folder });
  expect(JSON.parse(stdout)).toMatchObject({
    format: { encoding: 'windows-1252', delimiter: ';', headerLine: 6 },
    columns: { userId: 'Email - Primary Work', userIdType: null, defaultUserIdType: 'email' },
  });
  const refused = await genauthOffboard(['check', file, ...flags.slice(2)], { cwd: folder });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('line 8: the byte 0xFC here is not UTF-8 text');
});
