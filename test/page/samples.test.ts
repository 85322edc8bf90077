import { expect, test } from 'vitest';

import { createSamples } from '../../src/page/server/samples.ts';

test('the curve of a night takes no more room than that of a minute, and goes from its begin to its end', () => {
  let told = 0;
  const samples = createSamples(() => (told += 1));
  const count = 30_000;
  for (let at = 0; at < count; at += 1) samples.add({ atMs: at, attempts: at, throttled: 0 });
  const times = samples.list().map(({ atMs }) => atMs);
  expect(times.length).toBeGreaterThan(100);
  expect(times.length).toBeLessThan(1000);
  expect(told).toBeLessThan(5000);
  const gaps = times.slice(1).map((at, place) => at - (times[place] ?? 0));
  expect(times[0]).toBe(0);
  expect(Math.min(...gaps)).toBeGreaterThan(0);
  expect(Math.max(...gaps, count - (times.at(-1) ?? 0))).toBeLessThan(count / 100);
  samples.clear();
  samples.add({ atMs: 1, attempts: 1, throttled: 0 });
  expect(samples.list()).toHaveLength(1);
});
