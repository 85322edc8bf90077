import { isUtf8 } from 'node:buffer';
import { UserError } from '../errors.ts';
import { headBytes, refuseOtherFormats } from './refuse-other-formats.ts';

const byteOrderMark = Buffer.from('\ufeff');
const lf = 0x0a;
const cr = 0x0d;

/**
 * Bytes -> the same bytes, known to be UTF-8 text without NUL, and without a byte order mark. What comes before the
 * first bad byte is given out before the `UserError` that names its line.
 */
export async function* readText(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  let line = 1;
  let endsInCr = false;
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of afterHead(chunks, name)) {
    const bytes = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
    const text = bytes.subarray(0, bytes.length - incompleteTail(bytes));
    const isGood = isUtf8(text) && !text.includes(0);
    const good = isGood ? text : text.subarray(0, goodLength(text));
    line += countLineBreaks(good, endsInCr);
    if (good.length > 0) {
      endsInCr = good.at(-1) === cr;
      yield good;
    }
    if (!isGood) throw badByte(text[good.length], line, name);
    tail = bytes.subarray(text.length);
  }
  if (tail.length > 0) throw badByte(tail[0], line, name);
}

/** Collects the head whatever the sizes of the chunks, so that the same bytes are always judged alike. */
async function* afterHead(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < headBytes) continue;
    yield judged(head, name);
    head = undefined;
  }
  if (head !== undefined) yield judged(head, name);
}

function judged(head: Buffer, name: string): Buffer {
  const hasMark = head.subarray(0, byteOrderMark.length).equals(byteOrderMark);
  const text = hasMark ? head.subarray(byteOrderMark.length) : head;
  refuseOtherFormats(text.subarray(0, headBytes - byteOrderMark.length), name);
  return text;
}

/** How many bytes at the end begin a character that the next chunk may complete. */
function incompleteTail(bytes: Buffer): number {
  for (let back = 1; back <= 3; back += 1) {
    const byte = bytes.at(-back) ?? 0;
    const isContinuation = (byte & 0xc0) === 0x80;
    if (isContinuation) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? back : 0;
  }
  return 0;
}

/** How many bytes come before the first NUL or the first byte sequence that is not UTF-8. */
function goodLength(bytes: Buffer): number {
  const nul = bytes.indexOf(0);
  let good = 0;
  let bad = (nul === -1 ? bytes.length : nul) + 1;
  // `good` bytes are UTF-8 as far as they go; `bad` bytes are not, or hold the NUL.
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const prefix = bytes.subarray(0, middle);
    if (isUtf8(prefix.subarray(0, middle - incompleteTail(prefix)))) good = middle;
    else bad = middle;
  }
  return good - incompleteTail(bytes.subarray(0, good));
}

/** CRLF, LF and CR count once each, also where a chunk ends between CR and LF. */
function countLineBreaks(bytes: Buffer, followsCr: boolean): number {
  let count = followsCr && bytes[0] === lf ? -1 : 0;
  for (let at = bytes.indexOf(lf); at !== -1; at = bytes.indexOf(lf, at + 1)) count += 1;
  for (let at = bytes.indexOf(cr); at !== -1; at = bytes.indexOf(cr, at + 1)) {
    if (bytes[at + 1] !== lf) count += 1;
  }
  return count;
}

function badByte(byte = 0, line: number, name: string): UserError {
  if (byte === 0) {
    return new UserError(`${name} line ${line}: here is a NUL byte, which no text file holds.`, {
      hint: 'The file is damaged, or it is no CSV file: export it again as "CSV UTF-8".',
    });
  }
  const shown = `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return new UserError(`${name} line ${line}: the byte ${shown} here is not UTF-8 text.`, {
    hint: 'The file is in another encoding, such as Windows-1252 or GBK: save it as "CSV UTF-8" and give that file.',
  });
}
