import { expect, test } from 'vitest';

import { interruptAtRandom, suspendAtRandom } from './signals.ts';

test('30 times SIGINT, SIGTERM or SIGHUP at random moments end in order: exit 130, the way on, and every reply in the report', async () => {
  const figures = await interruptAtRandom(10_000, 30);
  console.log(figures);
  expect(figures).toMatchObject({ SIGINT: 10, SIGTERM: 10, SIGHUP: 10 });
});

test('a run that is suspended for longer than --timeout and continued has lost no reply and sent nothing twice', async () => {
  const figures = await suspendAtRandom(2000, 6);
  console.log(figures);
  expect(figures).toMatchObject({ suspended: 6 });
});
