import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { openAddress } from './browser.ts';
import { encode } from './input/encode.ts';
import { builtPage, openPage, runsIn } from './page/open-page.ts';
import { simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { app, apps, connected, drop, look, planOf, tabTo } from './ui-scene.ts';

const leavers = (count: number): string =>
  ['用户名,姓名,部门', ...Array.from({ length: count }, (_, at) => `zhang.wei.${at},张伟${at},销售部`)].join(
    '\r\n',
  );

test('from the address to the report by a keyboard alone, with a file of a Chinese Excel and apps chosen by name', async () => {
  const server = await simulator({ apps });
  const ui = await openPage({ pageFolder: builtPage });
  const { page, errors } = await openAddress(ui.address);
  const { keyboard } = page;
  const typeInto = async (label: string, text: string): Promise<void> => {
    await tabTo(page, page.getByLabel(label));
    await keyboard.press('Control+A');
    await keyboard.insertText(text);
  };
  await page.getByLabel('Address of GenAuth').waitFor();
  await typeInto('Address of GenAuth', server.url);
  await typeInto('Access key ID', server.accessKeyId);
  await typeInto('Access key secret', 'not the secret');
  await keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await look(page, '1-connection');
  await keyboard.press('Shift+Tab');
  await typeInto('Access key secret', server.accessKeySecret);
  await keyboard.press('Enter');
  await page.getByRole('heading', { name: 'The file of users' }).waitFor();
  await look(page, '2-file');
  // Listened to before, or the browser opens one of its own.
  const chosen = page.waitForEvent('filechooser');
  await tabTo(page, page.locator('#input-file'));
  await keyboard.press('Enter');
  const chooser = await chosen;
  const buffer = encode(leavers(20), 'gb18030');
  await chooser.setFiles({ name: '离职.csv', mimeType: 'text/csv', buffer });
  await page.getByLabel('Search for an app').waitFor();
  await typeInto('Search for an app', 'ji');
  await tabTo(page, page.getByLabel('Jira'));
  await keyboard.press('Space');
  await page.getByRole('heading', { name: 'What the file comes to' }).waitFor();
  await look(page, '3-plan');
  await typeInto('type the number of users', '21');
  await keyboard.press('Enter');
  await page.getByRole('alert').last().waitFor();
  expect(server.log).toEqual([]);
  await keyboard.press('Control+A');
  await keyboard.insertText('20');
  await keyboard.press('Enter');
  await page.locator('#verdict').waitFor();
  expect(await page.locator('#verdict').textContent()).toBe(
    'Yes, as far as GenAuth says: all 20 rows are signed out.',
  );
  await page.reload();
  const watch = page.getByRole('button', { name: 'Look again every 5 minutes' });
  await watch.waitFor();
  await tabTo(page, watch);
  await keyboard.press('Enter');
  await page.getByText('Waiting for the next look.').waitFor();
  await look(page, '6-look');
  await tabTo(page, page.getByRole('button', { name: 'Stop' }));
  await keyboard.press('Enter');
  await page.getByText('All 20 rows are signed out, and no session of theirs is alive.').waitFor();
  await look(page, '7-verified');
  expect(errors.filter((error) => !/status of 4(01|22)/.test(error))).toEqual([]);
});

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
  const phone = { viewport: { width: 360, height: 740 }, locale: 'zh-CN' } as const;
  const { page, errors } = await planOf(server, faulty, phone);
  await page.locator('#problems').waitFor();
  expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
  expect(await page.locator('#problems').textContent()).toContain('10');
  expect(await page.locator('.cause').first().textContent()).toMatch(
    /^2 行：user_id：[^A-Za-z]+ID。第 4, 12 行$/,
  );
  await page.getByRole('button', { name: '逐条显示' }).click();
  await page.getByText('<img src=x onerror').first().waitFor();
  await look(page, '3-faults');
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
  await look(page, '5-report-open');
  expect(await page.title()).toBe('登出用户');
  expect(errors).toEqual([]);
});

const usersOf = (count: number): string =>
  [
    'user_id,user_id_type,app_ids',
    ...Array.from({ length: count }, (_, at) => `u${at},username,${app}`),
  ].join('\n');

test('of two tabs that both press Start one run begins; it asks after its first users, is where it was after a reload, is stopped, and goes on', async () => {
  const server = await simulator({ apps, faults: { rate: { kind: 'bucket', perSecond: 5, burst: 5 } } });
  const { page, context, ui } = await planOf(server, usersOf(60));
  await page.locator('#canary').fill('2');
  await page.locator('#canary').blur();
  const second = await context.newPage();
  await second.goto(new URL('/', page.url()).href);
  const both = [page, second];
  for (const tab of both) await tab.getByLabel('type the number of users').fill('60');
  await Promise.all(both.map((tab) => tab.evaluate('document.querySelector("button.danger")?.click()')));
  await page.getByText('The first 2 users are done').waitFor();
  expect(runsIn(ui.runsFolder)).toHaveLength(1);
  await look(page, '4-canary');
  await second.getByRole('button', { name: 'Go on with the others' }).click();
  await page.getByText('of 60 calls have ended').waitFor();
  await page.reload();
  await page.getByText('of 60 calls have ended').waitFor();
  await look(page, '4-run');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.locator('#verdict').waitFor();
  expect(await page.locator('#verdict').textContent()).toMatch(
    /^Not all\. \d+ of 60 rows may still be signed in\.$/,
  );
  server.setFaults({});
  await second.getByRole('button', { name: 'Go on with the run' }).click();
  await page.getByText('Yes, as far as GenAuth says: all 60 rows are signed out.').waitFor();
  expect(new Set(server.log.map(({ userId }) => userId)).size).toBe(60);
  ui.stop();
  await page.getByText('The program was ended.').waitFor();
  expect(await page.locator('#verdict').textContent()).toMatch(/^Yes/);
});

test('of apps that are checked faster than the answers come none is lost', async () => {
  const { page, errors } = await planOf(await simulator({ apps }), leavers(3));
  await page.getByLabel('Jira').waitFor();
  const names = ['Jira', 'Wiki', 'Mail'];
  const boxes = await Promise.all(names.map((name) => page.getByLabel(name).elementHandle()));
  await page.evaluate((all) => {
    for (const box of all) (box as unknown as { click(): void } | null)?.click();
  }, boxes);
  await page.getByText('3 apps are chosen.').waitFor();
  await page.getByRole('cell', { name: 'Jira, Wiki, Mail' }).first().waitFor();
  await page.getByLabel('Wiki').uncheck();
  await page.getByRole('cell', { name: 'Jira, Mail' }).first().waitFor();
  expect(errors).toEqual([]);
});

test('what cannot be taken leaves the page as it is, and says why', async () => {
  const { page } = await connected(await simulator({ apps }));
  const folder = temporaryFolder();
  const [one, other] = ['a.csv', 'b.csv'].map((name) => path.join(folder, name)) as [string, string];
  writeFileSync(one, usersOf(1));
  writeFileSync(other, usersOf(1));
  const field = page.locator('.drop');
  await drop(page, field, [one, other]);
  await page.getByText('One file at a time: these were 2.').waitFor();
  await drop(page, field, [folder]);
  await page.getByText('cannot be read').waitFor();
  await page.getByRole('button', { name: 'Another connection' }).click();
  await page.getByLabel('Access key ID').fill('typed');
  // The browser would open it, in place of the page.
  await drop(page, page.locator('h1'), [one]);
  expect(await page.getByLabel('Access key ID').inputValue()).toBe('typed');
});
