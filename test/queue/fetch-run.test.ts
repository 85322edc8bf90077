import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import type { Query } from '../../src/queue/query.ts';
import { filesOf } from '../../src/queue/shared-files.ts';
import type { SharedRun } from '../../src/queue/shared-runs.ts';
import { createRunFolder } from '../../src/run-folder/run-folder.ts';
import { fetchRun } from '../../src/workflow/shared/fetch-run.ts';
import { openQueue, type Queue } from '../../src/workflow/shared/open-queue.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { putRun } from './lone-worker.ts';
import { startPostgres, type Postgres } from './postgres.ts';

let postgres: Postgres;
let queue: Queue;
beforeAll(async () => {
  postgres = await startPostgres();
  queue = await openQueue(postgres.url);
});
afterAll(async () => {
  await queue.close();
  await postgres.stop();
});

const namesOf = (shared: SharedRun): string[] => [...filesOf(shared.run), 'calls.csv', 'run.json'].sort();

/** As when it is killed at this statement. @returns when it is there, or has come to its end before. */
async function fetchUpTo(statement: number, shared: SharedRun, folder: string): Promise<void> {
  let count = 0;
  await new Promise<void>((resolve, reject) => {
    const query: Query = (text, values) => {
      if ((count += 1) < statement) return queue.query(text, values);
      resolve();
      return new Promise((_, fail) => onTestFinished(() => fail(new Error('the test has ended'))));
    };
    fetchRun({ ...queue, query }, shared, folder).then(() => resolve(), reject);
  });
}

test.each([1, 2, 4, 7, 10])(
  'when somebody was ended who brought a run into a folder, at its statement %i, the next one brings the rest',
  async (statement) => {
    const shared = await putRun(queue, `ended-${statement}`, 30);
    const folder = path.join(temporaryFolder(), shared.name);
    await fetchUpTo(statement, shared, folder);
    expect(existsSync(path.join(folder, 'run.json'))).toBe(false);
    await fetchRun(queue, shared, folder);
    const whole = readdirSync(folder).filter((name) => !name.endsWith('.partial'));
    expect(whole.sort()).toEqual(namesOf(shared));
  },
);

test('two that bring a run into one folder at once do not hinder each other', async () => {
  const shared = await putRun(queue, 'fetched-2', 30);
  const folder = path.join(temporaryFolder(), 'fetched');
  await createRunFolder(folder);
  const both = await Promise.all([1, 2].map(() => fetchRun(queue, shared, folder)));
  expect(both.map(({ createdAt }) => createdAt)).toEqual([shared.run.createdAt, shared.run.createdAt]);
  expect(readdirSync(folder).sort()).toEqual(namesOf(shared));
});

test("somebody's own file in the place of one of the run's stays, and is named", async () => {
  const shared = await putRun(queue, 'fetched-3', 30);
  const folder = path.join(temporaryFolder(), 'fetched');
  await createRunFolder(folder);
  const file = path.join(folder, 'calls.csv');
  writeFileSync(file, 'my own');
  await expect(fetchRun(queue, shared, folder)).rejects.toThrow(`${file} is none of this run's`);
  expect(readFileSync(file, 'utf8')).toBe('my own');
});
