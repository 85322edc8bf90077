import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { run } from '../src/index.ts';
import { barriersIn, openAddress, openFile } from './browser.ts';
import { kinds, runOf } from './kinds-of-runs.ts';
import { against, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

const shown = (page: Page): Promise<string[]> => page.locator('tr.row td.column-user code').allTextContents();

test.each(Object.entries(kinds))('the page of a run that is %s says so first', async (name, kind) => {
  const out = await runOf(kind, temporaryFolder());
  const { page, errors, requests } = await openFile(path.join(out, 'report.html'));
  expect(await page.locator('#verdict').textContent()).toBe(kind.verdict);
  expect(errors).toEqual([]);
  expect(requests).toHaveLength(1);
  if (name !== 'killed' && name !== 'survived') return;
  if (name === 'survived') await page.getByRole('button', { name: 'survived' }).click();
  expect(await page.locator('.command').allTextContents()).toContainEqual(
    expect.stringMatching(name === 'survived' ? / verify .*--rekick$/ : / resume /),
  );
});

/** Some that failed, one that GenAuth does not know, and names beside them. */
async function leavers(count: number, row: (at: number) => string): Promise<string> {
  const server = await simulator();
  const folder = temporaryFolder();
  const [input, out] = [path.join(folder, 'leavers.csv'), path.join(folder, 'out')];
  const rows = Array.from({ length: count }, (_, at) => row(at));
  writeFileSync(input, ['user_id,app_ids,Name', ...rows].join('\n'));
  await run(input, against(server, { folder: out, plan: { skipInvalid: true, lookUp: false } }));
  return path.join(out, 'report.html');
}

test('rows that need a look come first, and filters and the search stay in the address', async () => {
  const file = await leavers(230, (at) =>
    at < 3 ? `deleted-${at},app-1,Ada` : `u${at},${at < 10 ? 'no-such-app' : 'app-1'},Bob-${at}`,
  );
  const { page } = await openFile(file);
  expect((await shown(page)).slice(0, 8)).toEqual(['u3', 'u4', 'u5', 'u6', 'u7', 'u8', 'u9', 'deleted-0']);
  await page.getByRole('button', { name: 'no such user' }).click();
  expect(await shown(page)).toEqual(['deleted-0', 'deleted-1', 'deleted-2']);
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.getByLabel('Search').fill('BOB-22');
  expect(await shown(page)).toEqual(['u22', ...Array.from({ length: 10 }, (_, at) => `u22${at}`)]);
  await page.reload();
  expect(await page.getByLabel('Search').inputValue()).toBe('BOB-22');
  expect(await shown(page)).toHaveLength(11);
  await page.getByLabel('Search').fill('');
  await page.getByRole('button', { name: 'all 230' }).click();
  await expect.poll(() => shown(page)).toHaveLength(200);
  await page.getByRole('button', { name: 'Show 30 more' }).click();
  expect(await shown(page)).toHaveLength(230);
});

test('nobody is kept out: by eyes, by language, by a keyboard alone', async () => {
  const file = await leavers(5, (at) => (at < 3 ? `deleted-${at},app-1,Ada` : `u${at},no-such-app,Bob`));
  for (const [colorScheme, locale] of [
    ['light', 'en-US'],
    ['dark', 'zh-CN'],
  ] as const) {
    const { page } = await openFile(file, { colorScheme, locale });
    expect(await page.getAttribute('html', 'lang')).toBe(locale === 'en-US' ? 'en' : 'zh-CN');
    await page.locator('tr.row button').first().click();
    expect(await barriersIn(page)).toEqual([]);
    await page.getByRole('button', { name: locale === 'en-US' ? '中文' : 'English' }).click();
    expect(await page.getAttribute('html', 'lang')).toBe(locale === 'en-US' ? 'zh-CN' : 'en');
  }
  const { page } = await openFile(file);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.type('deleted-1');
  expect(await shown(page)).toEqual(['deleted-1']);
  for (let at = 0; at < 12; at += 1) {
    await page.keyboard.press('Tab');
    if ((await page.locator(':focus').getAttribute('aria-expanded')) !== null) break;
  }
  await page.keyboard.press('Enter');
  expect(await page.locator('tr.details').textContent()).toContain('request IDs');
});

const hostile = [
  '<script>document.title="owned"</script>',
  '</script><script>document.title="owned"</script>',
  '<img src=x onerror=document.title="owned">',
  '"><svg onload=document.title="owned">',
  "' onmouseover=document.title='owned' x='",
  'javascript:document.title="owned"',
  '<!--<script>',
  ']]><style>*{display:none}</style>',
  '{{constructor.constructor("document.title=1")()}}',
  '\u202Egnp.exe\u202C\u0085 x',
];

test('what stands in cells, in names of apps and in GenAuth’s words runs nothing, and is shown', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const [input, out] = [path.join(folder, '<b>leavers.csv'), path.join(folder, 'out')];
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const rows = hostile.map((text, at) => `u${at},${quoted(text.replaceAll(/[;|,\s]/g, ''))},${quoted(text)}`);
  writeFileSync(input, [`user_id,app_ids,${quoted(hostile[0] ?? '')}`, ...rows].join('\n'));
  const given = against(server, { folder: out, plan: { skipInvalid: true } });
  const message = hostile.join(' ');
  let calls = 0;
  await run(input, {
    folder: out,
    plan: given.plan,
    client: {
      kickUsers: () => {
        const requestId = `${hostile[1]}${(calls += 1)}`;
        return Promise.resolve({ statusCode: 400, apiCode: 2120008, message, requestId });
      },
    },
  });
  const file = path.join(out, 'report.html');
  for (const javaScriptEnabled of [true, false]) {
    const { page, errors, requests } = await openFile(file, { javaScriptEnabled }, '#state=all');
    const title = await page.title();
    expect(title).toBe('Report on <b>leavers.csv');
    expect(errors).toEqual([]);
    expect(requests).toHaveLength(1);
    const text = (await page.locator('body').textContent()) ?? '';
    expect(text).toContain(hostile[2]);
    expect(text).toContain(String.raw`\u{202e}gnp.exe`);
    expect(text).not.toMatch(/[\u202A-\u202E\u0085]/);
    expect(await page.locator('#page :is(img, script, style, b)').count()).toBe(0);
  }
  const policy = /content="(default-src[^"]*)"/.exec(readFileSync(file, 'utf8'))?.[1];
  expect(policy).toMatch(
    /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; base-uri/,
  );
  expect(policy).not.toContain('unsafe-');
});

