import { isUtf8 } from 'node:buffer';

import { decoders } from '../text/encoding.ts';

/** What comes out where lost characters are read once more, or memory that nobody wrote is read as Chinese. */
const telltale = /锟斤|斤拷|烫烫|屯屯|ï¿½|Ã¯Â¿Â½|[\u2500-\u257f]|√[\u00a0-\u00ff\u2018-\u221e]/u;

/** Encodings that UTF-8 is read in by mistake. */
const encodings = ['windows-1252', 'windows-1251', 'macintosh', 'gb18030', 'shift_jis', 'big5'] as const;
type MisreadIn = (typeof encodings)[number];

const tables = new Map<MisreadIn, ReadonlyMap<string, readonly number[]>>();

/** What each character beyond ASCII was written as, worked out from what each byte, or two, is read as. */
function tableOf(encoding: MisreadIn): ReadonlyMap<string, readonly number[]> {
  const known = tables.get(encoding);
  if (known !== undefined) return known;
  const table = new Map<string, readonly number[]>();
  const decode = decoderOf(encoding);
  for (let lead = 0x80; lead <= 0xff; lead += 1) {
    const single = decode(Buffer.of(lead));
    if (single.length === 1 && single !== '\ufffd') table.set(single, [lead]);
    if (!isOfTwoBytes(encoding)) continue;
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const char = decode(Buffer.of(lead, trail));
      if (/^.$/u.test(char) && char !== '\ufffd' && !table.has(char)) table.set(char, [lead, trail]);
    }
  }
  tables.set(encoding, table);
  return table;
}

function isOfTwoBytes(encoding: MisreadIn): boolean {
  return encoding === 'gb18030' || encoding === 'shift_jis' || encoding === 'big5';
}

function decoderOf(encoding: MisreadIn): (bytes: Buffer) => string {
  // Some versions of Node read it as Latin-1.
  if (encoding === 'windows-1252') return (bytes) => decoders['windows-1252'](bytes).text;
  const decoder = new TextDecoder(encoding);
  return (bytes) => decoder.decode(bytes);
}

/**
 * What a text was before it was read in another encoding than it was written in; `''` where that cannot be told, undefined
 * where it was not.
 */
export function misreadText(text: string): string | undefined {
  if (telltale.test(text)) return '';
  const likely: readonly MisreadIn[] = /[\p{Script=Han}\p{Script=Katakana}\p{Script=Hiragana}]/u.test(text)
    ? ['gb18030', 'shift_jis', 'big5']
    : /\p{Script=Cyrillic}/u.test(text)
      ? ['windows-1251']
      : ['windows-1252', 'macintosh'];
  for (const encoding of likely) {
    const read = readAsUtf8(text, encoding);
    if (read !== undefined) return read;
  }
  return readAsChinese(text);
}

/** The text that the bytes are in UTF-8, if they are; characters of a text that was read rightly are none by chance. */
function readAsUtf8(text: string, encoding: MisreadIn): string | undefined {
  const table = tableOf(encoding);
  const bytes: number[] = [];
  for (const char of text) {
    const written = char < '\u0080' ? [char.charCodeAt(0)] : table.get(char);
    if (written === undefined) return undefined;
    bytes.push(...written);
  }
  const buffer = Buffer.from(bytes);
  if (!isUtf8(buffer)) return undefined;
  const read = buffer.toString();
  return isOfTwoBytes(encoding) && !isProbable(read) ? undefined : read;
}

/**
 * Two bytes of a Chinese character can be a letter in UTF-8 by chance: what counts is two characters of three bytes, three letters
 * of Russian, or a letter between letters of ASCII, as in `M眉ller`.
 */
function isProbable(read: string): boolean {
  const wide = read.replaceAll(/[\u0000-\u007f]/g, '');
  return (
    /^[\p{Script=Han}\u3040-\u30ff\uac00-\ud7af]{2,}$/u.test(wide) ||
    /^[А-яЁё]{3,}$/.test(wide) ||
    (/^[\u00c0-\u024f\u1e00-\u1eff]+$/.test(wide) &&
      /[A-Za-z][^\u0000-\u007f]|[^\u0000-\u007f][A-Za-z]/.test(read))
  );
}

/** GBK that was read as Latin letters: four or more in a row, as no language has them. */
function readAsChinese(text: string): string | undefined {
  if (!/[\u00a1-\u00fe]{4,}/.test(text) || /[^\u0000-\u00ff]/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'latin1');
  const read = new TextDecoder('gb18030').decode(bytes);
  return /^\p{Script=Han}{2,}$/u.test(read.replaceAll(/[\u0000-\u007f]/g, '')) ? read : undefined;
}
