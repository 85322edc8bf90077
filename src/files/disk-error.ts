import path from 'node:path';

import { exitCodes, UserError, type ExitCode } from '../errors.ts';
import { isHeld } from './patient-rename.ts';

/**
 * What is done to a file: `read` one of the user's; `make` a new one that the user asked for; `copy` into a run folder, before the first
 * call; `keep` a file of a run folder, and `sync` it to the disk.
 */
type Doing = 'read' | 'make' | 'copy' | 'keep' | 'sync';

/** Whose fault it is: the command's, which is refused, or the machine's; `elsewhere`: of this place only, and another one would do. */
type Fault = 'command' | 'command elsewhere' | 'machine' | 'machine elsewhere';

type Row = readonly [codes: string, fault: Fault, message: string, mend: string];

const tooMany = 'Raise the limit with `ulimit -n 4096`, or give a lower --concurrency';

/** From what the system says to words: the first row that names the code, or `*`, which is any. */
const reading: readonly Row[] = [
  ['ENOENT ENOTDIR', 'command', 'There is no file {file}.', 'Check the path'],
  ['EISDIR', 'command', '{file} is a folder, not a file.', 'Give the file of users that is in it'],
  [
    'EACCES EPERM',
    'command',
    'No permission to read {file}.',
    'Make it readable for this user, or copy it to a place that is',
  ],
  [
    'EBUSY',
    'command',
    '{file} is in use by another program, which lets nobody read it.',
    'Close it there, in Excel for example, and try again',
  ],
  ['EMFILE ENFILE', 'machine', 'Too many files are open at once ({code}): {file} cannot be read.', tooMany],
  ['*', 'machine', '{file} cannot be read ({code}).', 'Copy it to a disk of this machine and try again'],
];

/** `held` is what Windows says, in several words, while another program has the file open. */
const writing: readonly Row[] = [
  [
    'ENOSPC',
    'machine elsewhere',
    'The disk is full: {file} could not be written.',
    'Free some space on the disk that holds {folder}',
  ],
  [
    'EDQUOT',
    'machine elsewhere',
    'Your quota on the disk is used up: {file} could not be written.',
    'Delete files of yours on the disk that holds {folder}',
  ],
  [
    'EROFS',
    'machine elsewhere',
    '{file} could not be written: its disk is read-only, or has become so after an error.',
    'Check the disk and mount it for writing',
  ],
  ['EEXIST', 'command elsewhere', '{file} is already there.', 'Move it away'],
  [
    'ENOENT ENOTDIR',
    'command elsewhere',
    '{file} could not be written: its folder is not there.',
    'Put the folder {folder} in its place',
  ],
  [
    'EACCES EPERM',
    'command elsewhere',
    'No permission to write {file}.',
    'Give the user of this process the right to write in {folder}',
  ],
  [
    'ELOOP',
    'command',
    '{file} is a symbolic link, and nothing is written through one.',
    'Find out who put it there, and remove it',
  ],
  [
    'held',
    'machine',
    '{file} could not be written: another program has it open, or this user may not write it.',
    'Close it in Excel and wherever else it may be open. If it is open nowhere, give this user the right to write in {folder}',
  ],
  [
    'EMFILE ENFILE',
    'machine',
    'Too many files are open at once ({code}): {file} could not be written.',
    tooMany,
  ],
  ['*', 'machine elsewhere', '{file} could not be written ({code}).', 'Check the disk'],
];

const syncing: readonly Row[] = [
  [
    '*',
    'machine elsewhere',
    '{file} could not be synced to the disk ({code}), so what was written last may not be on it.',
    'Check the disk',
  ],
];

const rowsOf: Readonly<Record<Doing, readonly Row[]>> = {
  read: reading,
  make: writing,
  copy: writing,
  keep: writing,
  sync: syncing,
};

/** Where else it would do. */
const elsewhere: Readonly<Record<Doing, string>> = {
  read: '',
  make: ', or choose another place',
  copy: ', or give a folder on another disk with --out',
  keep: ', or copy the run folder to another disk and go on there',
  sync: ', or copy the run folder to another disk and go on there',
};

/** The same hint where there is no run yet that could be gone on with. */
export function beforeTheRun(hint: string | undefined): string | undefined {
  return hint?.replace(elsewhere.keep, elsewhere.copy);
}

/** A run that has begun is resumed, and one whose copy the disk did not take is started again as it was. */
function exitCodeOf(doing: Doing, isCommands: boolean): ExitCode {
  if (doing === 'keep' || doing === 'sync') return exitCodes.stopped;
  if (isCommands) return exitCodes.refused;
  return doing === 'copy' ? exitCodes.stopped : exitCodes.broken;
}

/** What to tell the user; the arguments of a `UserError`. */
interface DiskError {
  readonly message: string;
  readonly hint: string;
  readonly exitCode: ExitCode;
  readonly cause: unknown;
}

/** @returns undefined when no system call failed: then it is a bug. */
export function diskError(
  doing: Doing,
  file: string,
  cause: unknown,
  platform: string = process.platform,
): DiskError | undefined {
  if (!(cause instanceof Error) || !('code' in cause) || !('syscall' in cause)) return undefined;
  const isHeldFile = doing === 'keep' && isHeld(cause, platform);
  const code = String(cause.code);
  const row = rowsOf[doing].find(
    ([codes]) => codes === '*' || codes.split(' ').includes(isHeldFile ? 'held' : code),
  );
  if (row === undefined) throw new Error(`no words for ${code}`);
  const [, fault, message, mend] = row;
  // Of several files that take their places together, the error knows which.
  const named = doing === 'keep' && 'dest' in cause && typeof cause.dest === 'string' ? cause.dest : file;
  const values: Readonly<Record<string, string>> = { file: named, folder: path.dirname(named), code };
  const filled = (words: string): string =>
    words.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  return {
    message: filled(message),
    hint: `${filled(mend)}${fault.endsWith('elsewhere') ? elsewhere[doing] : ''}.`,
    exitCode: exitCodeOf(doing, fault.startsWith('command')),
    cause,
  };
}

/** The disk does not take the copy of an input: nothing is wrong with the command, and once that is mended it goes on. */
export class CopyError extends UserError {}

/** @returns what to throw in place of what was thrown: a `UserError` where a system call failed. */
export function readError(name: string, cause: unknown): unknown {
  const told = diskError('read', name, cause);
  return told === undefined ? cause : new UserError(told.message, told);
}

/** Like {@link readError}, for a new file that the user asked for. */
export function writeError(file: string, cause: unknown): unknown {
  const told = diskError('make', file, cause);
  return told === undefined ? cause : new UserError(told.message, told);
}

/** Like {@link readError}, for a copy that a run needs. */
export function copyError(file: string, cause: unknown): unknown {
  const told = diskError('copy', file, cause);
  if (told === undefined) return cause;
  return told.exitCode === exitCodes.stopped
    ? new CopyError(told.message, told)
    : new UserError(told.message, told);
}

/** Does something to a file of a run folder. @throws {UserError} when a system call fails. */
export async function telling<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const told = error instanceof UserError ? undefined : diskError('keep', file, error);
    throw told === undefined ? error : new UserError(told.message, told);
  }
}

/** The disk, or what this user may take of it, is used up. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
