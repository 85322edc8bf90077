import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { genauthOffboard, pasted, startGenauthOffboard, type Ended } from './command-line.ts';
import { endOf } from './faults/scene.ts';
import { httpReply, serve, tokenReply } from './genauth/scripted-server.ts';
import { apps, credentialsOf, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

const [app = ''] = apps;

/** Pastes a printed command; nobody is there to answer. */
function paste(line: string, cwd: string, environment: Record<string, string>): Promise<Ended> {
  return pasted(`${line} --yes`, { cwd, environment });
}

/** The first command that is printed behind such words. */
function printed(text: string, before: string): string {
  const found = text.split('\n').find((line) => line.includes(`${before}genauth-offboard `));
  expect(found, `a command behind "${before}" in ${text}`).toBeDefined();
  return found?.slice(found.indexOf('genauth-offboard ')) ?? '';
}

const names = ['leavers.csv', 'it\'s $HOME; `x` "2".csv', '-leavers.csv', '离职 名单.csv'];
const columns = ['Mail', 'the user\'s "ID"', '-id', '工 号 $1', 'a;b'];

describe.each(names)('of a file called %s', (name) => {
  test('the command for the repaired copy runs as it is printed', async () => {
    const server = await simulator();
    const cwd = temporaryFolder();
    const column = columns[names.indexOf(name)] ?? '';
    const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    const rows = ['13800138001', '13800138002.0', '13800138003'].map((id) => `${id},x`);
    writeFileSync(path.join(cwd, name), [`${cell(column)},Note`, ...rows].join('\n'));
    writeFileSync(path.join(cwd, 'v i p.txt'), '13800138003,phone\n');
    const flags = [
      `--user-id-column=${column}`,
      '--user-id-type=phone',
      `--app-ids=${app}`,
      '--protect=v i p.txt',
      '--rate=500',
    ];
    const repaired = `${path.parse(name).name} repaired.csv`;
    const checked = await genauthOffboard(['check', `./${name}`, ...flags, `--write-repaired=${repaired}`], {
      cwd,
    });
    const ended = await paste(printed(checked.stdout, '  '), cwd, credentialsOf(server));
    expect(ended).toMatchObject({ code: 3, stdout: expect.stringContaining('succeeded     2') });
    expect(server.log.map(({ userId }) => userId).sort()).toEqual(['13800138001', '13800138002']);
  });

  test('the commands for what a run leaves do, also where another host is set', async () => {
    const server = await simulator();
    const cwd = temporaryFolder();
    const column = columns[names.indexOf(name) + 1] ?? '';
    const rows = [`u1,${app}`, `locked-2,${app}`, `N/A,${app}`];
    const header = `"${column.replaceAll('"', '""')}",app_ids`;
    writeFileSync(path.join(cwd, name), [header, ...rows].join('\n'));
    const credentials = credentialsOf(server);
    const { GENAUTH_HOST: host = '', GENAUTH_ACCESS_KEY_SECRET: secret = '', ...key } = credentials;
    writeFileSync(path.join(cwd, 'se cret'), secret, { mode: 0o600 });
    writeFileSync(path.join(cwd, 'v i p.txt'), 'vip-1,username\n');
    const out = `${path.parse(name).name} out`;
    const flags = [
      `--user-id-column=${column}`,
      '--user-id-type=username',
      '--access-key-secret-file=se cret',
      `--out=${out}`,
      `--host=${host}`,
    ];
    const args = [
      'run',
      `./${name}`,
      ...flags,
      '--skip-invalid',
      '--protect=v i p.txt',
      '--max-users=9',
      '--canary=1',
      '--rate=400',
      '--timeout=9s',
      '--give-up-after=10m',
      '--auth=signature',
      '--yes',
    ];
    const elsewhere = { ...key, GENAUTH_HOST: 'https://genauth.example' };
    const ran = await genauthOffboard(args, { cwd, environment: elsewhere });
    expect(ran.code).toBe(3);

    const again = await paste(printed(ran.stderr, ': '), cwd, elsewhere);
    expect(again).toMatchObject({ code: 3, stderr: expect.stringContaining('Going on with') });
    expect(server.log.map(({ userId }) => userId)).toEqual(['u1', 'locked-2', 'locked-2']);

    const commands = ran.stdout.split('\n').flatMap((line) => / (?:then|flags): (.*)/.exec(line)?.[1] ?? []);
    expect(commands).toHaveLength(2);
    const invalid = path.join(cwd, out, 'invalid.csv');
    writeFileSync(invalid, readFileSync(invalid, 'utf8').replace('N/A', 'u3'));
    for (const command of commands) {
      expect(command).toContain('--rate 400 --timeout 9s --give-up-after 10m --max-users 9');
      expect(command).toMatch(/--protect[ =].*protect\.txt/);
      // Of a single row it would be all.
      expect(command).not.toContain('--canary');
      const ended = await paste(command, cwd, elsewhere);
      expect([0, 3]).toContain(ended.code);
    }
    expect(server.log.slice(3).map(({ userId }) => userId)).toEqual(['locked-2', 'u3']);
  });
});

test('resume says at once all that it lacks, with a command that then goes on', async () => {
  const server = await simulator();
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, 'leavers.csv'), `user_id,app_ids\nu1,${app}\nlocked-2,${app}\n`);
  const environment = credentialsOf(server);
  await genauthOffboard(['run', 'leavers.csv', '--yes', '--out', 'out'], { cwd, environment });
  const { GENAUTH_HOST: _, ...elsewhere } = environment;
  const other = { ...elsewhere, GENAUTH_HOST: 'https://genauth.example' };
  const args = ['resume', 'out', '--retry-failed', '--rate', 'fast'];
  const refused = await genauthOffboard(args, { cwd, environment: other });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('2 things are missing or wrong');
  expect(refused.stderr).toContain(`genauth-offboard resume out --retry-failed`);
  const hostOnly = await genauthOffboard(args.slice(0, 3), { cwd, environment: other });
  const command = printed(hostOnly.stderr, '  ');
  expect(command).toBe(`genauth-offboard resume out --retry-failed --host ${server.url}`);
  expect(await paste(command, cwd, other)).toMatchObject({ code: 3 });
  // What only the file says is not handed on to be pasted.
  const without = await genauthOffboard(['resume', 'out'], {
    cwd,
    environment: { GENAUTH_HOST: 'https://genauth.example' },
  });
  expect(without.stderr).toContain('No credentials');
  expect(without.stderr).toContain("--host 'https://<host>'");
  const reported = await genauthOffboard(['report', 'out'], { cwd, environment: other });
  expect(reported.stderr).toContain(command);
});

