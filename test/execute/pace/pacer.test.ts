import { expect, test } from 'vitest';

import { createPacer } from '../../../src/execute/pace/pacer.ts';
import { grid, judgeRow } from './grid.ts';

test.each([
  'bucket',
  'bucket of 2000, from the begin',
  'bucket, 1 % refused',
  'bucket, 3 % refused',
  'no limit',
])('nearly every world of the row "%s" is held', (name) => {
  const row = grid.find((each) => each.name === name)!;
  const all = judgeRow(row, [1], (concurrency, random) => createPacer({ concurrency, random }));
  const kept = all.filter(({ used, refused }) => used >= row.used && refused <= row.refused + 0.01);
  expect(kept.length / all.length).toBeGreaterThanOrEqual(0.9);
});

test('a ceiling is held', () => {
  const pacer = createPacer({ concurrency: 8, rate: 10 });
  let sent = 0;
  for (let at = 0; at < 10_000; at += 1) {
    if (pacer.nextAt(at) > at) continue;
    pacer.sent(at);
    pacer.saw('accepted', at, at);
    sent += 1;
  }
  expect(sent).toBeGreaterThanOrEqual(95);
  expect(sent).toBeLessThanOrEqual(101);
});
