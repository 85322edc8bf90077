import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { check, run } from '../src/index.ts';
import { genauthOffboard, onTerminal, type Dialog, type Ended } from './command-line.ts';
import { readCsvFile } from './read-report.ts';
import { against, credentialsOf, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

const header = 'user_id,user_id_type,app_ids,Employment Status';
const leavers = [
  header,
  'u1,,app-1,Terminated',
  'u2,,app-1;app-2,Terminated',
  'admin@example.com,email,app-1,Terminated',
  'u3,,app-1,Terminated',
];

/** Runs the command where the file is, with somebody at a terminal who types as the dialog says, or with nobody. */
async function workplace(lines: readonly string[], environment: Record<string, string>) {
  const cwd = temporaryFolder();
  const text = lines.join('\n');
  writeFileSync(path.join(cwd, 'leavers.csv'), text);
  return {
    cwd,
    sha256: createHash('sha256').update(text).digest('hex'),
    run: (dialog: Dialog | undefined, ...args: string[]): Promise<Ended> => {
      const surroundings = { cwd, environment };
      return dialog === undefined
        ? genauthOffboard([...args, '--yes'], surroundings)
        : onTerminal(args, surroundings, dialog);
    },
  };
}

const question = 'Type the number of users';

/** Without a terminal nobody answers; with one the plan would be confirmed, were it ever asked. */
const ways: readonly [string, (users: number) => Dialog | undefined][] = [
  ['without a terminal', () => undefined],
  ['on a terminal', (users) => [[question, `${users}\r`]]],
];

const said = ({ stdout, stderr }: Ended): string => `${stdout}${stderr}`.replaceAll('\r\n', '\n');

test.each(ways)('--max-users refuses a file that names more, %s: no call, no folder', async (_, dialog) => {
  const server = await simulator();
  const place = await workplace(leavers, credentialsOf(server));
  const refused = await place.run(dialog(4), 'run', 'leavers.csv', '--max-users', '3');
  expect(refused.code).toBe(2);
  expect(said(refused)).toContain('leavers.csv names 4 users, and --max-users allows 3. Nothing was sent.');
  expect(readdirSync(place.cwd)).toEqual(['leavers.csv']);
  expect(server.log).toEqual([]);
  const allowed = await place.run(dialog(4), 'run', 'leavers.csv', '--max-users', '4');
  expect(allowed.code).toBe(0);
});

test.each<[string, string, number, string]>([
  ['Ctrl-C', '\u0003', 130, 'Interrupted'],
  ['Ctrl-D', '\u0004', 2, 'Not confirmed: nothing was sent.'],
  ['no', 'no\r', 2, 'Not confirmed: nothing was sent.'],
])(
  '%s at the question ends with nothing sent, no folder, and how to ask again',
  async (_, keys, code, words) => {
    const server = await simulator();
    const place = await workplace(leavers, credentialsOf(server));
    const ended = await place.run([[question, keys]], 'run', 'leavers.csv');
    expect(ended.code).toBe(code);
    expect(said(ended)).toContain(words);
    expect(said(ended)).toMatch(/\n {2}genauth-offboard run leavers\.csv\n/);
    expect(readdirSync(place.cwd)).toEqual(['leavers.csv']);
    expect(server.log).toEqual([]);
  },
);

test.each(ways)('--expect-sha256 refuses another file than the approved one, %s', async (_, dialog) => {
  const server = await simulator();
  const place = await workplace(leavers, credentialsOf(server));
  const other = 'ab'.repeat(32);
  const refused = await place.run(dialog(4), 'run', 'leavers.csv', '--expect-sha256', other);
  expect(refused.code).toBe(2);
  expect(said(refused)).toContain(place.sha256);
  expect(said(refused)).toContain(other);
  expect(readdirSync(place.cwd)).toEqual(['leavers.csv']);
  expect(server.log).toEqual([]);
  const approved = await place.run(
    dialog(4),
    'run',
    'leavers.csv',
    '--expect-sha256',
    place.sha256.toUpperCase(),
  );
  expect(approved.code).toBe(0);
});

const vips = ['# Break-glass', 'ADMIN@Example.com,email', '+86 13800138000', 'nobody-here'].join('\n');

test.each(ways)(
  '--protect leaves protected users out, and names them before the run, %s',
  async (_, dialog) => {
    const server = await simulator();
    const lines = [
      ...leavers,
      '13800138000,phone,app-1,Terminated',
      ' Admin@example.com ,Email,app-2,Terminated',
    ];
    const place = await workplace(lines, credentialsOf(server));
    writeFileSync(path.join(place.cwd, 'vips.txt'), vips);
    const ended = await place.run(dialog(3), 'run', 'leavers.csv', '--protect', 'vips.txt', '--out', 'out');
    expect(ended.code).toBe(3);
    expect(said(ended)).toContain('Protected: 3 rows of users on vips.txt (3 IDs), never sent');
    expect(said(ended)).toContain('line 6: phone 13800138000, by "+86 13800138000" in line 3 of the list');
    expect(server.log.map((record) => record.userId)).toEqual(['u1', 'u2', 'u3']);
    const rows = readCsvFile(path.join(place.cwd, 'out'), 'report.csv');
    expect(rows.map(({ user_id, status }) => `${user_id} ${status}`)).toEqual([
      'u1 succeeded',
      'u2 succeeded',
      'admin@example.com skipped',
      'u3 succeeded',
      '13800138000 skipped',
      'Admin@example.com skipped',
    ]);
    expect(rows[2]).toMatchObject({
      message: expect.stringContaining('line 2'),
      calls: '0',
      failed_app_ids: 'app-1',
    });
    expect(readCsvFile(path.join(place.cwd, 'out'), 'retry.csv')).toEqual([]);
  },
);

test.each<[string, string | undefined, RegExp]>([
  ['missing', undefined, /^plan\.protect: There is no file .*vips\.txt/],
  ['empty', '', /vips\.txt names nobody/],
  ['unclear', 'u1\nu2;u3\n', /vips\.txt line 2: "u2;u3" holds more than one value/],
  ['an Excel workbook', 'PK\u0003\u0004', /vips\.txt is an Excel workbook/],
  ['naming everybody', 'u1\nu2\nu3\nadmin@example.com', /no valid row but those of protected users/],
])('a --protect list that is %s refuses the run: no call, no folder', async (_, list, message) => {
  const server = await simulator();
  const place = await workplace(leavers, credentialsOf(server));
  const protect = path.join(place.cwd, 'vips.txt');
  if (list !== undefined) writeFileSync(protect, list);
  const before = readdirSync(place.cwd);
  const options = against(server, { folder: path.join(place.cwd, 'out'), plan: { protect } });
  const error = await run(path.join(place.cwd, 'leavers.csv'), options).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'UserError', exitCode: 2, message: expect.stringMatching(message) });
  expect(server.log).toEqual([]);
  expect(readdirSync(place.cwd)).toEqual(before);
});

