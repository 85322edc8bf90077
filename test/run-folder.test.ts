import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';

import { expect, onTestFinished, test, vi } from 'vitest';

import { commandsFor } from '../src/commands/commands.ts';
import { main } from '../src/commands/main.ts';
import { report, resume, run } from '../src/index.ts';
import type { Simulator } from '../src/simulator/simulator.ts';
import { genauthOffboard, startGenauthOffboard } from './command-line.ts';
import { readCsvFile } from './read-report.ts';
import { against, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

const program = path.resolve(import.meta.dirname, '../dist/cli.js');

function environmentOf(server: Simulator): Record<string, string> {
  return {
    GENAUTH_HOST: server.url,
    GENAUTH_ACCESS_KEY_ID: server.accessKeyId,
    GENAUTH_ACCESS_KEY_SECRET: server.accessKeySecret,
  };
}

function workplace(users: number): string {
  const cwd = temporaryFolder();
  const lines = Array.from({ length: users }, (_, index) => `user-${index},app-1`);
  writeFileSync(path.join(cwd, 'leavers.csv'), ['user_id,app_ids', ...lines].join('\n'));
  return cwd;
}

/** A run folder after a run of two users, one of whom does not exist. */
async function finishedRun(server: Simulator): Promise<string> {
  const cwd = temporaryFolder();
  const folder = path.join(cwd, 'out');
  writeFileSync(path.join(cwd, 'leavers.csv'), 'user_id,app_ids\nuser-1,app-1\ndeleted-2,app-1\n');
  await run(path.join(cwd, 'leavers.csv'), against(server, { folder }));
  return folder;
}

/** A run that is under way: some calls are answered, and the rest takes long. */
async function runUnderWay(server: Simulator, cwd: string) {
  const child = startGenauthOffboard(['run', 'leavers.csv', '--yes', '--out', 'out', '--concurrency', '4'], {
    cwd,
    environment: environmentOf(server),
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await vi.waitFor(() => expect(server.log.length).toBeGreaterThan(3), { timeout: 20_000 });
  return child;
}

const slow = { faults: { latencyMs: { min: 100, max: 100 } } };

test('a second process is refused while the first works on the run, and makes no call; report works meanwhile', async () => {
  const server = await simulator(slow);
  const cwd = workplace(60);
  const first = await runUnderWay(server, cwd);
  // Stopped, so that it cannot end too soon on a busy machine.
  first.kill('SIGSTOP');
  const environment = environmentOf(server);
  const second = await genauthOffboard(['resume', 'out', '--yes'], { cwd, environment });
  expect(second).toMatchObject({ code: 2, stdout: '' });
  expect(second.stderr).toContain(`Another process is working on out: process ${first.pid}.`);
  const reported = await genauthOffboard(['report', 'out'], { cwd });
  expect(reported.code).toBe(4);
  first.kill('SIGCONT');
  expect(await once(first, 'exit')).toEqual([0, null]);
  expect(server.log).toHaveLength(60);
  expect(readdirSync(path.join(cwd, 'out')).filter((name) => /^lock|partial$/.test(name))).toEqual([]);
});

test('a run whose process was killed is resumed, and its lock is not in the way', async () => {
  const server = await simulator(slow);
  const cwd = workplace(30);
  const first = await runUnderWay(server, cwd);
  first.kill('SIGKILL');
  await once(first, 'exit');
  expect(readdirSync(path.join(cwd, 'out')).some((name) => name.startsWith('lock.'))).toBe(true);
  const second = await genauthOffboard(['resume', 'out', '--yes'], {
    cwd,
    environment: environmentOf(server),
  });
  expect(second.code).toBe(0);
  expect(readdirSync(path.join(cwd, 'out')).some((name) => name.startsWith('lock.'))).toBe(false);
});

test('a run folder that was copied here from another machine in the middle of its run is resumed', async () => {
  const server = await simulator(slow);
  const cwd = workplace(30);
  const first = await runUnderWay(server, cwd);
  cpSync(path.join(cwd, 'out'), path.join(cwd, 'copy'), { recursive: true });
  first.kill('SIGKILL');
  await once(first, 'exit');
  for (const name of readdirSync(path.join(cwd, 'copy'))) {
    const file = path.join(cwd, 'copy', name);
    if (!name.startsWith('lock.')) continue;
    const lock = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...lock, machine: 'another-machine' }));
  }
  const second = await genauthOffboard(['resume', 'copy', '--yes'], {
    cwd,
    environment: environmentOf(server),
  });
  expect(second.code).toBe(0);
  expect(readCsvFile(path.join(cwd, 'copy'), 'report.csv')).toHaveLength(30);
});

