import { expect, test } from 'vitest';

import { cutChecks, doubleLines, flipBitsOfChecks, lookedThrough } from './checks-damage.ts';
import { cutAtBytes, flipBits } from './damage.ts';
import { killAtRandom } from './kills.ts';

test('SIGKILLs at random moments leave an exact report', { timeout: 120_000 }, async () => {
  const figures = await killAtRandom({
    rows: 300,
    kills: 4,
    seed: 'four',
    withinMs: 1000,
    reportEvery: 2,
  });
  expect(figures.killed).toBe(4);
  expect(figures.requests).toBeGreaterThan(300);
});

test(
  'a journal cut within its last records is mended, the bytes are kept aside, and the report is exact',
  { timeout: 120_000 },
  async () => {
    expect(await cutAtBytes(3, 41)).toBeGreaterThan(10);
  },
);

test(
  'a bit flipped in the middle of the journal ends report and resume with 1 and the offset, and the report claims nothing without an intact record',
  { timeout: 120_000 },
  async () => {
    const flips = await flipBits(33);
    expect(Object.keys(flips).length).toBe(7);
  },
);

test(
  'checks that are cut, changed or doubled claim nothing that was not answered, and what was answered is not asked again',
  { timeout: 120_000 },
  async () => {
    const looked = await lookedThrough();
    expect(await cutChecks(looked, 997)).toBeGreaterThan(7);
    expect(Object.keys(await flipBitsOfChecks(looked, 150)).length).toBeGreaterThan(6);
    expect(await doubleLines(looked, 9)).toBeGreaterThan(4);
  },
);
