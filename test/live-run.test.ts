import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, onTestFinished, test, vi } from 'vitest';

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
  expect(live.code).toBe(3);
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
