import { closeSync, constants, fdatasync, ftruncateSync, writeSync } from 'node:fs';
import path from 'node:path';

import { isFull } from '../files/disk-error.ts';
import { openPrivateSync } from '../files/private-file.ts';
import { syncFolder } from '../files/sync-folder.ts';
import { journalError, type JournalError } from './journal-error.ts';

/** What the journal asks of the system. */
export interface JournalDisk {
  /** @returns how many bytes were written, perhaps fewer than `length`. */
  readonly write: (fd: number, bytes: Buffer, offset: number, length: number, position: number) => number;
  readonly sync: (fd: number) => Promise<void>;
}

export interface JournalFileOptions {
  /** Called when the disk is full; true when there is room now. */
  readonly makeRoom?: () => boolean;
  readonly disk?: JournalDisk;
  /** Calls `then` once after so many ms; returns what cancels it. @default a timer of this computer */
  readonly after?: (delayMs: number, then: () => void) => () => void;
}

/** A file that only grows, by whole lines. */
export interface JournalFile {
  /**
   * Hands the line to the operating system before it returns, and to the disk soon after.
   * @returns where it begins. @throws {JournalError} when it cannot; what was written before stays whole.
   */
  append(line: string): number;
  readonly size: number;
  /** Resolves when so many bytes are on the disk; rejects with {@link JournalError}. */
  syncedUpTo(target: number): Promise<void>;
  /** Why nothing more can be written, or why only little: the disk is full, and there is still the room that was made. */
  readonly failure: JournalError | undefined;
  /** Syncs what is written and closes the file. Rejects with {@link JournalError} when the sync fails. */
  close(): Promise<void>;
}

/** Records reach the disk so soon after they were written. Handing each to it at once would cost 30 us of CPU a call. */
const syncEveryMs = 10;

/** Creates the file, or opens it to append. */
export async function openJournalFile(
  file: string,
  end: number,
  neededMB: (size: number) => number,
  options: JournalFileOptions,
): Promise<JournalFile> {
  const { makeRoom = () => false, disk = systemDisk } = options;
  let position = end;
  /** The disk was full, and there was room to be made. */
  let full: JournalError | undefined;
  /** It takes no more lines. */
  let broken: JournalError | undefined;

  function breakDown(error: unknown, doing: 'keep' | 'sync'): JournalError {
    broken ??= journalError(file, error, doing, neededMB(position));
    return broken;
  }

  const fd = await open(file, end).catch((error: unknown) => {
    throw journalError(file, error, 'keep', neededMB(position));
  });
  const syncing = createSyncing({
    end,
    written: () => position,
    sync: () => disk.sync(fd).catch((error: unknown) => void breakDown(error, 'sync')),
    failure: () => broken,
    after: options.after ?? systemTimer,
  });

  /** One for all lines: a fresh one each costs 0.3 us, and the garbage collector as much again. */
  let buffer = Buffer.allocUnsafe(4096);

  function writeWhole(length: number): void {
    let written = 0;
    // A disk that fills up first writes less than it was given, and fails only at the next attempt.
    while (written < length) {
      try {
        written += disk.write(fd, buffer, written, length - written, position + written);
      } catch (error) {
        if (full === undefined && isFull(error) && makeRoom()) {
          full = journalError(file, error, 'keep', neededMB(position));
        } else {
          cutBack(fd, position);
          throw breakDown(error, 'keep');
        }
      }
    }
  }

  return {
    append(line) {
      if (broken !== undefined) throw broken;
      if (buffer.length < 3 * line.length) buffer = Buffer.allocUnsafe(6 * line.length);
      const offset = position;
      const length = buffer.write(line);
      writeWhole(length);
      position += length;
      syncing.soon();
      return offset;
    },
    get size() {
      return position;
    },
    syncedUpTo: syncing.upTo,
    get failure() {
      return broken ?? full;
    },
    async close() {
      try {
        await syncing.upTo(position);
      } finally {
        await syncing.end();
        closeSync(fd);
      }
    },
  };
}

async function open(file: string, end: number): Promise<number> {
  const fd = openPrivateSync(file, constants.O_WRONLY | (end === 0 ? constants.O_CREAT : 0));
  if (end === 0) await syncFolder(path.dirname(file));
  return fd;
}

/** Half a record at the end would be taken for a torn one at the next start, so it is better gone. */
function cutBack(fd: number, position: number): void {
  try {
    ftruncateSync(fd, position);
  } catch {
    // The next start cuts it off.
  }
}

interface ToSync {
  /** What is on the disk at the begin. */
  readonly end: number;
  readonly written: () => number;
  /** Does not reject: see `failure` afterwards. */
  readonly sync: () => Promise<void>;
  readonly failure: () => JournalError | undefined;
  readonly after: NonNullable<JournalFileOptions['after']>;
}

/** Brings to the disk what is written, one sync at a time, and none after a failure: the kernel may have dropped the pages. */
function createSyncing({ end, written, sync, failure, after }: ToSync) {
  let syncing: Promise<void> | undefined;
  let cancelTimer: (() => void) | undefined;
  let synced = end;

  function soon(): void {
    if (syncing === undefined) cancelTimer ??= after(syncEveryMs, () => void now());
  }

  /** Syncs what is written by now. */
  function now(): Promise<void> {
    cancelTimer?.();
    cancelTimer = undefined;
    syncing ??= (async () => {
      const reached = written();
      await sync();
      synced = reached;
      syncing = undefined;
      if (synced < written() && failure() === undefined) soon();
    })();
    return syncing;
  }

  return {
    soon,
    async upTo(target: number): Promise<void> {
      while (synced < target && failure() === undefined) await now();
      const failed = failure();
      if (failed !== undefined) throw failed;
    },
    async end(): Promise<void> {
      await syncing;
      cancelTimer?.();
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

function systemTimer(delayMs: number, then: () => void): () => void {
  const timer = setTimeout(then, delayMs);
  return () => clearTimeout(timer);
}
