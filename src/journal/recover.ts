import { constants, openSync, closeSync, readSync, ftruncateSync, fsyncSync, writeSync } from 'node:fs';
import { rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

import type { JournalIndex } from './journal-index.ts';
import { openPrivate } from '../files/private-file.ts';
import { damagedJournal, readJournal, type JournalEnd } from './read-journal.ts';
import { encodeRecord, type JournalRecord } from './record.ts';
import { syncFolder } from '../files/sync-folder.ts';

/**
 * Reads the journal into the index and mends its end: bytes after the last whole record are kept aside in
 * `<file>.torn-<offset>` and cut off. Where they were whole lines once, what they may have said stays in their place, see
 * {@link standIn}. Damage before whole records is never mended: it throws and names the offset.
 * @param onAttempt as of {@link readJournal}.
 * @returns where to append.
 */
export async function recoverJournal(
  file: string,
  index: JournalIndex,
  onAttempt?: Parameters<typeof readJournal>[2],
): Promise<number> {
  const { end, tornBytes, damagedAt, lost } = await readJournal(file, index, onAttempt);
  const firstDamage = damagedAt[0];
  if (firstDamage !== undefined) throw damagedJournal(file, firstDamage);
  if (tornBytes === 0) return end;
  const records = standIn(lost, index.calls);
  const lines = Buffer.from(records.map(encodeRecord).join(''));
  const fd = openSync(file, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    const torn = Buffer.alloc(tornBytes);
    readSync(fd, torn, 0, tornBytes, end);
    await keepAside(`${file}.torn-${end}`, torn);
    if (lines.length > tornBytes) {
      // The file becomes as long as it will have to be, on the disk, too: until all is there it ends with a damaged line, as before.
      writeWhole(fd, Buffer.from(`${'x'.repeat(lines.length)}\n`), end + tornBytes);
      fsyncSync(fd);
    }
    writeWhole(fd, lines, end);
    ftruncateSync(fd, end + lines.length);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  for (const record of records) index.add(record, end);
  index.settle();
  return end + lines.length;
}

/**
 * Calls may have been sent under a mark that was damaged later. That must not be forgotten with its bytes, whatever becomes of
 * this process before its own marks cover them.
 * @returns what says of every call, for whoever reads the journal next, what the damaged lines may have said.
 */
function standIn(lost: JournalEnd['lost'], calls: number): JournalRecord[] {
  const mark = { kind: 'mark', from: 1, upTo: calls } as const;
  switch (lost) {
    case 'nothing':
      return [];
    case 'record':
      return [mark];
    case 'session':
      return [{ kind: 'session', startedAt: Date.now(), retryFailed: true }, mark];
  }
}

function writeWhole(fd: number, bytes: Buffer, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(fd, bytes, written, bytes.length - written, position + written);
  }
}

async function keepAside(name: string, bytes: Buffer): Promise<void> {
  const { file, handle } = await openUnused(name);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } catch (error) {
    // Half of it would only be in the way of the next try.
    await rm(file, { force: true }).catch(() => {});
    throw error;
  } finally {
    await handle.close();
  }
  await syncFolder(path.dirname(file));
}

/** With a number behind where something was kept from the same place before. */
async function openUnused(name: string): Promise<{ readonly file: string; readonly handle: FileHandle }> {
  for (let number = 1; ; number += 1) {
    const file = number === 1 ? name : `${name}-${number}`;
    try {
      const handle = await openPrivate(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
      return { file, handle };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}
