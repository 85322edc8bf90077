import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test, vi } from 'vitest';

import { check, resume, run, type CanaryQuestion } from '../src/index.ts';
import type { Simulator } from '../src/simulator/simulator.ts';
import {
  genauthOffboard,
  onTerminal,
  startGenauthOffboard,
  type Dialog,
  type Ended,
} from './command-line.ts';
import { readCsvFile } from './read-report.ts';
import { against, credentialsOf, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Two rows of the first user, apart; one that does not exist, third; many more users behind. */
const users = ['first', 'second', 'deleted-third', ...Array.from({ length: 97 }, (_, index) => `u${index}`)];
const lines = [...users.map((user) => `${user},app-1`), 'first,app-2'];

function workplace(rows: readonly string[] = lines): { cwd: string; input: string; out: string } {
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, 'leavers.csv'), ['user_id,app_ids', ...rows].join('\n'));
  return { cwd, input: path.join(cwd, 'leavers.csv'), out: path.join(cwd, 'out') };
}

const sent = (server: Simulator): string[] => server.log.map(({ userId }) => userId).sort();
/** Without what moves the cursor. */
const screen = ({ stdout }: Ended): string =>
  stdout.replaceAll('\r\n', '\n').replaceAll(/\u001B\[[\d;?]*[A-Za-z]/g, '');
const planQuestion = 'Type the number of users';
const canaryQuestion = 'Type yes to go on with the other';

function ask(server: Simulator, cwd: string, dialog: Dialog, ...args: string[]): Promise<Ended> {
  return onTerminal(args, { cwd, environment: credentialsOf(server) }, dialog);
}

test('on a terminal the canary is shown by cause, and yes goes on with the others', async () => {
  const server = await simulator();
  const { cwd } = workplace();
  const dialog: Dialog = [
    [planQuestion, '100\r'],
    [canaryQuestion, 'yes\r'],
  ];
  const ended = await ask(server, cwd, dialog, 'run', 'leavers.csv', '--canary', '3', '--out', 'out');
  expect(screen(ended)).toContain('First the canary: 3 users.');
  expect(screen(ended)).toContain('The canary has ended: 3 users, 3 of 4 rows succeeded');
  expect(screen(ended)).toMatch(/1 row failed: .*\(404\/2004\), first at line 4/);
  expect(ended.code).toBe(3);
  expect(sent(server)).toEqual([...users].sort());
});

test.each<[string, Dialog, number]>([
  ['no', [[canaryQuestion, 'no\r']], 4],
  [
    'another answer than yes, three times,',
    [
      [canaryQuestion, 'y\r'],
      ['"y" is not it', 'OK\r'],
      ['"OK" is not it', '\r'],
    ],
    4,
  ],
  ['Ctrl-C', [[canaryQuestion, '\u0003']], 130],
  ['Ctrl-D', [[canaryQuestion, '\u0004']], 4],
  ['SIGTERM', [[canaryQuestion, { signal: 'SIGTERM' }]], 130],
])(
  '%s at the question after the canary stops the run, resumable, with nobody else signed out',
  async (_, answer, code) => {
    const server = await simulator();
    const { cwd, out } = workplace();
    const dialog: Dialog = [[planQuestion, '100\r'], ...answer];
    const ended = await ask(server, cwd, dialog, 'run', 'leavers.csv', '--canary', '2', '--out', 'out');
    expect(ended.code).toBe(code);
    expect(screen(ended).trim().split('\n').at(-1)).toContain('Go on with: genauth-offboard resume out');
    expect(sent(server)).toEqual(['first', 'second']);
    const statuses = readCsvFile(out, 'report.csv').map(({ status }) => status);
    expect(statuses.filter((status) => status === 'not_attempted')).toHaveLength(98);
  },
);

test('who types something else at a question is told what is expected, and asked again', async () => {
  const server = await simulator();
  const { cwd } = workplace();
  const dialog: Dialog = [
    [planQuestion, 'yes\r'],
    ['"yes" is not it: type 100, the number of users, to go on, or no to leave it.', '100\r'],
    [canaryQuestion, 'y\r'],
    ['"y" is not it: type the whole word yes, to go on, or no to leave it.', 'YES\r'],
  ];
  const ended = await ask(server, cwd, dialog, 'run', 'leavers.csv', '--canary', '2', '--out', 'out');
  expect(ended.code).toBe(3);
  expect(sent(server)).toEqual([...users].sort());
});

test('killed at the question after the canary, resume asks again, and nothing is in doubt', async () => {
  const server = await simulator();
  const { cwd, out } = workplace();
  const killed: Dialog = [
    [planQuestion, '100\r'],
    [canaryQuestion, { signal: 'SIGKILL' }],
  ];
  await ask(server, cwd, killed, 'run', 'leavers.csv', '--canary', '2', '--out', 'out');
  const reported = await genauthOffboard(['report', 'out', '--json'], { cwd });
  expect(JSON.parse(reported.stdout)).toMatchObject({
    ended: 'canary',
    rows: { succeeded: 3, not_attempted: 98, unknown: 0 },
  });
  // Without a terminal there is nobody to ask, and it stops where it is.
  const alone = await genauthOffboard(['resume', 'out'], { cwd, environment: credentialsOf(server) });
  expect(alone.code).toBe(4);
  expect(alone.stderr).toContain('The canary of 2 users has ended: 3 of its 3 rows succeeded.');
  expect(sent(server)).toEqual(['first', 'second']);
  const other = await genauthOffboard(['resume', 'out', '--canary', '50'], { cwd });
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('--canary belongs to `run`') });
  const resumed = await ask(server, cwd, [[canaryQuestion, 'yes\r']], 'resume', 'out');
  expect(resumed.code).toBe(3);
  expect(sent(server)).toEqual([...users].sort());
  expect(readCsvFile(out, 'report.csv')).toHaveLength(101);
});

