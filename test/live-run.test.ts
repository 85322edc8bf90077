import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, onTestFinished, test, vi } from 'vitest';

import { lockRunFolder } from '../src/run-folder/lock.ts';
import { genauthOffboard, startGenauthOffboard } from './command-line.ts';
import { credentialsOf, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('report says of a run that it is still going, and who works on it; when that was killed, how to go on', async () => {
  const server = await simulator({ faults: { latencyMs: 50 } });
  const cwd = temporaryFolder();
  const lines = Array.from({ length: 2000 }, (_, index) => `user-${index},app-1`);
  writeFileSync(path.join(cwd, 'leavers.csv'), ['user_id,app_ids', ...lines].join('\n'));
  const environment = credentialsOf(server);
  const args = ['run', 'leavers.csv', '--yes', '--out', 'o u t', '--concurrency', '4'];
  const child = startGenauthOffboard(args, { cwd, environment });
  onTestFinished(() => void child.kill('SIGKILL'));
  await vi.waitUntil(() => server.log.length >= 20, { timeout: 20_000 });

  const live = await genauthOffboard(['report', 'o u t'], { cwd });
  expect(live.code).toBe(4);
  expect(live.stderr).toContain(`The run is still going: process ${child.pid} works on it`);
  expect(live.stderr).not.toMatch(/Go on with|killed/);
  expect(live.stdout).toContain('not_attempted');
  expect(live.stdout + live.stderr).not.toMatch(/retry\.csv|resume|genauth-offboard/);

  child.kill('SIGKILL');
  await once(child, 'close');
  const killed = await genauthOffboard(['report', 'o u t'], { cwd });
  expect(killed.stderr).toContain('The run has not come to its end: it was killed.');
  expect(killed.stdout).toMatch(/Retry +o u t\/retry\.csv/);
  expect(killed.stdout).not.toContain('genauth-offboard run');
  expect(killed.stderr.trim().split('\n').at(-1)).toBe("Go on with: genauth-offboard resume 'o u t'");
});

test('report says of a run of another computer where to look, and what to delete and run once it has ended', async () => {
  const server = await simulator();
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, 'leavers.csv'), 'user_id,app_ids\ndeleted-1,app-1\nuser-2,app-1\n');
  const args = ['run', 'leavers.csv', '--yes', '--out', 'out'];
  await genauthOffboard(args, { cwd, environment: credentialsOf(server) });
  const release = await lockRunFolder(path.join(cwd, 'out'));
  onTestFinished(release);
  const name = readdirSync(path.join(cwd, 'out')).find((each) => each.startsWith('lock.')) ?? '';
  const lock = path.join(cwd, 'out', name);
  const holder = JSON.parse(readFileSync(lock, 'utf8')) as Record<string, unknown>;
  const boot = '00000000-0000-4000-8000-000000000000';
  writeFileSync(lock, JSON.stringify({ ...holder, machine: 'another-computer', boot }));
  const told = await genauthOffboard(['report', 'out'], { cwd });
  expect(told.stderr).toContain(
    `The run may be still going on another-computer, as process ${process.pid}: look there.`,
  );
  expect(told.stderr).toContain(`delete out/${name}, and go on as below.`);
});

test('where new reports cannot take their places, those that may be out of date are named with the command for them', async () => {
  const server = await simulator();
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, 'leavers.csv'), 'user_id,app_ids\ndeleted-1,app-1\nuser-2,app-1\n,app-1\n');
  const args = ['run', 'leavers.csv', '--yes', '--skip-invalid', '--out', 'o u t'];
  await genauthOffboard(args, { cwd, environment: credentialsOf(server) });
  // As a spreadsheet does on Windows, a folder with something in it keeps a file from taking its place.
  rmSync(path.join(cwd, 'o u t/report.csv'));
  mkdirSync(path.join(cwd, 'o u t/report.csv/full'), { recursive: true });
  const told = await genauthOffboard(['report', 'o u t'], { cwd });
  expect(told.code).toBe(4);
  expect(told.stderr).toContain(
    "retry.csv, invalid.csv, summary.json in o u t may still be those of before and out of date: make the reports later with: genauth-offboard report 'o u t'",
  );
});
