import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, onTestFinished, test, vi } from 'vitest';

import {
  genauthOffboard,
  genauthOffboardProcess,
  startGenauthOffboard,
  type Surroundings,
} from './command-line.ts';
import { readCsvFile } from './read-report.ts';
import { credentialsOf, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A folder with an input of so many users. */
function workplace(users: number): Surroundings & { readonly cwd: string } {
  const cwd = temporaryFolder();
  const lines = Array.from({ length: users }, (_, index) => `user-${index},app-1;app-2`);
  writeFileSync(path.join(cwd, 'leavers.csv'), ['user_id,app_ids', ...lines].join('\n'));
  return { cwd };
}

const someCredentials = { GENAUTH_ACCESS_KEY_ID: 'fake-key', GENAUTH_ACCESS_KEY_SECRET: 'fake-secret' };

test('run leaves reports and exits with 0 when every row succeeded', async () => {
  const server = await simulator();
  const { cwd } = workplace(200);
  const ended = await genauthOffboardProcess(['run', 'leavers.csv', '--yes', '--out', 'out', '--json'], {
    cwd,
    environment: credentialsOf(server),
  });
  expect(ended).toMatchObject({ code: 0 });
  expect(JSON.parse(ended.stdout)).toMatchObject({ folder: 'out', rows: { total: 200, succeeded: 200 } });
  expect(readdirSync(path.join(cwd, 'out')).sort()).toEqual([
    'calls.csv',
    'calls.idx',
    'input.csv',
    'journal.ndjson',
    'report.csv',
    'report.html',
    'retry.csv',
    'rows.idx',
    'rows.ndjson',
    'run.json',
    'run.log',
    'summary.json',
    'users.ndjson',
  ]);
});

test('run reads the file from stdin when it is called -', async () => {
  const server = await simulator();
  const ended = await genauthOffboardProcess(['run', '-', '--yes', '--out', 'out'], {
    cwd: temporaryFolder(),
    environment: credentialsOf(server),
    stdin: 'user_id,app_ids\nu1,app-1\n',
  });
  expect(ended.code).toBe(0);
  expect(server.log.map((record) => record.userId)).toEqual(['u1']);
});

test('run exits with 3 when some rows did not succeed, and names the command that tries them again', async () => {
  const server = await simulator();
  const { cwd } = workplace(1);
  writeFileSync(path.join(cwd, 'leavers.csv'), 'user_id,app_ids\nu1,app-1\nlocked-1,app-1\n');
  const environment = credentialsOf(server);
  const ended = await genauthOffboardProcess(['run', 'leavers.csv', '--yes', '--out', 'o u t'], {
    cwd,
    environment,
  });
  expect(ended.code).toBe(3);
  expect(ended.stderr).toMatch(/\nTry again what failed: .*resume 'o u t' --retry-failed\n$/);
  expect(ended.stdout).toMatch(/\n +with other IDs or flags: .* run 'o u t\/retry.csv'\n/);
});

test.each<[what: string, row: string, apps: string[]]>([
  ['a user that is not found', 'deleted-1,66a1bb000000000000000001', []],
  ['an app by its name', 'u2,Jira', []],
  ['an app by its name beside one that was found', 'u2,Jira;Wiki', ['Wiki']],
])(
  'where nothing but other IDs helps the last line runs them, and no resume is offered: %s',
  async (_, row, apps) => {
    const server = await simulator({ apps });
    const cwd = temporaryFolder();
    writeFileSync(path.join(cwd, 'leavers.csv'), `user_id,app_ids\n${row}\n`);
    const environment = credentialsOf(server);
    const args = ['run', 'leavers.csv', '--yes', '--out', 'out', '--rate', '50'];
    const { code, stdout, stderr } = await genauthOffboard(args, { cwd, environment });
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /To try again will not help\. Correct the IDs in retry\.csv, then run it: genauth-offboard run out\/retry\.csv --rate 50\n$/,
    );
    expect(stdout + stderr).not.toContain('resume');
  },
);

