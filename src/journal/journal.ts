import { closeSync, constants, fdatasync, ftruncateSync, writeSync } from 'node:fs';
import path from 'node:path';

import { exitCodes, UserError } from '../errors.ts';
import type { JournalIndex } from './journal-index.ts';
import { openPrivateSync } from './private-file.ts';
import { encodeRecord, type JournalRecord } from './record.ts';
import { syncFolder } from './sync-folder.ts';

/** The append-only file of attempts. One process writes it; others may read it at any time. */
export interface Journal {
  /**
   * Hands the record to the operating system before it returns, so that `kill -9` cannot take it, and to the disk soon
   * after. Throws {@link JournalError} when it cannot; what was written before stays whole.
   * @returns where in the file the record begins.
   */
  append(record: JournalRecord): number;
  /**
   * Call before a call is sent. Returns undefined when the disk already knows that calls up to `seq` may have been sent;
   * otherwise a promise of that. Rejects with {@link JournalError}.
   */
  cover(seq: number): Promise<void> | undefined;
  /** Why it can take no more records. */
  readonly failure: JournalError | undefined;
  readonly index: JournalIndex;
  /** Syncs what is written and closes the file. Rejects with {@link JournalError} when the sync fails. */
  close(): Promise<void>;
}

/** The journal cannot be written: the run has to stop. */
export class JournalError extends UserError {}

/** Records reach the disk so soon after they were written. Handing each to it at once would cost 30 us of CPU a call. */
const syncEveryMs = 10;

/** Marks run ahead by as many calls at first, and by at most {@link maxStride} when the disk is slow. */
const minStride = 64;
const maxStride = 4096;

/**
 * Creates the journal, or opens it to append.
 * @param end how many bytes of the file are known to be whole records: 0 for a new journal.
 * @param index describes those bytes, and is kept up to date.
 */
export async function openJournal(file: string, index: JournalIndex, end: number): Promise<Journal> {
  const create = end === 0 ? constants.O_CREAT : 0;
  const fd = openPrivateSync(file, constants.O_WRONLY | create);
  if (end === 0) await syncFolder(path.dirname(file));
  let position = end;
  let failure: JournalError | undefined;

  function fail(error: unknown, doing: string): JournalError {
    failure ??= journalError(file, error, doing);
    return failure;
  }

  function append(record: JournalRecord): number {
    if (failure !== undefined) throw failure;
    const bytes = Buffer.from(encodeRecord(record));
    try {
      // A disk that fills up first writes less than it was given, and fails only at the next attempt.
      for (let written = 0; written < bytes.length;) {
        written += writeSync(fd, bytes, written, bytes.length - written, position + written);
      }
    } catch (error) {
      cutBack();
      throw fail(error, 'write');
    }
    const offset = position;
    position += bytes.length;
    index.add(record, offset);
    if (syncing === undefined) syncTimer ??= setTimeout(() => void sync(), syncEveryMs);
    return offset;
  }

  /** Half a record at the end would be taken for a torn one at the next start, so it is better gone. */
  function cutBack(): void {
    try {
      ftruncateSync(fd, position);
    } catch {
      // The next start cuts it off.
    }
  }

  let syncing: Promise<void> | undefined;
  let syncTimer: NodeJS.Timeout | undefined;
  let synced = end;

  /** Syncs what is written by now. Never after a failure: the kernel may have dropped the pages. */
  function sync(): Promise<void> {
    clearTimeout(syncTimer);
    syncTimer = undefined;
    syncing ??= (async () => {
      const reached = position;
      await dataSync(fd).catch((error: unknown) => fail(error, 'sync'));
      synced = reached;
      syncing = undefined;
      if (synced < position && failure === undefined)
        syncTimer ??= setTimeout(() => void sync(), syncEveryMs);
    })();
    return syncing;
  }

  async function syncedUpTo(target: number): Promise<void> {
    while (synced < target && failure === undefined) await sync();
    if (failure !== undefined) throw failure;
  }

  let covered = 0;
  let stride = minStride;
  let marking: Promise<void> | undefined;

  /** Marks are written ahead of need, so that the sync of one mark overlaps the calls that the last one covers. */
  function mark(seq: number): Promise<void> {
    marking ??= (async () => {
      const upTo = Math.min(Math.max(seq, covered) + stride, index.calls);
      append({ kind: 'mark', upTo });
      await syncedUpTo(position);
      covered = upTo;
      marking = undefined;
    })();
    return marking;
  }

  async function waitForCover(seq: number): Promise<void> {
    // Having to wait means that the disk is slow for this pace: mark further ahead.
    if (covered > 0) stride = Math.min(stride * 2, maxStride);
    while (covered < seq) await mark(seq);
  }

  return {
    append,
    cover(seq) {
      if (failure !== undefined) return Promise.reject(failure);
      if (covered < seq) return waitForCover(seq);
      if (covered < index.calls && covered - seq < stride / 2 && marking === undefined) {
        mark(seq).catch(() => {
          // The failure is kept, and the next call to `cover` or `append` tells it.
        });
      }
      return undefined;
    },
    get failure() {
      return failure;
    },
    index,
    async close() {
      try {
        await syncedUpTo(position);
      } finally {
        await syncing;
        clearTimeout(syncTimer);
        closeSync(fd);
      }
    },
  };
}

function dataSync(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(fd, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

function journalError(file: string, error: unknown, doing: string): JournalError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const [message, hint] =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? [`The disk is full: ${file} could not be written.`, 'Free some space.']
      : [
          `${file} could not be ${doing === 'sync' ? 'synced to disk' : 'written'} (${code}).`,
          'Check the disk.',
        ];
  return new JournalError(message, { hint, exitCode: exitCodes.stopped, cause: error });
}
