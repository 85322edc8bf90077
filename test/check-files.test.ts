import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { check, run, writeCalls, writeProblems } from '../src/index.ts';
import { genauthOffboard, onTerminal, type Ended } from './command-line.ts';
import { against, credentialsOf, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

const header = ['user_id', 'user_id_type', 'app_ids', 'note'];

function write(records: readonly (readonly string[])[], folder = temporaryFolder()): string {
  const file = path.join(folder, 'leavers.csv');
  writeFileSync(file, stringify([header, ...records] as string[][]));
  return file;
}

function read(file: string): string[][] {
  return parse(readFileSync(file), { bom: true });
}

function checkIn(cwd: string, ...flags: string[]): Promise<Ended> {
  return genauthOffboard(['check', 'leavers.csv', ...flags], { cwd });
}

const mixed = [
  ['good-1', 'username', 'app-1', 'as it was'],
  ["'leaver.one", 'username', 'app-1', '=1+1'],
  ['1.38E+10', 'phone', 'app-1', 'lost'],
  ['+8613800138000', 'phone', '="app-1;app-2"', 'two\nlines, "quoted"'],
];

test('--problems lists all problems and warnings for a spreadsheet, and --write-repaired a copy to run', async () => {
  const folder = temporaryFolder();
  write(mixed, folder);
  const ended = await checkIn(folder, '--problems', 'problems.csv', '--write-repaired', 'repaired.csv');
  expect(ended.code).toBe(3);
  expect(ended.stdout).toContain('problems.csv: 3 problems, 0 warnings');
  expect(ended.stdout).toContain('repaired.csv: 2 rows repaired, 1 row still invalid');
  expect(readFileSync(path.join(folder, 'problems.csv')).subarray(0, 3)).toEqual(Buffer.from('\ufeff'));
  expect(read(path.join(folder, 'problems.csv'))).toMatchObject([
    ['line', 'column', 'value', 'problem', 'proposed_repair', 'severity'],
    ['3', 'user_id', "'leaver.one", {}, 'leaver.one', 'invalid'],
    ['4', 'user_id', '1.38E+10', {}, '', 'invalid'],
    // Made harmless: a spreadsheet would run it.
    ['5', 'app_ids', `'="app-1;app-2"`, {}, 'app-1;app-2', 'invalid'],
  ]);
  expect(read(path.join(folder, 'repaired.csv'))).toEqual([
    header,
    ['good-1', 'username', 'app-1', 'as it was'],
    ['leaver.one', 'username', 'app-1', '=1+1'],
    ['1.38E+10', 'phone', 'app-1', 'lost'],
    ['+8613800138000', 'phone', 'app-1;app-2', 'two\nlines, "quoted"'],
  ]);
  for (const name of ['problems.csv', 'repaired.csv']) {
    expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
  }
});

test('--json says what was written', async () => {
  const folder = temporaryFolder();
  write(mixed, folder);
  const { stdout } = await checkIn(folder, '--problems', 'problems.csv', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    problemGroups: expect.arrayContaining([
      expect.objectContaining({ kind: 'shortened_number', count: 1, repairable: 0, lines: [4] }),
    ]) as unknown,
    written: { problems: 3, warnings: 0, rowsRepaired: 2, rowsLeft: 1 },
  });
});

test.each(['--problems', '--write-repaired'])(
  '%s never writes over a file or through a link',
  async (flag) => {
    const folder = temporaryFolder();
    write(mixed, folder);
    writeFileSync(path.join(folder, 'taken.csv'), 'mine');
    symlinkSync('elsewhere.csv', path.join(folder, 'link.csv'));
    for (const name of ['taken.csv', 'link.csv']) {
      const { code, stderr } = await checkIn(folder, flag, name);
      expect(code).toBe(2);
      expect(stderr).toContain(`${flag}: ${name} is already there.`);
    }
    expect(readFileSync(path.join(folder, 'taken.csv'), 'utf8')).toBe('mine');
    expect(existsSync(path.join(folder, 'elsewhere.csv'))).toBe(false);
  },
);

test('where nothing can be repaired no copy is written', async () => {
  const folder = temporaryFolder();
  write([['1.38E+10', 'phone', 'app-1', '']], folder);
  const { code, stdout } = await checkIn(folder, '--write-repaired', 'repaired.csv');
  expect(code).toBe(3);
  expect(stdout).toContain('nothing can be repaired, so repaired.csv was not written');
  expect(readdirSync(folder)).toEqual(['leavers.csv']);
});

test('of files that could not be finished nothing remains', async () => {
  const file = write(mixed);
  const folder = path.dirname(file);
  const files = { problems: path.join(folder, 'problems.csv'), repaired: path.join(folder, 'repaired.csv') };
  const checked = await check(file);
  const stopSignal = AbortSignal.abort();
  await expect(writeProblems(file, files, checked, {}, { stopSignal })).rejects.toThrow('Interrupted');
  const missing = { ...files, repaired: path.join(folder, 'no-such-folder/repaired.csv') };
  await expect(writeProblems(file, missing, checked)).rejects.toThrow('its folder is not there');
  const same = { problems: files.problems, repaired: files.problems };
  await expect(writeProblems(file, same, checked)).rejects.toThrow('is already there');
  expect(readdirSync(folder)).toEqual(['leavers.csv']);
});

