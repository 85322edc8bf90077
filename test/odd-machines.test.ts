import { execFile } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import path from 'node:path';

import { expect, test } from 'vitest';

import { copyInput } from '../src/files/copy-input.ts';
import { prove } from '../src/files/proven-file.ts';
import { createRunFolder } from '../src/run-folder/run-folder.ts';
import { syncFolder } from '../src/files/sync-folder.ts';
import { withinOpenFiles } from '../src/workflow/open-files.ts';
import { paceOptions } from '../src/settings/pace-options.ts';
import { genauthOffboard, genauthOffboardProcess, type Ended } from './command-line.ts';
import { mountingFails, mountSmallDisk } from './faults/small-disk.ts';
import { readCsvFile } from './read-report.ts';
import { credentialsOf, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

const program = path.resolve(import.meta.dirname, '../dist/cli.js');
const isLinux = process.platform === 'linux';

/** Runs a line of the shell, in which `$P` is the program. */
function shell(line: string, cwd: string, environment: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', P: `${process.execPath} ${program}`, ...environment };
    execFile('bash', ['--norc', '-c', line], { cwd, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code ?? null), stdout, stderr }),
    );
  });
}

function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: made up by the test`), { code, syscall });
}

test.runIf(isLinux && process.getuid?.() === 0)(
  'works for a user ID that has no name, as containers have it',
  async () => {
    const cwd = temporaryFolder();
    chmodSync(cwd, 0o777);
    const line = 'setpriv --reuid=54321 --regid=54321 --clear-groups $P demo --out out';
    expect((await shell(line, cwd)).code).toBe(0);
    const { createdBy } = JSON.parse(readFileSync(path.join(cwd, 'out/run.json'), 'utf8')) as {
      createdBy: { user: string };
    };
    expect(createdBy.user).toBe('54321');
  },
);

test.skipIf(!isLinux || mountingFails())(
  'a disk without room for a run is told as such, and the run is offered again as it was given',
  async () => {
    const { folder } = mountSmallDisk(4 * 1024);
    writeFileSync(path.join(folder, 'leavers.csv'), 'user_id,app_ids\nuser-1,app-1\n');
    const environment = { GENAUTH_ACCESS_KEY_ID: 'key', GENAUTH_ACCESS_KEY_SECRET: 'none' };
    const args = ['run', 'leavers.csv', '--yes', '--canary', '1'];
    const refused = await genauthOffboard(args, { cwd: folder, environment });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('has less than 16 MB free');
    expect(refused.stderr).toContain('or give a folder on another disk with --out.');
    expect(refused.stderr).toMatch(/\n {2}genauth-offboard run leavers\.csv --yes --canary 1\n$/);
    expect(readdirSync(folder)).toEqual(['leavers.csv']);
  },
);

test.runIf(isLinux)('a working folder that was deleted is said to be gone, and is no bug', async () => {
  const cwd = temporaryFolder();
  for (const command of ['check leavers.csv', 'demo', '--help']) {
    const ended = await shell(`mkdir gone && cd gone && rmdir ../gone && $P ${command}`, cwd);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toBe(
      'genauth-offboard: The folder that this command was started in is gone.\nChange into one that is there, and do the same again.\n',
    );
  }
});

test.runIf(isLinux)(
  'more requests at once than files may be open are bounded, which is said, and every row is done',
  async () => {
    const server = await simulator();
    const cwd = temporaryFolder();
    const users = Array.from({ length: 400 }, (_, index) => `user-${index},app-1`);
    writeFileSync(path.join(cwd, 'leavers.csv'), ['user_id,app_ids', ...users].join('\n'));
    const line = 'ulimit -n 100; $P run leavers.csv --yes --out out --concurrency 200';
    const ended = await shell(line, cwd, credentialsOf(server));
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('At most 36 requests are in flight and not 200');
    expect(ended.stderr).toContain('ulimit -n 512');
    expect(ended.stderr).not.toContain('down');
    expect(readCsvFile(path.join(cwd, 'out'), 'report.csv')).toHaveLength(400);
    // The run may go on where more files may be open.
    expect(readFileSync(path.join(cwd, 'out/run.json'), 'utf8')).toContain('"concurrency": 200');
  },
);

test.each([
  [64, 1024, 1, 64],
  [200, 100, 1, 36],
  [200, 100, 2, 18],
  [5, 10, 1, 1],
  [200, undefined, 1, 200],
])('of %d requests at once, with %s files and %d for each, %d are made', (asked, limit, share, made) => {
  const pace = { ...paceOptions({}), concurrency: asked };
  expect(withinOpenFiles(pace, share, limit).concurrency).toBe(made);
});

test.each(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM', 'EISDIR'])(
  'a file system that answers %s to the sync of a folder has no such thing, and is used all the same',
  async (code) => {
    const syncing = syncFolder(temporaryFolder(), () => Promise.reject(systemError(code, 'fsync')));
    await expect(syncing).resolves.toBeUndefined();
  },
);

test.each(['EIO', 'ENOSPC', 'EDQUOT', 'EROFS'])('%s at the sync of a folder is a failure', async (code) => {
  const failing = syncFolder(temporaryFolder(), () => Promise.reject(systemError(code, 'fsync')));
  await expect(failing).rejects.toThrow(code);
});

const refusing = (): Promise<void> => Promise.reject(systemError('EPERM', 'chmod'));

test('a folder that is private as it was made needs no permission to make it so', async () => {
  const folder = path.join(temporaryFolder(), 'out');
  await createRunFolder(folder, refusing);
  expect(existsSync(folder)).toBe(true);
});

test.runIf(isLinux)('a folder that cannot be made private is refused, and is not left behind', async () => {
  const parent = temporaryFolder();
  const umask = process.umask(0o177);
  try {
    await expect(createRunFolder(path.join(parent, 'out'), refusing)).rejects.toMatchObject({
      message: `The run folder ${path.join(parent, 'out')} cannot be kept from other users (EPERM).`,
      hint: expect.stringContaining('--out'),
      exitCode: 2,
    });
  } finally {
    process.umask(umask);
  }
  expect(readdirSync(parent)).toEqual([]);
});

const long = Buffer.alloc(32 * 1024 * 1024, 'user_id,app_ids\n');

test.each([
  ['grows', (file: string) => appendFileSync(file, 'u2,app-1\n')],
  ['is written anew', (file: string) => writeFileSync(file, long)],
  ['is cut', (file: string) => writeFileSync(file, 'user_id,app_ids\n')],
])('an input that %s while it is copied is refused, and no copy is left', async (_, change) => {
  const folder = temporaryFolder();
  const [input, copy] = [path.join(folder, 'leavers.csv'), path.join(folder, 'copy.csv')];
  writeFileSync(input, long);
  let isDone = false;
  const copying = copyInput(input, copy)
    .catch((error: unknown) => error)
    .finally(() => (isDone = true));
  while (!existsSync(copy) || readFileSync(copy).length === 0) await setImmediate();
  expect(isDone).toBe(false);
  change(input);
  expect(await copying).toMatchObject({
    name: 'UserError',
    message: `${input} was written to while it was being read, so it may not be whole.`,
    exitCode: 2,
  });
  expect(readdirSync(folder)).toEqual(['leavers.csv']);
});

test.runIf(isLinux)(
  'a file that was not touched for long, or has no size as under /proc, is read',
  async () => {
    expect((await prove('/proc/self/status')).size).toBeGreaterThan(100);
  },
);

test.runIf(isLinux)('check reads what comes once, as run does, and leaves no copy of it', async () => {
  const cwd = temporaryFolder();
  const tmp = path.join(cwd, 'tmp');
  mkdirSync(tmp);
  writeFileSync(path.join(cwd, 'leavers.csv'), 'user_id,app_ids\nu1,app-1\n"1.38001E+10",app-1\n');
  const environment = { TMPDIR: tmp };
  const lines = [
    ['stdin', 'cat leavers.csv | $P check -'],
    ['stdin', 'cat leavers.csv | $P check /dev/stdin --problems problems.csv'],
    ['stdin', '$P check - < leavers.csv'],
    [String.raw`\d+`, '$P check <(cat leavers.csv)'],
  ] as const;
  for (const [name, line] of lines) {
    const ended = await shell(line, cwd, environment);
    expect(ended.code).toBe(3);
    expect(ended.stdout).toMatch(new RegExp(`^Plan for ${name}\n`));
    expect(readdirSync(tmp)).toEqual([]);
  }
  expect(readFileSync(path.join(cwd, 'problems.csv'), 'utf8').split('\n')).toHaveLength(3);
  const empty = await genauthOffboardProcess(['check', '-'], { cwd, environment, stdin: '' });
  expect(empty.stderr).toContain('stdin is empty');
  expect(readdirSync(tmp)).toEqual([]);
});

test.runIf(process.platform !== 'win32')(
  'what was built can be started as a program, as `npm link` has it',
  async () => {
    expect((await shell(`${program} --version`, temporaryFolder())).code).toBe(0);
  },
);

test('a Node that is too old is said to be, before anything that it lacks is loaded', async () => {
  const without =
    "import z from 'node:zlib'; import { syncBuiltinESMExports } from 'node:module'; delete z.crc32; syncBuiltinESMExports();";
  const ended = await shell(
    `node --import 'data:text/javascript,${encodeURIComponent(without).replaceAll("'", '%27')}' ${program} demo`,
    temporaryFolder(),
  );
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(
    `Node 20.19 or later is needed (not 21, and of 22 from 22.12 on), and this is ${process.version}.`,
  );
});
