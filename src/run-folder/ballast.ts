import { randomBytes } from 'node:crypto';
import { constants, rmSync } from 'node:fs';
import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';

import { UserError } from '../errors.ts';
import { diskError, isFull } from '../files/disk-error.ts';
import { openPrivate } from '../files/private-file.ts';

/** Room for the replies that are in flight when the disk gets full, and for the reports of all but very long runs. */
export const ballastBytes = 16 * 1024 * 1024;

const chunkBytes = 1024 * 1024;
const blockBytes = 4096;

/**
 * Takes room on the disk that can be given back when it is full: a file in the run folder. It is written and not only made
 * long, and no block is like another, so that it takes its room also where holes, compression and equal blocks cost none. It
 * needs no sync: the room is taken when the write returns.
 * @throws {UserError} when the disk has not that much room.
 */
export async function takeBallast(file: string): Promise<void> {
  if ((await sizeOf(file)) === ballastBytes) return;
  try {
    const handle = await openPrivate(file, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
    try {
      const chunk = randomBytes(chunkBytes);
      for (let written = 0; written < ballastBytes; written += chunkBytes) {
        for (let block = 0; block < chunkBytes; block += blockBytes) {
          chunk.writeUInt32LE(written + block, block);
        }
        // Unlike `write` it goes on after a short write.
        await handle.writeFile(chunk);
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(file, { force: true }).catch(() => {});
    throw noRoom(file, error);
  }
}

/** Gives the room back. @returns false when there was none taken. */
export function dropBallast(file: string): boolean {
  try {
    rmSync(file);
    return true;
  } catch {
    return false;
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await lstat(file)).size;
  } catch {
    return 0;
  }
}

function noRoom(file: string, error: unknown): unknown {
  const told = diskError('keep', file, error);
  if (told === undefined) return error;
  if (!isFull(error)) return new UserError(told.message, told);
  const message = `The disk that holds ${path.dirname(file)} has less than 16 MB free, and a run needs them to lose no reply.`;
  return new UserError(message, told);
}
