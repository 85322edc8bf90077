import { constants, openSync, closeSync, readSync, ftruncateSync, fsyncSync } from 'node:fs';
import path from 'node:path';

import type { JournalIndex } from './journal-index.ts';
import { openPrivate } from './private-file.ts';
import { damagedJournal, readJournal } from './read-journal.ts';
import { syncFolder } from './sync-folder.ts';

/**
 * Reads the journal into the index and mends its end: bytes after the last whole record, left by a crash, are kept aside
 * in `<file>.torn-<offset>` and cut off. Damage before whole records is never mended: it throws and names the offset.
 * @returns where to append.
 */
export async function recoverJournal(file: string, index: JournalIndex): Promise<number> {
  const { end, tornBytes, damagedAt } = await readJournal(file, index);
  const firstDamage = damagedAt[0];
  if (firstDamage !== undefined) throw damagedJournal(file, firstDamage);
  if (tornBytes === 0) return end;
  const fd = openSync(file, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    const torn = Buffer.alloc(tornBytes);
    readSync(fd, torn, 0, tornBytes, end);
    const aside = `${file}.torn-${end}`;
    await keepAside(aside, torn);
    ftruncateSync(fd, end);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return end;
}

async function keepAside(file: string, bytes: Buffer): Promise<void> {
  const handle = await openPrivate(file, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(path.dirname(file));
}
