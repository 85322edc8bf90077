/**
 * What is read at once, and so the size of a batch, whose rows are alive together: small enough for them to be gone before the
 * garbage collector has met them twice. With 16 KiB the check of lines of one byte peaked at 177 MiB instead of 105.
 */
const pieceBytes = 8 * 1024;

const quote = 0x22;
const lf = 0x0a;
const cr = 0x0d;

export interface Stretch {
  readonly bytes: Buffer;
  /**
   * Without, these are whole records whose cells and lines end at each delimiter and line break. With, they may begin or end
   * within a record, and belong together with the segments that follow, up to the last of them.
   */
  readonly quoted: 'no' | 'yes' | 'last';
}

/**
 * Cuts CSV text where records end: at a line break with an even number of quotation marks before it. In text that breaks the
 * rules of CSV a cut may be elsewhere, but never before the first fault.
 * @param mostBytes what is longer and has no record end is given out as it is.
 */
export async function* segmentsOf(text: AsyncIterable<Buffer>, mostBytes: number): AsyncGenerator<Stretch> {
  /** Has no quotation marks. */
  let rest: Buffer = Buffer.alloc(0);
  const append = createAppending();
  let goesOn = false;
  /** In the segment that goes on. */
  let quotes = 0;
  for await (const piece of piecesOf(text)) {
    // No record ends within the rest, but perhaps with the CR that it ends with.
    const from = Math.max(0, rest.length - 1);
    const bytes = append(rest, piece);
    quotes += count(piece, quote);
    const { end, quotesAfter } = lastRecordEnd(bytes, from, quotes);
    if (end > 0) {
      const hasQuotes: boolean = goesOn || quotes > quotesAfter;
      goesOn = hasQuotes && quotesAfter > 0;
      quotes = quotesAfter;
      yield { bytes: bytes.subarray(0, end), quoted: !hasQuotes ? 'no' : goesOn ? 'yes' : 'last' };
    }
    rest = bytes.subarray(end);
    if (quotes > 0) {
      // Given out at once, so that a fault is found before more is read.
      if (rest.length > 0) yield { bytes: rest, quoted: 'yes' };
      goesOn = true;
      rest = rest.subarray(rest.length);
    } else if (rest.length > mostBytes) {
      break;
    }
  }
  if (goesOn || rest.length > 0) yield { bytes: rest, quoted: goesOn ? 'last' : 'no' };
}

/**
 * What is longer than a piece grows in a buffer with room for as much again: to copy the whole for each piece of a record that
 * never ends took seconds before it was refused.
 * @returns joins a rest with the piece behind it; what was joined before keeps its bytes.
 */
function createAppending(): (rest: Buffer, piece: Buffer) => Buffer {
  let room: Buffer = Buffer.alloc(0);
  let used = 0;
  return (rest, piece) => {
    if (rest.length === 0) return piece;
    if (rest.length < pieceBytes) return Buffer.concat([rest, piece]);
    const isInRoom = rest.buffer === room.buffer && rest.byteOffset + rest.length === room.byteOffset + used;
    if (!isInRoom || used + piece.length > room.length) {
      room = Buffer.allocUnsafeSlow(2 * (rest.length + piece.length));
      used = rest.copy(room);
    }
    used += piece.copy(room, used);
    return room.subarray(used - piece.length - rest.length, used);
  };
}

/** @param from no record ends before it. @param quotes in the segment up to the end of the bytes. @returns 0 where no record ends. */
function lastRecordEnd(bytes: Buffer, from: number, quotes: number): { end: number; quotesAfter: number } {
  const window = bytes.subarray(from);
  const hasCr = window.includes(cr);
  let quotesAfter = 0;
  let end = window.length;
  // A CR at the very end may be half a CRLF.
  let before = window.at(-1) === cr ? end - 1 : end;
  while (before > 0) {
    const feed = window.lastIndexOf(lf, before - 1);
    before = hasCr ? Math.max(feed, window.lastIndexOf(cr, before - 1)) : feed;
    if (before === -1) break;
    if (quotes > 0) quotesAfter += count(window.subarray(before + 1, end), quote);
    end = before + 1;
    if ((quotes - quotesAfter) % 2 === 0) return { end: from + end, quotesAfter };
  }
  return { end: 0, quotesAfter: quotes };
}

async function* piecesOf(text: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of text) {
    for (let start = 0; start < chunk.length; start += pieceBytes) {
      yield chunk.subarray(start, start + pieceBytes);
    }
  }
}

function count(bytes: Buffer, byte: number): number {
  const first = bytes.indexOf(byte);
  if (first === -1) return 0;
  let count = 1;
  for (let at = first + 1; at < bytes.length; at += 1) if (bytes[at] === byte) count += 1;
  return count;
}
