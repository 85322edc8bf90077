import type { Encoding } from './encoding.ts';
import type { Delimiter } from './find-header.ts';

/** How a file is written, as it was found or chosen by flag. */
export type Format = TextFormat | SheetFormat;

export interface TextFormat {
  readonly encoding: Encoding;
  /** What stands between the columns. */
  readonly delimiter: Delimiter;
  /** The line that names the columns; the first line of the file is 1. Lines above it are passed over. */
  readonly headerLine: number;
}

/** Of an Excel workbook. */
export interface SheetFormat {
  /** The name of the sheet that is read. */
  readonly sheet: string;
  /** Those that are not read, hidden ones too, in the order of their tabs. */
  readonly otherSheets: readonly string[];
  /** The number of the row that names the columns. Rows above it are passed over. */
  readonly headerLine: number;
}
