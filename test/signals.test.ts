import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';

import { expect, onTestFinished, test, vi } from 'vitest';

import type { Command } from '../src/commands/command.ts';
import { main } from '../src/commands/main.ts';
import { report, run } from '../src/index.ts';
import type { Simulator, SimulatorOptions } from '../src/simulator/simulator.ts';
import { genauthOffboard } from './command-line.ts';
import { readCsvFile } from './read-report.ts';
import { against, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

const program = path.resolve(import.meta.dirname, '../dist/cli.js');
const users = 40;

function environmentOf(server: Simulator): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    GENAUTH_HOST: server.url,
    GENAUTH_ACCESS_KEY_ID: server.accessKeyId,
    GENAUTH_ACCESS_KEY_SECRET: server.accessKeySecret,
  };
}

interface Running {
  readonly server: Simulator;
  readonly cwd: string;
  readonly child: ChildProcess;
  readonly said: () => string;
}

interface Circumstances {
  readonly args?: readonly string[];
  /** Puts files into the folder. @returns further environment. */
  readonly prepare?: (cwd: string) => Record<string, string>;
}

/** A run under way, with calls in flight. */
async function underWay(
  faults: SimulatorOptions['faults'],
  { args = [], prepare = () => ({}) }: Circumstances = {},
): Promise<Running> {
  const server = await simulator({ faults });
  const cwd = temporaryFolder();
  const lines = Array.from({ length: users }, (_, index) => `user-${index},app-1`);
  writeFileSync(path.join(cwd, 'leavers.csv'), ['user_id,app_ids', ...lines].join('\n'));
  const all = [program, 'run', 'leavers.csv', '--yes', '--out', 'out', '--concurrency', '4', ...args];
  const env = { ...environmentOf(server), ...prepare(cwd) };
  const child = spawn(process.execPath, all, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)));
  await vi.waitUntil(() => server.log.length >= 6, { timeout: 20_000 });
  return { server, cwd, child, said: () => said };
}

const slow = { latencyMs: 200 };

/** Every reply that the server gave is in the report, and nothing is claimed that it did not do. */
function expectExact({ server, cwd }: Running): void {
  const rows = readCsvFile(path.join(cwd, 'out'), 'report.csv');
  expect(rows.map((row) => row['user_id'])).toEqual(
    Array.from({ length: users }, (_, index) => `user-${index}`),
  );
  const reported = new Set(rows.flatMap((row) => row['request_ids']?.split(';') ?? []));
  expect(server.log.filter((record) => !reported.has(record.requestId ?? ''))).toEqual([]);
  const kicked = new Set(server.log.filter((record) => record.kicked).map((record) => record.userId));
  for (const row of rows) {
    expect(row['status']).toBe(kicked.has(row['user_id'] ?? '') ? 'succeeded' : 'not_attempted');
  }
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends a run in order: what is in flight is kept, and the last line is the way on',
  async (signal) => {
    const running = await underWay(slow);
    running.child.kill(signal);
    expect(await once(running.child, 'close')).toEqual([130, null]);
    expect(running.said()).toMatch(/Go on with: genauth-offboard resume out\n$/);
    expect(running.server.log.length).toBeLessThan(users);
    expectExact(running);
  },
);

test('a second Ctrl-C does not wait for what is in flight, and loses no reply that came', async () => {
  const running = await underWay({ latencyMs: 1000 });
  const { child, cwd, server } = running;
  child.kill('SIGINT');
  // Two that are not apart are one for the system.
  await new Promise((resolve) => setTimeout(resolve, 300));
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([130, null]);
  expect(running.said()).toMatch(/Go on with: genauth-offboard resume out\n$/);
  const reported = await genauthOffboard(['report', 'out'], { cwd });
  expect(reported.code).toBe(4);
  expect(reported.stderr).toMatch(/Go on with: genauth-offboard resume out\n$/);
  const rows = readCsvFile(path.join(cwd, 'out'), 'report.csv');
  expect(rows).toHaveLength(users);
  const sent = new Set(server.log.map((record) => record.userId));
  const claimedUntouched = rows.filter(
    (row) => row['status'] === 'not_attempted' && sent.has(row['user_id'] ?? ''),
  );
  expect(claimedUntouched).toEqual([]);
});

test('a closed terminal may say so twice: what is in flight is waited for all the same, and the reports are made', async () => {
  const running = await underWay({ latencyMs: 1000 });
  running.child.kill('SIGHUP');
  // Two that are not apart are one for the system.
  await new Promise((resolve) => setTimeout(resolve, 300));
  running.child.kill('SIGHUP');
  expect(await once(running.child, 'close')).toEqual([130, null]);
  expectExact(running);
});

test('Ctrl-C ends a run that waits for its input, and no folder is left', async () => {
  const cwd = temporaryFolder();
  const env = {
    PATH: process.env['PATH'] ?? '',
    GENAUTH_ACCESS_KEY_ID: 'key',
    GENAUTH_ACCESS_KEY_SECRET: 'none',
  };
  const child = spawn(process.execPath, [program, 'run', '-', '--yes', '--out', 'out'], { cwd, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.write('user_id,app_ids\nuser-1,app-1\n');
  await vi.waitUntil(() => existsSync(path.join(cwd, 'out/input.csv')), { timeout: 20_000 });
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([130, null]);
  expect(readdirSync(cwd)).toEqual([]);
});

test('a second Ctrl-C does not wait for a server that says nothing to the first request', async () => {
  let connections = 0;
  const silent = createServer(() => (connections += 1)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, 'leavers.csv'), 'user_id,app_ids\nuser-1,app-1\n');
  const env = {
    PATH: process.env['PATH'] ?? '',
    GENAUTH_HOST: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    GENAUTH_ACCESS_KEY_ID: 'key',
    GENAUTH_ACCESS_KEY_SECRET: 'none',
  };
  const args = [program, 'run', 'leavers.csv', '--yes', '--out', 'out', '--timeout', '10m'];
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await vi.waitUntil(() => connections > 0, { timeout: 20_000 });
  child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 300));
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([130, null]);
});

