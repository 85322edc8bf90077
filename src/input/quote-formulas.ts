const quote = 0x22;
const lf = 0x0a;
const cr = 0x0d;

/** A line that is longer goes through as it comes. */
const maxHeldBytes = 64 * 1024;

// What is quoted, or a cell that is a formula of text; any delimiter, or a line break, stands before and after a cell.
const quotedOrFormula = /"[^"]*"|(?<=^|[,;\t|\r\n])="([^"\r\n]*)"(?=[,;\t|\r\n]|$)/g;

/**
 * Files made for spreadsheets hold cells like `="00123"` without quotation marks around them, which no CSV reader takes,
 * and rightly so. Here they get them, `"=""00123"""`, so that each is found as a damaged ID with its line, instead of
 * the first of them as damage of the file. All else goes through as it is.
 */
export async function* quoteFormulas(text: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let isQuoted = false;
  for await (const chunk of text) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const lastBreak = Math.max(bytes.lastIndexOf(lf), bytes.lastIndexOf(cr));
    const end = bytes.length - lastBreak > maxHeldBytes ? bytes.length : lastBreak + 1;
    rest = bytes.subarray(end);
    if (end === 0) continue;
    const lines = bytes.subarray(0, end);
    yield withQuotes(lines, isQuoted);
    isQuoted = isQuoted !== hasOddQuotes(lines);
  }
  if (rest.length > 0) yield withQuotes(rest, isQuoted);
}

/** @param isQuoted whether they begin within a quoted cell. */
function withQuotes(lines: Buffer, isQuoted: boolean): Buffer {
  if (!lines.includes('="')) return lines;
  // Byte for byte, as all that is looked for is ASCII.
  const text = `${isQuoted ? '"' : ''}${lines.toString('latin1')}`;
  const quoted = text.replaceAll(quotedOrFormula, (found, inner: string | undefined) =>
    inner === undefined ? found : `"=""${inner}"""`,
  );
  return Buffer.from(isQuoted ? quoted.slice(1) : quoted, 'latin1');
}

/** Whether a quoted cell begins or ends on the way. */
function hasOddQuotes(lines: Buffer): boolean {
  const first = lines.indexOf(quote);
  if (first === -1) return false;
  let count = 0;
  // One by one, as `indexOf` for each would cost 50 ns, and some files quote every cell.
  for (let at = first; at < lines.length; at += 1) {
    if (lines[at] === quote) count += 1;
  }
  return count % 2 === 1;
}
