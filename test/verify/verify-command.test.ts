import { EventEmitter, once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { decodeCheck, type CheckRecord } from '../../src/verify/record.ts';
import { genauthOffboard, startGenauthOffboard } from '../command-line.ts';
import { readCsvFile } from '../read-report.ts';
import { credentialsOf, simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import type { SimulatorOptions } from '../../src/simulator/simulator.ts';

const apps = [1, 2, 3].map((digit) => `65f0aa00000000000000000${digit}`);

async function afterRun(users: number, options: SimulatorOptions = {}, more: readonly string[] = []) {
  const asked = new EventEmitter();
  const server = await simulator({ ...options, onQuestion: () => asked.emit('question') });
  const cwd = temporaryFolder();
  const rows = Array.from({ length: users }, (_, at) => `user-${at + 1},username,${apps.join(';')}`);
  writeFileSync(path.join(cwd, 'leavers.csv'), ['user_id,user_id_type,app_ids', ...rows].join('\n'));
  const surroundings = { cwd, environment: credentialsOf(server) };
  const args = ['run', 'leavers.csv', '--yes', '--out', 'run', ...more];
  const { code } = await genauthOffboard(args, surroundings);
  expect(code).toBe(0);
  return { server, asked, cwd, surroundings, folder: path.join(cwd, 'run') };
}

function recordsIn(folder: string): CheckRecord[] {
  const file = path.join(folder, 'checks.ndjson');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  return lines.flatMap((line) => decodeCheck(Buffer.from(line)) ?? []);
}

/** Which sessions were answered. */
function answeredIn(folder: string): string[] {
  return recordsIn(folder).flatMap((each) => (each.kind === 'session' ? [`${each.seq} ${each.place}`] : []));
}

test('verify says what it costs and what was seen, and ends with 0 only when all are gone', async () => {
  const { surroundings, folder } = await afterRun(20, { faults: { survivors: 0.2 } }, ['--no-look-up']);
  const first = await genauthOffboard(['verify', 'run'], surroundings);
  expect(first.code).toBe(3);
  expect(first.stderr).toMatch(
    /Looking for 60 sessions: at most 60 checks, 1 question who users are, about 12 whether a session would be seen and fewer pages/,
  );
  expect(first.stdout).toMatch(/survived +\d+\n/);
  const survivors = readCsvFile(folder, 'verification.csv').filter(({ state }) => state === 'survived');
  expect(survivors.length).toBeGreaterThan(0);
  expect(first.stderr.trimEnd().split('\n').at(-1)).toBe('  genauth-offboard verify run --rekick');
  const second = await genauthOffboard(['verify', 'run', '--rekick', '--json'], surroundings);
  expect(second.code).toBe(0);
  expect(JSON.parse(second.stdout)).toMatchObject({
    folder: 'run',
    verification: { ended: 'finished', control: 'seen', sessions: { total: 60, gone: 60 } },
    back: [],
  });
  expect(second.stderr).toContain(`${survivors.length} sessions survived: they are ended once more`);
  const { code, stdout } = await genauthOffboard(['report', 'run', '--json'], surroundings);
  expect(code).toBe(0);
  const { ended, verification } = JSON.parse(stdout) as { ended: string; verification: { looks: number } };
  expect([ended, verification.looks]).toEqual(['finished', 2]);
});

test.each(['SIGKILL', 'SIGINT'] as const)(
  'after a %s in the middle the next verify asks nothing that was answered',
  async (signal) => {
    const { asked, surroundings, folder } = await afterRun(60, { faults: { latencyMs: 20 } });
    const child = startGenauthOffboard(['verify', 'run', '--concurrency', '4'], surroundings);
    while (answeredIn(folder).length < 40) await once(asked, 'question');
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(signal === 'SIGINT' ? 130 : null);
    const before = answeredIn(folder);
    expect(before.length).toBeLessThan(180);
    appendFileSync(
      path.join(folder, 'checks.ndjson'),
      signal === 'SIGKILL' ? '{"kind":"session","seq":1' : '',
    );
    const { code: next, stderr } = await genauthOffboard(['verify', 'run'], surroundings);
    expect(next).toBe(0);
    expect(stderr).toContain(`${before.length} were answered before`);
    const answered = answeredIn(folder);
    expect(answered).toHaveLength(180);
    expect(new Set(answered).size).toBe(180);
    expect(recordsIn(folder).filter(({ kind }) => kind === 'look')).toHaveLength(1);
  },
);

test('verify is refused before the first question', async () => {
  const { server, surroundings } = await afterRun(1);
  const questions = server.counts.questions;
  const refused: readonly (readonly [string[], RegExp])[] = [
    [['nowhere'], /There is no folder nowhere/],
    [['run', '--every', '1m'], /--watch was not given/],
    [['run', '--host', 'http://127.0.0.1:1'], /This run goes to/],
  ];
  for (const [args, said] of refused) {
    const ended = await genauthOffboard(['verify', ...args], surroundings);
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringMatching(said)]);
  }
  expect(server.counts.questions).toBe(questions);
});

test('run --verify looks at its end, prints one JSON, and ends with the worse of both', async () => {
  const server = await simulator({ faults: { survivors: 0.5 } });
  const cwd = temporaryFolder();
  const rows = Array.from({ length: 8 }, (_, at) => `user-${at + 1},username,${apps.join(';')}`);
  writeFileSync(path.join(cwd, 'leavers.csv'), ['user_id,user_id_type,app_ids', ...rows].join('\n'));
  const surroundings = { cwd, environment: credentialsOf(server) };
  const args = ['run', 'leavers.csv', '--yes', '--out', 'run', '--verify', '--json'];
  const { code, stdout } = await genauthOffboard(args, surroundings);
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    folder: 'run',
    rows: { succeeded: 8, total: 8 },
    verification: { control: 'seen', sessions: { total: 24, not_checked: 0 } },
  });
});

test('a watch in which nothing changes says once that it looks, and once what was seen', async () => {
  const { surroundings } = await afterRun(4);
  const { code, stderr } = await genauthOffboard(
    ['verify', 'run', '--watch', '1s', '--every', '100ms'],
    surroundings,
  );
  expect(code).toBe(0);
  const { verification } = JSON.parse(
    (await genauthOffboard(['report', 'run', '--json'], surroundings)).stdout,
  ) as { verification: { looks: number } };
  expect(verification.looks).toBeGreaterThan(1);
  for (const said of ['Looking for 12 sessions: ', 'All 12 sessions were seen to be gone.'])
    expect(stderr.split(said)).toHaveLength(2);
});
