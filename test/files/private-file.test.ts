import { closeSync, constants, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { createJournalIndex } from '../../src/journal/journal-index.ts';
import { openPrivate, openPrivateSync } from '../../src/files/private-file.ts';
import { openRecordReader, readJournal } from '../../src/journal/read-journal.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A link in a run folder to somebody's file elsewhere. */
function linked(): { readonly link: string; readonly elsewhere: string } {
  const folder = temporaryFolder();
  const [link, elsewhere] = [path.join(folder, 'journal.ndjson'), path.join(folder, 'elsewhere')];
  writeFileSync(elsewhere, 'precious', { mode: 0o644 });
  symlinkSync(elsewhere, link);
  return { link, elsewhere };
}

const { O_WRONLY, O_CREAT, O_APPEND, O_TRUNC } = constants;

test.each([
  ['to append', O_WRONLY | O_CREAT | O_APPEND],
  ['to write', O_WRONLY],
  ['anew', O_WRONLY | O_CREAT | O_TRUNC],
])('a private file is never opened %s through a symbolic link', async (_, flags) => {
  const { link, elsewhere } = linked();
  expect(() => openPrivateSync(link, flags)).toThrow('ELOOP');
  await expect(openPrivate(link, flags)).rejects.toThrow('ELOOP');
  expect(readFileSync(elsewhere, 'utf8')).toBe('precious');
  expect(statSync(elsewhere).mode & 0o777).toBe(0o644);
});

test('a journal is never read through a symbolic link', async () => {
  const { link } = linked();
  await expect(readJournal(link, createJournalIndex(1))).rejects.toThrow('ELOOP');
  expect(() => openRecordReader(link)).toThrow('ELOOP');
});

test('a file that others could read is made private when it is opened', async () => {
  const file = path.join(temporaryFolder(), 'run.log');
  for (const open of [openPrivateSync, openPrivate]) {
    writeFileSync(file, '', { mode: 0o644 });
    const opened = await open(file, O_WRONLY);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    if (typeof opened === 'number') closeSync(opened);
    else await opened.close();
  }
});
