import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { genauthOffboard, onTerminal, type Ended } from './command-line.ts';
import { credentialsOf, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

const files = {
  'leavers.csv': 'user_id,app_ids\n65f0aa000000000000000001,66a1bb000000000000000001\n',
  'no-apps.csv': 'name,email\nA,a@example.com\n',
  'people.csv': '工号,姓名,邮箱,手机号\nE1,张三,zs@example.com,13800138000\n',
  'two.csv':
    'user_id,app_ids\n65f0aa000000000000000001,66a1bb000000000000000001\n65f0aa000000000000000002,66a1bb000000000000000001\n',
  'invalid.csv': 'user_id,app_ids\n,66a1bb000000000000000001\n',
};

function workplace(): string {
  const cwd = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(cwd, name), text);
  mkdirSync(path.join(cwd, 'friday'));
  return cwd;
}

const credentials = { GENAUTH_ACCESS_KEY_ID: 'fake-key', GENAUTH_ACCESS_KEY_SECRET: 'fake-secret' };

/** The commands that are there to be pasted. */
const commandsIn = ({ stderr }: Ended): string[] =>
  stderr.split('\n').flatMap((line) => (/^ {2}genauth-offboard/.test(line) ? [line.slice(2 + 17)] : []));

const noColumn = /no column for the app IDs.*24 hexadecimal digits/s;
const noCredentials = /GENAUTH_ACCESS_KEY_ID and GENAUTH_ACCESS_KEY_SECRET are not set/;
const noTerminal = /no terminal to ask on/;

