import { expect, test, vi } from 'vitest';

import { askedRows } from './asked-rows.ts';
import { expectExact, openScene } from './scene.ts';
import { interruptAtRandom, suspendAtRandom } from './signals.ts';

test('30 times SIGINT, SIGTERM or SIGHUP at random moments end in order: exit 130, the way on, and every reply in the report', async () => {
  const figures = await interruptAtRandom(30_000, 30);
  console.log(figures);
  expect(figures).toMatchObject({ SIGINT: 10, SIGTERM: 10, SIGHUP: 10 });
});

test('a run that is suspended for longer than --timeout and continued has lost no reply and sent nothing twice', async () => {
  const figures = await suspendAtRandom(2000, 6);
  console.log(figures);
  expect(figures).toMatchObject({ suspended: 6 });
});

test('a run whose stdout and stderr are closed in the middle, or from the start, goes on and is exact', async () => {
  const scene = await openScene(askedRows(400), { faults: { latencyMs: 20 } });
  const child = scene.startNext(['--json']);
  const ending = scene.end(child);
  await vi.waitUntil(() => scene.server.log.length > 50, { timeout: 60_000, interval: 5 });
  child.stdout?.destroy();
  child.stderr?.destroy();
  expect(await ending).toMatchObject({ code: 3 });
  expectExact(scene);

  const closed = await openScene(askedRows(50));
  const wrapper = ['bash', '-c', 'exec "$@" >&- 2>&-', 'bash'];
  expect(await closed.end(closed.startNext([], wrapper))).toMatchObject({ code: 3, stdout: '', stderr: '' });
  expectExact(closed);
});
