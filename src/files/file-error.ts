import { exitCodes, UserError } from '../errors.ts';

/** What to tell the user when `name` cannot be opened or read. */
export function readError(name: string, cause: unknown): unknown {
  switch (codeOf(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new UserError(`There is no file ${name}.`, { hint: 'Check the path.', cause });
    case 'EISDIR':
      return directoryError(name, cause);
    case 'EACCES':
    case 'EPERM':
      return new UserError(`No permission to read ${name}.`, {
        hint: 'Make it readable for this user, or copy it to a place that is.',
        cause,
      });
    case 'EBUSY':
      return new UserError(`${name} is in use by another program, which lets nobody read it.`, {
        hint: 'Close it there, in Excel for example, and try again.',
        cause,
      });
    case 'EMFILE':
    case 'ENFILE':
      return tooManyOpen(name, 'read', cause);
    case undefined:
      return cause;
    default:
      return new UserError(`${name} cannot be read: ${messageOf(cause)}.`, {
        hint: 'Copy the file to a disk of this machine and try again.',
        exitCode: exitCodes.broken,
        cause,
      });
  }
}

export function directoryError(name: string, cause?: unknown): UserError {
  return new UserError(`${name} is a folder, not a file.`, {
    hint: 'Give the file of users that is in it.',
    cause,
  });
}

function tooManyOpen(name: string, what: 'read' | 'written', cause: unknown): UserError {
  return new UserError(`Too many files are open at once: ${name} cannot be ${what}.`, {
    hint: 'Raise the limit with `ulimit -n 4096`, or give a lower --concurrency.',
    exitCode: exitCodes.broken,
    cause,
  });
}

/** What to tell the user when `path` cannot be made or written. */
export function writeError(path: string, cause: unknown): unknown {
  switch (codeOf(cause)) {
    case 'EEXIST':
      return new UserError(`${path} is already there.`, { hint: 'Choose another name.', cause });
    case 'ENOENT':
    case 'ENOTDIR':
      return new UserError(`${path} cannot be made: its folder does not exist.`, {
        hint: 'Make the folder first, or choose another one.',
        cause,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new UserError(`No permission to write ${path}.`, {
        hint: 'Choose a folder that this user may write to.',
        cause,
      });
    case 'ENOSPC':
    case 'EDQUOT':
      return new UserError(`The disk is full: ${path} could not be written.`, {
        hint: 'Free some space, or choose a folder on another disk with --out.',
        cause,
      });
    case 'EMFILE':
    case 'ENFILE':
      return tooManyOpen(path, 'written', cause);
    case undefined:
      return cause;
    default:
      return new UserError(`${path} cannot be written: ${messageOf(cause)}.`, {
        hint: 'Choose a folder on another disk.',
        exitCode: exitCodes.broken,
        cause,
      });
  }
}

/** The disk does not take the copy of an input: nothing is wrong with the command, and once that is mended it goes on. */
export class CopyError extends UserError {}

/** Like {@link writeError}, for a copy that a run needs. */
export function copyError(path: string, cause: unknown): unknown {
  const about = { exitCode: exitCodes.stopped, cause };
  switch (codeOf(cause)) {
    case 'ENOSPC':
      return new CopyError(`The disk is full: ${path} could not be written.`, {
        ...about,
        hint: 'Free some space on the disk that holds the run folder, or give a folder on another disk with --out.',
      });
    case 'EDQUOT':
      return new CopyError(`Your quota on the disk is used up: ${path} could not be written.`, {
        ...about,
        hint: 'Delete files of yours on the disk that holds the run folder, or give a folder on another disk with --out.',
      });
    case 'EROFS':
      return new CopyError(
        `${path} could not be written: its disk is read-only, or has become so after an error.`,
        {
          ...about,
          hint: 'Check the disk and mount it for writing, or give a folder on another disk with --out.',
        },
      );
    case 'EIO':
      return new CopyError(`${path} could not be written to the disk (EIO).`, {
        ...about,
        hint: 'Check the disk, or give a folder on another one with --out.',
      });
    case undefined:
    default:
      return writeError(path, cause);
  }
}

function codeOf(cause: unknown): string | undefined {
  // Only a failed system call has both: any other error is no message for the user, but a bug.
  if (!(cause instanceof Error) || !('code' in cause) || !('syscall' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
