import { UserError } from '../errors.ts';
import { withCellProblems } from './cell-problems.ts';
import { createRowCheck } from './check-row.ts';
import {
  type ColumnChoice,
  type Columns,
  defaultTypeIn,
  findColumns,
  neededColumnsIn,
} from './columns/columns.ts';
import type { Encoding } from './text/encoding.ts';
import type { Delimiter, NeededIn } from './text/find-header.ts';
import type { Format } from './text/format.ts';
import { openCsv, type OpenCsv } from './text/open-csv.ts';
import { openSheet, orOtherSheet, type OpenSheet } from './workbook/open-sheet.ts';
import type { OpenWorkbook } from './workbook/read-workbook.ts';
import { openIfWorkbook } from './workbook/open-workbook.ts';
import { printable } from '../printable.ts';
import { provenChunks, type ProvenFile } from '../files/proven-file.ts';
import type { RowRules } from './cell/row-rules.ts';
import type { RecordOfInput } from './text/record.ts';
import type { Row } from './row.ts';
import { headerHoldsRecords, holdsRecords } from './swallowed-records.ts';
import { createMendCheck } from './unmended.ts';
import type { UserIdType } from './words/user-id-type.ts';

export interface ReadOptions {
  readonly columns: ColumnChoice;
  /** A type that is undefined is told by the name of the user ID's column. */
  readonly defaults: RowRules;
  /** Which sheet of a workbook; without it the first one that is shown. */
  readonly sheet?: string | undefined;
  /** Undefined where the file's beginning is to tell. */
  readonly encoding?: Encoding | undefined;
  /** Of a text; undefined likewise. */
  readonly delimiter?: Delimiter | undefined;
  /**
   * How messages call the file.
   * @default the path
   */
  readonly name?: string | undefined;
}

export interface OpenRows {
  readonly format: Format;
  readonly columns: Columns;
  /** Of rows that name no type; undefined where every row has to name one. */
  readonly defaultUserIdType: UserIdType | undefined;
  /**
   * All rows in the file's order, a few hundred at a time; can be gone through once. Reads on only when asked for
   * the next batch. Throws a `UserError` where the file cannot be read on. Ending the loop early closes the file.
   */
  readonly batches: AsyncIterable<Row[]>;
  /** How many records with nothing in them were passed over until now. */
  emptyRecords: () => number;
  /** What became of the lines of a text until now; null for a sheet. */
  lines: () => LineTally | null;
  /** Rows of a sheet that were passed over until now, as a table says that they hold its totals. */
  totalRows: () => readonly number[];
  /** Closes the file; needed only where `batches` was not gone through. */
  close: () => Promise<void>;
}

/** Lines of a file, which together are all of it. */
export interface LineTally {
  /** Of the header, and all above it that is not empty. */
  readonly header: number;
  /** Of records that became rows, valid or not. */
  readonly rows: number;
  readonly empty: number;
}

/** Opens a file and reads its header; throws a `UserError` when it is no table with the columns needed. */
export async function openRows(file: ProvenFile, options: ReadOptions): Promise<OpenRows> {
  const name = options.name ?? file.path;
  const workbook = await openIfWorkbook(file, name, options);
  if (workbook === undefined) return rowsOf(provenChunks(file, name), { ...options, name });
  try {
    return await rowsOfSheet(workbook, name, options);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const others = workbook.sheet.all.filter((each) => each !== workbook.sheet.name);
    throw orOtherSheet(error, others, await sheetsThatFit(file, name, options, others));
  }
}

async function rowsOfSheet(workbook: OpenWorkbook, name: string, options: ReadOptions): Promise<OpenRows> {
  const sheetName = `${name}, sheet "${printable(workbook.sheet.name)}"`;
  const sheet = await openSheet(workbook, neededInBy(options), sheetName);
  return rowsIn(sheet, { ...options, name: sheetName });
}

/** Nobody looks through more. */
const maxSheets = 8;

/** Those of the sheets that have the columns needed. */
async function sheetsThatFit(
  file: ProvenFile,
  name: string,
  options: ReadOptions,
  sheets: readonly string[],
): Promise<string[]> {
  const fitting: string[] = [];
  for (const sheet of sheets.slice(0, maxSheets)) {
    const workbook = await openIfWorkbook(file, name, { ...options, sheet });
    const rows = workbook && (await rowsOfSheet(workbook, name, options).catch(() => undefined));
    if (rows === undefined) continue;
    fitting.push(sheet);
    await rows.close();
  }
  return fitting;
}

/** The rows of any text, in chunks of any size. */
export async function rowsOf(
  chunks: AsyncIterable<Buffer>,
  options: ReadOptions & { readonly name: string },
): Promise<OpenRows> {
  const { name, encoding, delimiter } = options;
  const source = { encoding, delimiter, neededIn: neededInBy(options), name };
  return rowsIn(await openCsv(chunks, source), options);
}

export function neededInBy({ columns, defaults }: Pick<ReadOptions, 'columns' | 'defaults'>): NeededIn {
  return (cells) => neededColumnsIn(cells, columns, defaults);
}

