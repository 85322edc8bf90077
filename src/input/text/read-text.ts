import { isUtf8 } from 'node:buffer';
import { UserError } from '../../errors.ts';
import { decoders, type Encoding, showByte } from './encoding.ts';

const lf = 0x0a;
const cr = 0x0d;

/** Of a text, up to where it was read; one without a line break at its end counts. */
export interface CountedLines {
  lines: number;
}

/**
 * Bytes without a byte order mark -> the same text as UTF-8 without NUL. What comes before the first bad byte is given
 * out before the `UserError` that names its line.
 * @param counted is told how many lines were given out.
 */
export async function* readText(
  chunks: AsyncIterable<Buffer>,
  encoding: Encoding,
  name: string,
  counted: CountedLines = { lines: 0 },
): AsyncGenerator<Buffer> {
  let line = 1;
  let endsInCr = false;
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
    const { good, rest, bad } = encoding === 'utf-8' ? passUtf8(bytes) : decode(bytes, encoding);
    line += countLineBreaks(good, endsInCr);
    if (good.length > 0) {
      const last = good.at(-1);
      endsInCr = last === cr;
      counted.lines = endsInCr || last === lf ? line - 1 : line;
      yield good;
    }
    if (bad !== undefined) throw doesNotFit(bad, encoding, line, name);
    tail = bytes.subarray(bytes.length - rest);
  }
  if (tail.length > 0) throw doesNotFit(showByte(tail[0] ?? 0), encoding, line, name);
}

interface Text {
  /** UTF-8, up to what is bad. */
  readonly good: Buffer;
  /** How many bytes at the end begin a character that the next chunk may complete. */
  readonly rest: number;
  /** What does not fit, as messages show it. */
  readonly bad: string | undefined;
}

const nul = 'a NUL';

function passUtf8(bytes: Buffer): Text {
  const rest = incompleteTail(bytes);
  const text = bytes.subarray(0, bytes.length - rest);
  if (isUtf8(text) && !text.includes(0)) return { good: text, rest, bad: undefined };
  const good = text.subarray(0, goodLength(text));
  const byte = text[good.length] ?? 0;
  return { good, rest: 0, bad: byte === 0 ? nul : showByte(byte) };
}

function decode(bytes: Buffer, encoding: Exclude<Encoding, 'utf-8'>): Text {
  const { text, rest, bad } = decoders[encoding](bytes);
  const nulAt = text.indexOf('\0');
  if (nulAt === -1) return { good: Buffer.from(text), rest, bad };
  return { good: Buffer.from(text.slice(0, nulAt)), rest: 0, bad: nul };
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
  const nulAt = bytes.indexOf(0);
  let good = 0;
  let bad = (nulAt === -1 ? bytes.length : nulAt) + 1;
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

function doesNotFit(what: string, encoding: Encoding, line: number, name: string): UserError {
  if (what === nul) {
    return new UserError(`${name} line ${line}: here is a NUL character, which no text file holds.`, {
      hint: 'The file is damaged, or it is no CSV file: export it again as "CSV UTF-8".',
    });
  }
  return new UserError(`${name} line ${line}: ${what} here is not ${encoding.toUpperCase()} text.`, {
    hint:
      encoding === 'utf-8'
        ? 'If the file was saved by a Chinese Windows, give --encoding gb18030; by a Western one, --encoding windows-1252. Or save it as "CSV UTF-8".'
        : 'The file is damaged or in another encoding: export it again as "CSV UTF-8".',
  });
}
