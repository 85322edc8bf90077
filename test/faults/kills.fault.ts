import { expect, test } from 'vitest';

import { killAtRandom } from './kills.ts';

test('200 SIGKILLs at random moments over a run of 50,000 rows leave an exact report', async () => {
  const figures = await killAtRandom({
    rows: 50_000,
    kills: 200,
    seed: 'two hundred',
    withinMs: 2000,
    reportEvery: 20,
  });
  console.log(figures);
  expect(figures.killed).toBe(200);
});
