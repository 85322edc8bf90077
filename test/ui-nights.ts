import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';

import { faultSets } from '../src/simulator/faults.ts';
import { openAddress } from './browser.ts';
import { builtPage, openPage, runsIn } from './page/open-page.ts';
import { readCsvFile } from './read-report.ts';
import { credentialsOf, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { app, apps, connected, drop, look } from './ui-scene.ts';

async function downloaded(page: Page, name: string): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name, exact: true }).click(),
  ]);
  expect(await download.failure()).toBeNull();
  return readFileSync(await download.path());
}

test('a bad night, the whole way: a file that is dropped, apps, the board left out, the run, what came of it, downloads, sessions', async () => {
  // But for its outage, which takes five seconds there.
  const outage = { afterMs: 100, forMs: 500, as: 'reset' } as const;
  const server = await simulator({ apps, faults: { ...faultSets['bad-night'], outage } });
  const { page, ui, errors } = await connected(server);
  const folder = temporaryFolder();
  const [leavers, board] = ['leavers.csv', 'board.txt'].map((name) => path.join(folder, name)) as [
    string,
    string,
  ];
  const users = Array.from({ length: 30 }, (_, at) => `user-${at}`);
  writeFileSync(leavers, `username,Name\n${users.map((user) => `${user},Ada`).join('\n')}\n`);
  writeFileSync(board, 'user-3\nsomebody-else\n');
  await drop(page, page.locator('.drop'), [leavers]);
  await page.getByLabel('Search for an app').fill('WI');
  await page.getByLabel('Wiki').check();
  await page.locator('#protect').setInputFiles(board);
  await page.getByText('1 row of users on it is left out').waitFor();
  expect(await page.locator('#guards ~ ul').textContent()).toContain('line 5: username user-3');
  await page.getByLabel('type the number of users').fill('29');
  await page.getByRole('button', { name: 'Sign them out now' }).click();
  await page.getByText('of 29 calls have ended').waitFor();
  await page.locator('#verdict').waitFor();
  await look(page, '5-report');
  const [run = ''] = runsIn(ui.runsFolder);
  const rows = readCsvFile(path.join(ui.runsFolder, run), 'report.csv');
  const kicked = new Set(server.log.filter((each) => each.kicked).map(({ userId }) => userId));
  const said = rows.filter(({ status }) => status === 'succeeded').map((row) => row['user_id'] ?? '');
  expect([rows.length, said.length > 20]).toEqual([30, true]);
  expect(said.filter((user) => !kicked.has(user))).toEqual([]);
  expect(kicked.has('user-3')).toBe(false);
  const verdict = (await page.locator('#verdict').textContent()) ?? '';
  expect(verdict).toMatch(said.length === 29 ? /^Yes, as far as GenAuth says/ : /^Not all\./);
  expect(await downloaded(page, 'report.csv')).toEqual(
    readFileSync(path.join(ui.runsFolder, run, 'report.csv')),
  );
  expect((await downloaded(page, 'the whole folder')).subarray(0, 2).toString()).toBe('PK');
  await page.getByRole('button', { name: 'Look whether the sessions are gone' }).click();
  await page.getByRole('link', { name: 'verification.csv' }).waitFor();
  const looked = (await downloaded(page, 'verification.csv')).toString().trim().split('\n');
  expect(looked.length).toBeGreaterThan(20);
  expect(errors).toEqual([]);
});

/** `ui` in a process of its own, which can be killed. */
async function startUi(runsFolder: string, environment: Readonly<Record<string, string>>) {
  const program = path.resolve(builtPage, '../cli.js');
  const ui = spawn(process.execPath, [program, 'ui', '--no-open'], {
    cwd: runsFolder,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  onTestFinished(() => void ui.kill('SIGKILL'));
  const [printed] = (await once(ui.stdout, 'data')) as [Buffer];
  return { ui, address: printed.toString().trim() };
}

test('a program that is killed is missed by its page; started again, it goes on with the run', async () => {
  const server = await simulator({ apps, faults: { rate: { kind: 'bucket', perSecond: 20, burst: 5 } } });
  const runsFolder = temporaryFolder();
  const environment = credentialsOf(server);
  const { ui, address } = await startUi(runsFolder, environment);
  const { page, context } = await openAddress(address);
  await page.locator('button[type=submit]').click();
  const users = Array.from({ length: 40 }, (_, at) => `u${at},username,${app}`);
  const buffer = Buffer.from(['user_id,user_id_type,app_ids', ...users].join('\n'));
  await page.locator('#input-file').setInputFiles({ name: 'leavers.csv', mimeType: 'text/csv', buffer });
  await page.getByLabel('type the number of users').fill('40');
  await page.getByRole('button', { name: 'Sign them out now' }).click();
  await page.getByText('of 40 calls have ended').waitFor();
  await expect.poll(() => server.log.length).toBeGreaterThan(5);
  ui.kill('SIGKILL');
  await page.getByText('The program is not answering.').waitFor();
  server.setFaults({});
  const { port } = new URL(address);
  const later = await openPage({ pageFolder: builtPage, environment, runsFolder, flags: { port } });
  // The page of the one before has no right to this one.
  await page.getByText('This page is closed').waitFor();
  // Of the one that was killed nothing is left of the file.
  expect(readdirSync(runsFolder).filter((name) => name.startsWith('.'))).toEqual([]);
  const second = await context.newPage();
  await second.goto(later.address);
  await second.locator('button[type=submit]').click();
  await second.getByRole('button', { name: 'Open' }).click();
  await second.getByText('was killed').first().waitFor();
  await second.getByRole('button', { name: 'Go on with the run' }).click();
  await second.getByText('Yes, as far as GenAuth says: all 40 rows are signed out.').waitFor();
  expect(new Set(server.log.filter(({ kicked }) => kicked).map(({ userId }) => userId)).size).toBe(40);
});
