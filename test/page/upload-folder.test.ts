import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { makeUploadFolder, removeLeftUploads } from '../../src/page/server/upload-folder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('what a program that was killed has left is deleted, and nothing that is in use or somebody else’s', async () => {
  const runsFolder = temporaryFolder();
  const used = await makeUploadFolder(runsFolder);
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
