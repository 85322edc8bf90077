import { expect, test } from 'vitest';

import { cutAtBytes, flipBits } from './damage.ts';
import { killAtRandom } from './kills.ts';

test('SIGKILLs at random moments leave an exact report', async () => {
  const figures = await killAtRandom({
    rows: 400,
    kills: 5,
    seed: 'five',
    withinMs: 1000,
    reportEvery: 3,
  });
  expect(figures.killed).toBe(5);
  expect(figures.requests).toBeGreaterThan(400);
});

test('a journal cut within its last records is mended, the bytes are kept aside, and the report is exact', async () => {
  expect(await cutAtBytes(3, 31)).toBeGreaterThan(20);
});

test('a bit flipped in the middle of the journal ends report and resume with 1 and the offset, and the report claims nothing without an intact record', async () => {
  const flips = await flipBits(41);
  expect(Object.keys(flips).length).toBe(6);
});
