import { maxCellChars, readXml } from './parse-xml.ts';
import type { UserError } from '../../errors.ts';
import { unescapeText } from './text-escapes.ts';
import { damagedWorkbook, tooBigWorkbook } from './workbook-error.ts';

/** The texts of a workbook's cells, each once; cells name them by number. */
export interface SharedStrings {
  /** @returns undefined when there is no such number. */
  get: (index: number) => string | undefined;
}

const mebibyte = 1024 * 1024;
/** No text takes more, at 3 bytes a character. */
const blockBytes = 4 * mebibyte;
/** A million rows with an ID, an email and a name of their own take some 80 MiB. */
const maxBlocks = 24;
const maxStrings = 4_000_000;
const lengthBytes = 3;

/**
 * Keeps the texts as UTF-8 in blocks: one of 24 characters takes 31 bytes, and as a string of its own some 60.
 * @throws {UserError} when they take more than 96 MiB.
 */
export async function readSharedStrings(xml: AsyncIterable<Buffer>, name: string): Promise<SharedStrings> {
  const strings = createStore(name);
  let text = '';
  let isText = false;
  let phonetic = 0;
  const fault = (what: string, cause?: unknown): UserError =>
    damagedWorkbook(name, `in its texts, ${what}`, cause);
  await readXml(
    xml,
    {
      open(element, { uniqueCount }) {
        if (element === 'si') text = '';
        // Said at the begin, so that nothing has to be read to the end for it.
        else if (element === 'sst' && Number(uniqueCount) > maxStrings) throw tooManyStrings(name);
        else if (element === 'rPh') phonetic += 1;
        else if (element === 't') isText = phonetic === 0;
      },
      text(stretch) {
        if (isText) text += stretch;
        if (text.length > maxCellChars) throw fault(`one is longer than ${maxCellChars} characters`);
      },
      close(element) {
        if (element === 'si') strings.add(unescapeText(text));
        else if (element === 'rPh') phonetic -= 1;
        else if (element === 't') isText = false;
      },
    },
    fault,
  );
  return strings;
}

function tooManyStrings(name: string): UserError {
  const most = (maxBlocks * blockBytes) / mebibyte;
  return tooBigWorkbook(
    name,
    `its different texts take more than ${most} MiB, or are more than ${maxStrings}`,
  );
}

function createStore(name: string): SharedStrings & { add: (text: string) => void } {
  const blocks: Buffer[] = [];
  let used = blockBytes;
  let count = 0;
  // Where each text begins, counted over all blocks: its length first, then its bytes.
  let places = new Uint32Array(1024);

  return {
    add(text) {
      const length = Buffer.byteLength(text);
      if (used + lengthBytes + length > blockBytes) {
        blocks.push(Buffer.allocUnsafeSlow(blockBytes));
        used = 0;
      }
      if (blocks.length > maxBlocks || count >= maxStrings) {
        throw tooManyStrings(name);
      }
      if (count === places.length) {
        const bigger = new Uint32Array(2 * places.length);
        bigger.set(places);
        places = bigger;
      }
      places[count] = (blocks.length - 1) * blockBytes + used;
      const block = blocks.at(-1);
      block?.writeUIntLE(length, used, lengthBytes);
      block?.write(text, used + lengthBytes);
      used += lengthBytes + length;
      count += 1;
    },
    get(index) {
      if (!Number.isInteger(index) || index < 0 || index >= count) return undefined;
      const place = places[index] ?? 0;
      const block = blocks[Math.floor(place / blockBytes)];
      const start = (place % blockBytes) + lengthBytes;
      return block?.toString('utf8', start, start + block.readUIntLE(start - lengthBytes, lengthBytes));
    },
  };
}
