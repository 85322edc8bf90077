import { constants } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import path from 'node:path';

import { stringify } from 'csv-stringify/sync';

import { writeError } from '../input/file-error.ts';
import { syncFolder } from '../journal/journal.ts';

export interface CsvOptions {
  /** For people: a BOM, so that Excel takes it for UTF-8, and cells that it would run as formulas are made harmless. */
  readonly forSpreadsheets: boolean;
}

export interface CsvWriter {
  write(records: readonly (readonly string[])[]): Promise<void>;
  /** Puts the file in its place, on disk. Without it only `<file>.partial` remains. */
  finish(): Promise<void>;
  /** Closes the file without putting it in its place; harmless after `finish`. */
  close(): Promise<void>;
}

/** Writes beside the place and renames at the end, so that whoever reads never sees half a file. */
export async function openCsv(file: string, options: CsvOptions): Promise<CsvWriter> {
  const partial = `${file}.partial`;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  const handle = await open(partial, flags, 0o600);
  return csvInto(handle, options, {
    async finished() {
      await rename(partial, file);
      await syncFolder(path.dirname(file));
    },
  });
}

/**
 * Writes a file that must not exist yet, not even as a link.
 * @throws {UserError} when it does, or cannot be made. Without `finish` nothing of it remains.
 */
export async function openNewCsv(file: string, options: CsvOptions): Promise<CsvWriter> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = await open(file, flags, 0o600).catch((error: unknown) => {
    throw writeError(file, error);
  });
  return csvInto(handle, options, { finished: async () => {}, abandoned: () => unlink(file) });
}

async function csvInto(
  handle: FileHandle,
  options: CsvOptions,
  end: { readonly finished: () => Promise<void>; readonly abandoned?: () => Promise<void> },
): Promise<CsvWriter> {
  let isOpen = true;
  if (options.forSpreadsheets) await handle.write('\uFEFF');

  return {
    async write(records) {
      if (records.length === 0) return;
      const text = stringify(records as string[][], {
        escape_formulas: options.forSpreadsheets,
        // A lone CR ends a record for many readers, and csv-stringify quotes only what ends its own.
        quoted_match: /[\r\n]/,
      });
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length;) {
        written += (await handle.write(bytes, written)).bytesWritten;
      }
    },
    async finish() {
      await handle.sync();
      isOpen = false;
      await handle.close();
      await end.finished();
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await handle.close();
      await end.abandoned?.();
    },
  };
}
