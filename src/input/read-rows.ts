import { createReadStream } from 'node:fs';
import { UserError } from '../errors.ts';
import { checkRow } from './check-row.ts';
import { type ColumnChoice, type Columns, findColumns } from './columns.ts';
import { readError } from './file-error.ts';
import { quoteFormulas } from './quote-formulas.ts';
import { readCsv } from './read-csv.ts';
import { readText } from './read-text.ts';
import type { RowRules } from './row-rules.ts';
import type { RecordOfInput, Row } from './row.ts';

export interface ReadOptions {
  readonly columns: ColumnChoice;
  readonly defaults: RowRules;
  /**
   * How messages call the file.
   * @default the path
   */
  readonly name?: string | undefined;
}

export interface OpenRows {
  readonly columns: Columns;
  /**
   * All rows in the file's order, a few hundred at a time; can be gone through once. Reads on only when asked for
   * the next batch. Throws a `UserError` where the file cannot be read on. Ending the loop early closes the file.
   */
  readonly batches: AsyncIterable<Row[]>;
  /** How many records with nothing in them were passed over until now. */
  emptyRecords: () => number;
  /** Closes the file; needed only where `batches` was not gone through. */
  close: () => Promise<void>;
}

/** Opens a file and reads its header; throws a `UserError` when it is no CSV file with the columns needed. */
export async function openRows(path: string, options: ReadOptions): Promise<OpenRows> {
  const name = options.name ?? path;
  return rowsOf(fileChunks(path, name), { ...options, name });
}

/** The rows of any bytes, in chunks of any size. */
export async function rowsOf(
  chunks: AsyncIterable<Buffer>,
  options: ReadOptions & { readonly name: string },
): Promise<OpenRows> {
  const { name, defaults } = options;
  let emptyRecords = 0;
  const records = readCsv(quoteFormulas(readText(chunks, name)), name);

  const readHeader = async (): Promise<{ columns: Columns; rest: RecordOfInput[] }> => {
    for (let batch = await records.next(); batch.done !== true; batch = await records.next()) {
      const at = batch.value.findIndex((record) => !isEmpty(record.cells));
      const header = batch.value[at];
      emptyRecords += header === undefined ? batch.value.length : at;
      if (header === undefined) continue;
      const columns = findColumns(header.cells, options.columns, defaults, name);
      return { columns, rest: batch.value.slice(at + 1) };
    }
    throw new UserError(`${name} is empty.`, {
      hint: 'It needs a first line that names the columns, such as user_id,app_ids, and a line for each user.',
    });
  };

  const toRows = (columns: Columns, batch: readonly RecordOfInput[]): Row[] => {
    const rows: Row[] = [];
    for (const { line, cells } of batch) {
      if (isEmpty(cells)) emptyRecords += 1;
      else rows.push(checkRow(line, cells, columns, defaults));
    }
    return rows;
  };

  async function* batches(columns: Columns, rest: readonly RecordOfInput[]): AsyncGenerator<Row[]> {
    try {
      const first = toRows(columns, rest);
      if (first.length > 0) yield first;
      for await (const batch of records) {
        const rows = toRows(columns, batch);
        if (rows.length > 0) yield rows;
      }
    } finally {
      await records.return(undefined);
    }
  }

  const close = async (): Promise<void> => {
    await records.return(undefined);
  };
  try {
    const { columns, rest } = await readHeader();
    return { columns, batches: batches(columns, rest), emptyRecords: () => emptyRecords, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Nothing to be seen in any cell: such a record names nobody. */
function isEmpty(cells: readonly string[]): boolean {
  return cells.every((cell) => cell === '' || cell.trim() === '');
}

async function* fileChunks(path: string, name: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk as Buffer;
  } catch (error) {
    throw readError(name, error);
  }
}
