import { closeSync, constants, fdatasync, ftruncateSync, writeSync } from 'node:fs';
import path from 'node:path';

import { UserError } from '../errors.ts';
import { ballastBytes } from '../run-folder/ballast.ts';
import { diskError, isFull } from '../files/disk-error.ts';
import type { JournalIndex } from './journal-index.ts';
import { createLead } from './lead.ts';
import { openPrivateSync } from '../files/private-file.ts';
import { encodeRecord, type JournalRecord } from './record.ts';
import { syncFolder } from '../files/sync-folder.ts';

/** The append-only file of attempts. One process writes it; others may read it at any time. */
export interface Journal {
  /**
   * Hands the record to the operating system before it returns, so that `kill -9` cannot take it, and to the disk soon
   * after. Throws {@link JournalError} when it cannot; what was written before stays whole. Look at `failure` afterwards.
   * @returns where in the file the record begins.
   */
  append(record: JournalRecord): number;
  /**
   * Call when a call is about to be sent and not before, mostly in plan order: how far marks run ahead is judged by that. Returns
   * undefined when the disk already knows that this call may have been sent; otherwise a promise of that. Rejects with
   * {@link JournalError}.
   */
  cover(seq: number): Promise<void> | undefined;
  /** The same for one call from far on in the plan, and for none of those before it. */
  coverAlone(seq: number): Promise<void>;
  /**
   * Calls are sent from the next one that is covered on, and none after this one yet: no mark may say so of any other.
   * @param retryFailed as the session has it: those that have ended are passed over.
   */
  markUpTo(last: number, retryFailed?: boolean): void;
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

/** What the journal asks of the system. */
export interface JournalDisk {
  /** @returns how many bytes were written, perhaps fewer than `length`. */
  readonly write: (fd: number, bytes: Buffer, offset: number, length: number, position: number) => number;
  readonly sync: (fd: number) => Promise<void>;
}

export interface JournalOptions {
  /** Called when the disk is full; true when there is room now. */
  readonly makeRoom?: () => boolean;
  readonly disk?: JournalDisk;
  /** Calls `then` once after so many ms; returns what cancels it. @default a timer of this computer */
  readonly after?: (delayMs: number, then: () => void) => () => void;
  /** Monotonic, in ms. @default this computer's */
  readonly now?: () => number;
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
  const { makeRoom = () => false, disk = systemDisk, after = systemTimer } = options;
  const { now = () => performance.now() } = options;
  const create = end === 0 ? constants.O_CREAT : 0;
  let position = end;
  /** The disk was full, and there was room to be made. */
  let full: JournalError | undefined;
  /** It takes no more records. */
  let broken: JournalError | undefined;

  function breakDown(error: unknown, doing: 'keep' | 'sync'): JournalError {
    broken ??= journalError(file, error, doing, roomNeeded(index, position));
    return broken;
  }

  let fd: number;
  try {
    fd = openPrivateSync(file, constants.O_WRONLY | create);
    if (end === 0) await syncFolder(path.dirname(file));
  } catch (error) {
    throw journalError(file, error, 'keep', roomNeeded(index, position));
  }

  /** One for all records: a fresh one each costs 0.3 us, and the garbage collector as much again. */
  let buffer = Buffer.allocUnsafe(4096);

