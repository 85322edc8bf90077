import { mkdirSync } from 'node:fs';
import path from 'node:path';

import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { openAddress, useBrowser } from './browser.ts';
import { encode } from './input/encode.ts';
import { builtPage, openPage } from './page/open-page.ts';
import { simulator } from './start-simulator.ts';

useBrowser();

const apps = [
  'Jira=65f0aa00000000000000000a',
  'Wiki=65f0aa00000000000000000b',
  'Mail=65f0aa00000000000000000c',
];

interface Found {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** Where the pictures of the steps are wanted; else nowhere. */
const shots = process.env['SHOTS'];

/** What nobody may be kept out by, and a picture. */
async function look(page: Page, name: string): Promise<void> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<Found>('axe.run()');
  expect(violations.map(({ id, nodes }) => [name, id, nodes.map(({ html }) => html)])).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  if (shots === undefined) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });
}

const leavers = (count: number): string =>
  ['用户名,姓名,部门', ...Array.from({ length: count }, (_, at) => `zhang.wei.${at},张伟${at},销售部`)].join(
    '\r\n',
  );

test('from the address to the report, with a file of a Chinese Excel and apps chosen by name', async () => {
  const server = await simulator({ apps });
  const ui = await openPage({ pageFolder: builtPage });
  const { page, errors } = await openAddress(ui.address);
  await page.getByLabel('Address of GenAuth').fill(server.url);
  await page.getByLabel('Access key ID').fill(server.accessKeyId);
  await page.getByLabel('Access key secret').fill('not the secret');
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.getByRole('alert').waitFor();
  await look(page, '1-connection-refused');
  await page.getByLabel('Access key secret').fill(server.accessKeySecret);
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.getByRole('heading', { name: 'The file of users' }).waitFor();
  await look(page, '2-file');
  await page
    .locator('#input-file')
    .setInputFiles({ name: '离职.csv', mimeType: 'text/csv', buffer: encode(leavers(20), 'gb18030') });
  await page.getByLabel('Search for an app').fill('ji');
  await page.getByLabel('Jira').check();
  await page.getByRole('heading', { name: 'What the file comes to' }).waitFor();
  await look(page, '3-plan');
  await page.getByLabel('type the number of users').fill('21');
  await page.getByRole('button', { name: 'Sign them out now' }).click();
  await page.getByRole('alert').last().waitFor();
  expect(server.log).toEqual([]);
  await page.getByLabel('type the number of users').fill('20');
  await page.getByRole('button', { name: 'Sign them out now' }).click();
  await page.locator('#verdict').waitFor();
  expect(await page.locator('#verdict').textContent()).toBe(
    'Yes, as far as GenAuth says: all 20 rows are signed out.',
  );
  await look(page, '5-report');
  await page.reload();
  await page.locator('#verdict').waitFor();
  await page.getByRole('button', { name: 'Look whether the sessions are gone' }).click();
  await page.getByText('All 20 rows are signed out, and no session of theirs is alive.').waitFor();
  await look(page, '6-verified');
  expect(errors.filter((error) => !/status of 4(01|22)/.test(error))).toEqual([]);
});
