import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { resume, run } from '../src/index.ts';
import { readCsvFile } from './read-report.ts';
import { against, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

function writeInput(folder: string, rows: readonly (readonly [string, readonly string[]])[]): string {
  const file = path.join(folder, 'leavers.csv');
  writeFileSync(
    file,
    ['user_id,app_ids', ...rows.map(([user, apps]) => `${user},${apps.join(';')}`)].join('\n'),
  );
  return file;
}

const goodApps = Array.from({ length: 49 }, (_, index) => `app-${index}`);

test.each([0, 1, 24, 25, 37, 49])(
  '200 users with the same 50 apps, of which the one in place %i does not exist: 49 sessions each end',
  async (place) => {
    const server = await simulator({ faults: { latencyMs: 5 } });
    const folder = temporaryFolder();
    const apps = goodApps.toSpliced(place, 0, 'unknown-app');
    const users = Array.from({ length: 200 }, (_, index) => `user-${index}`);
    const out = path.join(folder, 'run');
    const outcome = await run(
      writeInput(
        folder,
        users.map((user) => [user, apps]),
      ),
      { folder: out, ...against(server) },
    );

    expect(outcome.exitCode).toBe(3);
    for (const user of users) {
      expect(goodApps.filter((app) => server.sessions('user_id', user, app))).toEqual([]);
    }
    // One looks for the bad app; of the others those that were in flight are refused once and sent once more.
    const attempts = users.map((user) => server.log.filter(({ userId }) => userId === user).length);
    const [searcher = 0, ...others] = attempts.toSorted((a, b) => b - a);
    expect(searcher).toBeLessThanOrEqual(15);
    expect(others[0]).toBeLessThanOrEqual(2);

    const rows = readCsvFile(out, 'report.csv');
    expect(new Set(rows.map((row) => row['status']))).toEqual(new Set(['partial']));
    expect(new Set(rows.map((row) => row['failed_app_ids']))).toEqual(new Set(['unknown-app']));
    for (const row of rows) {
      const given = server.log
        .filter((record) => record.userId === row['user_id'])
        .map((record) => record.requestId);
      expect(new Set(row['request_ids']?.split(';'))).toEqual(new Set(given));
    }
    expect(readCsvFile(out, 'retry.csv').map((row) => row['app_ids'])).toEqual(
      users.map(() => 'unknown-app'),
    );
  },
);

test('several bad apps among 50 are all found, and the good ones are signed out', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const bad = ['unknown-1', 'unknown-2', 'unknown-3'];
  const apps = goodApps
    .slice(0, 47)
    .toSpliced(5, 0, bad[0] ?? '')
    .toSpliced(20, 0, bad[1] ?? '')
    .toSpliced(49, 0, bad[2] ?? '');
  const out = path.join(folder, 'run');
  await run(
    writeInput(folder, [
      ['u1', apps],
      ['u2', apps],
      ['u3', bad],
    ]),
    { folder: out, ...against(server) },
  );
  for (const user of ['u1', 'u2'])
    expect(goodApps.slice(0, 47).filter((app) => server.sessions('user_id', user, app))).toEqual([]);
  const rows = readCsvFile(out, 'report.csv');
  expect(rows.map((row) => [row['status'], row['failed_app_ids']])).toEqual([
    ['partial', bad.join(';')],
    ['partial', bad.join(';')],
    ['failed', bad.join(';')],
  ]);
});

test('rows that share a call each get the fate, and the request IDs, of their own apps', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const out = path.join(folder, 'run');
  const rows = ['a', 'unknown-app', 'b', 'c'].map((app) => ['u1', [app]] as const);
  await run(writeInput(folder, rows), { folder: out, ...against(server) });
  const report = readCsvFile(out, 'report.csv');
  expect(report.map((row) => [row['status'], row['failed_app_ids']])).toEqual([
    ['succeeded', ''],
    ['failed', 'unknown-app'],
    ['succeeded', ''],
    ['succeeded', ''],
  ]);
  expect(report[1]?.['api_code']).toBe('2011');
  for (const [index, row] of report.entries()) {
    const app = rows[index]?.[1][0] ?? '';
    const given = server.log
      .filter((record) => record.appIds.includes(app))
      .map((record) => record.requestId);
    expect(row['request_ids']).toBe(given.join(';'));
  }
});

test('resume --retry-failed asks again only for the apps that are still open', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const out = path.join(folder, 'run');
  await run(writeInput(folder, [['u1', ['a', 'unknown-app', 'b']]]), { folder: out, ...against(server) });
  const before = server.log.length;
  const { credentials } = against(server);
  await resume(out, { credentials });
  expect(server.log).toHaveLength(before);
  await resume(out, { credentials, retryFailed: true });
  expect(server.log.slice(before).map((record) => record.appIds)).toEqual([['unknown-app']]);
  expect(readCsvFile(out, 'report.csv')[0]).toMatchObject({
    status: 'partial',
    failed_app_ids: 'unknown-app',
  });
});

test('an app found not to exist is left out from the first call on when the run is resumed', async () => {
  const server = await simulator({ faults: { latencyMs: 5 } });
  const folder = temporaryFolder();
  const out = path.join(folder, 'run');
  const apps = [...goodApps, 'unknown-app'];
  const stop = new AbortController();
  const input = writeInput(
    folder,
    Array.from({ length: 100 }, (_, index) => [`user-${index}`, apps] as const),
  );
  const { credentials, ...rest } = against(server, { folder: out, pace: { concurrency: 2 } });
  const stopped = await run(input, {
    ...rest,
    credentials,
    stopSignal: stop.signal,
    onEvent: (event) => {
      if (event.type === 'attempt' && event.call.seq === 30) stop.abort();
    },
  });
  expect(stopped.exitCode).toBe(130);
  const before = server.log.length;
  const resumed = await resume(out, { credentials });
  expect(resumed.summary?.rows).toMatchObject({ partial: 100 });
  expect(server.log.slice(before).filter((record) => record.appIds.includes('unknown-app'))).toEqual([]);
});

test('a row whose app may have been signed out is unknown, whatever became of the other rows of its call', async () => {
  const folder = temporaryFolder();
  const out = path.join(folder, 'run');
  const rows = ['a', 'b', 'unknown-app'].map((app) => ['u1', [app]] as const);
  const client = {
    kickUsers({ appIds }: { appIds: string[] }) {
      if (appIds.includes('unknown-app'))
        return Promise.resolve({ statusCode: 404, apiCode: 2011, message: 'App not found' });
      if (appIds.length === 1 && appIds[0] === 'a')
        return Promise.resolve({ statusCode: 200, data: { success: true } });
      if (appIds.length > 1)
        return Promise.resolve({ statusCode: 404, apiCode: 2011, message: 'App not found' });
      return Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    },
  };
  await run(writeInput(folder, rows), { folder: out, client, pace: { retries: 1 } });
  expect(readCsvFile(out, 'report.csv').map((row) => row['status'])).toEqual([
    'succeeded',
    'unknown',
    'not_attempted',
  ]);
});
