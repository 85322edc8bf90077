import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { expect, vi } from 'vitest';

import type { Faults } from '../../src/simulator/faults.ts';

import { askedRows, numbersFrom } from './asked-rows.ts';
import type { Judgement } from './judge.ts';
import { expectExact, killAfter, openScene, type Scene } from './scene.ts';

export interface KillPlan {
  readonly rows: number;
  readonly kills: number;
  readonly seed: string;
  /** A process is killed at a random moment up to so long after its start, and each second one after its first call. */
  readonly withinMs: number;
  /** After every so many kills the reports are made and judged as well. */
  readonly reportEvery: number;
}

export interface KillFigures extends KillPlan, Pick<Judgement, 'statuses' | 'repeated'> {
  readonly killed: number;
  readonly sessions: number;
  readonly requests: number;
  readonly sentTwice: number;
  readonly coveredAtKills: number;
  readonly owedIds: number;
  readonly perhapsUnread: number;
  readonly reportsJudged: number;
}

/** Replies that come late, and some that never do. */
const badServer: Faults = {
  latencyMs: { min: 1, max: 40 },
  rate: { kind: 'bucket', perSecond: 400, burst: 20 },
  shares: {
    http500: 0.01,
    body500: 0.01,
    http504: 0.005,
    successFalse: 0.005,
    resetBefore: 0.005,
    resetAfter: 0.005,
    resetInReply: 0.005,
    forget: 0.005,
    halfReply: 0.005,
    noRequestId: 0.005,
  },
};

/** Kills a run over and over at random moments, lets the last process finish, and judges. */
export async function killAtRandom(plan: KillPlan): Promise<KillFigures> {
  const scene = await openScene(askedRows(plan.rows), { faults: badServer, seed: 5 });
  const random = numbersFrom(plan.seed);
  let reportsJudged = 0;
  let killed = 0;
  while (killed < plan.kills) {
    const child = scene.startNext();
    const ending = scene.end(child);
    if (killed % 2 === 1) await firstCall(scene, child);
    await killAfter(child, random() * plan.withinMs);
    const { code, stderr } = await ending;
    // A run that was over before its kill shows nothing.
    expect([code, stderr.slice(-1000)]).toEqual(['SIGKILL', expect.anything()]);
    killed += 1;
    if (killed % plan.reportEvery !== 0 || !existsSync(path.join(scene.folder, 'run.json'))) continue;
    const made = await scene.end(scene.start(['report', scene.folder]));
    // Some kills come after the run's end.
    expect(made).toMatchObject({ code: expect.toBeOneOf([3, 4]) as number });
    expectExact(scene);
    reportsJudged += 1;
  }
  expect(await scene.end(scene.startNext())).toMatchObject({ code: 3 });
  expectExact(scene);
  // What failed goes out again, is killed as well, and is finished.
  for (const isKilled of [true, true, false]) {
    const child = scene.startNext(['--retry-failed']);
    const ending = scene.end(child, true);
    if (isKilled) await firstCall(scene, child);
    if (isKilled) await killAfter(child, random() * 200);
    expect(await ending).toMatchObject({ code: isKilled ? 'SIGKILL' : 3 });
  }
  const { statuses, repeated } = expectExact(scene);
  const { testimony } = scene.witness;
  return {
    ...plan,
    killed,
    sessions: testimony.sessions,
    requests: scene.server.log.length,
    sentTwice: testimony.sentTwice.size,
    repeated,
    coveredAtKills: testimony.coveredAtKills,
    owedIds: testimony.owedIds.size,
    perhapsUnread: testimony.perhapsUnread,
    reportsJudged,
    statuses,
  };
}

async function firstCall({ server }: Scene, child: ChildProcess): Promise<void> {
  const before = server.log.length;
  const isAtWork = (): boolean => server.log.length > before || child.exitCode !== null;
  await vi.waitUntil(isAtWork, { timeout: 60_000, interval: 5 });
}