test.each<[string, string[], Record<string, string>, RegExp[], string[]]>([
  [
    'no column of apps, no credentials and no terminal',
    ['no-apps.csv'],
    {},
    [noColumn, noCredentials, noTerminal],
    ["run no-apps.csv --user-id-column email --app-ids '<app ID>,<app ID>' --yes"],
  ],
  [
    'no column of apps and no credentials',
    ['no-apps.csv', '--yes'],
    {},
    [noColumn, noCredentials],
    ["run no-apps.csv --yes --user-id-column email --app-ids '<app ID>,<app ID>'"],
  ],
  [
    'three columns that may name the users, no apps and no credentials',
    ['people.csv', '--yes'],
    {},
    [
      /"工号" \(type unclear, such as "E1"\), "邮箱" \(email, such as "zs@example.com"\), "手机号" \(phone, such as "13800138000"\), and there is none for the app IDs/,
      noCredentials,
    ],
    [
      "run people.csv --yes --user-id-column '工号' --user-id-type external_id --app-ids '<app ID>,<app ID>'",
      "run people.csv --yes --user-id-column '工号' --user-id-type username --app-ids '<app ID>,<app ID>'",
      "run people.csv --yes --user-id-column '邮箱' --app-ids '<app ID>,<app ID>'",
      "run people.csv --yes --user-id-column '手机号' --app-ids '<app ID>,<app ID>'",
    ],
  ],
  [
    'no file and no credentials',
    ['missing.csv', '--yes'],
    {},
    [/There is no file missing\.csv/, noCredentials],
    ["run '<file>' --yes"],
  ],
  [
    'no file, no list of protected users and no credentials',
    ['missing.csv', '--protect', 'nobody.txt', '--yes'],
    {},
    [/There is no file missing\.csv/, /--protect: There is no file nobody\.txt/, noCredentials],
    ["run '<file>' --protect nobody.txt --yes"],
  ],
  [
    'invalid rows, and no list of protected users',
    ['invalid.csv', '--protect', 'nobody.txt', '--yes'],
    {},
    [/1 row is invalid.*line 2/, /--protect: There is no file nobody\.txt/, noCredentials],
    ['check invalid.csv --protect nobody.txt', 'run invalid.csv --protect nobody.txt --yes --skip-invalid'],
  ],
  [
    'no file and a flag that is wrong',
    ['missing.csv', '--rate', 'x', '--yes'],
    credentials,
    [/There is no file missing\.csv/, /--rate takes a number/],
    ["run '<file>' --yes --rate '<n>'"],
  ],
  [
    'a file that is called a little otherwise and no credentials',
    ['leaver.csv', '--yes'],
    {},
    [/There is no file leaver\.csv/, noCredentials],
    ['run leavers.csv --yes'],
  ],
  [
    'invalid rows and no terminal',
    ['invalid.csv'],
    credentials,
    [/1 row is invalid.*line 2/, noTerminal],
    ['check invalid.csv', 'run invalid.csv --skip-invalid --yes'],
  ],
  [
    'another file than was approved and no credentials',
    ['leavers.csv', '--yes', '--expect-sha256', '0'.repeat(64)],
    {},
    [/is not the file that --expect-sha256 names/, noCredentials],
    ['check leavers.csv', `run '<file>' --yes --expect-sha256 ${'0'.repeat(64)}`],
  ],
  [
    'more users than allowed and no credentials',
    ['two.csv', '--max-users', '1', '--yes'],
    {},
    [/names 2 users, and --max-users allows 1/, noCredentials],
    ['check two.csv', 'run two.csv --yes --max-users 2'],
  ],
  [
    'flags that are wrong',
    ['leavers.csv', '--rate', 'abc', '--yes', '--timeout', '10', '--canary=0', '--user-id-type', 'e-mail'],
    credentials,
    [/--user-id-type takes/, /--rate takes a number.*--timeout takes/, /--canary takes a whole number/],
    ["run leavers.csv --yes --user-id-type email --rate '<n>' --timeout 10s --canary '<n>'"],
  ],
  [
    'a run folder that is there, no credentials and no terminal',
    ['leavers.csv', '--out', 'friday'],
    {},
    [/friday exists already/, noCredentials, noTerminal],
    ['run leavers.csv --out friday-2 --yes'],
  ],
  [
    'a run folder that is there, three columns that may name the users and no apps',
    ['people.csv', '--out=friday', '--yes'],
    credentials,
    [/friday exists already/, /"工号" \(type unclear, such as "E1"\)/],
    [
      "run people.csv --yes --user-id-column '工号' --user-id-type external_id --app-ids '<app ID>,<app ID>' --out friday-2",
      "run people.csv --yes --user-id-column '工号' --user-id-type username --app-ids '<app ID>,<app ID>' --out friday-2",
      "run people.csv --yes --user-id-column '邮箱' --app-ids '<app ID>,<app ID>' --out friday-2",
      "run people.csv --yes --user-id-column '手机号' --app-ids '<app ID>,<app ID>' --out friday-2",
    ],
  ],
  [
    'a file from stdin that nobody is asked about, and no credentials',
    ['-'],
    {},
    [noCredentials, /comes from stdin, so nobody can answer there/],
    ['run - --yes'],
  ],
])('one refusal names %s', async (_, args, environment, told, commands) => {
  const cwd = workplace();
  const before = readdirSync(cwd);
  const ended = await genauthOffboard(['run', ...args], { cwd, environment });
  expect(ended.code).toBe(2);
  for (const each of told) expect(ended.stderr).toMatch(each);
  expect(ended.stderr).toMatch(new RegExp(`${told.length} things are missing or wrong`));
  expect(commandsIn(ended)).toEqual(commands);
  expect(readdirSync(cwd)).toEqual(before);
});

test.each<[args: string[], command: string]>([
  [
    ['check', 'leavers.csv', '--app-ids', 'SAP HR,66a1bb000000000000000002'],
    "check leavers.csv --app-ids '<app ID>,66a1bb000000000000000002'",
  ],
  [
    ['check', 'leavers.csv', '--app-ids', 'SAP HR,Jira,66a1bb000000000000000002'],
    "check leavers.csv --app-ids '<app ID>,<app ID>,66a1bb000000000000000002'",
  ],
  [
    ['check', 'leavers.csv', '--app-ids', '"66a1bb000000000000000002"'],
    'check leavers.csv --app-ids 66a1bb000000000000000002',
  ],
  [['check', 'leavers.csv', '--app-ids', 'a,,b'], 'check leavers.csv --app-ids a,b'],
  [
    ['check', '--rate', '5', 'leavers.csv', '--user-id-type', 'mail'],
    'check leavers.csv --rate 5 --user-id-type email',
  ],
  [
    ['check', 'leavers.csv', '--rate=x', '--app-ids-column', 'app_id', '--user-id-column', 'user'],
    "check leavers.csv --app-ids-column app_id --user-id-column user --rate '<n>'",
  ],
  [['check', 'leavers.csv', '--app-ids-column', 'app_idz'], 'check leavers.csv --app-ids-column app_ids'],
  [['simulate', '--port', 'x'], "simulate --port '<n>'"],
  [['check', '.'], "check '<file>'"],
])('the command that is printed does not repeat what was wrong: %j', async (args, command) => {
  const ended = await genauthOffboard(args, { cwd: workplace(), environment: {} });
  expect(ended.code).toBe(2);
  expect(commandsIn(ended)).toEqual([command]);
});

