import { constants } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import path from 'node:path';

import { stringify } from 'csv-stringify/sync';

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
  let isOpen = true;
  if (options.forSpreadsheets) await handle.write('\uFEFF');

  async function close(): Promise<void> {
    if (!isOpen) return;
    isOpen = false;
    await handle.close();
  }

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
      await close();
      await rename(partial, file);
      await syncFolder(path.dirname(file));
    },
    close,
  };
}