const refusals: readonly [string, string[], Record<string, string>, RegExp][] = [
  ['no command', [], {}, /A command is missing/],
  ['an unknown command', ['frobnicate'], {}, /"frobnicate" is no command\.\nSee: genauth-offboard --help\n$/],
  [
    'a misspelled command',
    ['rnu', 'leavers.csv'],
    {},
    /"rnu" is no command\.\nDid you mean:\n {2}genauth-offboard run leavers\.csv\n$/,
  ],
  [
    'an unknown flag',
    ['run', 'leavers.csv', '--concurency', '4'],
    someCredentials,
    /--concurency is no flag of run\.\nDid you mean:\n.* --concurrency 4\n$/,
  ],
  [
    'a flag that is no number',
    ['run', 'leavers.csv', '--yes', '--concurrency', 'abc'],
    someCredentials,
    /--concurrency .* not "abc"/,
  ],
  [
    'a flag given twice',
    ['run', 'leavers.csv', '--yes', '--rate', '1', '--rate', '2'],
    someCredentials,
    /--rate was given more than once/,
  ],
  [
    'a duration without unit',
    ['run', 'leavers.csv', '--yes', '--timeout', '10'],
    someCredentials,
    /--timeout .*10s/,
  ],
  ['a flag without its value', ['run', 'leavers.csv', '--rate'], someCredentials, /rate/],
  [
    'plain http to another machine',
    ['run', 'leavers.csv', '--yes', '--host', 'http://example.com'],
    someCredentials,
    /--host is plain http/,
  ],
  [
    'no credentials',
    ['run', 'leavers.csv', '--yes'],
    {},
    /GENAUTH_ACCESS_KEY_ID and GENAUTH_ACCESS_KEY_SECRET are not set/,
  ],
  ['no terminal and no --yes', ['run', 'leavers.csv'], someCredentials, /--yes was not given/],
  ['a missing file', ['run', 'missing.csv', '--yes'], someCredentials, /missing\.csv/],
  ['a missing argument', ['run', '--yes'], someCredentials, /run needs <input>/],
  [
    'a folder that exists',
    ['run', 'leavers.csv', '--yes', '--out', 'taken'],
    someCredentials,
    /taken exists already/,
  ],
  [
    'a folder in no folder',
    ['run', 'leavers.csv', '--yes', '--out', 'a/b/c'],
    someCredentials,
    /a\/b\/c cannot be created/,
  ],
  ['a file that is no CSV', ['run', 'binary.csv', '--yes'], someCredentials, /binary\.csv/],
  ['a file with invalid rows', ['run', 'invalid.csv', '--yes'], someCredentials, /1 row is invalid/],
  ['a file without rows', ['run', 'empty.csv', '--yes'], someCredentials, /no rows/],
  ['a check of a file without rows', ['check', 'empty.csv'], {}, /no rows/],
  ['a file without the columns', ['check', 'columns.csv'], {}, /no column for .*"name", "age"/],
  ['a folder that is no run', ['resume', 'taken'], someCredentials, /taken is no run folder/],
  ['a report of no run', ['report', 'missing'], {}, /There is no folder missing/],
  ['a port that is none', ['simulate', '--port', '99999'], {}, /--port/],
  ['a demo of a missing file', ['demo', 'missing.csv'], {}, /missing\.csv/],
];

test.each(refusals)(
  '%s is refused with one clear message, exit code 2 and no folder',
  async (_, args, environment, message) => {
    const { cwd } = workplace(2);
    mkdirSync(path.join(cwd, 'taken'));
    writeFileSync(path.join(cwd, 'binary.csv'), Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 255, 254]));
    writeFileSync(path.join(cwd, 'invalid.csv'), 'user_id,app_ids\nu1,app-1\n,app-1\n');
    writeFileSync(path.join(cwd, 'empty.csv'), 'user_id,app_ids\n');
    writeFileSync(path.join(cwd, 'columns.csv'), 'name,age\nA,1\n');
    const before = readdirSync(cwd);
    const ended = await genauthOffboard(args, { cwd, environment });
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toMatch(/\n {4}at |node:internal|file:\/\//);
    expect(ended.stderr.trim().split('\n').length).toBeLessThanOrEqual(4);
    expect(ended.stdout).toBe('');
    expect(ended.code).toBe(2);
    expect(readdirSync(cwd)).toEqual(before);
  },
);

