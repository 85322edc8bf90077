import path from 'node:path';
import { writeFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { check, writeProblems } from '../src/workflow/check.ts';
import { planOptions, type PlanOptions } from '../src/settings/plan-options.ts';
import { genauthOffboard } from './command-line.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = path.join(import.meta.dirname, 'fixtures/people');
const app = '66a1bb000000000000000001';

/** What a plan says of a file that somebody really had. */
async function planOf(file: string, options: Partial<PlanOptions> = {}) {
  const plan = await check(path.join(folder, file), { appIds: [app], ...options });
  return {
    rows: plan.rows.total,
    kinds: [...new Set(plan.problems.map(({ kind }) => kind))],
    lines: plan.problems.map(({ line }) => line),
    type: plan.columns.defaultUserIdType,
    users: plan.firstRows.map(({ userId }) => userId),
    plan,
  };
}

test.each([
  ['dates-of-other-locales/input.csv', ['date'], [2, 3, 4, 5, 6], 5],
  ['email-cell-is-more-than-an-address/input.csv', ['several', 'wrapped'], [2, 3, 4, 5, 6], 5],
  ['header-repeated/input.csv', ['header'], [3], 3],
  ['header-repeated/input.xlsx', ['header'], [3], 3],
  ['java-exponent-in-csv/input.csv', ['shortened_number'], [2, 3, 4], 3],
  ['null-as-apps-beats-default/input.csv', ['nothing'], [2, 3, 4], 4],
  ['null-as-user-id/input.csv', ['nothing'], [2, 3, 4], 4],
  ['postgres-array-of-apps/input.csv', ['wrapped'], [2], 1],
  ['question-marks-from-ansi/input.csv', ['lost_characters'], [2, 3, 4, 5], 4],
  ['quotes-around-id/input.csv', ['wrapped'], [2, 3], 2],
  ['replacement-character/input.csv', ['lost_characters'], [2, 3], 2],
] as const)('%s: each row that names nobody is invalid, by its kind', async (file, kinds, lines, rows) => {
  expect(await planOf(file)).toMatchObject({ kinds, lines, rows });
});

test.each([
  ['excel-drops-trailing-delimiters/input.csv', 'user_id', 19, '65f0aa000000000000000001'],
  ['excel-table-total-row/input.xlsx', 'external_id', 2, 'E1'],
  ['google-sheets-and-poi-numbers/input.xlsx', 'phone', 2, '13800138000'],
  ['google-sheets-and-poi-numbers/ext.xlsx', 'external_id', 3, '10000001'],
  ['google-workspace-header/input.csv', 'email', 2, 'a@example.com'],
  ['lower-case-cell-references/input.xlsx', 'user_id', 1, '65f0aa000000000000000001'],
  ['shared-strings-declared-not-there/input.xlsx', 'user_id', 1, '65f0aa000000000000000001'],
  ['sheet-state-show/input.xlsx', 'user_id', 1, '65f0aa000000000000000001'],
  ['sheet-state-show/one-sheet.xlsx', 'user_id', 1, '65f0aa000000000000000001'],
  ['trailing-comma-rows-or-header-only/input.csv', 'user_id', 2, '65f0aa000000000000000001'],
  ['trailing-comma-rows-or-header-only/header.csv', 'user_id', 2, '65f0aa000000000000000001'],
  ['two-byte-order-marks-quoted/input.csv', 'user_id', 1, '65f0aa000000000000000001'],
] as const)('%s: a good file is read', async (file, type, rows, first) => {
  const { plan, ...read } = await planOf(file);
  expect(read).toMatchObject({ kinds: [], type, rows });
  expect(read.users[0]).toBe(first);
  expect(plan.rows.valid).toBe(rows);
});

test.each(['input.csv', 'input.tsv'])(
  '%s: rows that a stray quotation mark would swallow refuse the file',
  async (file) => {
    const swallowed = planOf(`stray-quotes-swallow-rows/${file}`, { skipInvalid: true });
    await expect(swallowed).rejects.toThrow(/line 2: a quotation mark .* one record of the lines 2 to 4/);
    await expect(swallowed).rejects.toMatchObject({ exitCode: 2 });
  },
);

test('the total row of a table is named', async () => {
  const { plan } = await planOf('excel-table-total-row/input.xlsx');
  expect(plan.totalRows).toEqual([4]);
  expect(plan.lines).toBeNull();
});

test('the lines of header, rows and empty records are all lines of the file', async () => {
  const text = [
    'sep=,',
    '',
    'user_id,note,app_ids',
    `u-1,"two\nlines",${app}`,
    '',
    ',,',
    '"","\n",',
    `u-2,x,${app}`,
    'u-3',
  ];
  for (const end of ['', '\n', '\n\n']) {
    const file = path.join(temporaryFolder(), 'leavers.csv');
    const content = `${text.join('\r\n')}${end}`;
    writeFileSync(file, content);
    const { lines } = await check(file);
    const count = content.replace(/\n$/, '').split('\n').length;
    expect(lines).toEqual({ header: 2, rows: 4, empty: count - 6 });
  }
});

test.each([
  ['float.txt', 'line 1: "13800138000.0" is written as a decimal number'],
  ['java.txt', 'line 1: "1.3800138E10" is a number that a program has shortened'],
  ['mailto.txt', 'line 1: "mailto:boss@example.com" begins with "mailto:"'],
  ['null.txt', 'line 2: "NULL@example.com" looks like an address'],
  ['pipe.txt', 'line 1: "boss@example.com|email" has its type behind it'],
])('a list of protected users that would protect nobody refuses the run: %s', async (list, message) => {
  const protect = path.join(folder, 'protect-list-numbers', list);
  await expect(planOf('protect-list-numbers/input.csv', { protect })).rejects.toThrow(message);
});

/** A file of these rows in a new folder. */
function write(lines: readonly string[]): string {
  const file = path.join(temporaryFolder(), 'leavers.csv');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const words = [
  `user_id,app_ids`,
  `nan,${app}`,
  `tbd,${app}`,
  `NULL,${app}`,
  `"65f0aa000000000000000001",${app}`,
];

test('--allow-damaged-ids with IDs behind it lets just these through', async () => {
  const file = write(words);
  const allowed = planOptions({ 'allow-damaged-ids': 'nan,tbd' });
  expect((await check(file, allowed)).problems).toMatchObject([{ line: 4, value: 'NULL' }]);
});

test('--allow-damaged-ids alone lets nothing through that is no ID', async () => {
  const file = write([...words, `1.38E+10,${app}`]);
  const plan = await check(file, planOptions({ 'allow-damaged-ids': true }));
  expect(plan.problems.map(({ line }) => line)).toEqual([2, 3, 4]);
  expect(plan.warnings).toMatchObject([{ line: 6, kind: 'shortened_number' }]);
});

test.each([
  [['--allow-damaged-ids', 'nan,tbd', 'leavers.csv'], 1],
  [['leavers.csv', '--allow-damaged-ids', 'nan,tbd'], 1],
  [['--allow-damaged-ids=nan,tbd', 'leavers.csv'], 1],
  [['--allow-damaged-ids', 'leavers.csv'], 3],
  [['leavers.csv', '--allow-damaged-ids'], 3],
  [['leavers.csv', '--allow-damaged-ids', '--json'], 3],
])('the value may be left away, and takes no file for it: check %j', async (args, invalid) => {
  const cwd = path.dirname(write(words));
  const { code, stdout } = await genauthOffboard(['check', ...args, '--json'], { cwd });
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ input: { name: 'leavers.csv' }, rows: { invalid } });
});

