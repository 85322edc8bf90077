import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { makeUploadFolder, removeLeftUploads } from '../../src/page/server/upload-folder.ts';
import { mountingFails, mountSmallDisk } from '../faults/small-disk.ts';
import { simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { isStep, keyOf, leavers, openPage, refusalIn, type Tab } from './open-page.ts';

test('what a program that was killed has left is deleted, and nothing that is in use or somebody else’s', async () => {
  const runsFolder = temporaryFolder();
  const used = await makeUploadFolder(runsFolder, 'leavers.csv');
  const left = `${used.folder.slice(0, -6)}abcdef`;
  const others = ['.upload-abcdef', '.uploads', 'leavers-2026'].map((name) => path.join(runsFolder, name));
  for (const folder of [left, ...others]) {
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'leavers.csv'), 'user_id\n');
  }
  await removeLeftUploads(runsFolder);
  expect([used.folder, left, ...others].map((folder) => existsSync(folder))).toEqual([
    true,
    false,
    true,
    true,
    true,
  ]);
  await used.remove();
  expect(existsSync(used.folder)).toBe(false);
});

test.skipIf(process.platform !== 'linux' || mountingFails())(
  'a disk that is full, or can only be read, is said to be so where a file is given, and is no bug',
  async () => {
    const { folder: runsFolder, remount } = mountSmallDisk(64);
    const page = await openPage({ runsFolder });
    const tab = await page.tab();
    await tab.send('POST', '/api/connection', keyOf(await simulator()));
    await tab.until(isStep('file'));
    const filling = path.join(runsFolder, 'filling');
    expect(() => writeFileSync(filling, Buffer.alloc(1 << 20))).toThrow('ENOSPC');
    expect(await refusedBy(tab)).toMatch(/^The disk is full: .+leavers\.csv could not be written\./);
    rmSync(filling);
    remount('ro');
    expect(await refusedBy(tab)).toContain('its disk is read-only');
    remount('rw');
    expect(readdirSync(runsFolder)).toEqual([]);
    expect((await tab.send('PUT', '/api/file?name=leavers.csv', leavers(1))).status).toBe(200);
    expect(page.printed()).not.toContain('bug');
  },
);

test('a folder for runs that is gone is said to be gone where a file is given', async () => {
  const runsFolder = path.join(temporaryFolder(), 'runs');
  mkdirSync(runsFolder);
  const tab = await (await openPage({ runsFolder })).tab();
  await tab.send('POST', '/api/connection', keyOf(await simulator()));
  await tab.until(isStep('file'));
  rmSync(runsFolder, { recursive: true });
  expect(await refusedBy(tab)).toContain('its folder is not there');
});

/** What the answer to a file says, and the state that comes with it. */
async function refusedBy(tab: Tab): Promise<string> {
  const answer = await tab.send('PUT', '/api/file?name=leavers.csv', leavers(1));
  const refusal = refusalIn(answer);
  expect(answer.status).toBe(422);
  await tab.until((state) => state.step === 'file' && state.refusal?.message === refusal.message);
  return refusal.message;
}