test.each([
  ['check', '--sheet'],
  ['run', '--out'],
  ['resume', '--retry-failed'],
  ['report', '--json'],
  ['simulate', '--latency'],
  ['demo', '--faults'],
])('%s --help has its flags, such as %s, examples and the exit codes', async (command, flag) => {
  const ended = await genauthOffboard([command, '--help'], { cwd: temporaryFolder() });
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain(`genauth-offboard ${command}`);
  expect(ended.stdout).toMatch(new RegExp(`^  ${flag} `, 'm'));
  expect(ended.stdout).toContain('Examples:');
  expect(ended.stdout).toContain('130  interrupted, resumable');
});

test('check exits with 3 and lists every problem with line, column and value', async () => {
  const cwd = temporaryFolder();
  writeFileSync(
    path.join(cwd, 'x.csv'),
    'user_id,user_id_type,app_ids\n,email,app\nu1,nonsense,app\nno-at,email,\n',
  );
  const ended = await genauthOffboardProcess(['check', 'x.csv', '--json'], { cwd });
  expect(ended.code).toBe(3);
  const plan = JSON.parse(ended.stdout) as { problems: { line: number; column: string; value: string }[] };
  expect(plan.problems.map(({ line, column, value }) => [line, column, value])).toEqual([
    [2, 'user_id', ''],
    [3, 'user_id_type', 'nonsense'],
    [4, 'user_id', 'no-at'],
    [4, 'app_ids', ''],
  ]);
  expect(readdirSync(cwd)).toEqual(['x.csv']);
});

