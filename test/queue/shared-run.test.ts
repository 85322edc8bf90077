import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { run } from '../../src/index.ts';
import { openSharing, work } from '../../src/workflow/shared/index.ts';
import { leaversFile } from '../leavers-file.ts';
import { readCsvFile } from '../read-report.ts';
import { against, simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { startPostgres, type Postgres } from './postgres.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

test('a run is shared with workers that join it, and each row is accounted for as if one process had made it', async () => {
  const server = await simulator();
  const file = leaversFile(Array.from({ length: 600 }, (_, at) => `app-${at % 7}`));
  const folder = path.join(temporaryFolder(), 'shared');
  const sharing = await openSharing(postgres.url);
  const left = new AbortController();
  const { credentials, server: where } = against(server);
  const joined = work(postgres.url, {
    credentials,
    server: where,
    folder: temporaryFolder(),
    stopSignal: left.signal,
  });
  const { summary, exitCode } = await run(file, against(server, { folder, sharing }));
  left.abort();
  await joined;
  await sharing.close();
  expect([exitCode, summary?.ended, summary?.attempts]).toEqual([0, 'finished', server.log.length]);
  expect(server.log).toHaveLength(600);
  const idsOf = new Map(server.log.map(({ userId, requestId }) => [userId, requestId]));
  for (const { user_id: userId = '', status, request_ids: ids } of readCsvFile(folder, 'report.csv')) {
    expect([userId, status, ids]).toEqual([userId, 'succeeded', idsOf.get(userId)]);
  }
});
