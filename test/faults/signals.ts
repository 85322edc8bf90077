import { expect, vi } from 'vitest';

import { askedRows, numbersFrom } from './asked-rows.ts';
import { expectExact, openScene } from './scene.ts';

/** Interrupts a run again and again at random moments; every reply that the server gave must be in the report. */
export async function interruptAtRandom(rows: number, interrupts: number): Promise<Record<string, number>> {
  const scene = await openScene(askedRows(rows), { faults: { latencyMs: { min: 10, max: 200 } } });
  const random = numbersFrom('signals');
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const done: Record<string, number> = {};
  for (let number = 0; number < interrupts; number += 1) {
    const signal = signals[number % signals.length] ?? 'SIGINT';
    const child = scene.startNext();
    const ending = scene.end(child);
    const before = scene.server.log.length;
    await vi.waitUntil(() => scene.server.log.length > before, { timeout: 60_000, interval: 5 });
    await new Promise((resolve) => setTimeout(resolve, random() * 800));
    child.kill(signal);
    const { code, stderr } = await ending;
    expect([signal, code]).toEqual([signal, 130]);
    expect(stderr.trim().split('\n').at(-1)).toBe(`Go on with: genauth-offboard resume ${scene.folder}`);
    expectExact(scene);
    done[signal] = (done[signal] ?? 0) + 1;
  }
  expect(await scene.end(scene.startNext())).toMatchObject({ code: 3 });
  expectExact(scene);
  // Whoever asks to stop and is waited for has nothing sent twice.
  expect(scene.witness.testimony).toMatchObject({ kills: 0, perhapsUnread: 0 });
  expect(scene.judge().repeated).toBe(0);
  return { ...done, replies: scene.witness.testimony.owedIds.size };
}

/** Suspends a run for longer than an attempt may take, and lets it go on: what came meanwhile has not been lost. */
export async function suspendAtRandom(rows: number, times: number): Promise<Record<string, number>> {
  // A call that names an app which does not exist goes out more than once.
  const known = askedRows(rows).map((row) => ({
    ...row,
    appIds: row.appIds.filter((appId) => !appId.startsWith('unknown-')),
  }));
  const scene = await openScene(known, {
    faults: { latencyMs: { min: 10, max: 100 } },
    flags: ['--timeout', '3s'],
  });
  const child = scene.startNext();
  const ending = scene.end(child);
  let suspended = 0;
  for (; suspended < times; suspended += 1) {
    const before = scene.server.log.length;
    await vi.waitUntil(() => scene.server.log.length > before + 30, { timeout: 60_000, interval: 5 });
    child.kill('SIGSTOP');
    // The replies to all that was in flight come while it is suspended.
    await new Promise((resolve) => setTimeout(resolve, 4000));
    child.kill('SIGCONT');
  }
  expect(await ending).toMatchObject({ code: 3 });
  expectExact(scene);
  const timedOut = scene.server.log.filter((record) => !record.answered).length;
  const { calls } = scene;
  expect({ timedOut, requests: scene.server.log.length }).toEqual({ timedOut: 0, requests: calls });
  return { suspended, replies: scene.witness.testimony.owedIds.size };
}