  function append(record: JournalRecord): number {
    if (broken !== undefined) throw broken;
    const line = encodeRecord(record);
    if (buffer.length < 3 * line.length) buffer = Buffer.allocUnsafe(6 * line.length);
    const length = buffer.write(line);
    let written = 0;
    // A disk that fills up first writes less than it was given, and fails only at the next attempt.
    while (written < length) {
      try {
        written += disk.write(fd, buffer, written, length - written, position + written);
      } catch (error) {
        if (full === undefined && isFull(error) && makeRoom()) {
          full = journalError(file, error, 'keep', roomNeeded(index, position));
        } else {
          cutBack();
          throw breakDown(error, 'keep');
        }
      }
    }
    const offset = position;
    position += length;
    index.add(record, offset);
    if (syncing === undefined) cancelTimer ??= after(syncEveryMs, () => void sync());
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
  let cancelTimer: (() => void) | undefined;
  let synced = end;

  /** Syncs what is written by now. Never after a failure: the kernel may have dropped the pages. */
  function sync(): Promise<void> {
    cancelTimer?.();
    cancelTimer = undefined;
    syncing ??= (async () => {
      const reached = position;
      await disk.sync(fd).catch((error: unknown) => breakDown(error, 'sync'));
      synced = reached;
      syncing = undefined;
      if (synced < position && broken === undefined) cancelTimer ??= after(syncEveryMs, () => void sync());
    })();
    return syncing;
  }

  async function syncedUpTo(target: number): Promise<void> {
    while (synced < target && broken === undefined) await sync();
    if (broken !== undefined) throw broken;
  }

  let covered = rangeUpTo(index.calls, false);
  const lead = createLead(now);
  let marking: Promise<void> | undefined;

  /** Marks are written ahead of need, so that the sync of one mark overlaps the calls that the last one covers. */
  function mark(seq: number): Promise<void> {
    marking ??= (async () => {
      // Another range may have begun when the disk has this mark.
      const range = covered;
      const from = Math.min(seq, range.from);
      const ahead = lead.calls();
      const upTo = Math.max(range.upTo, openFrom(seq, ahead, range));
      const writtenAt = now();
      append({ kind: 'mark', from, upTo });
      await syncedUpTo(position);
      lead.marked(now() - writtenAt);
      range.from = from;
      range.upTo = upTo;
      range.renewFrom = openFrom(seq, ahead / 2, range);
      marking = undefined;
    })();
    return marking;
  }

  /** Where so many calls after this one end that may still be sent. */
  function openFrom(seq: number, ahead: number, { last, retryFailed }: Range): number {
    let [upTo, left] = [seq, Math.floor(ahead)];
    for (let next = seq + 1; left > 0 && next <= last; next += 1) {
      if (!index.isOpen(next, retryFailed)) continue;
      upTo = next;
      left -= 1;
    }
    return upTo;
  }

  /** The failure is kept, and the next call to `cover` or `append` tells it. */
  function markAhead(seq: number): void {
    const { upTo } = covered;
    if (openFrom(seq, lead.calls(), covered) > upTo) mark(seq).catch(() => {});
    // It is slower than it was, and what is covered will do for a while.
    else covered.renewFrom = Math.ceil((seq + 1 + upTo) / 2);
  }

  async function waitForCover(seq: number): Promise<void> {
    while (!isCovered(seq)) await mark(seq);
    if (full !== undefined) throw full;
  }

  function isCovered(seq: number): boolean {
    return (seq >= covered.from && seq <= covered.upTo) || covered.alone.has(seq);
  }

  return {
    append,
    cover(seq) {
      const failure = broken ?? full;
      if (failure !== undefined) return Promise.reject(failure);
      lead.sends();
      if (!isCovered(seq)) return waitForCover(seq);
      const { upTo, last, renewFrom } = covered;
      if (upTo < last && seq >= renewFrom && seq <= upTo && marking === undefined) markAhead(seq);
      return undefined;
    },
    async coverAlone(seq) {
      const failure = broken ?? full;
      if (failure !== undefined) throw failure;
      if (!isCovered(seq)) {
        const { alone } = covered;
        append({ kind: 'mark', from: seq, upTo: seq });
        await syncedUpTo(position);
        alone.add(seq);
      }
      if (full !== undefined) throw full;
    },
    markUpTo(last, retryFailed = false) {
      covered = rangeUpTo(last, retryFailed);
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
        cancelTimer?.();
        closeSync(fd);
      }
    },
  };
}

/** The disk knows of the calls from `from` to `upTo`, and of those that were sent alone; no mark may go beyond `last`. */
interface Range {
  from: number;
  upTo: number;
  /** From this call on the next mark is written. */
  renewFrom: number;
  readonly alone: Set<number>;
  readonly last: number;
  readonly retryFailed: boolean;
}

function rangeUpTo(last: number, retryFailed: boolean): Range {
  return { from: Infinity, upTo: 0, renewFrom: 0, alone: new Set(), last, retryFailed };
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

function systemTimer(delayMs: number, then: () => void): () => void {
  const timer = setTimeout(then, delayMs);
  return () => clearTimeout(timer);
}

function journalError(file: string, error: unknown, doing: 'keep' | 'sync', neededMB: number): JournalError {
  const told = diskError(doing, file, error);
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
