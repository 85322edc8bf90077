import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { UserError } from '../errors.ts';
import { freeName, isTaken } from '../files/free-name.ts';
import { runFiles } from './run-files.ts';
import { syncFolder } from '../files/sync-folder.ts';

/** Runs of one file that begin in the same second. */
const mostAtOnce = 1000;

/**
 * Makes the folder of a new run, under a name of its own when none is asked for.
 * @returns its path. @throws {UserError} when the name that is asked for is taken.
 */
export async function makeRunFolder(asked: string | undefined, inputName: string): Promise<string> {
  const name = asked ?? runFolderName(inputName, new Date());
  for (let number = 1; ; number += 1) {
    const folder = number === 1 ? name : `${name}-${number}`;
    try {
      await createRunFolder(folder);
      return folder;
    } catch (error) {
      if (asked !== undefined || number === mostAtOnce || !isNameTaken(error)) throw error;
    }
  }
}

function isNameTaken(error: unknown): boolean {
  return error instanceof UserError && codeOf(error.cause) === 'EEXIST';
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Creates the folder of a new run, for its owner only. @throws {UserError} when the name is taken, even by a link. */
export async function createRunFolder(
  folder: string,
  setMode: (folder: string, mode: number) => Promise<void> = chmod,
): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
    await keepPrivate(folder, setMode);
    // Or a power cut could take the folder, whatever in it is on the disk. Not everybody may read the folder above.
    await syncFolder(path.dirname(path.resolve(folder))).catch(() => {});
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = codeOf(error);
    if (code === 'EEXIST') throw takenFolder(folder, error);
    throw new UserError(`The run folder ${folder} cannot be created (${String(code)}).`, {
      hint: `Check that ${path.dirname(path.resolve(folder))} exists and can be written, or give another place with --out.`,
      cause: error,
    });
  }
}

/** @throws {UserError} when something of this name is there, even a link. */
export function refuseTakenFolder(folder: string): void {
  if (isTaken(folder)) throw takenFolder(folder);
}

function takenFolder(folder: string, cause?: unknown): UserError {
  const holdsRun = existsSync(runFiles(folder).run);
  return new UserError(`${folder} exists already, and a run never writes over another.`, {
    hint: holdsRun
      ? 'Give another folder with --out, or go on with the run in it:'
      : 'It holds no run that could be resumed. Delete it if a run was ended there before it could send anything, or give another folder with --out.',
    ways: [['--out', freeName(folder)]],
    command: holdsRun ? ['resume', folder] : [],
    cause,
  });
}

async function keepPrivate(
  folder: string,
  setMode: (folder: string, mode: number) => Promise<void>,
): Promise<void> {
  // The umask may have taken more than it should, and a disk without permissions may have given more.
  if (((await stat(folder)).mode & 0o777) === 0o700) return;
  try {
    await setMode(folder, 0o700);
  } catch (error) {
    await rmdir(folder).catch(() => {});
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new UserError(`The run folder ${folder} cannot be kept from other users (${code}).`, {
      hint: 'Its disk may know no permissions, as some network shares do: give a folder on another one with --out.',
      cause: error,
    });
  }
}

/**
 * A run makes no links, so one that is there was put in the way by somebody.
 * @throws {UserError} naming it.
 */
export async function refuseLinks(folder: string): Promise<void> {
  const link = (await readdir(folder, { withFileTypes: true })).find((entry) => entry.isSymbolicLink());
  if (link === undefined) return;
  throw new UserError(`${path.join(folder, link.name)} is a symbolic link, and a run folder holds none.`, {
    hint: 'Find out who put it there, and put the file itself in its place.',
  });
}

/** `offboard-<input name>-<UTC time>`, in the current folder. */
export function runFolderName(inputName: string, at: Date): string {
  const name = path
    .parse(inputName)
    .name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_')
    .slice(0, 60);
  const time = at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `offboard-${name || 'input'}-${time}`;
}
