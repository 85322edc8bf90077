import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { exitCodes, UserError } from '../errors.ts';
import type { Identity } from '../genauth/identity.ts';
import type { PinnedFile } from '../files/copy-input.ts';
import { telling } from '../files/disk-error.ts';
import { runFiles } from './run-files.ts';
import { replaceFile, type Writer } from '../files/replacement.ts';

/** The version of everything in a run folder; a folder of another version is refused by name. */
export const formatVersion = 2;

/** `run.json`: what a run is, written once before its first call. No secret is in it. */
export interface RunFile<Options, Plan> {
  readonly format: typeof formatVersion;
  /** This program's version. */
  readonly version: string;
  readonly createdAt: string;
  /** Who started it, and where. */
  readonly createdBy: { readonly user: string; readonly machine: string };
  readonly input: PinnedFile & {
    readonly rows: number;
    readonly calls: number;
    /** Each once. */
    readonly users: number;
  };
  /** What is to be sent, and what is asked about it. */
  readonly plan: Plan;
  /** The pinned list of protected users; null when there is none. */
  readonly protect: PinnedFile | null;
  /** The user pool's apps, as far as the access key saw them; null where the list could not be read. */
  readonly apps: PinnedFile | null;
  /** Who the users of the plan are; null where GenAuth said nothing of them, and absent in runs from before it was. */
  readonly users?: PinnedFile | null;
  readonly options: Options;
  /** Whose users they are; null when the server never said, or the client is the caller's own. */
  readonly identity: Identity | null;
  /** What whoever has the access key secret says of host, user pool and way to authorise; without a server there is none. */
  readonly hostProof?: string | undefined;
  /** Whether the question before the first call was answered with yes, or `--yes` given. */
  readonly confirmed: boolean;
  /** Its calls are made by many machines, and the truth about them stands in a queue's database; absent in a run of this folder alone. */
  readonly isShared?: true | undefined;
}

/** A folder has the whole file or none. @throws {UserError} when it cannot be written. */
export async function writeRunFile(
  folder: string,
  run: RunFile<unknown, unknown>,
  writer: Writer = 'holder',
): Promise<void> {
  const file = runFiles(folder).run;
  const sealed = { ...run, checksum: checksumOf(run) };
  await telling(file, () => replaceFile(file, `${JSON.stringify(sealed, undefined, 2)}\n`, writer));
}

/** With another host or other options the rest of the run would concern other people, so a change must not go unnoticed. */
function checksumOf(run: object): string {
  return createHash('sha256').update(JSON.stringify(run)).digest('hex');
}

/** @throws {UserError} when the folder holds no run, or one of another format version. */
export async function readRunFile<Options, Plan>(folder: string): Promise<RunFile<Options, Plan>> {
  const file = runFiles(folder).run;
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
    if (!existsSync(folder)) {
      throw new UserError(`There is no folder ${folder}.`, {
        hint: 'Give the folder that `run` printed.',
        cause: error,
      });
    }
    throw new UserError(`${folder} is no run folder: it has no run.json.`, {
      hint: 'Give the folder that `run` printed. A run that was killed before it could send anything leaves a folder without run.json: nothing is to be resumed there.',
      cause: error,
    });
  }
  const parsed = parse(content);
  if (parsed === undefined) throw damaged(file);
  if (parsed.format !== formatVersion) throw otherFormat(file, parsed);
  const { checksum, ...run } = parsed;
  if (checksum !== checksumOf(run)) {
    throw new UserError(`${file} was changed since the run began.`, {
      hint: 'Restore it as it was. A run keeps its options to its end; to do the rest with others, start a new run with retry.csv.',
      exitCode: exitCodes.broken,
    });
  }
  // The checksum vouches for its shape.
  return run as unknown as RunFile<Options, Plan>;
}

function damaged(file: string): UserError {
  return new UserError(`${file} is damaged: it is not the JSON that was written.`, {
    hint: 'Restore it from a copy.',
    exitCode: exitCodes.broken,
  });
}

function otherFormat(file: string, { format, version }: Parsed): UserError {
  const isNewer = typeof format === 'number' && format > formatVersion;
  return new UserError(
    `${file} has format ${String(format)}, and this version of genauth-offboard reads format ${formatVersion}.`,
    { hint: `It was made by version ${String(version)}: use that one${isNewer ? ' or a later one' : ''}.` },
  );
}

interface Parsed {
  readonly format: unknown;
  readonly version: unknown;
  readonly checksum?: unknown;
}

function parse(content: string): Parsed | undefined {
  try {
    const value: unknown = JSON.parse(content);
    const isObject = typeof value === 'object' && value !== null && 'format' in value && 'version' in value;
    return isObject ? value : undefined;
  } catch {
    return undefined;
  }
}
