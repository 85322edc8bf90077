import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { exitCodes, UserError } from '../errors.ts';
import type { Identity } from '../genauth/client.ts';
import { telling } from './folder-error.ts';
import { replaceFile } from './replacement.ts';

/** The version of everything in a run folder; a folder of another version is refused by name. */
export const formatVersion = 1;

/** A file of the user's that the run reads its own copy of. */
export interface PinnedFile {
  /** What the user called it. */
  readonly name: string;
  /** The copy's name in the run folder. */
  readonly file: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
}

/** `run.json`: what a run is, written once before its first call. No secret is in it. */
export interface RunFile<Options> {
  readonly format: typeof formatVersion;
  /** This program's version. */
  readonly version: string;
  readonly createdAt: string;
  /** Who started it, and where. */
  readonly createdBy: { readonly user: string; readonly machine: string };
  readonly input: PinnedFile & { readonly rows: number; readonly calls: number };
  /** The pinned list of protected users; null when there is none. */
  readonly protect: PinnedFile | null;
  readonly options: Options;
  /** Whose users they are; null when the server never said, or the client is the caller's own. */
  readonly identity: Identity | null;
  /** Whether the question before the first call was answered with yes, or `--yes` given. */
  readonly confirmed: boolean;
}

const fileName = 'run.json';

/** A folder has the whole file or none. @throws {UserError} when it cannot be written. */
export async function writeRunFile(folder: string, run: RunFile<unknown>): Promise<void> {
  const file = path.join(folder, fileName);
  await telling(file, () => replaceFile(file, `${JSON.stringify(run, undefined, 2)}\n`, 'holder'));
}

/** @throws {UserError} when the folder holds no run, or one of another format version. */
export async function readRunFile<Options>(folder: string): Promise<RunFile<Options>> {
  const file = path.join(folder, fileName);
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!['ENOENT', 'ENOTDIR'].includes(code)) {
      throw new UserError(`${file} cannot be read (${code}).`, {
        hint: 'Check that it is a file which this user may read.',
        cause: error,
      });
    }
    throw new UserError(`${folder} is no run folder: it has no ${fileName}.`, {
      hint: 'Give the folder that `run` printed. A folder without run.json belongs to a run that sent nothing; it can be deleted.',
      cause: error,
    });
  }
  const parsed = parse(content);
  if (parsed === undefined) {
    throw new UserError(`${file} is damaged: it is not the JSON that was written.`, {
      hint: 'Restore it from a copy.',
      exitCode: exitCodes.broken,
    });
  }
  if (parsed.format !== formatVersion) {
    throw new UserError(
      `${file} has format ${String(parsed.format)}, and this version reads format ${formatVersion}.`,
      {
        hint: `It was made by genauth-offboard ${String(parsed.version)}: use that version.`,
      },
    );
  }
  return parsed as RunFile<Options>;
}

function parse(content: string): { format: unknown; version: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(content);
    const isObject = typeof value === 'object' && value !== null && 'format' in value && 'version' in value;
    return isObject ? value : undefined;
  } catch {
    return undefined;
  }
}