test.each(['0000', '0777'])(
  'every file is for its owner only, and so is the folder, under a umask of %s',
  async (umask) => {
    const server = await simulator();
    const cwd = workplace(3);
    const env = { PATH: process.env['PATH'] ?? '', ...environmentOf(server) };
    const shell = (args: string) =>
      promisify(execFile)('sh', ['-c', `umask ${umask}; exec "${process.execPath}" "${program}" ${args}`], {
        cwd,
        env,
      });
    await shell('run leavers.csv --yes --out out');
    await shell('resume out --yes --retry-failed');
    const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);
    expect(modeOf(path.join(cwd, 'out'))).toBe('700');
    const modes = readdirSync(path.join(cwd, 'out')).map((name) => [
      name,
      modeOf(path.join(cwd, 'out', name)),
    ]);
    expect(modes.length).toBeGreaterThan(6);
    expect(modes.filter(([, mode]) => mode !== '600')).toEqual([]);
  },
);

test.each([
  'input.csv',
  'journal.ndjson',
  'run.json',
  'run.log',
  'report.csv',
  'summary.json',
  'lock.0123abcd',
])(
  'a symbolic link in the place of %s is refused by name, and what it points to is left alone',
  async (name) => {
    const server = await simulator();
    const folder = await finishedRun(server);
    const elsewhere = path.join(temporaryFolder(), 'elsewhere');
    const file = path.join(folder, name);
    if (existsSync(file)) renameSync(file, elsewhere);
    else writeFileSync(elsewhere, 'precious');
    const before = readFileSync(elsewhere);
    symlinkSync(elsewhere, file);
    const { credentials } = against(server);
    const sent = server.log.length;
    await expect(resume(folder, { credentials, retryFailed: true })).rejects.toThrow(
      `${file} is a symbolic link`,
    );
    await expect(report(folder)).rejects.toThrow(`${file} is a symbolic link`);
    expect(server.log).toHaveLength(sent);
    expect(readFileSync(elsewhere)).toEqual(before);
  },
);

test('files that a killed process left in the making are deleted on resume, and those of a living one are not', async () => {
  const server = await simulator();
  const folder = await finishedRun(server);
  const { pid } = process;
  writeFileSync(path.join(folder, 'report.csv.4194400-1.partial'), 'half');
  writeFileSync(path.join(folder, 'retry.csv.partial'), 'half');
  writeFileSync(path.join(folder, `lock.0123abcd.${pid}-99.partial`), 'half');
  writeFileSync(path.join(folder, 'input.partial'), 'the copy of an input with that ending');
  await resume(folder, { credentials: against(server).credentials! });
  expect(
    readdirSync(folder)
      .filter((name) => name.endsWith('.partial'))
      .sort(),
  ).toEqual(['input.partial', `lock.0123abcd.${pid}-99.partial`]);
});

test('resume refuses by name what the run decided', async () => {
  const said: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      said.push(String(chunk));
      done();
    },
  });
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
  for (const [flag, ...value] of [
    ['--app-ids', 'app-1'],
    ['--user-id-type', 'email'],
    ['--user-id-column', 'Who'],
    ['--skip-invalid'],
    ['--auth', 'signature'],
    ['--tenant-id', 'other'],
    ['--out', 'elsewhere'],
  ] as const) {
    said.length = 0;
    const argv = ['resume', 'out', flag, ...value];
    expect(await main(argv, terminal, await commandsFor(argv))).toBe(2);
    expect(said.join('')).toContain(`${flag} belongs to \`run\``);
  }
});

test('a report can be made by two processes at once, and each is whole', async () => {
  const server = await simulator();
  const folder = await finishedRun(server);
  await Promise.all([report(folder), report(folder), report(folder)]);
  expect(readCsvFile(folder, 'report.csv')).toHaveLength(2);
  expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
});

test.runIf(process.getuid?.() !== 0)(
  'a run folder that cannot be written is refused with a clear word',
  async () => {
    const server = await simulator();
    const folder = await finishedRun(server);
    chmodSync(folder, 0o500);
    onTestFinished(() => chmodSync(folder, 0o700));
    await expect(resume(folder, { credentials: against(server).credentials! })).rejects.toThrow(
      'No permission to write',
    );
  },
);
