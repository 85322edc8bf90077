import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import {
  askedAgain,
  checkedRun,
  checkLines,
  checksFileOf,
  judgeStates,
  type CheckedRun,
} from './checked-run.ts';
import { cutChecks, doubleLines, flipBitsOfChecks, lookedThrough } from './checks-damage.ts';
import { endOf, type Ended } from './scene.ts';
import { injecting, nameOf, pointsIn, straceMissing, tracing, type Point } from './strace.ts';

const missing = straceMissing();
const program = path.resolve(import.meta.dirname, '../../dist/cli.js');

/** Whatever `verify` writes in a run folder. */
const filesOfVerify = [
  '.',
  'checks.ndjson',
  'journal.ndjson',
  'report.csv',
  'report.csv.partial',
  'summary.json',
  'summary.json.partial',
  'verification.csv',
  'verification.csv.partial',
];

function start(
  { folder, environment }: CheckedRun,
  wrapper: readonly string[],
  more: readonly string[] = [],
) {
  const args = ['verify', folder, '--concurrency', '4', ...more];
  const [command = '', ...rest] = [...wrapper, process.execPath, program, ...args];
  return endOf(spawn(command, rest, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] }));
}

function traceOf({ folder }: CheckedRun): string {
  return path.join(path.dirname(folder), 'trace');
}

async function pointsOfVerify(): Promise<Point[]> {
  const of = await checkedRun();
  expect(await start(of, tracing(traceOf(of), of.folder, filesOfVerify))).toMatchObject({ code: 3 });
  return pointsIn(traceOf(of), of.folder);
}

function linesIn(folder: string) {
  const file = checksFileOf(folder);
  return existsSync(file) ? checkLines(readFileSync(file)) : [];
}

/** After whatever befell a look: what is told of it, and what the next one makes of it. @returns what is not so. */
async function goOn(given: CheckedRun): Promise<string[]> {
  const of = { ...given, copy: given.folder };
  const kept = linesIn(of.folder);
  const asked = of.server.questions.length;
  const { exitCode } = await of.look(of.folder);
  return [
    ...(exitCode === 3 ? [] : [`then ${exitCode}`]),
    ...judgeStates(of, of.folder),
    ...askedAgain(of, kept, asked).map((word) => `asked again: ${word}`),
  ];
}

test.skipIf(missing)('a kill at every write, sync, open and rename of verify loses no answer', async () => {
  const points = await pointsOfVerify();
  const wrong: string[] = [];
  let kills = 0;
  for (const point of points) {
    const of = await checkedRun();
    const { code } = await start(of, injecting(traceOf(of), of.folder, point, 'signal=KILL'));
    if (code === 'SIGKILL') kills += 1;
    wrong.push(...(await goOn(of)).map((text) => `${nameOf(point)}: ${text}`));
  }
  console.log({ kills, points: points.length });
  expect(wrong).toEqual([]);
  expect(kills).toBeGreaterThan(50);
});

test.skipIf(missing)(
  'after a kill in the middle of a further kick nobody is kicked who is gone',
  async () => {
    let kills = 0;
    for (let n = 1; n < 9; n += 1) {
      const of = await checkedRun();
      const kicks = of.server.log.length;
      const point = { syscall: 'pwrite64', file: 'journal.ndjson', n };
      const wrapper = injecting(traceOf(of), of.folder, point, 'signal=KILL');
      if ((await start(of, wrapper, ['--rekick'])).code === 'SIGKILL') kills += 1;
      const { exitCode, summary } = await of.look(of.folder, { rekick: true });
      expect(exitCode).toBe(0);
      expect(judgeStates(of, of.folder)).toEqual([]);
      expect(summary.rows.succeeded).toBe(of.users.length);
      // Those that were in flight may have been sent twice.
      const again = of.server.log
        .slice(kicks)
        .flatMap(({ userId, appIds }) => appIds.map((app) => `${userId} ${app}`));
      expect(again.length - new Set(again).size).toBeLessThanOrEqual(4);
    }
    expect(kills).toBeGreaterThan(4);
  },
);

/** No stack, and what to do. @returns what is not so. */
function wordsAmiss({ code, stderr }: Ended, { folder }: CheckedRun): string[] {
  const lastLine = stderr.trim().split('\n').at(-1) ?? '';
  return [
    ...(/this is a bug|\n {4}at |node:internal/.test(stderr) ? [`a stack: ${stderr}`] : []),
    ...([3, 4].includes(Number(code)) ? [] : [`exit code ${code}: ${stderr}`]),
    ...(code === 4 && !lastLine.includes(`verify ${folder}`) && !lastLine.includes(`report ${folder}`)
      ? [`the last line is "${lastLine}"`]
      : []),
  ];
}

test.skipIf(missing).each(['EIO', 'ENOSPC', 'EROFS'])(
  '%s at every write, sync, open and rename of verify stops it in plain words, and the next one is exact',
  async (errorCode) => {
    const points = (await pointsOfVerify()).filter(({ n }) => n <= 2 || n % 16 === 0);
    const wrong: string[] = [];
    for (const point of points) {
      const of = await checkedRun();
      const wrapper = injecting(traceOf(of), of.folder, point, `error=${errorCode}`, `${point.n}+`);
      const ended = await start(of, wrapper);
      const amiss = [...wordsAmiss(ended, of), ...(await goOn(of))];
      wrong.push(...amiss.map((text) => `${nameOf(point)}: ${text}`));
    }
    console.log({ errorCode, faults: points.length });
    expect(wrong).toEqual([]);
  },
);

test('checks that are cut at any byte claim nothing that was not answered, and nothing is asked again', async () => {
  const cuts = await cutChecks(await lookedThrough(), 7);
  console.log({ cuts });
  expect(cuts).toBeGreaterThan(1000);
});

test('checks of which a bit was changed claim nothing that was not answered, and the next look is exact', async () => {
  const flips = await flipBitsOfChecks(await lookedThrough(), 1);
  console.log({ flips });
  expect(Object.keys(flips).length).toBeGreaterThan(6);
});

test('checks with a line twice have nothing asked again', async () => {
  expect(await doubleLines(await lookedThrough(), 1)).toBeGreaterThan(25);
});
