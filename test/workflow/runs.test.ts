import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { run } from '../../src/index.ts';
import { findRuns } from '../../src/workflow/runs.ts';
import { against, simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('runs are found from the newest to the oldest, whatever their folders are called', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const input = path.join(folder, 'a.csv');
  writeFileSync(input, 'external_id,app_ids\nu-1,a\n');
  for (const name of ['b', 'c', 'a']) await run(input, against(server, { folder: path.join(folder, name) }));
  const found = await findRuns(folder);
  expect(found.map(({ name }) => name)).toEqual(['a', 'c', 'b']);
  expect(found.map(({ summary }) => summary?.ended)).toEqual(Array.from({ length: 3 }, () => 'finished'));
});