test('a word that may be a name is refused where it stands on several rows', async () => {
  const once = write(['username,app_ids', `Nan,${app}`, `Na,${app}`]);
  expect((await check(once)).rows).toMatchObject({ valid: 2, invalid: 0 });
  const twice = write(['username,app_ids', `Nan,${app}`, `leaver.one,${app}`, `Nan,${app}`, `Na,${app}`]);
  const plan = await check(twice);
  expect(plan.problems.map(({ line }) => line)).toEqual([2, 4]);
  expect(plan.problems[0]?.message).toContain('stands on several rows');
});

test('a repaired copy has no user in it that was none', async () => {
  const damaged = [
    '"""NULL"""',
    '="N/A"',
    '(-)',
    '0.0',
    "'nan",
    '\u00a0TBD',
    '{}',
    'Total: 42.0',
    '"null;"',
    '[none]',
  ];
  for (const type of ['user_id', 'phone', 'external_id']) {
    const file = write(['user_id,user_id_type,app_ids', ...damaged.map((id) => `${id},${type},${app}`)]);
    const repaired = path.join(path.dirname(file), 'repaired.csv');
    await writeProblems(file, { repaired }, await check(file));
    expect((await check(repaired)).rows.valid).toBe(0);
    expect((await check(repaired)).rows.invalid).toBe(damaged.length);
  }
});

test('the usual Chinese file asks one question, with the whole command for each answer', async () => {
  const cwd = path.dirname(write(['姓名,工号,邮箱,手机号', '王样本,1001,a@example.com,13800138000']));
  const { code, stderr } = await genauthOffboard(['check', 'leavers.csv', '--rate', '5'], { cwd });
  expect(code).toBe(2);
  expect(stderr.trimEnd().split('\n').slice(-4)).toEqual([
    "  genauth-offboard check leavers.csv --rate 5 --user-id-column '工号' --user-id-type external_id --app-ids '<app ID>,<app ID>'",
    "  genauth-offboard check leavers.csv --rate 5 --user-id-column '工号' --user-id-type username --app-ids '<app ID>,<app ID>'",
    "  genauth-offboard check leavers.csv --rate 5 --user-id-column '邮箱' --app-ids '<app ID>,<app ID>'",
    "  genauth-offboard check leavers.csv --rate 5 --user-id-column '手机号' --app-ids '<app ID>,<app ID>'",
  ]);
  const answered = ['check', 'leavers.csv', '--user-id-column', '邮箱', '--app-ids', app];
  expect(await genauthOffboard(answered, { cwd })).toMatchObject({ code: 0 });
});