test('killed in the middle of the canary, nobody behind it is in doubt', async () => {
  const server = await simulator({ faults: { latencyMs: 200 } });
  const { cwd, out } = workplace();
  const args = ['run', 'leavers.csv', '--yes', '--canary', '5', '--out', 'out', '--concurrency', '1'];
  const child = startGenauthOffboard(args, { cwd, environment: credentialsOf(server) });
  await vi.waitUntil(() => server.log.length >= 2, { timeout: 20_000 });
  child.kill('SIGKILL');
  await once(child, 'close');
  await genauthOffboard(['report', 'out'], { cwd });
  const statuses = readCsvFile(out, 'report.csv').map(({ status }) => status);
  expect(statuses.slice(0, 5)).toContain('unknown');
  // The last row is the first user's.
  expect(new Set(statuses.slice(5, -1))).toEqual(new Set(['not_attempted']));
});

test('with --yes a canary goes on only when all of it succeeded', async () => {
  const server = await simulator();
  const good = workplace();
  const environment = credentialsOf(server);
  const args = ['run', 'leavers.csv', '--yes', '--out', 'out', '--canary'];
  const wholly = await genauthOffboard([...args, '2'], { cwd: good.cwd, environment });
  expect(wholly.code).toBe(3);
  expect(server.log).toHaveLength(100);
  const bad = workplace();
  const partly = await genauthOffboard([...args, '3'], { cwd: bad.cwd, environment });
  expect(partly.code).toBe(4);
  expect(partly.stderr).toContain('3 of its 4 rows succeeded');
  expect(partly.stderr).toMatch(/1 row failed: .*2004/);
  expect(server.log).toHaveLength(103);
  const again = await genauthOffboard(['resume', 'out', '--yes'], { cwd: bad.cwd, environment });
  expect(again.code).toBe(4);
  expect(server.log).toHaveLength(103);
});

test('a canary that is interrupted goes on with the canary alone, and asks then', async () => {
  const server = await simulator({ faults: { latencyMs: 5 } });
  const { input, out } = workplace();
  const stop = new AbortController();
  const questions: CanaryQuestion[] = [];
  let sentBeforeQuestion = 0;
  const confirmCanary = (question: CanaryQuestion): Promise<boolean> => {
    questions.push(question);
    sentBeforeQuestion = server.log.length;
    return Promise.resolve(true);
  };
  const first = await run(
    input,
    against(server, {
      folder: out,
      guards: { canary: 20 },
      pace: { concurrency: 2 },
      confirmCanary,
      stopSignal: stop.signal,
      onEvent: (event) => {
        if (event.type === 'attempt' && server.log.length >= 8) stop.abort();
      },
    }),
  );
  expect(first).toMatchObject({ exitCode: 130, stop: { reason: 'interrupted' } });
  expect(questions).toEqual([]);
  const { server: _, ...again } = against(server, { confirmCanary });
  const second = await resume(out, again);
  expect(sentBeforeQuestion).toBe(20);
  expect(questions).toMatchObject([{ canary: { users: 20, rows: { total: 21, succeeded: 20 } } }]);
  expect(second.summary?.rows).toMatchObject({ succeeded: 100, failed: 1 });
  expect(server.log).toHaveLength(100);
});

test('--retry-failed tries the failed calls of a canary again once, before it asks', async () => {
  const server = await simulator();
  const { input, out } = workplace(['deleted-1,app-1', 'u2,app-1', 'u3,app-1']);
  await run(input, against(server, { folder: out, guards: { canary: 1 } }));
  const { server: _, ...again } = against(server);
  await resume(out, { ...again, retryFailed: true, confirmCanary: () => Promise.resolve(true) });
  expect(sent(server)).toEqual(['deleted-1', 'deleted-1', 'u2', 'u3']);
});

test('to have confirmed the plan is no yes to what follows a canary that failed', async () => {
  const server = await simulator();
  const { input, out } = workplace(['deleted-1,app-1', 'u2,app-1', 'u3,app-1']);
  const options = against(server, { folder: out, guards: { canary: 2 }, confirm: async () => true });
  expect(await run(input, options)).toMatchObject({ exitCode: 4, stop: { reason: 'canary' } });
  expect(sent(server)).toEqual(['deleted-1', 'u2']);
});

test('a canary as big as the plan leaves nothing to ask', async () => {
  const server = await simulator();
  const { input, out } = workplace(['u1,app-1', 'u2,app-1']);
  let asked = 0;
  const confirmCanary = (): Promise<boolean> => Promise.resolve((asked += 1) > 0);
  const options = against(server, { folder: out, guards: { canary: 2 }, confirmCanary });
  expect((await run(input, options)).exitCode).toBe(0);
  expect(asked).toBe(0);
});

test('the canary’s first users are those of the plan, protected ones not counted', async () => {
  const server = await simulator();
  const { cwd, input, out } = workplace();
  const protect = path.join(cwd, 'vips.txt');
  writeFileSync(protect, 'first\n');
  const plan = { protect };
  expect(await check(input, plan)).toMatchObject({ canary: null });
  const outcome = await run(
    input,
    against(server, {
      folder: out,
      plan,
      guards: { canary: 1 },
      confirmCanary: async () => false,
    }),
  );
  expect(outcome.stop?.reason).toBe('canary');
  expect(sent(server)).toEqual(['second']);
});
