import { writeFileSync } from 'node:fs';
import path from 'node:path';

import axe from 'axe-core';
import { expect, test } from 'vitest';

import { run } from '../src/index.ts';
import { openFile, useBrowser } from './browser.ts';
import { against, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

useBrowser();

interface Found {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

test('a run leaves a page that opens from the disk, asks for nothing, and says whether they are out', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const [input, out] = [path.join(folder, 'leavers.csv'), path.join(folder, 'out')];
  writeFileSync(input, 'user_id,app_ids\nu1,app-1\nu2,app-1\n');
  await run(input, against(server, { folder: out }));
  const { page, errors, requests } = await openFile(path.join(out, 'report.html'));
  expect(await page.locator('#verdict').textContent()).toBe(
    'Yes, as far as GenAuth says: all 2 rows are signed out.',
  );
  expect(errors).toEqual([]);
  expect(requests).toHaveLength(1);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<Found>('axe.run()');
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});
