const quote = 0x22;
const equals = 0x3d;
const lf = 0x0a;
const cr = 0x0d;
/** What stands before and after a cell: any delimiter, or a line break. */
const borders: ReadonlySet<number | undefined> = new Set([...Buffer.from(',;\t|'), lf, cr]);

/** The end of a chunk is held back for so many bytes at most. */
const maxHeldBytes = 64 * 1024;

// What is quoted, or a cell that is a formula of text.
const quotedOrFormula = /"[^"]*"|(?<=[,;\t|\r\n])="([^"\r\n]*)"(?=[,;\t|\r\n]|$)/g;

/**
 * Files made for spreadsheets hold cells like `="00123"` without quotation marks around them, which no CSV reader takes,
 * and rightly so. Here they get them, `"=""00123"""`, so that each is found as a damaged ID with its line, instead of
 * the first of them as damage of the file. All else goes through as it is.
 */
export async function* quoteFormulas(text: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let isQuoted = false;
  let last: number | undefined = lf;
  for await (const chunk of text) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = endOfCertain(bytes);
    rest = bytes.subarray(end);
    if (end === 0) continue;
    const certain = bytes.subarray(0, end);
    yield withQuotes(certain, isQuoted, last);
    isQuoted = isQuoted !== hasOddQuotes(certain);
    last = certain.at(-1);
  }
  if (rest.length > 0) yield withQuotes(rest, isQuoted, last);
}

/** Up to where what follows cannot matter any more: to the last line break where a formula may begin after it. */
function endOfCertain(bytes: Buffer): number {
  const lastBreak = Math.max(bytes.lastIndexOf(lf), bytes.lastIndexOf(cr));
  const lastLine = bytes.subarray(lastBreak + 1);
  const isOpen = lastLine.includes('="') || lastLine.at(-1) === equals;
  return isOpen && lastLine.length <= maxHeldBytes ? lastBreak + 1 : bytes.length;
}

/**
 * @param isQuoted whether the bytes begin within a quoted cell.
 * @param last the byte before them.
 */
function withQuotes(bytes: Buffer, isQuoted: boolean, last: number | undefined): Buffer {
  if (!bytes.includes('="')) return bytes;
  // Byte for byte, as all that is looked for is ASCII.
  const before = isQuoted ? '"' : borders.has(last) ? '\n' : ' ';
  const quoted = `${before}${bytes.toString('latin1')}`.replaceAll(
    quotedOrFormula,
    (found, inner: string | undefined) => (inner === undefined ? found : `"=""${inner}"""`),
  );
  return Buffer.from(quoted.slice(1), 'latin1');
}

/** Whether a quoted cell begins or ends on the way. */
function hasOddQuotes(bytes: Buffer): boolean {
  const first = bytes.indexOf(quote);
  if (first === -1) return false;
  let count = 0;
  // One by one, as `indexOf` for each would cost 50 ns, and some files quote every cell.
  for (let at = first; at < bytes.length; at += 1) {
    if (bytes[at] === quote) count += 1;
  }
  return count % 2 === 1;
}
