import { closeSync, readFileSync, truncateSync, writeSync } from 'node:fs';

import type { JournalDisk } from '../../src/journal/journal-file.ts';
import type { Life } from './life.ts';

/** What happens to the disk under the journal in one session. */
export interface DiskPlan {
  /** The process dies at its n-th write, of which so many bytes (a share) reach the file. */
  readonly killAtWrite?: { readonly n: number; readonly share: number } | undefined;
  /** What was not synced is lost as well, but for a part of it. */
  readonly isPowerCut: boolean;
  readonly room?: { readonly bytes: number; readonly hasBallast: boolean } | undefined;
  /** The n-th sync fails. */
  readonly brokenSyncAt?: number | undefined;
  readonly syncMs: number;
}

export interface Disk extends JournalDisk {
  makeRoom(): boolean;
  /** It takes no more records. */
  readonly isBroken: boolean;
  readonly writes: number;
  /** When the last sync that ended had begun: what was written later may not survive a power cut. */
  readonly syncedAt: number;
  /** After the death of the process: the file as the next process finds it. */
  afterDeath(file: string): void;
}

const ballastBytes = 1 << 24;

/** @param begin how long the file is, all of it safe. */
export function createDisk(plan: DiskPlan, life: Life, now: () => number, begin: number): Disk {
  let writes = 0;
  let syncs = 0;
  let room = plan.room?.bytes ?? Number.POSITIVE_INFINITY;
  let hasBallast = plan.room?.hasBallast === true;
  let isBroken = false;
  let openFile: number | undefined;
  let end = begin;
  let syncedTo = begin;
  let syncedAt = Number.NEGATIVE_INFINITY;

  function write(fd: number, bytes: Buffer, offset: number, length: number, position: number): number {
    openFile = fd;
    // A dead process is not told.
    if (!life.isAlive) return length;
    writes += 1;
    if (plan.killAtWrite?.n === writes) {
      const torn = Math.floor(length * plan.killAtWrite.share);
      if (torn > 0) writeSync(fd, bytes, offset, torn, position);
      end = position + torn;
      life.die();
      return length;
    }
    if (room === 0) {
      isBroken ||= !hasBallast;
      throw systemError('ENOSPC', 'write');
    }
    const written = writeSync(fd, bytes, offset, Math.min(length, room), position);
    room -= written;
    end = position + written;
    return written;
  }

  function sync(): Promise<void> {
    syncs += 1;
    const [number, reached, begunAt] = [syncs, end, now()];
    return new Promise((resolve, reject) => {
      life.after(plan.syncMs, () => {
        if (number === plan.brokenSyncAt) {
          isBroken = true;
          reject(systemError('EIO', 'fdatasync'));
        } else {
          syncedTo = reached;
          syncedAt = begunAt;
          resolve();
        }
      });
    });
  }

  return {
    write,
    sync,
    makeRoom() {
      if (!hasBallast) return false;
      hasBallast = false;
      room = ballastBytes;
      return true;
    },
    get isBroken() {
      return isBroken;
    },
    get writes() {
      return writes;
    },
    get syncedAt() {
      return syncedAt;
    },
    afterDeath(file) {
      if (openFile !== undefined) closeSync(openFile);
      if (!plan.isPowerCut) return;
      const { length } = readFileSync(file);
      truncateSync(file, syncedTo + Math.floor((length - syncedTo) * (plan.killAtWrite?.share ?? 0)));
    },
  };
}

function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: made up by the world`), { code, syscall });
}
