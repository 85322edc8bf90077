import path from 'node:path';

import { UserError } from '../errors.ts';
import { copyInput, type PinnedFile } from '../files/copy-input.ts';
import { CopyError } from '../files/disk-error.ts';
import { readProtectList } from '../input/protect-list.ts';
import { prove, type ProvenFile } from '../files/proven-file.ts';
import { createProtectedUsers, type ProtectedUsers } from './protected-users.ts';

/** Who must not be signed out, and which list says so. */
export interface Protection {
  /** What the user called the list. */
  readonly name: string;
  readonly sha256: string;
  readonly users: ProtectedUsers;
}

/** @param list the path that `--protect` gave. @throws {UserError} when the list cannot be used as it is. */
export async function readProtection(list: string): Promise<Protection> {
  return protectionOf(await proveList(list), list);
}

/** Copies the list into the run folder and reads it there, so that the run keeps to it whatever becomes of the original. */
export async function pinProtection(
  list: string,
  folder: string,
): Promise<{ pinned: PinnedFile; protection: Protection }> {
  const file = `protect${path.extname(list) || '.txt'}`;
  const copy = await copyInput(list, path.join(folder, file)).catch((error: unknown) => {
    throw aboutTheFlag(error);
  });
  const { size, sha256 } = copy;
  return { pinned: { name: list, file, size, sha256 }, protection: await protectionOf(copy, list) };
}

async function protectionOf(file: ProvenFile, name: string): Promise<Protection> {
  return { name, sha256: file.sha256, users: createProtectedUsers(await readProtectList(file, name)) };
}

function proveList(file: string): Promise<ProvenFile> {
  return prove(file).catch((error: unknown) => {
    throw aboutTheFlag(error);
  });
}

function aboutTheFlag(error: unknown): unknown {
  // A full disk is not the flag's fault.
  if (!(error instanceof UserError) || error instanceof CopyError) return error;
  const { hint, exitCode, cause } = error;
  return new UserError(`--protect: ${error.message}`, { hint, exitCode, cause });
}
