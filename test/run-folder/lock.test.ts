import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { expect, onTestFinished, test } from 'vitest';

import { lockRunFolder, whoWorksOn } from '../../src/run-folder/lock.ts';
import { fateOf, ownIdentity, startOf } from '../../src/run-folder/process-identity.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const builtLock = pathToFileURL(path.resolve(import.meta.dirname, '../../dist/run-folder/lock.js')).href;

/** Another process that holds the lock of a folder until it is killed. */
async function otherProcess(folder: string) {
  const code = `const { lockRunFolder } = await import(${JSON.stringify(builtLock)});
    await lockRunFolder(process.argv[1]);
    console.log('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

async function takeAndRelease(folder: string): Promise<void> {
  const release = await lockRunFolder(folder);
  await release();
}

function onlyLock(folder: string): string {
  const [name = '', ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  return path.join(folder, name);
}

/** No start of this machine. */
const elsewhere = '00000000-0000-4000-8000-000000000000';

/** Changes what a lock file says, as if another process had written it. */
function rewrite(lock: string, changes: Record<string, unknown>): void {
  writeFileSync(lock, JSON.stringify({ ...JSON.parse(readFileSync(lock, 'utf8')), ...changes }));
}

test('a folder is free again when its holder gives it free', async () => {
  const folder = temporaryFolder();
  const release = await lockRunFolder(folder);
  await expect(lockRunFolder(folder)).rejects.toThrow(`process ${process.pid}`);
  await release();
  expect(readdirSync(folder)).toEqual([]);
  await takeAndRelease(folder);
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder is refused while another process lives that holds it, and not when it was killed', async () => {
  const folder = temporaryFolder();
  const other = await otherProcess(folder);
  await expect(lockRunFolder(folder)).rejects.toThrow(
    `Another process is working on ${folder}: process ${other.pid}.`,
  );
  other.kill('SIGKILL');
  await once(other, 'exit');
  const dead = onlyLock(folder);
  const release = await lockRunFolder(folder);
  expect(onlyLock(folder)).not.toBe(dead);
  await release();
});

test('a process that is stopped and may go on still holds its folder', async () => {
  const folder = temporaryFolder();
  const other = await otherProcess(folder);
  other.kill('SIGSTOP');
  await expect(lockRunFolder(folder)).rejects.toThrow(`process ${other.pid}`);
});

test('another process with the same ID is not the holder', async () => {
  const folder = temporaryFolder();
  await lockRunFolder(folder);
  rewrite(onlyLock(folder), { startedAt: '1' });
  await takeAndRelease(folder);
  expect(readdirSync(folder)).toEqual([]);
});

test('a start of the machine ends every lock before it', async () => {
  const folder = temporaryFolder();
  await lockRunFolder(folder);
  rewrite(onlyLock(folder), { boot: elsewhere });
  await takeAndRelease(folder);
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder that another machine may be working on is refused, and the message says how to free it', async () => {
  const folder = temporaryFolder();
  await lockRunFolder(folder);
  rewrite(onlyLock(folder), { machine: 'another-machine', boot: elsewhere, pid: 4321 });
  await expect(lockRunFolder(folder)).rejects.toMatchObject({
    message: `Another process may be working on ${folder}: process 4321 on another-machine.`,
    hint: expect.stringContaining(`delete ${onlyLock(folder)}`),
  });
});

test('the lock in a copy from another machine says nothing', async () => {
  const [folder, copy] = [temporaryFolder(), temporaryFolder()];
  await lockRunFolder(folder);
  rewrite(onlyLock(folder), { machine: 'another-machine', boot: elsewhere });
  cpSync(folder, copy, { recursive: true });
  await takeAndRelease(copy);
  expect(readdirSync(copy)).toEqual([]);
});

test('a lock with the ID that this process has now, and that it does not hold, was left by one that is gone', async () => {
  const folder = temporaryFolder();
  const other = await otherProcess(folder);
  rewrite(onlyLock(folder), { pid: process.pid, startedAt: null });
  await takeAndRelease(folder);
  expect(readdirSync(folder)).toEqual([]);
  other.kill('SIGKILL');
});

test.each(['', '{"machine":"h', '[]', 'null', '{"machine":"h","pid":"1","folder":"1"}'])(
  'a lock file that holds %j is none',
  async (content) => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'lock.0123abcd'), content);
    const release = await lockRunFolder(folder);
    expect(readdirSync(folder)).toHaveLength(1);
    await release();
  },
);

test('of many that start at the same moment never two hold the folder', async () => {
  const folder = temporaryFolder();
  let holding = 0;
  let most = 0;
  let held = 0;
  async function starter(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      const release = await lockRunFolder(folder).catch(() => undefined);
      if (release === undefined) continue;
      holding += 1;
      held += 1;
      most = Math.max(most, holding);
      await delay(1);
      holding -= 1;
      await release();
    }
  }
  await Promise.all(Array.from({ length: 6 }, starter));
  expect(held).toBeGreaterThan(0);
  expect(most).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

test('in another container on the same machine it cannot be told whether a process runs', () => {
  const here = ownIdentity();
  expect(fateOf({ ...here, pidNamespace: 'pid:[1]' }, here)).toBe('unknown');
});

test('where the system does not tell when a process started, it cannot be told from a later one with its ID', () => {
  const here = { ...ownIdentity(), startedAt: null };
  expect(fateOf(here, here, () => null)).toBe('unknown');
  expect(fateOf({ ...here, startedAt: '5' }, here, () => null)).toBe('unknown');
  expect(fateOf(here, here, () => '5')).toBe('unknown');
  expect(fateOf(here, here, () => undefined)).toBe('gone');
});

test('then the folder is refused with the lock file that can be deleted, and no process is named to be killed', async () => {
  const folder = temporaryFolder();
  await lockRunFolder(folder);
  rewrite(onlyLock(folder), { startedAt: null });
  await expect(lockRunFolder(folder)).rejects.toMatchObject({
    message: `Another process may be working on ${folder}: a process ${process.pid} runs.`,
    hint: `Whether it is the one that worked there cannot be told here. When no other genauth-offboard is at work, delete ${onlyLock(folder)}.`,
  });
});

test.each([
  ['another name in another network', { machine: 'm.home' }, 'running'],
  ['another name, where nothing else tells it', { machine: 'm.home', machineId: null }, 'running'],
  ['another name after a start', { machine: 'm.home', boot: 'B2' }, 'gone'],
  ['another start', { boot: 'B2' }, 'gone'],
  ['another machine of that name', { machineId: 'ID2', boot: 'B2' }, 'unknown'],
  ['a lock without an identity, of that name', { machineId: null, boot: 'B2' }, 'gone'],
  [
    'a lock without an identity, of another name',
    { machineId: null, machine: 'm.home', boot: 'B2' },
    'unknown',
  ],
])('of a Mac that is called m.office, %s', (_, changes, fate) => {
  const here = {
    machine: 'm.office',
    machineId: 'ID',
    boot: 'B1',
    pidNamespace: null,
    pid: 7,
    startedAt: 'noon',
  };
  expect(fateOf({ ...here, ...changes }, here, () => 'noon')).toBe(fate);
});

test.runIf(process.platform === 'linux')(
  'a process that died and was not yet waited for runs no more',
  async () => {
    // The shell becomes a program that waits for no child, and only then does the child end.
    const script = '(while grep -q "^sh" /proc/$$/comm; do sleep 0.02; done) & echo $!; exec sleep 60';
    const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const zombie = Number(String(line));
    await expect.poll(() => readFileSync(`/proc/${zombie}/stat`, 'utf8')).toContain(') Z ');
    expect(startOf(zombie)).toBeUndefined();
    expect(startOf(child.pid!)).toMatch(/^\d+$/);
  },
);

test.runIf(process.platform !== 'win32' && process.platform !== 'linux')(
  'ps tells when a process started',
  () => {
    expect(startOf(process.pid)).toBe(
      execFileSync('ps', ['-o', 'lstart=', '-p', String(process.pid)], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      }).trim(),
    );
  },
);

test('who works on a folder can be looked up, and that changes nothing in it', async () => {
  const folder = temporaryFolder();
  expect(await whoWorksOn(folder)).toBeUndefined();
  const other = await otherProcess(folder);
  const lock = onlyLock(folder);
  const before = readFileSync(lock, 'utf8');
  expect(await whoWorksOn(folder)).toMatchObject({ pid: other.pid, isSeen: true });
  rewrite(lock, { machine: 'elsewhere', boot: elsewhere });
  expect(await whoWorksOn(folder)).toMatchObject({ machine: 'elsewhere', isSeen: false });
  writeFileSync(lock, before);
  other.kill('SIGKILL');
  await once(other, 'close');
  expect(await whoWorksOn(folder)).toBeUndefined();
  expect(readFileSync(onlyLock(folder), 'utf8')).toBe(before);
});
