import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import type { ReportStep, State } from '../../src/page/api.ts';
import { readCsvFile } from '../read-report.ts';
import { simulator } from '../start-simulator.ts';
import { isStep, keyOf, openPage, type Tab } from './open-page.ts';

const app = '66a1bb000000000000000001';

function leavers(count: number): Buffer {
  const rows = Array.from({ length: count }, (_, at) => `user-${at + 1},${app}`);
  return Buffer.from(`external_id,app_ids\n${rows.join('\n')}\n`);
}

const isReady = (state: State): boolean => state.step === 'plan' && state.survey.is === 'ready';

async function toPlan(tab: Tab, server: Parameters<typeof keyOf>[0], file: Buffer): Promise<State> {
  await tab.send('POST', '/api/connection', keyOf(server));
  await tab.until(isStep('file'));
  const answer = await tab.send('PUT', '/api/file?name=leavers.csv', file);
  expect(answer.status).toBe(200);
  return tab.until(isReady);
}

test('the whole way: key, file, plan, the number of users, run, report, downloads', async () => {
  const server = await simulator();
  const page = await openPage();
  const tab = await page.tab();
  const ready = await toPlan(tab, server, leavers(20));
  expect(ready).toMatchObject({
    connection: { host: server.url, identity: expect.stringMatching(/^user pool /) },
    file: { name: 'leavers.csv' },
    beginning: { header: ['external_id', 'app_ids'], records: { length: 5 } },
    survey: { plan: { users: 20, calls: 20 }, refusal: null },
  });
  const refused = await tab.send('POST', '/api/start', { users: '19' });
  expect([refused.status, refused.json()]).toMatchObject([
    422,
    { message: 'Not confirmed: nothing was sent.' },
  ]);
  expect((await tab.send('POST', '/api/start', { users: '20' })).json().step).toBe('run');
  const report: ReportStep = await tab.until(isStep('report'));
  expect(report).toMatchObject({
    summary: { rows: { total: 20, succeeded: 20 } },
    stop: null,
    refusal: null,
  });
  const folder = path.join(page.runsFolder, report.run.run);
  expect(readCsvFile(folder, 'report.csv')).toHaveLength(20);
  const download = await tab.get(`/api/runs/${encodeURIComponent(report.run.run)}/files/report.csv`);
  expect(download.bytes).toEqual(readFileSync(path.join(folder, 'report.csv')));
  expect(readdirSync(folder)).toContain('run.log');
});
