import { isUtf8 } from 'node:buffer';
import { UserError } from '../../errors.ts';
import { byteOrderMarks, textOf, type Encoding } from './encoding.ts';
import { findHeader, type NeededIn } from './find-header.ts';
import { isChineseName } from '../words/known-names.ts';

export interface FoundEncoding {
  readonly encoding: Encoding;
  /** Of the byte order mark, or of several, in bytes. */
  readonly markLength: number;
}

/**
 * Tells the encoding from the beginning of a file. UTF-8, unless a byte order mark says otherwise or another encoding
 * shows a header that cannot be there by chance: it is easy to decode text in a wrong encoding into wrong characters.
 * @param chosen what `--encoding` says.
 * @throws {UserError} when it says otherwise than the file's byte order mark.
 */
export function findEncoding(
  head: Buffer,
  chosen: Encoding | undefined,
  neededIn: NeededIn,
  name: string,
): FoundEncoding {
  const mark = byteOrderMarks.find(({ bytes }) => head.subarray(0, bytes.length).equals(bytes));
  if (mark !== undefined) {
    return { encoding: markedEncoding(mark.of, chosen, name), markLength: lengthOfMarks(head, mark.bytes) };
  }
  const encoding = chosen ?? unmarkedEncoding(head, neededIn, name);
  return { encoding, markLength: 0 };
}

/** A program that writes a mark before a text that has one already leaves two. */
function lengthOfMarks(head: Buffer, mark: Buffer): number {
  let length = mark.length;
  while (head.subarray(length, length + mark.length).equals(mark)) length += mark.length;
  return length;
}

function markedEncoding(marked: Encoding | 'utf-32', chosen: Encoding | undefined, name: string): Encoding {
  if (marked === 'utf-32') {
    throw new UserError(`${name} is written in UTF-32, which is not read.`, {
      hint: 'Save it as "CSV UTF-8", and give that file.',
    });
  }
  if (chosen === undefined || chosen === marked) return marked;
  throw new UserError(
    `${name} begins with the byte order mark of ${marked.toUpperCase()}, and --encoding says ${chosen}.`,
    { hint: 'Leave --encoding away.' },
  );
}

function unmarkedEncoding(head: Buffer, neededIn: NeededIn, name: string): Encoding {
  if (head.includes(0)) {
    const utf16 = (['utf-16le', 'utf-16be'] as const).find((encoding) => {
      const header = findHeader(textOf(head, encoding), neededIn, name);
      return header !== undefined && neededIn(header.cells) !== 'none';
    });
    if (utf16 !== undefined) return utf16;
    // An ASCII character in UTF-16.
    if (head.length > 1 && (head[0] === 0) !== (head[1] === 0)) {
      throw new UserError(`${name} looks like UTF-16, and nothing in it tells for certain.`, {
        hint: `Save it as "CSV UTF-8", or give --encoding ${head[0] === 0 ? 'utf-16be' : 'utf-16le'}.`,
      });
    }
    return 'utf-8';
  }
  if (isUtf8(head)) return 'utf-8';
  const header = findHeader(textOf(head, 'gb18030'), neededIn, name);
  return header?.cells.some(isChineseName) === true ? 'gb18030' : 'utf-8';
}
