import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { run } from '../src/index.ts';
import type { KickUsersDto } from '../src/genauth/kick-users.ts';
import { readCsvFile } from './read-report.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Some users do not exist, and some apps. */
const users = ['u1', 'u2', 'u3', 'deleted-1', 'u4', 'u5'];
const apps = ['app-1', 'app-2', 'app-3', 'bad-1', ...Array.from({ length: 60 }, (_, at) => `more-${at}`)];

/** Answers by user and apps alone, so that the order of the calls makes no difference. */
const client = {
  kickUsers({ userId, appIds }: KickUsersDto): Promise<object> {
    if (userId.startsWith('deleted')) return Promise.resolve(refusal(2004, 'No such user'));
    if (appIds.some((app) => app.startsWith('bad'))) return Promise.resolve(refusal(2011, 'No such app'));
    return Promise.resolve({ statusCode: 200, message: 'ok', data: { success: true } });
  },
};

function refusal(apiCode: number, message: string): object {
  return { statusCode: 404, apiCode, message };
}

async function reported(lines: readonly string[]): Promise<Map<string, object>> {
  const folder = path.join(temporaryFolder(), 'out');
  const input = path.join(path.dirname(folder), 'leavers.csv');
  writeFileSync(input, ['user_id,app_ids,key', ...lines].join('\n'));
  const { summary } = await run(input, { folder, client, pace: { concurrency: 1 } });
  const rows = readCsvFile(folder, 'report.csv');
  expect(summary?.rows.total).toBe(lines.length);
  expect(readFileSync(path.join(folder, 'calls.csv'), 'utf8').trimEnd().split('\n').length - 1).toBe(
    summary?.calls.planned,
  );
  return new Map(
    rows.map(({ key = '', user_id, app_ids, status, calls, failed_app_ids }) => [
      key,
      { user_id, app_ids, status, calls, failed_app_ids },
    ]),
  );
}

test('the report of a shuffled file is the shuffled report', async () => {
  const row = fc.record({
    user: fc.constantFrom(...users),
    asked: fc.uniqueArray(fc.constantFrom(...apps.slice(0, 4)), { minLength: 1, maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 2, maxLength: 12 }),
      fc.infiniteStream(fc.nat()),
      async (rows, at) => {
        const lines = rows.map(({ user, asked }, key) => `${user},${asked.join(';')},k${key}`);
        const keys = [...at.take(lines.length)];
        const shuffled = lines
          .map((line, place) => ({ line, key: keys[place] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ line }) => line);
        expect(await reported(shuffled)).toEqual(await reported(lines));
      },
    ),
    { numRuns: 10 },
  );
});
