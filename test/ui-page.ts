import { mkdirSync } from 'node:fs';
import path from 'node:path';

import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';

import type { Simulator } from '../src/simulator/simulator.ts';
import { barriersIn, openAddress, type Opened } from './browser.ts';
import { encode } from './input/encode.ts';
import { builtPage, openPage, type OpenPage } from './page/open-page.ts';
import { credentialsOf, simulator } from './start-simulator.ts';

const apps = [
  'Jira=65f0aa00000000000000000a',
  'Wiki=65f0aa00000000000000000b',
  'Mail=65f0aa00000000000000000c',
];

/** Where the pictures of the steps are wanted; else nowhere. */
const shots = process.env['SHOTS'];

/** What nobody may be kept out by, and a picture. */
async function look(page: Page, name: string): Promise<void> {
  expect([name, await barriersIn(page)]).toEqual([name, []]);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  if (shots === undefined) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });
}

/** Connects, and gives a file. @param environment of the terminal. */
async function planOf(
  server: Simulator,
  content: Buffer,
  options: BrowserContextOptions = {},
): Promise<Opened & { readonly ui: OpenPage }> {
  const ui = await openPage({ pageFolder: builtPage, environment: credentialsOf(server) });
  const opened = await openAddress(ui.address, options);
  const { page } = opened;
  await page.locator('button[type=submit]').click();
  await page
    .locator('#input-file')
    .setInputFiles({ name: 'leavers.csv', mimeType: 'text/csv', buffer: content });
  await page.locator('#plan-file').waitFor();
  return { ...opened, ui };
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
  await look(page, '1-connection');
  await page.getByLabel('Access key secret').fill(server.accessKeySecret);
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.getByRole('heading', { name: 'The file of users' }).waitFor();
  await page
    .locator('#input-file')
    .setInputFiles({ name: '离职.csv', mimeType: 'text/csv', buffer: encode(leavers(20), 'gb18030') });
  await page.getByLabel('Search for an app').fill('ji');
  await page.getByLabel('Jira').check();
  await page.getByRole('heading', { name: 'What the file comes to' }).waitFor();
  await look(page, '2-plan');
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
  await page.reload();
  await page.locator('#verdict').waitFor();
  await page.getByRole('button', { name: 'Look whether the sessions are gone' }).click();
  await page.getByText('All 20 rows are signed out, and no session of theirs is alive.').waitFor();
  await look(page, '5-verified');
  expect(errors.filter((error) => !/status of 4(01|22)/.test(error))).toEqual([]);
});

const app = '65f0aa00000000000000000a';

/** What people send: a row of each kind, and names that would run if they could. */
const faulty = [
  'user_id,user_id_type,app_ids,\u202EName',
  `1.38E+10,phone,${app},Ada`,
  `N/A,username,${app},Ada`,
  `65f1b2c30000000000000001 65f1b2c30000000000000002,user_id,${app},Ada`,
  `"ada@example.com
",phone,${app},Ada`,
  `Total: 9,username,${app},Ada`,
  `ad?@exa??le.com,email,${app},Ada`,
  `#REF!,username,${app},Ada`,
  `ada,nothing,${app},Ada`,
  `ada,username,,Ada`,
  `<img src=x onerror=document.title=1>,email,${app},"<script>document.title=1</script>"`,
  `good-1,username,${app},\u202Egnp`,
  `good-2,username,${app},<b>bold</b>`,
].join('\n');

test('a file with ten kinds of faults says what to do about each, on a phone, in the dark and in Chinese', async () => {
  const server = await simulator({ apps });
  const phone = { viewport: { width: 360, height: 740 }, colorScheme: 'dark', locale: 'zh-CN' } as const;
  const { page, errors } = await planOf(server, Buffer.from(faulty), phone);
  await page.locator('#problems').waitFor();
  expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
  expect(await page.locator('#problems').textContent()).toContain('10');
  await page.getByRole('button', { name: '逐条显示' }).click();
  await page.getByText('<img src=x onerror').first().waitFor();
  await look(page, '3-faults-phone');
  const text = (await page.locator('body').textContent()) ?? '';
  expect(text).toContain(String.raw`\u{202e}Name`);
  expect(text).not.toContain('\u202E');
  expect(await page.locator('#users').count()).toBe(0);
  const skipping = page.getByLabel('不含无效的行继续');
  await skipping.check();
  await page.locator('#users').waitFor();
  await skipping.uncheck();
  await page.locator('#users').waitFor({ state: 'detached' });
  await skipping.check();
  await page.locator('#users').fill('2');
  await page.getByRole('button', { name: '现在登出' }).click();
  await page.locator('#verdict').waitFor();
  expect(await page.locator('#verdict').textContent()).toBe(
    '没有全部登出。11 行中有 9 行可能仍处于登录状态。',
  );
  expect(await page.title()).toBe('登出用户');
  expect(errors).toEqual([]);
});

test('a run asks after its first users, is seen in a second tab and after a reload, is stopped, and goes on', async () => {
  const server = await simulator({ apps, faults: { rate: { kind: 'bucket', perSecond: 20, burst: 5 } } });
  const users = Array.from({ length: 60 }, (_, at) => `u${at},username,${app}`);
  const { page, context } = await planOf(
    server,
    Buffer.from(['user_id,user_id_type,app_ids', ...users].join('\n')),
  );
  await page.locator('#canary').fill('2');
  await page.locator('#canary').blur();
  await page.getByLabel('type the number of users').fill('60');
  await page.getByRole('button', { name: 'Sign them out now' }).click();
  await page.getByText('The first 2 users are done').waitFor();
  const second = await context.newPage();
  await second.goto(new URL('/', page.url()).href);
  await second.getByRole('button', { name: 'Go on with the others' }).click();
  await page.getByText('of 60 calls have ended').waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.locator('#verdict').waitFor();
  expect(await page.locator('#verdict').textContent()).toMatch(
    /^Not all\. \d+ of 60 rows may still be signed in\.$/,
  );
  await second.getByRole('button', { name: 'Go on with the run' }).click();
  await page.getByText('Yes, as far as GenAuth says: all 60 rows are signed out.').waitFor();
  expect(new Set(server.log.map(({ userId }) => userId)).size).toBe(60);
});
