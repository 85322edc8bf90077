import type { ColumnChoice } from '../../src/input/columns/columns.ts';
import type { RowDefaults } from '../../src/input/cell/row-rules.ts';
import type { Encoding } from '../../src/input/text/encoding.ts';
import type { Delimiter } from '../../src/input/text/find-header.ts';
import type { TextFormat } from '../../src/input/text/format.ts';
import { UserError } from '../../src/errors.ts';
import { rowsOf } from '../../src/input/read-rows.ts';
import type { Row } from '../../src/input/row.ts';

export const noDefaults: RowDefaults = { userIdType: 'user_id', appIds: [] };

export interface AllRows {
  readonly rows: readonly Row[];
  readonly format: TextFormat | undefined;
  readonly names: readonly string[];
  readonly emptyRecords: number;
  /** What ended the reading, if it did not come to the end of the file. */
  readonly error: UserError | undefined;
}

/** Reads everything there is before the error, if there is one. */
export async function readAll(
  content: string | Buffer | readonly Buffer[],
  options: {
    columns?: ColumnChoice;
    defaults?: RowDefaults;
    encoding?: Encoding;
    delimiter?: Delimiter;
  } = {},
): Promise<AllRows> {
  const rows: Row[] = [];
  let names: readonly string[] = [];
  let format: TextFormat | undefined;
  let emptyRecords = 0;
  try {
    const opened = await rowsOf(chunksOf(content), {
      columns: options.columns ?? {},
      defaults: options.defaults ?? noDefaults,
      encoding: options.encoding,
      delimiter: options.delimiter,
      name: 'users.csv',
    });
    format = 'encoding' in opened.format ? opened.format : undefined;
    names = opened.columns.names;
    try {
      for await (const batch of opened.batches) rows.push(...batch);
    } finally {
      emptyRecords = opened.emptyRecords();
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { rows, format, names, emptyRecords, error };
  }
  return { rows, format, names, emptyRecords, error: undefined };
}

async function* chunksOf(content: string | Buffer | readonly Buffer[]): AsyncGenerator<Buffer> {
  if (typeof content === 'string') yield Buffer.from(content);
  else if (Buffer.isBuffer(content)) yield content;
  else yield* content;
}

/** The bytes cut after each of the given lengths, over and over. */
export function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let start = 0, index = 0; start < bytes.length; index += 1) {
    const length = lengths[index % lengths.length] ?? 1;
    chunks.push(bytes.subarray(start, start + length));
    start += length;
  }
  return chunks;
}

/** Cut as {@link cut} does, but for the first 64 KiB, which are looked at in one piece however they come. */
export function cutBehindHead(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  return [bytes.subarray(0, 66_000), ...cut(bytes.subarray(66_000), lengths)];
}
