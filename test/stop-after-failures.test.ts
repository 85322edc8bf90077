import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { countEnd, createFailureCount } from '../src/execute/stop/stop.ts';
import { failureLimit, type FailureLimit } from '../src/settings/guard-options.ts';
import { genauthOffboard, onTerminal } from './command-line.ts';
import { credentialsOf, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Every other user does not exist. */
function workplace(): string {
  const cwd = temporaryFolder();
  const users = Array.from(
    { length: 400 },
    (_, index) => `${index % 2 === 0 ? 'deleted-' : 'u'}${index},app-1`,
  );
  writeFileSync(path.join(cwd, 'leavers.csv'), ['user_id,app_ids', ...users].join('\n'));
  return cwd;
}

test('--stop-after-failures stops resumable when more calls fail, and counts anew on resume', async () => {
  const server = await simulator();
  const cwd = workplace();
  const environment = credentialsOf(server);
  const args = ['run', 'leavers.csv', '--yes', '--out', 'out', '--concurrency', '1'];
  const first = await genauthOffboard([...args, '--stop-after-failures', '5'], { cwd, environment });
  expect(first.code).toBe(4);
  expect(first.stderr).toContain('6 of the 11 calls that have ended did not succeed');
  expect(first.stderr).toContain('--stop-after-failures allows 5');
  expect(first.stderr.trim().split('\n').at(-1)).toBe('Go on with: genauth-offboard resume out');
  expect(server.log).toHaveLength(11);
  // As the run had it, and counted anew.
  const second = await genauthOffboard(['resume', 'out', '--concurrency', '1'], { cwd, environment });
  expect(second.code).toBe(4);
  // It began with a user who exists.
  expect(server.log).toHaveLength(11 + 12);
  const third = await genauthOffboard(['resume', 'out', '--stop-after-failures', '100%'], {
    cwd,
    environment,
  });
  expect(third.code).toBe(3);
  expect(server.log).toHaveLength(400);
});

test('--stop-after-failures takes a share of the calls that have ended, on a terminal too', async () => {
  const server = await simulator();
  const cwd = workplace();
  const args = ['run', 'leavers.csv', '--out', 'out', '--concurrency', '1', '--stop-after-failures', '10%'];
  const ended = await onTerminal(args, { cwd, environment: credentialsOf(server) }, [
    ['Type the number of users', '400\r'],
  ]);
  expect(ended.code).toBe(4);
  expect(ended.stdout).toContain('11 of the 21 calls that have ended did not succeed');
  expect(server.log).toHaveLength(21);
});

test.each(['5,5', '-1', '101%', 'some', '1e3', '%', '5 %'])(
  '--stop-after-failures %s is refused',
  (value) => {
    expect(() => failureLimit({ 'stop-after-failures': value })).toThrow(
      '--stop-after-failures takes a whole number of calls, or a share from 0% to 100%',
    );
  },
);

/** @returns after how many ended calls the run stops, when each that `fails` picks fails. */
function stopsAfter(
  limit: FailureLimit,
  fails: (call: number) => boolean,
  calls: number,
): number | undefined {
  const failures = createFailureCount(limit);
  for (let call = 1; call <= calls; call += 1) {
    if (countEnd(failures, fails(call) ? 'failed' : 'succeeded') !== undefined) return call;
  }
  return undefined;
}

test('a limit is what may fail: one more stops the run', () => {
  const always = (): boolean => true;
  expect(stopsAfter(0, always, 10)).toBe(1);
  expect(stopsAfter(3, always, 10)).toBe(4);
  expect(stopsAfter('0%', always, 10)).toBe(1);
  expect(stopsAfter('5%', always, 10)).toBe(6);
  expect(stopsAfter('100%', always, 5000)).toBeUndefined();
});

test('a share is taken of the calls that have ended, and of 100 at least', () => {
  const everyTenth = (call: number): boolean => call % 10 === 0;
  expect(stopsAfter('10%', everyTenth, 100_000)).toBeUndefined();
  expect(stopsAfter('9%', everyTenth, 100_000)).toBe(100);
  // A bad stretch late in a good run.
  expect(stopsAfter('5%', (call) => call > 1000, 100_000)).toBe(1053);
});

test('partial and unknown calls count, succeeded ones do not', () => {
  for (const how of ['partial', 'unknown', 'failed', 'succeeded'] as const) {
    const failures = createFailureCount(0);
    expect(countEnd(failures, how) !== undefined).toBe(how !== 'succeeded');
  }
});