test('all problems are listed, however many there are', async () => {
  const file = write(
    Array.from({ length: 5000 }, (_, index) => [`'user-${index}`, 'username', "'app-1", '']),
  );
  const problems = path.join(path.dirname(file), 'problems.csv');
  const checked = await check(file);
  expect(checked.problemCount).toBe(10_000);
  await writeProblems(file, { problems }, checked);
  expect(read(problems)).toHaveLength(10_001);
});

/** Damages that can be told and undone. */
const damages: Readonly<Record<string, (id: string) => string>> = {
  formula: (id) => `="${id}"`,
  apostrophe: (id) => `'${id}`,
  zeroWidth: (id) => `\u200b${id}`,
  noBreakSpace: (id) => `${id}\u00a0`,
  writingDirection: (id) => `\u202a${id}\u202c`,
  tab: (id) => `\t${id}`,
  fullWidth: (id) =>
    id.replaceAll(/[0-9A-Za-z]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
  several: (id) => `="\u200b'${id}"`,
};
const damage = fc.constantFrom(...Object.values(damages));
const keep = (id: string): string => id;

const digits = fc.integer({ min: 0, max: 99_999_999 }).map((number) => String(number).padStart(8, '0'));
const user = fc.oneof(
  fc.tuple(
    fc.constant('user_id'),
    fc.uuid().map((id) => id.replaceAll('-', '').slice(0, 24)),
  ),
  fc.tuple(
    fc.constant('phone'),
    digits.map((rest) => `138${rest}`),
  ),
  fc.tuple(
    fc.constant('email'),
    digits.map((name) => `leaver.${name}@example.com`),
  ),
  fc.tuple(
    fc.constant('username'),
    digits.map((name) => `leaver_${name}`),
  ),
  fc.tuple(
    fc.constant('external_id'),
    digits.map((number) => `HR-${number}`),
  ),
  fc.tuple(
    fc.constant('sync_relation'),
    digits.map((number) => `lark:ou_${number}`),
  ),
);

function readApps(cell: string): string[] {
  return cell.startsWith('[')
    ? (JSON.parse(cell) as string[])
    : cell.split(/[;\s]+/).filter((app) => app !== '');
}

test('whatever damage can be told, a repaired copy that is run means the users and apps of the undamaged file', async () => {
  const row = fc.record({
    user,
    apps: fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 4 }),
    note: fc.string({ unit: 'grapheme' }),
    harm: fc.oneof(fc.constant(keep), damage),
    harmOfApps: fc.oneof(fc.constant(keep), damage),
    isJson: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
      const file = write(
        rows.map(({ user: [type, id], apps, note, harm, harmOfApps, isJson }) => {
          const harmed = apps.map((app) => harmOfApps(app));
          return [harm(id), type, isJson ? JSON.stringify(harmed) : harmed.join(';'), note];
        }),
      );
      const repaired = path.join(path.dirname(file), 'repaired.csv');
      await writeProblems(file, { repaired }, await check(file));
      expect((await check(repaired)).problems).toEqual([]);
      const records = read(repaired).slice(1);
      expect(records.map(([id, type, , note]) => ({ id, type, note }))).toEqual(
        rows.map(({ user: [type, id], note }) => ({ id, type, note })),
      );
      expect(records.map(([, , apps = '']) => readApps(apps))).toEqual(rows.map(({ apps }) => apps));
    }),
    { numRuns: 40 },
  );
});

test('a repaired copy runs, and the server sees the users of the undamaged file', async () => {
  const server = await simulator();
  const padded = Array.from({ length: 12 }, (_, index) => [`0000${index + 10}`, 'external_id', 'app-1', '']);
  const file = write([
    ...padded,
    ['125', 'external_id', 'app-1', ''],
    ['="00126"', 'username', "'app-1;'app-2", ''],
    ['+86 138-0013-8000', 'phone', 'app-1', ''],
  ]);
  const folder = path.dirname(file);
  const repaired = path.join(folder, 'repaired.csv');
  const plan = { phoneCountry: '86' };
  await writeProblems(file, { repaired }, await check(file, plan), plan);
  await run(repaired, against(server, { folder: path.join(folder, 'out'), plan }));
  const sent = server.log.map(({ userId, appIds }) => `${userId} ${appIds.join(' ')}`).sort();
  expect(sent).toEqual(
    [
      ...padded.map(([userId]) => `${userId} app-1`),
      '000125 app-1',
      '00126 app-1 app-2',
      '13800138000 app-1',
    ].sort(),
  );
});