test('report ends with the same command as the run that stopped', async () => {
  const headers = { 'retry-after': '3600' };
  const server = await serve((socket, { requestLine }) => {
    if (requestLine.includes('/get-management-token')) socket.write(tokenReply());
    // The list of apps is refused at once: put off it would be waited for.
    else if (!requestLine.includes('/kick-users'))
      socket.write(httpReply({ statusCode: 403 }, { status: 403 }));
    else socket.write(httpReply({ statusCode: 429 }, { status: 429, headers }));
  });
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, 'leavers.csv'), `user_id,app_ids\nu1,${app}\nu2,${app}\n`);
  const environment = {
    GENAUTH_HOST: server.host,
    GENAUTH_ACCESS_KEY_ID: 'fake-key',
    GENAUTH_ACCESS_KEY_SECRET: 'fake-secret',
  };
  const stopped = await genauthOffboard(['run', 'leavers.csv', '--yes', '--out', 'out'], {
    cwd,
    environment,
  });
  expect(stopped.code).toBe(4);
  const command = printed(stopped.stderr, 'Go on with: ');
  expect(command).toMatch(/^genauth-offboard resume out --give-up-after \d+m$/);
  // What stopped is gone on with, and not begun anew.
  expect(stopped.stdout).toMatch(/Retry +out\/retry\.csv \(2 rows\)\n(?! +with)/);
  const again = [
    ...command.split(' ').slice(1, 3),
    '--retry-failed',
    '--give-up-after=1s',
    '--rate=9',
    '--timeout=5s',
  ];
  const resumed = await genauthOffboard(again, { cwd, environment });
  const [ofResume, ofReport] = [
    printed(resumed.stderr, 'Go on with: '),
    printed((await genauthOffboard(['report', 'out'], { cwd, environment })).stderr, 'Go on with: '),
  ];
  // The pace of a session is its own, and is given again.
  expect(ofResume).toMatch(
    /^genauth-offboard resume out --retry-failed --rate 9 --timeout 5s --give-up-after \d+m$/,
  );
  expect(ofReport).toMatch(/^genauth-offboard resume out --retry-failed --give-up-after \d+m$/);
});

test('of a run whose folder could not be deleted again, the command goes to one that is free', async () => {
  const [server, cwd] = [await simulator(), temporaryFolder()];
  writeFileSync(path.join(cwd, 'leavers.csv'), `user_id,app_ids\nu1,${app}\n`);
  const out = path.join(cwd, 'out');
  // A path longer than the system takes in one piece: `rm` goes step by step, and the program does not.
  const fill = 'n=$(printf %0250d 0); i=0; while [ $((i += 1)) -lt 18 ]; do mkdir $n && cd -P $n; done';
  onTestFinished(() => void execFileSync('rm', ['-rf', out]));
  let isFull = false;
  const silent = await serve((socket) => {
    if (!isFull) execFileSync('/bin/sh', ['-c', fill], { cwd: out });
    isFull = true;
    child.kill('SIGINT');
    // What is in flight is waited for.
    socket.destroy();
  });
  const environment = credentialsOf(server);
  const child = startGenauthOffboard(['run', 'leavers.csv', '--out', 'out', '--yes'], {
    cwd,
    environment: { ...environment, GENAUTH_HOST: silent.host },
  });
  const ended = await endOf(child);
  expect(ended).toMatchObject({ code: 130, stdout: '' });
  expect(ended.stderr).toContain('out, which may hold a copy of the input, could not be deleted again.');
  expect(await paste(printed(ended.stderr, '  '), cwd, environment)).toMatchObject({ code: 0 });
  expect(server.log.map(({ userId }) => userId)).toEqual(['u1']);
});
