import { stringify } from 'csv-stringify/sync';

import { inactive } from '../input/printable.ts';
import { openReplacement, type Writer } from '../journal/replacement.ts';

export interface CsvOptions {
  /**
   * For people: a BOM, so that Excel takes it for UTF-8, and what it would run as a formula, or a terminal as a command, is
   * made harmless.
   */
  readonly forSpreadsheets: boolean;
  readonly writer: Writer;
}

export interface CsvWriter {
  write(records: readonly (readonly string[])[]): Promise<void>;
  /** Puts the file in its place, on disk. */
  finish(): Promise<void>;
  /** Gives it up when it is not in its place yet; harmless after `finish`. */
  close(): Promise<void>;
}

/** Writes beside the place and renames at the end, so that whoever reads never sees half a file. */
export async function openCsv(file: string, options: CsvOptions): Promise<CsvWriter> {
  const replacement = await openReplacement(file, options.writer);
  const { handle } = replacement;
  if (options.forSpreadsheets) {
    await handle.write('\uFEFF').catch(async (error: unknown) => {
      await replacement.close();
      throw error;
    });
  }

  return {
    async write(records) {
      if (records.length === 0) return;
      const text = stringify(records as string[][], {
        escape_formulas: options.forSpreadsheets,
        // A lone CR ends a record for many readers, and csv-stringify quotes only what ends its own.
        quoted_match: /[\r\n]/,
      });
      const bytes = Buffer.from(options.forSpreadsheets ? inactive(text) : text);
      for (let written = 0; written < bytes.length;) {
        written += (await handle.write(bytes, written)).bytesWritten;
      }
    },
    finish: replacement.finish,
    close: replacement.close,
  };
}