test('resume and report keep to the list as it was when the run began, whatever becomes of it', async () => {
  const server = await simulator();
  const place = await workplace([...leavers, 'deleted-1,,app-1,'], credentialsOf(server));
  const list = path.join(place.cwd, 'vips.txt');
  writeFileSync(list, vips);
  await place.run(undefined, 'run', 'leavers.csv', '--protect', 'vips.txt', '--out', 'out');
  // What becomes of the original does not matter any more.
  rmSync(list);
  const resumed = await place.run(undefined, 'resume', 'out', '--retry-failed');
  expect(resumed.code).toBe(3);
  expect(server.log.map((record) => record.userId)).toEqual(['u1', 'u2', 'u3', 'deleted-1', 'deleted-1']);
  writeFileSync(path.join(place.cwd, 'out/protect.txt'), 'deleted-1\n');
  const again = await place.run(undefined, 'resume', 'out', '--retry-failed');
  expect(again.code).toBe(3);
  expect(server.log.at(-1)?.userId).toBe('deleted-1');
  expect(server.log).toHaveLength(6);
});

test('a file that names most of the protected users looks like a directory', async () => {
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, 'all.csv'), 'user_id,app_ids\nu1,a\nroot,a\nadmin,a\nu2,a\n');
  writeFileSync(path.join(cwd, 'vips.txt'), 'root\nadmin\nbreak-glass\n');
  const plan = await check(path.join(cwd, 'all.csv'), { protect: path.join(cwd, 'vips.txt') });
  expect(plan).toMatchObject({
    rows: { total: 4, valid: 2, skipped: 2 },
    protect: { ids: 3, rows: [{ line: 3, userId: 'root' }, { line: 4 }] },
    oddities: [
      { kind: 'app_form' },
      { kind: 'user_form' },
      { kind: 'directory', message: expect.stringContaining('2 of the 3 protected IDs') },
    ],
  });
});

test('the question shows the first rows as understood, what is ignored, and what looks odd', async () => {
  const server = await simulator();
  const lines = [header, ...leavers.slice(1), ',,,', 'u4,,app-1,On Leave', 'u1,,app-2,Active'];
  const place = await workplace(lines, credentialsOf(server));
  const ended = await place.run([[question, 'no\r']], 'run', 'leavers.csv');
  expect(ended.code).toBe(2);
  const screen = said(ended);
  expect(screen).toContain('line 3: user_id u2, 2 apps: app-1, app-2');
  expect(screen).toContain('line 4: email admin@example.com, 1 app: app-1');
  expect(screen).toContain('the column "Employment Status"');
  expect(screen).toContain('1 empty record');
  expect(screen).toContain(
    '2 of 6 rows do not say in the column "Employment Status" that the person has left',
  );
  expect(screen).toContain('1 user is said to have left in one row and to be still there in another');
  expect(screen).toContain('Not confirmed: nothing was sent.');
  expect(server.log).toEqual([]);
  expect(readdirSync(place.cwd)).toEqual(['leavers.csv']);
});

test('with --yes what looks odd is said all the same, and check has it too', async () => {
  const server = await simulator();
  const place = await workplace([header, 'u1,,app-1,离职', 'u2,,app-1,在职'], credentialsOf(server));
  const ended = await place.run(undefined, 'run', 'leavers.csv', '--out', 'out');
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain('1 of 2 rows do not say');
  expect(ended.stderr).toContain('"在职" 1 (first line 3)');
  const checked = await genauthOffboard(['check', 'leavers.csv', '--json'], { cwd: place.cwd });
  expect(JSON.parse(checked.stdout)).toMatchObject({
    input: { sha256: place.sha256 },
    firstRows: [
      { line: 2, userId: 'u1', userIdType: 'user_id', appIds: ['app-1'], appCount: 1 },
      { line: 3 },
    ],
    oddities: [{ kind: 'app_form' }, { kind: 'user_form' }, { kind: 'active_staff', lines: [3] }],
  });
});

test('the guards of a run stand in its run.json', async () => {
  const server = await simulator();
  const place = await workplace(leavers, credentialsOf(server));
  await place.run(undefined, 'run', 'leavers.csv', '--out', 'out', '--max-users', '9');
  const written = JSON.parse(readFileSync(path.join(place.cwd, 'out/run.json'), 'utf8')) as {
    options: unknown;
  };
  expect(written.options).toMatchObject({ guards: { maxUsers: 9 } });
});
