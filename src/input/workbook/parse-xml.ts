import { SaxesParser } from 'saxes';

import type { UserError } from '../../errors.ts';

/** Names come without their namespace prefix; `attributes` as they are written. What is in an `extLst` is left out. */
export interface XmlListener {
  open: (name: string, attributes: Readonly<Record<string, string>>) => void;
  /** Once for each stretch of text between two tags, entities resolved. */
  text: (text: string) => void;
  close: (name: string) => void;
}

/** Elements inside each other; a sheet has some ten. */
const maxDepth = 100;
/** Between two tags, and in a row. saxes would collect a longer text in memory. */
export const maxTextChars = 1024 * 1024;

/** In a cell: twice what Excel takes. */
export const maxCellChars = 65_536;

/** In so little text few cells can stand, each of which can name the longest text that cells share. */
const pieceChars = 8192;

/**
 * Reads XML in UTF-8 or UTF-16 and tells the listener what is in it; yields after each piece, so that what was collected can be
 * taken away. What the listener throws comes out. saxes gets no releases any more; what it may collect is bounded here, and nothing else sees it.
 * @param fault makes the error to throw from a clause that says what is wrong.
 */
export async function* parseXml(
  chunks: AsyncIterable<Buffer>,
  listener: XmlListener,
  fault: (what: string, cause?: unknown) => UserError,
): AsyncGenerator<void> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  const parser = new SaxesParser({ xmlns: false, position: false });
  let depth = 0;
  let charsSinceTag = 0;
  // Extensions have elements of the same names, which mean something else: `x15:workbookPr`.
  let extensionDepth = 0;
  const isListened = (): boolean => extensionDepth === 0;
  parser.on('error', (error) => {
    throw fault('it holds XML that is not well-formed', error);
  });
  parser.on('doctype', () => {
    // Only a document type can declare entities, which grow without limit; no spreadsheet program writes one.
    throw fault('it holds a document type declaration, which no workbook has');
  });
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1;
    if (depth > maxDepth) throw fault(`its XML is nested more than ${maxDepth} deep`);
    charsSinceTag = 0;
    const element = localName(name);
    if (element === 'extLst' && isListened()) extensionDepth = depth;
    if (isListened()) listener.open(element, attributes);
  });
  parser.on('closetag', ({ name }) => {
    charsSinceTag = 0;
    if (isListened()) listener.close(localName(name));
    else if (extensionDepth === depth) extensionDepth = 0;
    depth -= 1;
  });
  parser.on('text', (text) => {
    if (isListened()) listener.text(text);
  });
  parser.on('cdata', (text) => {
    if (isListened()) listener.text(text);
  });

  const write = (text: string): void => {
    charsSinceTag += text.length;
    parser.write(text);
    if (charsSinceTag > maxTextChars) throw fault(`it holds a text of more than ${maxTextChars} characters`);
  };
  const decode = (chunk?: Buffer): string => {
    try {
      if (chunk === undefined) return decoder?.decode() ?? '';
      decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
      return decoder.decode(chunk, { stream: true });
    } catch (error) {
      throw fault(`it holds bytes that are not ${decoder?.encoding.toUpperCase() ?? 'text'}`, error);
    }
  };
  for await (const chunk of chunks) {
    const text = decode(chunk);
    for (let at = 0; at < text.length; at += pieceChars) {
      write(text.slice(at, at + pieceChars));
      yield;
    }
  }
  write(decode());
  parser.close();
  yield;
}

/** By its mark, or by the first sign, which is `<`. */
function encodingOf(beginning: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = beginning;
  if ((first === 0xff && second === 0xfe) || second === 0) return 'utf-16le';
  return (first === 0xfe && second === 0xff) || first === 0 ? 'utf-16be' : 'utf-8';
}

/** Reads to the end, for what is small. */
export async function readXml(...parameters: Parameters<typeof parseXml>): Promise<void> {
  const reading = parseXml(...parameters);
  while ((await reading.next()).done !== true);
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon === -1 ? name : name.slice(colon + 1);
}
