import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { genauthOffboard, pasted } from './command-line.ts';
import { credentialsOf, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

const app = '66a1bb000000000000000001';
const user = (at: number): string => `65f0aa${String(at).padStart(18, '0')}`;

const commandsIn = (text: string): string[] =>
  text.split('\n').flatMap((line) => (line.startsWith('  genauth-offboard ') ? [line.trim()] : []));

const good = ['user_id,app_ids', `${user(1)},${app}`];

test.each<[what: string, name: string, lines: string[], flags: string[], verdict: RegExp, ends: number[]]>([
  ['a good file', 'leavers.csv', good, [], /^No row is invalid\. To run it:$/m, [0]],
  [
    'warnings',
    'a.csv',
    ['phone,app_ids', `+8613800138000,${app}`],
    [],
    /^No row is invalid, with 1 warning above/m,
    [0],
  ],
  [
    'flags and a name that need quotation marks',
    "it's $HOME.csv",
    ['Wer ist das?,Name', `${user(1)},A`],
    ['--user-id-column', 'Wer ist das?', '--user-id-type=user_id', '--app-ids', app, '--rate', '50'],
    /^No row is invalid/m,
    [0],
  ],
  [
    'one row that nothing repairs',
    'a.csv',
    [...good, `NULL,${app}`],
    [],
    /^1 row is invalid: a run refuses/m,
    [3],
  ],
  [
    'rows that can be repaired, and flags',
    'a.csv',
    ['Wer,Was', `E1,${app}`, `"=""E2""",${app}`, `NULL,${app}`],
    ['--user-id-column', 'Wer', '--app-ids-column', 'Was', '--user-id-type', 'external_id'],
    /^2 rows are invalid: a run refuses/m,
    [3, 3],
  ],
  ['nothing but invalid rows', 'a.csv', ['user_id,app_ids', `NULL,${app}`], [], /^1 row is invalid/m, []],
])(
  'check ends with a verdict and commands that go on when they are pasted: %s',
  async (_, name, lines, flags, verdict, ends) => {
    const server = await simulator();
    const environment = credentialsOf(server);
    const cwd = temporaryFolder();
    writeFileSync(path.join(cwd, name), `${lines.join('\n')}\n`);
    const { stdout } = await genauthOffboard(['check', name, ...flags], { cwd });
    expect(stdout).toMatch(verdict);
    const commands = commandsIn(stdout);
    expect(commands).toHaveLength(ends.length);
    for (const [at, command] of commands.entries()) {
      const whole = command.includes(' run ') ? `${command} --yes` : command;
      const { code, stderr } = await pasted(whole, { cwd, environment });
      expect([code, stderr.includes('refused') ? stderr : '']).toEqual([ends[at], '']);
    }
  },
);

test('what was taken for several apps is said first in the verdict, with its line', async () => {
  const cwd = temporaryFolder();
  const rows = ['SAP HR', 'Jira;Google Workspace', 'Jira; Wiki', 'A\u3000B'].map(
    (apps, at) => `${user(at)},${apps}`,
  );
  writeFileSync(path.join(cwd, 'a.csv'), ['user_id,app_ids', ...rows, `${user(9)},"Jira\nWiki"`].join('\n'));
  const { code, stdout } = await genauthOffboard(['check', 'a.csv'], { cwd });
  expect(code).toBe(0);
  const last = stdout.slice(stdout.lastIndexOf('\n\n'));
  expect(last.trim().split('\n')[0]).toBe(
    'Look first at line 2 and 2 other rows: "SAP HR" was taken for two apps, "SAP" and "HR", as white space separates apps.',
  );
  expect(last).toContain('No row is invalid, with 3 warnings above');
});

test('a check of stdin says that the run needs the same input', async () => {
  const { stdout } = await genauthOffboard(['check', '-'], {
    cwd: temporaryFolder(),
    stdin: `${good.join('\n')}\n`,
  });
  expect(stdout).toMatch(/To run it, with the same input on stdin:\n {2}genauth-offboard run -\n$/);
});

test.each<[what: string, phones: string[], flags: string[], added: string]>([
  [
    'of one country, as the numbers say',
    ['+8613800138000', '008613800138001', '13800138002'],
    [],
    ' --phone-country 86',
  ],
  ['with no sign before the code', ['8613800138000'], [], ' --phone-country 86'],
  ['of several countries', ['+8613800138000', '+4917012345678'], [], " --phone-country '<country code>'"],
  ['of another country', ['004917012345678'], [], " --phone-country '<country code>'"],
  ['that have none', ['13800138000'], [], ''],
  [
    'of another country than that of the flag',
    ['+4917012345678'],
    ['--phone-country=86'],
    ' --phone-country=86',
  ],
])(
  'the verdict begins with the country code that phone numbers should be sent without, and its command says which: %s',
  async (_, phones, flags, added) => {
    const cwd = temporaryFolder();
    writeFileSync(
      path.join(cwd, 'a.csv'),
      ['phone,app_ids', ...phones.map((phone) => `${phone},${app}`)].join('\n'),
    );
    const { code, stdout } = await genauthOffboard(['check', 'a.csv', ...flags], { cwd });
    expect(code).toBe(0);
    const [first, ...rest] = stdout.slice(stdout.lastIndexOf('\n\n')).trim().split('\n');
    expect(/^Look first at line 2.*country prefix/.test(first ?? '')).toBe(added !== '');
    expect(rest.at(-1)).toBe(`  genauth-offboard run a.csv${added}`);
  },
);

test.each<[what: string, rows: string[], says: RegExp, left: string]>([
  ['all of it mended', ['"=""E2"""'], /again; then run it:$/m, '0 rows still invalid'],
  [
    'a row left',
    ['"=""E2"""', 'NULL'],
    /again; mend the other row in it, then run it:$/m,
    '1 row still invalid (line 4)',
  ],
  [
    'rows left',
    ['"=""E2"""', 'NULL', '"=""E3"""', '#N/A'],
    /again; mend the other 2 rows in it, then run it:$/m,
    '2 rows still invalid (line 4, 6)',
  ],
])(
  'what was just written is what the last line goes on with, and never the input: %s',
  async (_, rows, says, left) => {
    const cwd = temporaryFolder();
    const lines = ['external_id,app_ids', `E1,${app}`, ...rows.map((row) => `${row},${app}`)];
    writeFileSync(path.join(cwd, 'a b.csv'), lines.join('\n'));
    const { stdout } = await genauthOffboard(['check', 'a b.csv', '--write-repaired', 'to run.csv'], { cwd });
    expect(stdout).toContain(left);
    expect(stdout).toMatch(says);
    expect(commandsIn(stdout)).toEqual(["genauth-offboard run 'to run.csv'"]);
    expect(stdout.trimEnd().endsWith("run 'to run.csv'")).toBe(true);
  },
);

test('a list of problems is written only where there are some', async () => {
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, 'a.csv'), good.join('\n'));
  const { code, stdout } = await genauthOffboard(['check', 'a.csv', '--problems', 'p.csv'], { cwd });
  expect([code, readdirSync(cwd)]).toEqual([0, ['a.csv']]);
  expect(stdout).toContain('Problems   there are none, so p.csv was not written');
});