test('the copy of a file in another encoding, with other delimiters and lines above its header, is UTF-8 with commas', async () => {
  const folder = temporaryFolder();
  const text =
    '员工名单\n\n手机号\t应用ID\t备注\n="13800138000"\tapp-1\t研发部, 北京\n13800138001\tapp-2\t\n';
  writeFileSync(path.join(folder, 'leavers.csv'), Buffer.from(`\ufeff${text}`, 'utf16le'));
  const { stdout } = await checkIn(folder, '--encoding', 'utf-16le', '--write-repaired', 'repaired.csv');
  expect(stdout).toMatch(/then run it:\n {2}genauth-offboard run repaired\.csv\n$/);
  const repaired = path.join(folder, 'repaired.csv');
  expect(read(repaired)).toEqual([
    ['手机号', '应用ID', '备注'],
    ['13800138000', 'app-1', '研发部, 北京'],
    ['13800138001', 'app-2', ''],
  ]);
  expect(await check(repaired)).toMatchObject({ users: 2, usersByType: { phone: 2 }, problemCount: 0 });
});

test('check counts users by app, and names those who are in the file twice with both lines', async () => {
  const folder = temporaryFolder();
  write(
    [
      ['user-1', '', 'app-1;app-2', ''],
      ['user-1', '', 'app-3', ''],
      ['user-2', '', 'app-1', ''],
      ['user-3', '', 'app-1;app-4', ''],
      ['user-1', '', 'app-5', ''],
      ['user-2', 'username', 'app-1', ''],
    ],
    folder,
  );
  const { code, stdout } = await checkIn(folder, '--rate', '1');
  expect(code).toBe(0);
  expect(stdout).toContain('repeated  2 rows naming a user seen before');
  expect(stdout).toContain(
    'apps      5 (app-1 4 users, app-2 1 user, app-3 1 user, ...; for one user only: ',
  );
  expect(stdout).toContain('Named in more than one place (1 user)');
  expect(stdout).toContain('line 2 and 6: user_id user-1');
  expect(stdout).toContain('calls     4 instead of 6, as all rows of a user are one');
  expect(stdout).toContain('at least 4s at 1 a second');
});

test('check and the question of run name both lines of a user who is named again', async () => {
  const server = await simulator();
  const cwd = temporaryFolder();
  const others = Array.from({ length: 200 }, (_, at) => `u${at},66a1bb000000000000000001`);
  const lines = [
    'user_id,app_ids',
    'twice,66a1bb000000000000000001',
    ...others,
    'twice,66a1bb000000000000000002',
  ];
  writeFileSync(path.join(cwd, 'leavers.csv'), lines.join('\n'));
  const environment = credentialsOf(server);
  const checked = await genauthOffboard(['check', 'leavers.csv'], { cwd });
  const asked = await onTerminal(['run', 'leavers.csv', '--out', 'out'], { cwd, environment }, [
    ['Type the number', '201\r'],
  ]);
  for (const { stdout } of [checked, asked]) {
    expect(stdout).toContain('line 2 and 203: user_id twice');
  }
});

test('check --calls writes the calls that the run then pins, for this user only, and never over a file', async () => {
  const server = await simulator();
  const cwd = temporaryFolder();
  const lines = ['user_id,app_ids', 'u1,app-1', '+8613800138000,app-2', 'u1,app-2;app-1', 'u3,bad'];
  writeFileSync(path.join(cwd, 'leavers.csv'), lines.join('\n'));
  const args = ['check', 'leavers.csv', '--calls', 'calls.csv'];
  const checked = await genauthOffboard(args, { cwd });
  const calls = path.join(cwd, 'calls.csv');
  const text = readFileSync(calls, 'utf8');
  expect(text).toBe(
    '\uFEFFseq,user_id,user_id_type,app_ids,lines\n1,u1,user_id,app-1;app-2,2;4\n2,+8613800138000,user_id,app-2,3\n3,u3,user_id,bad,5\n',
  );
  expect(statSync(calls).mode & 0o777).toBe(0o600);
  const sha256 = createHash('sha256').update(text).digest('hex');
  expect(checked.stdout).toContain(
    `Calls      calls.csv: 3 calls, as a run of this file will make them, SHA-256 ${sha256}`,
  );
  expect(checked.stdout).toContain('1 cell begins like a formula, the first in call 2: "+8613800138000".');
  const again = await genauthOffboard(args, { cwd });
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('calls.csv is already there') });
  await run(path.join(cwd, 'leavers.csv'), against(server, { folder: path.join(cwd, 'out') }));
  expect(readFileSync(path.join(cwd, 'out/calls.csv'), 'utf8')).toBe(text);
  const pinned = JSON.parse(readFileSync(path.join(cwd, 'out/run.json'), 'utf8')) as {
    plan: { files: { calls: { sha256: string } } };
  };
  expect(pinned.plan.files.calls.sha256).toBe(sha256);
});

test('calls of a file that is not the one that was checked are not written', async () => {
  const cwd = temporaryFolder();
  const [input, calls] = [path.join(cwd, 'leavers.csv'), path.join(cwd, 'calls.csv')];
  writeFileSync(input, 'user_id,app_ids\nu1,app-1\n');
  const checked = await check(input);
  writeFileSync(input, 'user_id,app_ids\nu2,app-1\n');
  await expect(writeCalls(input, calls, checked)).rejects.toThrow('was changed after it was checked');
  expect(existsSync(calls)).toBe(false);
});
