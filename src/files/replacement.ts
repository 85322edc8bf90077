import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { readdir, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

import { renamePatiently } from './patient-rename.ts';
import { openPrivate } from './private-file.ts';
import { syncFolder } from './sync-folder.ts';

/** A file in the making, beside its place: whoever reads the place finds the whole former file or the whole new one. */
export interface Replacement {
  readonly handle: FileHandle;
  /** Where it is until then. */
  readonly partial: string;
  /** Puts the file in its place. @param durable a power cut may not take it any more when this resolves; by default. */
  finish(durable?: boolean): Promise<void>;
  /** Closes the file, and deletes it when it was not put in its place. */
  close(): Promise<void>;
}

/** `holder`: of the lock of the run folder. `guest`: anybody else, who may be at the same file at the same time. */
export type Writer = 'holder' | 'guest';

function partialOf(file: string, writer: Writer): string {
  return writer === 'holder'
    ? `${file}.partial`
    : `${file}.${process.pid}-${randomBytes(4).toString('hex')}.partial`;
}

/** Starts a file that will replace `file`. */
export async function openReplacement(file: string, writer: Writer): Promise<Replacement> {
  const partial = partialOf(file, writer);
  // Only a process that died can have left this name, and removing a link does not touch what it points to.
  await rm(partial, { force: true });
  const handle = await openPrivate(partial, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
  let isOpen = true;
  let isInPlace = false;

  async function closeHandle(): Promise<void> {
    if (!isOpen) return;
    isOpen = false;
    await handle.close();
  }

  return {
    handle,
    partial,
    async finish(durable = true) {
      if (durable) await handle.sync();
      await closeHandle();
      await renamePatiently(partial, file);
      isInPlace = true;
      if (durable) await syncFolder(path.dirname(file));
    },
    async close() {
      try {
        await closeHandle();
      } finally {
        // On a full disk every block counts.
        if (!isInPlace) await rm(partial, { force: true }).catch(() => {});
      }
    },
  };
}

/** Writes a file in one go, see {@link openReplacement}. */
export async function replaceFile(
  file: string,
  content: string,
  writer: Writer,
  durable = true,
): Promise<void> {
  const replacement = await openReplacement(file, writer);
  try {
    await replacement.handle.writeFile(content);
    await replacement.finish(durable);
  } finally {
    await replacement.close();
  }
}

/** Several files in the making, which take their places together or not at all. */
export interface Replacements<Name extends string> {
  handle(name: Name): FileHandle;
  /** Where it is until then. */
  partial(name: Name): string;
  /** This one has come to nothing: what stands in its place stays. */
  leaveOut(name: Name): Promise<void>;
  /**
   * Puts them all in their places, where a power cut does not take them any more.
   * @returns false when somebody else has done so since these were opened: then what they hold may be older.
   */
  finish(): Promise<boolean>;
  /** Closes them, and deletes what was not put in its place. */
  close(): Promise<void>;
}

/**
 * Starts files that replace those of these names, and never with anything older: what they are made from has to be read after this.
 * Whoever comes to its end deletes the files that guests had in the making by then, so that a guest which slept meanwhile finds
 * nothing that it could put in place of the newer ones. The holder's are deleted by nobody.
 */
export async function openReplacements<Name extends string>(
  folder: string,
  names: readonly Name[],
  writer: Writer,
): Promise<Replacements<Name>> {
  const opened = new Map<Name, Replacement>();

  async function close(): Promise<void> {
    for (const replacement of opened.values()) await replacement.close();
  }

  try {
    for (const name of names) opened.set(name, await openReplacement(path.join(folder, name), writer));
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
  function get(name: Name): Replacement {
    const replacement = opened.get(name);
    if (replacement === undefined) throw new Error(`${name} was not opened.`);
    return replacement;
  }

  return {
    handle: (name) => get(name).handle,
    partial: (name) => get(name).partial,
    async leaveOut(name) {
      await get(name).close();
      opened.delete(name);
    },
    async finish() {
      for (const { handle } of opened.values()) await handle.sync();
      const own = new Set([...opened.values()].map(({ partial }) => path.basename(partial)));
      for (const name of await readdir(folder)) {
        const { of, guest } = partialName.exec(name)?.groups ?? {};
        const isGuests = guest !== undefined && !own.has(name) && names.some((each) => each === of);
        // One that cannot be deleted keeps nobody from what is newer.
        if (isGuests) await rm(path.join(folder, name), { force: true }).catch(() => {});
      }
      try {
        for (const replacement of opened.values()) await replacement.finish(false);
      } catch (error) {
        if (writer === 'guest' && isMissing(error)) return false;
        throw error;
      }
      await syncFolder(folder);
      return true;
    },
    close,
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** What a file in the making is called, and what process of a guest makes it. The copies of a user's files keep the endings that those had, whatever they are. */
export const partialName =
  /^(?!(?:input|protect)\.partial$)(?<of>.+?)(?:\.(?<guest>\d+)-[0-9a-f]+)?\.partial$/;
