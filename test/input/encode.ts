import type { Encoding } from '../../src/input/text/encoding.ts';

/** Text in an encoding, without a byte order mark. Throws when the encoding has no such character. */
export function encode(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text);
    case 'utf-16le':
      return Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16();
    case 'windows-1252':
      return byCharacter(text, windows1252);
    case 'gb18030':
      return byCharacter(text, gb18030);
  }
}

function byCharacter(text: string, encodeOne: (char: string) => readonly number[] | undefined): Buffer {
  return Buffer.from(
    Array.from(text).flatMap((char) => {
      const bytes = encodeOne(char);
      if (bytes === undefined) throw new Error(`no ${char} in this encoding`);
      return bytes;
    }),
  );
}

const windows1252Specials: Readonly<Record<string, number>> = {
  '€': 0x80,
  '„': 0x84,
  Š: 0x8a,
  Ž: 0x8e,
  '’': 0x92,
  Ÿ: 0x9f,
};

function windows1252(char: string): readonly number[] | undefined {
  const code = char.codePointAt(0) ?? 0;
  const byte =
    windows1252Specials[char] ?? (code < 0x80 || (code >= 0xa0 && code <= 0xff) ? code : undefined);
  return byte === undefined ? undefined : [byte];
}

/** The first plane, as the platform's decoder has it: characters of two bytes, then the others, which take four. */
const firstPlane = new Map<string, readonly number[]>();
const decoder = new TextDecoder('gb18030');
for (let first = 0x81; first <= 0xfe; first += 1) {
  for (let second = 0x40; second <= 0xfe; second += 1) {
    if (second !== 0x7f) firstPlane.set(decoder.decode(Buffer.of(first, second)), [first, second]);
  }
}
for (let linear = 0; linear < 39_420; linear += 1) {
  const bytes = fourBytes(0x81, linear);
  const char = decoder.decode(Buffer.from(bytes));
  if (!firstPlane.has(char)) firstPlane.set(char, bytes);
}

function gb18030(char: string): readonly number[] | undefined {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x80) return [code];
  // The planes above are numbered through from U+10000.
  return code < 0x10000 ? firstPlane.get(char) : fourBytes(0x90, code - 0x10000);
}

function fourBytes(first: number, linear: number): number[] {
  return [
    first + Math.floor(linear / 12_600),
    0x30 + (Math.floor(linear / 1260) % 10),
    0x81 + (Math.floor(linear / 10) % 126),
    0x30 + (linear % 10),
  ];
}

const marks: Readonly<Record<Encoding, string>> = {
  'utf-8': 'efbbbf',
  'utf-16le': 'fffe',
  'utf-16be': 'feff',
  gb18030: '84319533',
  'windows-1252': '',
};

export function withMark(bytes: Buffer, encoding: Encoding): Buffer {
  return Buffer.concat([Buffer.from(marks[encoding], 'hex'), bytes]);
}
