import { CsvError, type CsvErrorCode, type Parser, parse } from 'csv-parse';
import { UserError } from '../errors.ts';
import type { RecordOfInput } from './row.ts';

/** The most text that one record may hold; an unclosed quotation mark would otherwise collect the rest of the file. */
const maxRecordChars = 1024 * 1024;
/** As many columns as an Excel sheet can have. */
const maxCells = 16_384;
/**
 * No record within the two limits above takes more bytes than this (3 a character, or 2 for a doubled quotation
 * mark; 3 for quotes and comma of a cell), so to stop here never refuses what they would let pass.
 */
const maxRecordBytes = 4 * maxRecordChars;
/**
 * What is parsed at once, and so the size of a batch. The records of a piece are alive together: lines of one byte took
 * 300 MB with pieces of 64 KiB, and 115 MB with these. Usual rows take the same time with both.
 */
const pieceBytes = 8 * 1024;

export interface CsvOptions {
  /** What stands between the cells. */
  readonly delimiter: string;
  /** The line of the file with which the text begins; the first one is 1. */
  readonly line: number;
}

/** UTF-8 text without byte order mark -> batches of records with the line each starts on, empty lines included. */
export async function* readCsv(
  text: AsyncIterable<Buffer>,
  options: CsvOptions,
  name: string,
): AsyncGenerator<RecordOfInput[]> {
  const parser = openParser(options.delimiter);
  let { line } = options;
  let bytesSinceRecord = 0;
  try {
    for await (const piece of piecesOf(text)) {
      // The records are there as soon as this is called, and must be taken out before it can end.
      const written = write(parser, piece);
      const records: RecordOfInput[] = [];
      let isTooWide = false;
      for (let cells = nextRecord(parser); cells !== null; cells = nextRecord(parser)) {
        isTooWide = cells.length > maxCells;
        if (isTooWide) break;
        records.push({ line, cells });
        line += 1 + countLineBreaks(cells);
      }
      bytesSinceRecord = piece.length + (records.length > 0 ? 0 : bytesSinceRecord);
      // What was good comes out first: the same bytes give the same records before the same error, however cut.
      if (records.length > 0) yield records;
      if (isTooWide || bytesSinceRecord > maxRecordBytes) throw tooLong(line, name);
      const failure = await written;
      if (failure) throw explain(failure, line, name);
    }
    const last = await readLast(parser, line, name);
    if (last.length > 0) yield last;
  } finally {
    parser.destroy();
  }
}

function openParser(delimiter: string): Parser {
  const parser = parse({
    columns: false,
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    // The rows' check counts the cells, and reports all such rows instead of the first.
    relax_column_count: true,
    max_record_size: maxRecordChars,
  });
  // csv-parse makes an error, thrown away at once, for each record as wide as the first one is not: 55 us a record
  // instead of 3. As long as it believes to be at the first record it does not.
  Object.defineProperty(parser.info, 'records', { get: () => 0, set() {} });
  // Errors come back from `write` and `for await`; without a listener the same error would also end the process.
  parser.on('error', () => undefined);
  return parser;
}

async function write(parser: Parser, piece: Buffer): Promise<Error | null | undefined> {
  return new Promise((resolve) => {
    parser.write(piece, resolve);
  });
}

function nextRecord(parser: Parser): string[] | null {
  return parser.read() as string[] | null;
}

async function readLast(parser: Parser, firstLine: number, name: string): Promise<RecordOfInput[]> {
  const records: RecordOfInput[] = [];
  let line = firstLine;
  parser.end();
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      if (cells.length > maxCells) throw tooLong(line, name);
      records.push({ line, cells });
      line += 1 + countLineBreaks(cells);
    }
  } catch (error) {
    throw explain(error, line, name);
  }
  return records;
}

async function* piecesOf(text: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of text) {
    for (let start = 0; start < chunk.length; start += pieceBytes) {
      yield chunk.subarray(start, start + pieceBytes);
    }
  }
}

/** CRLF, LF and CR count once each. */
function countLineBreaks(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) {
    if (cell.includes('\n') || cell.includes('\r')) count += cell.match(/\r\n|\n|\r/g)?.length ?? 0;
  }
  return count;
}

function tooLong(line: number, name: string): UserError {
  return new UserError(
    `${name} line ${line}: the record that starts here is longer than ${maxRecordChars} characters or ${maxCells} cells.`,
    { hint: 'Look for a quotation mark (") that is opened in it and never closed.' },
  );
}

const quoteFaults: Partial<Record<CsvErrorCode, { readonly message: string; readonly hint: string }>> = {
  CSV_QUOTE_NOT_CLOSED: {
    message: 'a quotation mark (") is opened and never closed',
    hint: 'Close it, or take it out.',
  },
  CSV_INVALID_CLOSING_QUOTE: {
    message: 'a cell goes on after its closing quotation mark (")',
    hint: 'Write a quotation mark that belongs to the text twice (""), and end the cell right after the closing one.',
  },
  INVALID_OPENING_QUOTE: {
    message: 'a quotation mark (") stands inside a cell that does not begin with one',
    hint: 'Put the whole cell in quotation marks, and write each one inside it twice ("").',
  },
};

/** Expects `line` to be the one after the last good record. */
function explain(error: unknown, line: number, name: string): unknown {
  if (!(error instanceof CsvError)) return error;
  if (error.code === 'CSV_MAX_RECORD_SIZE') return tooLong(line, name);
  const fault = quoteFaults[error.code];
  if (fault === undefined) return error;
  return new UserError(`${name} line ${line}: in the record that starts here, ${fault.message}.`, {
    hint: fault.hint,
    cause: error,
  });
}
