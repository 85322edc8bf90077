import { closeSync, constants, fdatasync, ftruncateSync, writeSync } from 'node:fs';
import path from 'node:path';

import { UserError } from '../errors.ts';
import { ballastBytes } from './ballast.ts';
import { folderError, isFull } from './folder-error.ts';
import type { JournalIndex } from './journal-index.ts';
import { openPrivateSync } from './private-file.ts';
import { encodeRecord, type JournalRecord } from './record.ts';
import { syncFolder } from './sync-folder.ts';

/** The append-only file of attempts. One process writes it; others may read it at any time. */
export interface Journal {
  /**
   * Takes a record. Those of attempts are written a few together, at the latest at the end of this turn of the event loop; any
   * other before this returns. Throws {@link JournalError} when it cannot be; what was written before stays whole.
   * @returns where in the file the record begins.
   */
  append(record: JournalRecord): number;
  /**
   * Resolves when the operating system has what was appended in this turn, so that `kill -9` cannot take it; the disk has it soon
   * after. Rejects with {@link JournalError}. Look at `failure` afterwards.
   */
  written(): Promise<void>;
  /**
   * Call before a call is sent. Returns undefined when the disk already knows that calls up to `seq` may have been sent;
   * otherwise a promise of that. Rejects with {@link JournalError}.
   */
  cover(seq: number): Promise<void> | undefined;
  /** No call after this one is to be sent yet, so no mark may say that it was. */
  markUpTo(last: number): void;
  /** Why the run has to stop. When the disk is full, there is still room for the replies to what is in flight. */
  readonly failure: JournalError | undefined;
  readonly index: JournalIndex;
  /** Syncs what is written and closes the file. Rejects with {@link JournalError} when the sync fails. */
  close(): Promise<void>;
}

/** The journal cannot be written: the run has to stop. */
export class JournalError extends UserError {}

/** Records reach the disk so soon after they were written. Handing each to it at once would cost 30 us of CPU a call. */
const syncEveryMs = 10;

/**
 * So many attempts are written together, of the 18 whose replies a turn of the event loop reads at full speed. A kill can take as many
 * that were read. To write each by itself took a run 2 to 8 % more CPU, the more the quicker the server; to write all of a turn
 * together brings no more.
 */
const mostTogether = 8;

/** Marks run ahead by as many calls at first, and by at most {@link maxStride} when the disk is slow. */
const minStride = 64;
const maxStride = 4096;

/** What the journal asks of the system. */
interface JournalDisk {
  /** @returns how many bytes were written, perhaps fewer than `length`. */
  readonly write: (fd: number, bytes: Buffer, offset: number, length: number, position: number) => number;
  readonly sync: (fd: number) => Promise<void>;
}

export interface JournalOptions {
  /** Called when the disk is full; true when there is room now. */
  readonly makeRoom?: () => boolean;
  readonly disk?: JournalDisk;
}

/**
 * Creates the journal, or opens it to append.
 * @param end how many bytes of the file are known to be whole records: 0 for a new journal.
 * @param index describes those bytes, and is kept up to date.
 */
