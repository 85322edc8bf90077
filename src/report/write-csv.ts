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
  /** One for all batches: fresh ones would lie about until the next great garbage collection, tens of MB of them. */
  let buffer = Buffer.allocUnsafe(0);
  if (options.forSpreadsheets) await handle.write('\uFEFF');

  async function close(): Promise<void> {
    if (!isOpen) return;
    isOpen = false;
    await handle.close();
  }

  return {
    async write(records) {
      if (records.length === 0) return;
      const text = textOf(records, options);
      const most = 3 * text.length;
      if (most > buffer.length) buffer = Buffer.allocUnsafe(most);
      const length = buffer.write(text);
      for (let written = 0; written < length;) {
        written += (await handle.write(buffer, written, length - written)).bytesWritten;
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

/** A cell of this kind needs no quotes, and no spreadsheet runs it. */
const plainCell = /^(?:[^",\r\n=+\-@\t＝＋－＠][^",\r\n]*)?$/;

/** Most records are joined as they are, which takes 1 us for one of 18 cells; csv-stringify takes 4. It gets the others. */
function textOf(records: readonly (readonly string[])[], options: CsvOptions): string {
  let text = '';
  let others: string[][] = [];
  for (const record of records) {
    if (!record.every((cell) => plainCell.test(cell))) {
      others.push(record as string[]);
      continue;
    }
    if (others.length > 0) text += quoted(others, options);
    others = [];
    text += `${record.join(',')}\n`;
  }
  return text + quoted(others, options);
}

function quoted(records: string[][], options: CsvOptions): string {
  return stringify(records, {
    escape_formulas: options.forSpreadsheets,
    // A lone CR ends a record for many readers, and csv-stringify quotes only what ends its own.
    quoted_match: /[\r\n]/,
  });
}
