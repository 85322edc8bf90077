import { mkdirSync } from 'node:fs';
import path from 'node:path';

import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

import type { Simulator } from '../src/simulator/simulator.ts';
import { barriersIn, openAddress, type Opened } from './browser.ts';
import { builtPage, openPage, type OpenPage } from './page/open-page.ts';
import { credentialsOf } from './start-simulator.ts';

/** Apps of a tenant, by name. */
export const apps = [
  'Jira=65f0aa00000000000000000a',
  'Wiki=65f0aa00000000000000000b',
  'Mail=65f0aa00000000000000000c',
];
export const app = '65f0aa00000000000000000a';

/** Where the pictures of the steps are wanted; else nowhere. */
const shots = process.env['SHOTS'];

/** What nobody may be kept out by, in light and dark and on a phone, and pictures. */
export async function look(page: Page, name: string): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 1280, height: 720 };
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // Only colours are others in the dark.
    const rules = colorScheme === 'light' ? undefined : ['color-contrast'];
    expect([name, colorScheme, await barriersIn(page, rules)]).toEqual([name, colorScheme, []]);
    await shoot(page, `${name}-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize({ width: 360, height: 740 });
  const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  expect([name, over]).toEqual([name, 0]);
  await shoot(page, `${name}-phone`);
  await page.setViewportSize({ width, height });
}

async function shoot(page: Page, name: string): Promise<void> {
  if (shots === undefined) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });
}

/** Opens the page with the key in the terminal, and connects. */
export async function connected(
  server: Simulator,
  options: BrowserContextOptions = {},
): Promise<Opened & { readonly ui: OpenPage }> {
  const ui = await openPage({ pageFolder: builtPage, environment: credentialsOf(server) });
  const opened = await openAddress(ui.address, options);
  await opened.page.locator('button[type=submit]').click();
  await opened.page.locator('#input-file').waitFor();
  return { ...opened, ui };
}

/** The same, and gives a file. */
export async function planOf(
  server: Simulator,
  content: string,
  options: BrowserContextOptions = {},
): Promise<Opened & { readonly ui: OpenPage }> {
  const opened = await connected(server, options);
  const { page } = opened;
  await page
    .locator('#input-file')
    .setInputFiles({ name: 'leavers.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
  await page.locator('#plan-file').waitFor();
  return opened;
}

/** Files that are dropped as somebody would who drags them there from a folder. @param files their paths. */
export async function drop(page: Page, on: Locator, files: readonly string[]): Promise<void> {
  const box = await on.boundingBox();
  if (box === null) throw new Error('it cannot be seen');
  const session = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  }
  await session.detach();
}

/** Presses Tab until the focus is there, and no mouse is needed. */
export async function tabTo(page: Page, what: Locator): Promise<void> {
  for (let at = 0; at < 60; at += 1) {
    await page.keyboard.press('Tab');
    if (await what.evaluate((element) => element === element.ownerDocument.activeElement)) return;
  }
  throw new Error('a keyboard alone does not lead there');
}
