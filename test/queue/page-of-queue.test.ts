import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Sample } from '../../src/page/state.ts';
import { isStep, leavers, openPage, runsIn, surveyed, toPlan } from '../page/open-page.ts';
import { work } from '../../src/workflow/shared/index.ts';
import { against, simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { startPostgres, type Postgres } from './postgres.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

test('the page shows how far a shared run is by all workers, and reports it again from the queue', async () => {
  const server = await simulator({ faults: { latencyMs: 50 } });
  const page = await openPage({ flags: { queue: postgres.url } });
  const tab = await page.tab();
  await toPlan(tab, server, leavers(200));
  await surveyed(tab, await tab.send('PATCH', '/api/settings', { concurrency: '2', 'no-look-up': true }));
  await tab.send('POST', '/api/start', { users: '200' });
  await tab.until((state) => state.step === 'run' && (state.calls?.succeeded ?? 0) > 0);
  const [run = ''] = runsIn(page.runsFolder);
  const { credentials, server: where } = against(server);
  // Another machine.
  const other = work(postgres.url, {
    run,
    credentials,
    server: where,
    pace: { concurrency: 8 },
    folder: temporaryFolder(),
  });
  const report = await tab.until(isStep('report'));
  expect(report).toMatchObject({ stop: null, summary: { ended: 'finished', rows: { succeeded: 200 } } });
  const own = tab.events.findLast(({ event }) => event === 'sample')?.data as Sample;
  const shown = tab.events.flatMap(({ data }) => {
    const { calls } = data as { readonly calls?: { readonly succeeded: number } | null };
    return calls?.succeeded ?? [];
  });
  // Of the whole run, while this process did a part of it.
  expect([Math.max(...shown), own.attempts < 200]).toEqual([200, true]);
  await other;
  await tab.send('POST', `/api/runs/${encodeURIComponent(run)}/report`, {});
  const again = await tab.until((state) => state.step === 'report' && state.id > report.id);
  expect(again).toMatchObject({ refusal: null, summary: { ended: 'finished', rows: { succeeded: 200 } } });
});
