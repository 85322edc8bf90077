import { CsvError, type CsvErrorCode, parse as createParser, type Parser } from 'csv-parse';
import { segmentsOf } from './csv-segments.ts';
import { UserError } from '../../errors.ts';
import type { RecordOfInput } from './record.ts';

/** The most text that one record may hold; an unclosed quotation mark would otherwise collect the rest of the file. */
const maxRecordChars = 1024 * 1024;
/** As many columns as an Excel sheet can have. */
const maxCells = 16_384;
/**
 * No record within the two limits above takes more bytes than this (3 a character, or 2 for a doubled quotation
 * mark; 3 for quotes and comma of a cell), so to stop here never refuses what they would let pass.
 */
const maxRecordBytes = 4 * maxRecordChars;

const lf = 0x0a;

export interface CsvOptions {
  /** What stands between the cells; one character. */
  readonly delimiter: string;
  /** The line of the file with which the text begins; the first one is 1. */
  readonly line: number;
}

/**
 * UTF-8 text without byte order mark -> batches of records with the line each starts on, empty lines included.
 *
 * A segment of whole records without a quotation mark is split at line breaks and delimiters, at 0.5 us a row of six cells; the
 * others go through csv-parse, which takes 4.5: four of the five seconds in which a million rows are to be on their way.
 */
export async function* readCsv(
  text: AsyncIterable<Buffer>,
  { delimiter, line: firstLine }: CsvOptions,
  name: string,
): AsyncGenerator<RecordOfInput[]> {
  let line = firstLine;
  let records: RecordOfInput[] = [];
  let bytesSinceRecord = 0;
  /** There while segments with quotation marks follow each other. */
  let parser: Parser | undefined;

  function take(cells: string[]): void {
    if (cells.length > maxCells) throw tooLong(line, name);
    const lines = parser === undefined ? 1 : 1 + countLineBreaks(cells);
    records.push(lines === 1 ? { line, cells } : { line, lines, cells });
    line += lines;
  }

  function takeLine(text: string): void {
    if (text.length > maxRecordChars) throw tooLong(line, name);
    take(text.split(delimiter));
  }

  for await (const { bytes, quoted } of segmentsOf(text, maxRecordBytes)) {
    let failure: unknown;
    try {
      if (quoted === 'no') {
        eachLine(bytes, takeLine);
      } else {
        parser ??= openParser(delimiter);
        await parse(parser, bytes, take);
        if (quoted === 'last') await parseLast(parser, take);
      }
    } catch (error) {
      failure = explain(error, line, name);
    }
    if (quoted === 'last') parser = undefined;
    bytesSinceRecord = bytes.length + (records.length > 0 ? 0 : bytesSinceRecord);
    // What was good comes out first: the same bytes give the same records before the same error, however cut.
    if (records.length > 0) yield records;
    records = [];
    if (failure !== undefined) throw failure;
    if (bytesSinceRecord > maxRecordBytes) throw tooLong(line, name);
  }
}

function openParser(delimiter: string): Parser {
  const parser = createParser({
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

/** Hands out each record until the end or the first fault, which it throws. */
async function parse(parser: Parser, bytes: Buffer, take: (cells: string[]) => void): Promise<void> {
  // The records are there as soon as this is called, and must be taken out before an error can end it.
  const written = write(parser, bytes);
  for (let cells = nextRecord(parser); cells !== null; cells = nextRecord(parser)) take(cells);
  const failure = await written;
  if (failure) throw failure;
}

async function parseLast(parser: Parser, take: (cells: string[]) => void): Promise<void> {
  parser.end();
  for await (const cells of parser as AsyncIterable<string[]>) take(cells);
}

async function write(parser: Parser, bytes: Buffer): Promise<Error | null | undefined> {
  return new Promise((resolve) => {
    parser.write(bytes, resolve);
  });
}

function nextRecord(parser: Parser): string[] | null {
  return parser.read() as string[] | null;
}

/** Each line becomes a text of its own, so that who keeps a cell of it keeps no more than the line. */
function eachLine(bytes: Buffer, take: (text: string) => void): void {
  for (let start = 0; start < bytes.length;) {
    const feed = bytes.indexOf(lf, start);
    const end = feed === -1 ? bytes.length : feed;
    const text = bytes.toString('utf8', start, end);
    if (text.includes('\r')) for (const line of text.replace(/\r$/, '').split('\r')) take(line);
    else take(text);
    start = end + 1;
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
  });
}
