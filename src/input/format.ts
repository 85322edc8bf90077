import type { Encoding } from './encoding.ts';
import type { Delimiter } from './find-header.ts';

/** How a file is written, as it was found or chosen by flag. */
export interface Format {
  readonly encoding: Encoding;
  /** What stands between the columns. */
  readonly delimiter: Delimiter;
  /** The line that names the columns; the first line of the file is 1. Lines above it are passed over. */
  readonly headerLine: number;
}