test('simulate prints the settings to use it, and run works with them', async () => {
  const { cwd } = workplace(3);
  const child = startGenauthOffboard(['simulate', '--apps', 'app-1,app-2'], { cwd });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [output] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const environment = Object.fromEntries(
    output
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.split('=') as [string, string]),
  );
  expect(Object.keys(environment)).toEqual([
    'GENAUTH_HOST',
    'GENAUTH_ACCESS_KEY_ID',
    'GENAUTH_ACCESS_KEY_SECRET',
  ]);
  expect((await genauthOffboard(['run', 'leavers.csv', '--yes'], { cwd, environment })).code).toBe(0);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('demo does a whole run without credentials, shows the report, and exits with 0', async () => {
  const cwd = temporaryFolder();
  const ended = await genauthOffboardProcess(['demo'], {
    cwd,
    // It must not touch a tenant, whatever the environment says.
    environment: { GENAUTH_HOST: 'https://api.genauth.ai', ...someCredentials },
  });
  expect(ended.code).toBe(0);
  const [folder] = readdirSync(cwd);
  const rows = readCsvFile(path.join(cwd, folder ?? ''), 'report.csv');
  expect(rows.length).toBeGreaterThanOrEqual(40);
  expect(ended.stdout).toContain(`${rows.length} rows of leavers.csv`);
  expect(ended.stdout).toContain('report.csv');
  expect(ended.stderr).toContain('throttled');
});

test('Ctrl-C ends a run in order: exit code 130, reports, and the way on as the last line', async () => {
  const server = await simulator({ faults: { latencyMs: 20 } });
  const { cwd } = workplace(2000);
  const environment = credentialsOf(server);
  const child = startGenauthOffboard(['run', 'leavers.csv', '--yes', '--out', 'out', '--concurrency', '8'], {
    cwd,
    environment,
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await vi.waitUntil(() => server.log.length >= 100, { timeout: 20_000 });
  child.kill('SIGINT');
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(130);
  expect(stderr.trim().split('\n').at(-1)).toBe('Go on with: genauth-offboard resume out');
  const rows = readCsvFile(path.join(cwd, 'out'), 'report.csv');
  const succeeded = rows.filter((row) => row['status'] === 'succeeded');
  expect(succeeded).toHaveLength(server.log.length);
  expect(rows.filter((row) => row['status'] === 'not_attempted')).toHaveLength(2000 - succeeded.length);
});

test('after kill -9, resume finishes: every row once, no finished call sent again, repeated calls counted', async () => {
  const server = await simulator({ faults: { latencyMs: { min: 5, max: 30 } } });
  const { cwd } = workplace(1000);
  const environment = credentialsOf(server);
  const out = path.join(cwd, 'out');
  const child = startGenauthOffboard(['run', 'leavers.csv', '--yes', '--out', 'out', '--concurrency', '16'], {
    cwd,
    environment,
  });
  await vi.waitUntil(() => server.log.length >= 300, { timeout: 20_000 });
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(existsSync(path.join(out, 'report.csv'))).toBe(false);

  const midway = await genauthOffboard(['report', 'out', '--json'], { cwd });
  expect(midway.code).toBe(4);
  const seenByServer = new Set(server.log.map((record) => record.userId));
  const kickedByServer = new Set(server.log.filter((record) => record.kicked).map((record) => record.userId));
  const midwayRows = readCsvFile(out, 'report.csv');
  const finished = midwayRows
    .filter((row) => row['status'] === 'succeeded')
    .map((row) => row['user_id'] ?? '');
  expect(midwayRows).toHaveLength(1000);
  expect(finished.filter((user) => !kickedByServer.has(user))).toEqual([]);
  const untouched = midwayRows.filter((row) => row['status'] === 'not_attempted');
  expect(untouched.filter((row) => seenByServer.has(row['user_id'] ?? ''))).toEqual([]);

  const before = server.log.length;
  const resumed = await genauthOffboard(['resume', 'out', '--json'], { cwd, environment });
  expect(resumed.code).toBe(0);
  const sentAgain = server.log.slice(before).map((record) => record.userId);
  expect(sentAgain.filter((user) => finished.includes(user))).toEqual([]);
  const rows = readCsvFile(out, 'report.csv');
  expect(rows.map((row) => row['user_id'])).toEqual(
    Array.from({ length: 1000 }, (_, index) => `user-${index}`),
  );
  expect(new Set(rows.map((row) => row['status']))).toEqual(new Set(['succeeded']));
  const twice = sentAgain.filter((user) => seenByServer.has(user));
  const { calls } = JSON.parse(resumed.stdout) as { calls: { repeated: number } };
  expect(calls.repeated).toBeGreaterThanOrEqual(twice.length);
});

test('no secret and no token gets into any file, log or message', async () => {
  const accessKeySecret = 'not-a-real-secret-5f1c';
  const server = await simulator({
    accessKeySecret,
    faults: { shares: { body500: 0.2, html: 0.1, resetAfter: 0.1 } },
  });
  const { cwd } = workplace(60);
  writeFileSync(path.join(cwd, 'leavers.csv'), 'user_id,app_ids\nu1,app-1\ndeleted-1,app-1\nu2,app-2\n');
  const output: string[] = [];
  for (const auth of ['token', 'signature']) {
    const args = ['run', 'leavers.csv', '--yes', '--out', auth, '--auth', auth, '--log-level', 'trace'];
    const environment = credentialsOf(server);
    const ended = await genauthOffboard(args, { cwd, environment });
    const wrong = await genauthOffboard(
      ['run', 'leavers.csv', '--yes', '--out', `${auth}-wrong`, '--auth', auth],
      { cwd, environment: { ...environment, GENAUTH_ACCESS_KEY_SECRET: `${accessKeySecret}-wrong` } },
    );
    // A token is refused before anything is sent, and a signature only with the first call.
    expect(wrong.code).toBe(auth === 'token' ? 2 : 4);
    output.push(ended.stdout, ended.stderr, wrong.stdout, wrong.stderr);
    for (const folder of auth === 'token' ? [auth] : [auth, `${auth}-wrong`]) {
      for (const name of readdirSync(path.join(cwd, folder)))
        output.push(readFileSync(path.join(cwd, folder, name), 'utf8'));
    }
  }
  const everything = output.join('\n');
  expect(everything).toContain('deleted-1');
  expect(everything).not.toContain(accessKeySecret);
  // Every JWT begins with the same characters, those of {"alg": in base64url.
  expect(everything).not.toMatch(/eyJ[\w-]{5,}\./);
  expect(everything).not.toMatch(/(authing|GenAuth) [^\s:]+:[A-Za-z0-9+/]{27}=/);
});

test('demo - rehearses with what comes from stdin', async () => {
  const cwd = temporaryFolder();
  const stdin = 'user_id,app_ids\n65f0aa000000000000000001,66a1bb000000000000000001\n';
  const ended = await genauthOffboard(['demo', '-', '--out', 'out'], { cwd, stdin });
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain('Reading the users from stdin');
  expect(ended.stdout).toMatch(/^1 row of stdin\n {2}succeeded {5}1\n/);
});