test('a placeholder that was left in a command is named', async () => {
  const args = ['check', 'no-apps.csv', '--app-ids', '<app ID>,<app ID>'];
  const { code, stderr } = await genauthOffboard(args, { cwd: workplace(), environment: {} });
  expect([code, stderr]).toEqual([
    2,
    'genauth-offboard: --app-ids still holds <app ID>.\nWrite the ID of an app (24 hexadecimal digits) in its place.\n',
  ]);
});

test('a secret on the command line is in no command that is there to be pasted', async () => {
  const args = ['run', 'no-apps.csv', '--access-key-secret', 'not-a-real-secret'];
  const ended = await genauthOffboard(args, { cwd: workplace(), environment: {} });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(/no place for a secret/);
  expect(ended.stderr).not.toContain('not-a-real-secret');
});

test('a single thing that is missing is said as it is', async () => {
  const ended = await genauthOffboard(['run', 'leavers.csv', '--yes'], { cwd: workplace(), environment: {} });
  expect(ended.stderr).toMatch(/^genauth-offboard: No credentials: .*\nSet both in the environment.*\n$/);
});

test.each(['run', 'check'])('%s - says that it reads stdin', async (command) => {
  const server = await simulator();
  const ended = await genauthOffboard([command, '-', ...(command === 'run' ? ['--yes'] : [])], {
    cwd: workplace(),
    environment: credentialsOf(server),
    stdin: files['leavers.csv'],
  });
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain('Reading the users from stdin.\n');
});

test('on a terminal it says how what is typed there comes to its end', async () => {
  const dialog = [['end with Ctrl-D', `${files['leavers.csv'].replaceAll('\n', '\r')}\u0004`]] as const;
  const ended = await onTerminal(['check', '-'], { cwd: workplace() }, dialog);
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain('Plan for stdin');
});

test.each([
  ['a host that nobody listens at', 'http://127.0.0.1:1', /connection was refused/, 4],
  ['a path that is none', undefined, /nothing to get a token from at this address/, 2],
])(
  '%s: the advice is to check --host, and there is a command that goes to another one',
  async (_, host, told, code) => {
    const server = await simulator();
    const cwd = workplace();
    const args = ['run', 'leavers.csv', '--yes', '--give-up-after', '1s', '--out', 'out'];
    const ended = await genauthOffboard([...args, '--host', host ?? `${server.url}/wrong`], {
      cwd,
      environment: credentialsOf(server),
    });
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(told);
    expect(ended.stderr).toContain(
      "Should the host be wrong: genauth-offboard run leavers.csv '--host=https://<host>' --give-up-after=1s --yes\n",
    );
    // Whoever has refused the key has not begun.
    expect(existsSync(path.join(cwd, 'out'))).toBe(code === 4);
    if (host === undefined) return;
    expect(ended.stderr.trim().split('\n').at(-1)).toMatch(/^Go on with: genauth-offboard resume out/);
    const again = ['resume', 'out', '--yes', '--give-up-after', '1s', '--host', host];
    const resumed = await genauthOffboard(again, {
      cwd,
      environment: { ...credentialsOf(server), GENAUTH_HOST: '' },
    });
    expect(resumed.stderr).toContain(
      "Should the host be wrong: genauth-offboard run out/input.csv --give-up-after 1s '--host=https://<host>'\n",
    );
  },
);

test('run - asks on the terminal, although the file has taken stdin', async () => {
  const server = await simulator();
  const cwd = workplace();
  const ended = await onTerminal(['run', '-', '--out', 'out'], { cwd, environment: credentialsOf(server) }, [
    ['end with Ctrl-D', `${files['leavers.csv'].replaceAll('\n', '\r')}\u0004`],
    ['Type the number of users', '1\r'],
  ]);
  expect(ended.code).toBe(0);
  expect(server.log).toHaveLength(1);
});
