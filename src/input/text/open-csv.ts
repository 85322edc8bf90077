import { isUtf8 } from 'node:buffer';

import { textOf, type Encoding } from './encoding.ts';
import { findEncoding } from './find-encoding.ts';
import { findHeader, type Delimiter, type NeededIn } from './find-header.ts';
import type { TextFormat } from './format.ts';
import { quoteFormulas } from './quote-formulas.ts';
import { readCsv } from './read-csv.ts';
import { readText, type CountedLines } from './read-text.ts';
import { refuseBinary, refuseOtherFormats, refuseOtherText } from './refuse-other-formats.ts';
import type { RecordOfInput } from './record.ts';

/** How much of a file's beginning decides how it is read: room for the widest header, and what stands above it. */
const headBytes = 64 * 1024;

export interface CsvSource {
  /** What `--encoding` says. */
  readonly encoding: Encoding | undefined;
  /** What `--delimiter` says. */
  readonly delimiter?: Delimiter | undefined;
  readonly neededIn: NeededIn;
  readonly name: string;
}

export interface OpenCsv {
  readonly format: TextFormat;
  /** The header first; ending it early closes the source. */
  readonly records: AsyncGenerator<RecordOfInput[]>;
  /** Of the file, up to where it was read. */
  readonly counted: Readonly<CountedLines>;
}

/** Finds out how a table is written, and opens it so; throws a `UserError` when it is no CSV file. */
export async function openCsv(chunks: AsyncIterable<Buffer>, source: CsvSource): Promise<OpenCsv> {
  const { neededIn, name } = source;
  const { encoding, beginning, text, counted, close } = await openText(chunks, source);
  try {
    const header = findHeader(beginning, neededIn, name, source.delimiter);
    const { number, start } = header?.from ?? { number: 1, start: 0 };
    const delimiter = header?.delimiter ?? source.delimiter ?? ',';
    const table = start === 0 ? text : skip(text, Buffer.byteLength(beginning.slice(0, start)));
    return {
      format: { encoding, delimiter, headerLine: header?.line ?? 1 },
      records: readCsv(quoteFormulas(table), { delimiter, line: number }, name),
      counted,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The lines of a list that needs no header, with commas; in the encoding that its beginning shows. */
export async function* openList(
  chunks: AsyncIterable<Buffer>,
  name: string,
): AsyncGenerator<RecordOfInput[]> {
  const { text } = await openText(chunks, { encoding: undefined, neededIn: () => 'none', name });
  yield* readCsv(text, { delimiter: ',', line: 1 }, name);
}

interface OpenText {
  readonly encoding: Encoding;
  /** To be looked at only. */
  readonly beginning: string;
  /** The whole, in UTF-8. */
  readonly text: AsyncIterable<Buffer>;
  readonly counted: CountedLines;
  /** Closes the source; needed only where `text` was not gone through. */
  close: () => Promise<void>;
}

async function openText(chunks: AsyncIterable<Buffer>, source: CsvSource): Promise<OpenText> {
  const { neededIn, name } = source;
  const iterator = chunks[Symbol.asyncIterator]();
  const close = async (): Promise<void> => {
    await iterator.return?.();
  };
  try {
    const read = await readHead(iterator);
    const head = read.subarray(0, headBytes);
    refuseOtherFormats(head, name);
    const { encoding, markLength } = findEncoding(head, source.encoding, neededIn, name);
    if (encoding === 'utf-8' && source.encoding === undefined && !isUtf8(head)) refuseBinary(head, name);
    const beginning = textOf(head.subarray(markLength), encoding);
    refuseOtherText(beginning, name);
    const counted: CountedLines = { lines: 0 };
    const text = readText(withRest(read.subarray(markLength), iterator), encoding, name, counted);
    return { encoding, beginning, text, counted, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Collects the head whatever the sizes of the chunks, so that the same bytes are always judged alike. */
async function readHead(iterator: AsyncIterator<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let length = 0; length < headBytes; length += chunks.at(-1)?.length ?? 0) {
    const next = await iterator.next();
    if (next.done === true) break;
    chunks.push(next.value);
  }
  return Buffer.concat(chunks);
}

async function* withRest(head: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

async function* skip(text: AsyncIterable<Buffer>, byteCount: number): AsyncGenerator<Buffer> {
  let left = byteCount;
  for await (const chunk of text) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}