async function rowsIn(
  source: OpenCsv | OpenSheet,
  options: ReadOptions & { readonly name: string },
): Promise<OpenRows> {
  const { records, format } = source;
  const sheet = 'refuseMerged' in source ? source : undefined;
  const delimiter = 'delimiter' in format ? format.delimiter : undefined;
  const tally = { header: 0, rows: 0, empty: 0 };
  const reading: Reading = {
    name: options.name,
    records,
    delimiter,
    isSheet: sheet !== undefined,
    tally,
    emptyRecords: 0,
  };

  async function* batches(table: Table): AsyncGenerator<Row[]> {
    try {
      const first = toRows(reading, table, table.rest);
      if (first.length > 0) yield first;
      for await (const batch of records) {
        const rows = toRows(reading, table, batch);
        if (rows.length > 0) yield rows;
      }
      sheet?.refuseMerged();
      if ('counted' in source) refuseMiscounted(tally, source.counted.lines, options.name);
    } finally {
      await records.return(undefined);
    }
  }

  const close = async (): Promise<void> => {
    await records.return(undefined);
  };
  try {
    const table = await readHeader(reading, options);
    return {
      format,
      columns: table.columns,
      defaultUserIdType: table.userIdType,
      batches: batches(table),
      emptyRecords: () => reading.emptyRecords,
      lines: () => (sheet === undefined ? { ...tally } : null),
      totalRows: () => sheet?.totalRows ?? [],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A file that is being read. */
interface Reading {
  readonly name: string;
  readonly records: OpenCsv['records'];
  /** Undefined in a sheet. */
  readonly delimiter: string | undefined;
  readonly isSheet: boolean;
  readonly tally: { -readonly [part in keyof LineTally]: number };
  emptyRecords: number;
}

async function readHeader(reading: Reading, options: ReadOptions): Promise<Table> {
  const { name, records, delimiter, tally } = reading;
  const { defaults } = options;
  for (let batch = await records.next(); batch.done !== true; batch = await records.next()) {
    const at = batch.value.findIndex((record) => !isEmpty(record.cells));
    const header = batch.value[at];
    for (const record of at === -1 ? batch.value : batch.value.slice(0, at)) passOver(reading, record);
    if (header === undefined) continue;
    const { line, lines = 1 } = header;
    tally.header = line - 1 + lines - tally.empty;
    if (delimiter !== undefined && lines > 1 && headerHoldsRecords(header.cells, delimiter)) {
      throw swallowed(name, line, lines);
    }
    const where = line === 1 ? name : `${name} line ${line}`;
    const rest = batch.value.slice(at + 1);
    const sample = rest.map(({ cells }) => cells);
    const columns = findColumns(header.cells, options.columns, defaults, where, sample);
    const userIdType = defaults.userIdType ?? defaultTypeIn(columns, options.columns, where, sample);
    const check = createRowCheck(columns, { ...defaults, userIdType });
    const mend = createMendCheck(columns);
    return { columns, userIdType, check, mend, rest };
  }
  throw new UserError(`${name} is empty.`, {
    hint: 'It needs a first line that names the columns, such as user_id,app_ids, and a line for each user.',
  });
}

function passOver(reading: Reading, { lines = 1 }: RecordOfInput): void {
  reading.emptyRecords += 1;
  reading.tally.empty += lines;
}

function toRows(reading: Reading, table: Table, batch: readonly RecordOfInput[]): Row[] {
  const { name, delimiter, isSheet, tally } = reading;
  const rows: Row[] = [];
  for (const record of batch) {
    const { line, lines = 1, cells, problems } = record;
    if (isEmpty(cells) && problems === undefined) {
      passOver(reading, record);
      continue;
    }
    tally.rows += lines;
    if (lines > 1 && delimiter !== undefined) {
      const { columns, userIdType } = table;
      if (holdsRecords(cells, delimiter, columns, userIdType)) throw swallowed(name, line, lines);
    }
    const whole = isSheet ? padded(cells, table.columns.names.length) : cells;
    const row = table.check(line, whole);
    const judged = problems === undefined ? row : withCellProblems(row, problems, table.columns);
    rows.push(table.mend === undefined ? judged : table.mend(judged));
  }
  return rows;
}

/** No line may vanish, whatever is in it; this one is a bug. */
function refuseMiscounted({ header, rows, empty }: LineTally, lines: number, name: string): void {
  if (header + rows + empty === lines) return;
  throw new Error(`${name} has ${lines} lines; ${header} + ${rows} + ${empty} were read`);
}

function swallowed(name: string, line: number, lines: number): UserError {
  const last = line + lines - 1;
  return new UserError(
    `${name} line ${line}: a quotation mark (") in the record that starts here makes one record of the lines ${line} to ${last}, which hold records of their own.`,
    {
      hint: 'Write a quotation mark that belongs to a text twice (""), with the whole cell in quotation marks, or take it out; and export the file again if you can.',
    },
  );
}

/** What is known once the header is read. */
interface Table {
  readonly columns: Columns;
  /** Of rows that name no type. */
  readonly userIdType: UserIdType | undefined;
  readonly check: ReturnType<typeof createRowCheck>;
  /** In a file of rows to mend. */
  readonly mend: ReturnType<typeof createMendCheck>;
  /** What was read behind the header already. */
  readonly rest: readonly RecordOfInput[];
}

/** Nothing to be seen in any cell: such a record names nobody. */
function isEmpty(cells: readonly string[]): boolean {
  return cells.every((cell) => cell === '' || cell.trim() === '');
}

/** A sheet's rows end with their last text. */
function padded(cells: readonly string[], length: number): readonly string[] {
  return cells.length >= length ? cells : [...cells, ...Array<string>(length - cells.length).fill('')];
}