test('a report that is given up says how to make it, and leaves the one before it', async () => {
  const server = await simulator();
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, 'leavers.csv'), 'user_id,app_ids\nuser-1,app-1\n');
  const folder = path.join(cwd, 'out');
  await run(path.join(cwd, 'leavers.csv'), against(server, { folder }));
  const before = readdirSync(folder);
  await expect(report(folder, { abortSignal: AbortSignal.abort() })).rejects.toMatchObject({
    exitCode: 130,
    hint: expect.stringContaining(`report(${JSON.stringify(folder)})`),
  });
  expect(readdirSync(folder)).toEqual(before);
});

test.each(['stdout', 'stderr'] as const)('a run whose %s is closed goes on to its end', async (stream) => {
  const running = await underWay(slow);
  running.child[stream]?.destroy();
  expect(await once(running.child, 'exit')).toEqual([0, null]);
  expectExact(running);
});

test('a run that is stopped for longer than its timeout, and goes on, has lost no reply', async () => {
  const running = await underWay(slow, { args: ['--timeout', '1s'] });
  running.child.kill('SIGSTOP');
  // The replies to what is in flight come, and wait in the sockets.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  running.child.kill('SIGCONT');
  expect(await once(running.child, 'exit')).toEqual([0, null]);
  expectExact(running);
  expect(running.server.log).toHaveLength(users);
});

test.runIf(process.platform === 'linux')('output to a full disk does not end a run', async () => {
  const server = await simulator();
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, 'leavers.csv'), 'user_id,app_ids\nuser-1,app-1\n');
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [program, 'run', 'leavers.csv', '--yes', '--out', 'out'], {
    cwd,
    env: environmentOf(server),
    stdio: ['ignore', full, full],
  });
  expect(await once(child, 'exit')).toEqual([0, null]);
});

const secret = 'not-a-real-secret-77aa';

/** What hangs on an error of an HTTP client. */
function errorWithSecrets(): Error {
  const authorization = 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';
  const error = new Error(`request with ${secret} and ${authorization} failed`);
  return Object.assign(error, { config: { headers: { authorization }, secret } });
}

test('a bug is told with its stack and without the secrets that its error holds, and with the way on', async () => {
  const said: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      said.push(String(chunk));
      done();
    },
  });
  const failing: Command = {
    name: 'fail',
    describe: 'Fails',
    flags: {},
    examples: [],
    run: (_argument, _flags, terminal) => {
      terminal.crash.secrets.add(secret);
      terminal.crash.resumeCommand = 'genauth-offboard resume out';
      return Promise.reject(errorWithSecrets());
    },
  };
  const { signal } = new AbortController();
  const terminal = {
    stdin: Readable.from([]),
    stdout: sink,
    stderr: sink,
    environment: {},
    stopSignal: signal,
    abortSignal: signal,
    interrupt() {},
    crash: { secrets: new Set<string>(), resumeCommand: undefined, argv: [] },
  };
  expect(await main(['fail'], terminal, [failing])).toBe(1);
  const text = said.join('');
  expect(text).toMatch(
    /this is a bug.*request with \*\*\* and \*\*\* failed\n +at .*Go on with: genauth-offboard resume out\n$/s,
  );
  expect(text).not.toMatch(/not-a-real-secret|eyJ|c2lnbmF0dXJl/);
});

test('an error that nobody caught ends the run with 1, without its secrets, and with the way on', async () => {
  // A bug planted from outside: it strikes when a file appears in the middle of the run.
  const bug = `import { existsSync } from 'node:fs';
    setInterval(() => {
      if (!existsSync('now')) return;
      const secret = process.env.GENAUTH_ACCESS_KEY_SECRET;
      throw Object.assign(new Error('it was ' + secret), { headers: { authorization: secret } });
    }, 10).unref();`;
  const running = await underWay(slow, {
    prepare(cwd) {
      writeFileSync(path.join(cwd, 'bug.mjs'), bug);
      return { NODE_OPTIONS: `--import=${path.join(cwd, 'bug.mjs')}` };
    },
  });
  writeFileSync(path.join(running.cwd, 'now'), '');
  expect(await once(running.child, 'close')).toEqual([1, null]);
  expect(running.said()).toMatch(/this is a bug.*it was \*\*\*.*Go on with: genauth-offboard resume out\n$/s);
  expect(running.said()).not.toContain(running.server.accessKeySecret);
  const resumed = await genauthOffboard(['resume', 'out', '--yes'], {
    cwd: running.cwd,
    environment: environmentOf(running.server),
  });
  expect(resumed.code).toBe(0);
  const written = readdirSync(path.join(running.cwd, 'out')).map((name) =>
    readFileSync(path.join(running.cwd, 'out', name), 'utf8'),
  );
  expect(written.join('')).not.toContain(running.server.accessKeySecret);
});
