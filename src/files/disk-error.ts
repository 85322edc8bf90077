import path from 'node:path';

import { exitCodes, UserError } from '../errors.ts';
import { isHeld } from './patient-rename.ts';

/** What to tell the user; the arguments of a `UserError`. */
interface FolderError {
  readonly message: string;
  readonly hint: string;
  readonly exitCode: typeof exitCodes.stopped;
  readonly cause: unknown;
}

/**
 * What to tell the user when a file of a run folder could not be written. Such a run can be resumed.
 * @returns undefined when no system call failed: then it is a bug.
 */
export function folderError(
  file: string,
  error: unknown,
  doing: 'write' | 'sync' = 'write',
  platform: string = process.platform,
): FolderError | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  // Of several files that take their places together, the error knows which.
  const named = 'dest' in error && typeof error.dest === 'string' ? error.dest : file;
  const [message, hint] = isHeld(error, platform)
    ? heldWords(named)
    : words(named, String(error.code), doing);
  return { message, hint, exitCode: exitCodes.stopped, cause: error };
}

/** Does something to a file of a run folder. @throws {UserError} when a system call fails. */
export async function telling<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const told = error instanceof UserError ? undefined : folderError(file, error);
    throw told === undefined ? error : new UserError(told.message, told);
  }
}

/** The disk, or what this user may take of it, is used up. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

function heldWords(file: string): readonly [string, string] {
  return [
    `${file} could not be written: another program has it open, or this user may not write it.`,
    `Close it in Excel and wherever else it may be open. If it is open nowhere, give this user the right to write in ${path.dirname(file)}.`,
  ];
}

function words(file: string, code: string, doing: 'write' | 'sync'): readonly [string, string] {
  const folder = path.dirname(file);
  if (doing === 'sync') {
    return [
      `${file} could not be synced to the disk (${code}), so what was written last may not be on it.`,
      'Check the disk, or copy the run folder to another one and go on there.',
    ];
  }
  switch (code) {
    case 'ENOSPC':
      return [
        `The disk is full: ${file} could not be written.`,
        `Free some space on the disk that holds ${folder}.`,
      ];
    case 'EDQUOT':
      return [
        `Your quota on the disk is used up: ${file} could not be written.`,
        `Delete files of yours on the disk that holds ${folder}, or ask for a larger quota.`,
      ];
    case 'EROFS':
      return [
        `${file} could not be written: its disk is read-only, or has become so after an error.`,
        'Check the disk and mount it for writing, or copy the run folder to another one and go on there.',
      ];
    case 'EACCES':
    case 'EPERM':
      return [
        `No permission to write ${file}.`,
        `Give the user of this process the right to write in ${folder}, or go on as the user who owns it.`,
      ];
    case 'ELOOP':
      return [
        `${file} is a symbolic link, and a run writes through none.`,
        'Find out who put it there, and remove it.',
      ];
    case 'EMFILE':
    case 'ENFILE':
      return [
        `Too many files are open at once (${code}): ${file} could not be written.`,
        'Raise the limit with `ulimit -n 4096`, or give a lower --concurrency.',
      ];
    case 'ENOENT':
      return [`${file} could not be written: its folder is gone.`, 'Put the run folder back in its place.'];
    default:
      return [
        `${file} could not be written (${code}).`,
        'Check the disk, or copy the run folder to another one and go on there.',
      ];
  }
}
