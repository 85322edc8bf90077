import { rmSync } from 'node:fs';

import { afterAll, expect, test } from 'vitest';

import { parentFolder, runMany } from './many.ts';
import { runWorld } from './run.ts';
import { drawScenario } from './scenario.ts';

afterAll(() => rmSync(parentFolder(), { recursive: true, force: true }));

test.each([1, 101, 201, 301, 401])(
  'in none of a hundred worlds from %i on is a promise broken',
  { timeout: 240_000 },
  async (from) => {
    const { failures, worlds } = await runMany({ from, count: 100 }, { rows: 60 }, 3);
    expect(failures.map(({ report }) => report)).toEqual([]);
    expect(worlds).toBe(100);
  },
);

test(
  'neighbours who are refused stop no run, also where most others wait for the search for an app',
  {
    timeout: 240_000,
  },
  async () => {
    const features = ['neighbours403', 'badApps'] as const;
    const { complaints } = await runWorld(drawScenario(14_005_580, { features, rows: 1380 }), parentFolder());
    expect(complaints).toEqual([]);
  },
);

test('the same seed gives the same world, to the last reply', { timeout: 240_000 }, async () => {
  for (let seed = 1; seed <= 25; seed += 1) {
    const logs = [];
    for (let time = 0; time < 2; time += 1)
      logs.push((await runWorld(drawScenario(seed), parentFolder(), true)).log);
    expect(logs[0]?.length, `seed ${seed}`).toBeGreaterThan(3);
    expect(logs[0], `seed ${seed}`).toEqual(logs[1]);
  }
});
