import { expect, test } from 'vitest';

import { cutAtBytes, flipBits } from './damage.ts';

test('a journal cut at every byte of its last six records is mended, the bytes are kept aside, and the report is exact', async () => {
  const cuts = await cutAtBytes(6, 1);
  console.log({ cuts });
  expect(cuts).toBeGreaterThan(1000);
});

test('a bit flipped at any byte of a record of any kind ends report and resume with 1 and the offset, and the report claims nothing without an intact record', async () => {
  const flips = await flipBits(1);
  console.log({ flips });
  expect(Object.keys(flips).sort()).toEqual([
    'attempt rejected',
    'attempt succeeded',
    'attempt throttled',
    'attempt transient',
    'end',
    'mark',
    'session',
  ]);
});
