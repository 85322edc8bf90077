import { cpSync } from 'node:fs';
import path from 'node:path';

import { expect, test, vi } from 'vitest';

import type { Faults } from '../../src/simulator/faults.ts';
import { askedRows } from './asked-rows.ts';
import { endOf, expectExact, killAfter, openScene, serverIsQuiet, type Scene } from './scene.ts';

const faults: Faults = { latencyMs: { min: 20, max: 60 } };

/** A run that was killed after its first calls. */
async function killedRun(): Promise<Scene> {
  const scene = await openScene(askedRows(200), { faults });
  const child = scene.startNext();
  const ending = scene.end(child);
  await vi.waitUntil(() => scene.server.log.length > 20, { timeout: 60_000, interval: 5 });
  await killAfter(child, 0);
  await ending;
  return scene;
}

test('of several that resume a run at the same moment one works and the others are refused by name, 5 times', async () => {
  const ways: string[] = [];
  for (let time = 0; time < 5; time += 1) {
    const scene = await killedRun();
    // Whoever works cannot end before the others have come: one that comes later works, too.
    scene.server.setFaults({ ...faults, outage: { afterMs: 0, forMs: 600_000, as: 'http503' } });
    let ended = 0;
    const all = await Promise.all(
      [scene.startNext(), scene.startNext(), scene.startNext()].map(async (child) => {
        const end = await endOf(child);
        ended += 1;
        if (ended === 2) scene.server.setFaults(faults);
        return end;
      }),
    );
    await serverIsQuiet(scene.server);
    scene.witness.takeDown();
    const refused = all.filter(({ code }) => code === 2);
    ways.push(all.map(({ code }) => code).join(' '));
    expect(all.filter(({ code }) => code === 3)).toHaveLength(1);
    expect(refused).toHaveLength(2);
    for (const { stderr } of refused) expect(stderr).toMatch(/process \d+/);
    expectExact(scene);
  }
  console.log(ways);
});

test('a run folder that was copied while its run lived, lock and all, is resumed by another process', async () => {
  const scene = await openScene(askedRows(300), { faults });
  const child = scene.startNext();
  const ending = scene.end(child);
  await vi.waitUntil(() => scene.server.log.length > 50, { timeout: 60_000, interval: 5 });
  const copy = path.join(scene.cwd, 'copy');
  child.kill('SIGSTOP');
  cpSync(scene.folder, copy, { recursive: true });
  child.kill('SIGKILL');
  await ending;
  expect(await endOf(scene.start(['resume', copy, '--yes']))).toMatchObject({ code: 3 });
});
