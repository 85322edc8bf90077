import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { genauthOffboard, type Ended } from './command-line.ts';
import { credentialsOf, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

const program = path.resolve(import.meta.dirname, '../dist/cli.js');
const app = '66a1bb000000000000000001';
const user = (at: number): string => `65f0aa${String(at).padStart(18, '0')}`;

/** Types a printed line into a shell. */
function paste(line: string, cwd: string, environment: Record<string, string>): Promise<Ended> {
  const script = line.replace(/^genauth-offboard/, `'${process.execPath}' '${program}'`);
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', script], { cwd, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? null), stdout, stderr });
    });
  });
}

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
      const { code, stderr } = await paste(whole, cwd, environment);
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
