import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { expect, onTestFinished, test, vi } from 'vitest';

import { signalOnTerminal, startOnTerminal } from '../command-line.ts';
import { askedRows, numbersFrom } from './asked-rows.ts';
import { expectExact, openScene, type Scene } from './scene.ts';

const rows = askedRows(300);
const users = [...new Set(rows.map(({ userId }) => userId))];
const canary = new Set(users.slice(0, 40));

const planQuestion = `Type the number of users (${users.length})`;
const canaryQuestion = 'Type yes to go on with the other';
/** As `script` says that the program was killed. */
const killed = 128 + 9;

/** A process on a terminal, where somebody answers. */
function startForUser(scene: Scene, args: readonly string[]) {
  const child = startOnTerminal(args, scene);
  onTestFinished(() => void child.kill('SIGHUP'));
  let screen = '';
  child.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()));
  const ending = scene.end(child);
  return {
    ending,
    /** @returns false when the process ended without asking it. */
    async isAsked(question: string): Promise<boolean> {
      await vi.waitUntil(() => screen.includes(question) || child.exitCode !== null, { timeout: 60_000 });
      return screen.includes(question);
    },
    answer: (text: string): void => void child.stdin.write(`${text}\r`),
    async killAfter(ms: number): Promise<void> {
      await wait(ms);
      signalOnTerminal(child, 'SIGKILL');
      expect(await ending).toMatchObject({ code: killed });
    },
  };
}

async function reportIsExact(scene: Scene): Promise<Readonly<Record<string, number>>> {
  const made = await scene.end(scene.start(['report', scene.folder]));
  expect(made).toMatchObject({ code: expect.toBeOneOf([3, 4]) as number });
  return expectExact(scene).statuses;
}

function isAnswerKept({ folder }: Scene): boolean {
  const journal = path.join(folder, 'journal.ndjson');
  return existsSync(journal) && readFileSync(journal, 'utf8').includes('{"kind":"canary"');
}

test('20 SIGKILLs at random moments around the question after a canary, before and after its answer: each leaves an exact report, nobody else is signed out before a yes, and resume asks until one is on record', async () => {
  const random = numbersFrom('canary');
  const figures = { kills: 0, answersKept: 0, answersLost: 0, wentOn: 0, repeated: 0 };
  const othersIn = (scene: Scene): number =>
    scene.server.log.filter(({ userId }) => !canary.has(userId)).length;
  while (figures.kills < 20) {
    const scene = await openScene(rows, { faults: { latencyMs: { min: 1, max: 40 } }, seed: figures.kills });
    const { folder } = scene;

    const run = ['run', 'leavers.csv', '--out', folder, '--canary', String(canary.size)];
    const first = startForUser(scene, run);
    expect(await first.isAsked(planQuestion)).toBe(true);
    first.answer(String(users.length));
    expect(await first.isAsked(canaryQuestion)).toBe(true);
    await first.killAfter(random() * 300);
    figures.kills += 1;
    expect(othersIn(scene)).toBe(0);
    const statuses = await reportIsExact(scene);
    // At the question all is at rest, so that nothing is in doubt.
    expect(Object.keys(statuses).sort()).toEqual(['failed', 'not_attempted', 'partial', 'succeeded']);

    const second = startForUser(scene, ['resume', folder]);
    expect(await second.isAsked(canaryQuestion)).toBe(true);
    expect(othersIn(scene)).toBe(0);
    second.answer('yes');
    // Often so soon that the answer may not be on record yet.
    await second.killAfter(random() ** 4 * 300);
    figures.kills += 1;
    await reportIsExact(scene);
    const isKept = isAnswerKept(scene);
    figures[isKept ? 'answersKept' : 'answersLost'] += 1;
    if (othersIn(scene) > 0) figures.wentOn += 1;
    expect(isKept || othersIn(scene) === 0).toBe(true);

    const third = startForUser(scene, ['resume', folder]);
    expect(await third.isAsked(canaryQuestion)).toBe(!isKept);
    if (!isKept) third.answer('yes');
    expect(await third.ending).toMatchObject({ code: 3 });
    const { repeated, statuses: finished } = expectExact(scene);
    expect(Object.keys(finished)).not.toContain('not_attempted');
    figures.repeated += repeated;
  }
  console.log(figures);
  expect(figures.kills).toBe(20);
  expect(figures.wentOn).toBeGreaterThan(0);
});