test('without JavaScript, or of a damaged file, the verdict and the first rows can be read', async () => {
  const file = await leavers(60, (at) => `u${at},${at % 2 === 0 ? 'no-such-app' : 'app-1'},Bob`);
  const { page } = await openFile(file, { javaScriptEnabled: false });
  expect(await page.locator('.verdict-text').allTextContents()).toEqual([
    'Not all. 30 of 60 rows may still be signed in.',
    '没有全部登出。60 行中有 30 行可能仍处于登录状态。',
  ]);
  expect(await page.locator('table.rows tbody tr').count()).toBe(50);
  expect(await page.locator('table.rows tbody tr').first().textContent()).toContain('u0');
  const damaged = path.join(path.dirname(file), 'damaged.html');
  writeFileSync(damaged, readFileSync(file, 'utf8').replace(/(id="data">.{100})[^<]*/, '$1'));
  const { page: rest } = await openAddress(`file://${damaged}`, { offline: true });
  await rest.getByText('could not be unpacked').waitFor();
  expect(await rest.locator('table.rows tbody tr').count()).toBe(50);
});

/** Words of the rows' header that are drawn. */
const seenOfHeader = `[...document.querySelectorAll('table.rows th')]
  .filter((th) => {
    th.scrollIntoView({ block: 'center' });
    const { x, y, width, height } = th.getBoundingClientRect();
    return th.contains(document.elementFromPoint(x + width / 2, y + height / 2));
  })
  .map((th) => th.textContent)`;

test('a narrow screen needs no scrolling sideways, and paper has no buttons', async () => {
  const file = await leavers(
    30,
    (at) => `user-with-a-very-long-name-of-its-own-${at}@sub.example.com,no-app,Bob`,
  );
  const { page } = await openFile(file, { viewport: { width: 320, height: 640 } });
  await page.locator('tr.row button').first().click();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  // Each cell says itself what it is.
  expect(await page.evaluate(seenOfHeader)).toEqual([]);
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 794, height: 1123 });
  expect(await page.getByLabel('Search').isVisible()).toBe(false);
  expect(await page.locator('tr.row').last().isVisible()).toBe(true);
  const pdf = await page.pdf({ format: 'A4' });
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
});