export async function openJournal(
  file: string,
  index: JournalIndex,
  end: number,
  options: JournalOptions = {},
): Promise<Journal> {
  const { makeRoom = () => false, disk = systemDisk } = options;
  const create = end === 0 ? constants.O_CREAT : 0;
  let position = end;
  /** The disk was full, and there was room to be made. */
  let full: JournalError | undefined;
  /** It takes no more records. */
  let broken: JournalError | undefined;

  function breakDown(error: unknown, doing: 'write' | 'sync'): JournalError {
    broken ??= journalError(file, error, doing, roomNeeded(index, position));
    return broken;
  }

  let fd: number;
  try {
    fd = openPrivateSync(file, constants.O_WRONLY | create);
    if (end === 0) await syncFolder(path.dirname(file));
  } catch (error) {
    throw journalError(file, error, 'write', roomNeeded(index, position));
  }

  /** What was appended and is not written, as bytes and as records. */
  let buffer = Buffer.allocUnsafe(64 * 1024);
  let length = 0;
  let appended: { readonly record: JournalRecord; readonly offset: number; readonly end: number }[] = [];
  let turnsEnd: NodeJS.Immediate | undefined;
  let writing: Promise<void> | undefined;
  let wake: (() => void) | undefined;

  function append(record: JournalRecord): number {
    if (broken !== undefined) throw broken;
    const line = encodeRecord(record);
    makeFit(3 * line.length);
    const bytes = buffer.write(line, length);
    const offset = position;
    length += bytes;
    position += bytes;
    appended.push({ record, offset, end: position });
    if (record.kind === 'attempt' && appended.length < mostTogether) {
      turnsEnd ??= setImmediate(write);
      return offset;
    }
    const failure = write();
    if (failure !== undefined) throw failure;
    return offset;
  }

  function makeFit(more: number): void {
    if (buffer.length - length >= more) return;
    const larger = Buffer.allocUnsafe(2 * (length + more));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  }

  /** Writes what was appended. @returns why the journal takes no more, if so. */
  function write(): JournalError | undefined {
    clearImmediate(turnsEnd);
    turnsEnd = undefined;
    if (length > 0 && broken === undefined) {
      const begin = position - length;
      let done = 0;
      let failed: { readonly error: unknown } | undefined;
      try {
        // A disk that fills up first writes less than it was given, and fails only at the next attempt.
        while (done < length) done += writeSome(done, begin);
      } catch (error) {
        failed = { error };
      }
      position = begin;
      for (const { record, offset, end } of appended) {
        if (end > begin + done) break;
        index.add(record, offset);
        position = end;
      }
      if (failed !== undefined) {
        cutBack();
        breakDown(failed.error, 'write');
      }
      if (syncing === undefined) syncTimer ??= setTimeout(() => void sync(), syncEveryMs);
    }
    length = 0;
    appended = [];
    writing = undefined;
    wake?.();
    wake = undefined;
    return broken;
  }

  /** @returns how many bytes were written. */
  function writeSome(from: number, begin: number): number {
    try {
      return disk.write(fd, buffer, from, length - from, begin + from);
    } catch (error) {
      if (full !== undefined || !isFull(error) || !makeRoom()) throw error;
      full = journalError(file, error, 'write', roomNeeded(index, begin));
      return 0;
    }
  }

  async function untilWritten(): Promise<void> {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (broken !== undefined) throw broken;
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
    if (write() !== undefined) return Promise.resolve();
    clearTimeout(syncTimer);
    syncTimer = undefined;
    syncing ??= (async () => {
      const reached = position;
      await disk.sync(fd).catch((error: unknown) => breakDown(error, 'sync'));
      synced = reached;
      syncing = undefined;
      if (synced < position && broken === undefined) syncTimer ??= setTimeout(() => void sync(), syncEveryMs);
    })();
    return syncing;
  }

  async function syncedUpTo(target: number): Promise<void> {
    while (synced < target && broken === undefined) await sync();
    if (broken !== undefined) throw broken;
  }

  let covered = 0;
  let last = index.calls;
  let stride = minStride;
  let marking: Promise<void> | undefined;

  /** Marks are written ahead of need, so that the sync of one mark overlaps the calls that the last one covers. */
  function mark(seq: number): Promise<void> {
    marking ??= (async () => {
      const upTo = Math.max(seq, Math.min(Math.max(seq, covered) + stride, last));
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
    if (full !== undefined) throw full;
  }

  return {
    append,
    written() {
      if (length > 0) return (writing ??= untilWritten());
      return broken === undefined ? Promise.resolve() : Promise.reject(broken);
    },
    cover(seq) {
      const failure = broken ?? full;
      if (failure !== undefined) return Promise.reject(failure);
      if (covered < seq) return waitForCover(seq);
      if (covered < last && covered - seq < stride / 2 && marking === undefined) {
        mark(seq).catch(() => {
          // The failure is kept, and the next call to `cover` or `append` tells it.
        });
      }
      return undefined;
    },
    markUpTo(seq) {
      last = seq;
    },
    get failure() {
      return broken ?? full;
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

const systemDisk: JournalDisk = {
  write: writeSync,
  sync: (fd) =>
    new Promise((resolve, reject) => {
      fdatasync(fd, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    }),
};

function journalError(file: string, error: unknown, doing: 'write' | 'sync', neededMB: number): JournalError {
  const told = folderError(file, error, doing);
  if (told === undefined) throw error;
  const hint = `Make room on the disk that holds ${path.dirname(file)}: the rest needs about ${neededMB} MB, and the reports some more.`;
  return new JournalError(told.message, isFull(error) ? { ...told, hint } : told);
}

/** What the rest of the run will write, judged by what it wrote until now, and the ballast. */
function roomNeeded(index: JournalIndex, position: number): number {
  const { attempts } = index.totals;
  const rest = Math.max(index.calls - attempts, 0) * (position / Math.max(attempts, 1));
  return Math.ceil((ballastBytes + rest) / 1e6);
}
