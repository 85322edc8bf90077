import { open, readFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { createJournalIndex } from '../../src/journal/journal-index.ts';
import { createPage } from '../../src/page/document/create-page.ts';
import type { ReportData } from '../../src/page/report/data.ts';
import { createCauses } from '../../src/report/causes.ts';
import type { SettledRow } from '../../src/report/report-tables.ts';
import { rowStatuses } from '../../src/report/row-status.ts';
import { summarize } from '../../src/report/summarize.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const rowCount = 40_000;
const further = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const apps = ['65f0aa00000000000000000a', '65f0aa00000000000000000b'];

/** Every fourth is refused. Its IDs are as random as those of a real one. */
function rowAt(at: number): SettledRow {
  const isRefused = at % 4 === 0;
  const userId = randomUUID().replaceAll('-', '').slice(0, 24);
  const cells = [userId, apps.join(';'), `Person ${at}`, `person.${at}@example.com`];
  return [
    {
      valid: true,
      line: at + 2,
      cells,
      userId,
      userIdType: 'user_id',
      appIds: apps,
      warnings: [],
      writtenUserId: undefined,
    },
    {
      status: isRefused ? 'failed' : 'succeeded',
      isOpen: false,
      calls: 1,
      callsSucceeded: isRefused ? 0 : 1,
      attempts: 1,
      requestIds: [randomUUID()],
      statusCode: isRefused ? 403 : 200,
      apiCode: undefined,
      errorCode: undefined,
      isUnanswered: false,
      isLeftOut: false,
      message: isRefused ? 'No right to do this' : '',
      failedAppIds: isRefused ? apps : [],
      startedAt: 1_800_000_000_000 + at,
      finishedAt: 1_800_000_000_100 + at,
    },
  ];
}

test('of many rows the page holds the first that need a look, says so, and stays below 1 MB', async () => {
  const page = createPage({
    version: '0',
    run: {
      folder: 'run',
      input: { name: 'all.csv', sha256: '0' },
      users: rowCount,
      host: null,
      userPoolId: null,
      createdAt: '2026-01-01T00:00:00.000Z',
      createdBy: { user: 'somebody', machine: 'here' },
      pinned: [],
      commands: { resume: '', verify: '' },
    },
    columns: {
      names: ['user_id', 'app_ids', 'Name', 'Mail', ...further],
      userId: 0,
      userIdType: undefined,
      appIds: 1,
    },
    rowCount,
    appName: () => '',
  });
  for (let at = 0; at < rowCount; at += 1) page.add([rowAt(at)]);
  const counts = Object.fromEntries(rowStatuses.map((status) => [status, 0]));
  const rows = {
    ...counts,
    total: rowCount,
    succeeded: 30_000,
    failed: 10_000,
  } as ReportData['numbers']['rows'];
  const index = createJournalIndex(0);
  const summary = summarize(
    {
      input: { name: 'all.csv', sha256: '0' },
      host: undefined,
      rows,
      causes: createCauses().list(),
      flags: { retry: [], invalid: [] },
      verification: null,
      lookedUp: null,
    },
    { planned: 0, succeeded: 0, partial: 0, failed: 0, unknown: 0, not_attempted: 0 },
    index,
  );
  const file = path.join(temporaryFolder(), 'report.html');
  const handle = await open(file, 'w');
  await page.write(handle, summary, index.timeline());
  await handle.close();
  const text = await readFile(file, 'utf8');
  expect(text.length).toBeLessThan(1_000_000);
  const packed = /id="data">([^<]*)</.exec(text)?.[1] ?? '';
  const data = JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString()) as ReportData;
  expect(data.rows).toHaveLength(5000);
  expect(data.rows.map(([line]) => line)).toEqual(Array.from({ length: 5000 }, (_, at) => 4 * at + 2));
  expect(data.others).toEqual(['Name', 'Mail', ...further.slice(0, 6)]);
  expect(data.states).toMatchObject({ failed: 10_000, said: 30_000 });
});
