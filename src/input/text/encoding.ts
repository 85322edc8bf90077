/** The encodings that can be read, by the names that plan and `--encoding` use. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'windows-1252'] as const;

export type Encoding = (typeof encodings)[number];

/** Byte order marks, the longer before those that they begin with. UTF-32 only to be told apart from UTF-16. */
export const byteOrderMarks: readonly { readonly bytes: Buffer; readonly of: Encoding | 'utf-32' }[] = [
  { bytes: Buffer.of(0xef, 0xbb, 0xbf), of: 'utf-8' },
  { bytes: Buffer.of(0xff, 0xfe, 0, 0), of: 'utf-32' },
  { bytes: Buffer.of(0, 0, 0xfe, 0xff), of: 'utf-32' },
  { bytes: Buffer.of(0xff, 0xfe), of: 'utf-16le' },
  { bytes: Buffer.of(0xfe, 0xff), of: 'utf-16be' },
  { bytes: Buffer.of(0x84, 0x31, 0x95, 0x33), of: 'gb18030' },
];

/** What a decoder makes of some bytes that begin with a whole character. */
export interface Decoded {
  /** The text up to the end, or up to `bad`. */
  readonly text: string;
  /** How many bytes at the end begin a character that is not whole; they come again before what follows. */
  readonly rest: number;
  /** What does not fit the encoding, as messages show it. */
  readonly bad: string | undefined;
}

/** Strict decoders: no byte is ever replaced or guessed. UTF-8 has none, as it is only looked at and passed on. */
export const decoders: Readonly<Record<Exclude<Encoding, 'utf-8'>, (bytes: Buffer) => Decoded>> = {
  'utf-16le': (bytes) => utf16(bytes, bytes.length & 1),
  'utf-16be'(bytes) {
    const rest = bytes.length & 1;
    return utf16(Buffer.from(bytes.subarray(0, bytes.length - rest)).swap16(), rest);
  },
  gb18030: decodeGb18030,
  'windows-1252': decodeWindows1252,
};

/** The beginning of a text, to be looked at only: what does not fit the encoding is left out or replaced. */
export function textOf(head: Buffer, encoding: Encoding): string {
  return encoding === 'utf-8' ? head.toString() : decoders[encoding](head).text;
}

export function showByte(byte: number): string {
  return `the byte 0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

function utf16(bytes: Buffer, rest: number): Decoded {
  const text = bytes.toString('utf16le', 0, bytes.length & ~1);
  const cutsAPair = /[\ud800-\udbff]$/.test(text);
  const whole = cutsAPair ? text.slice(0, -1) : text;
  const bad = whole.search(/\p{Surrogate}/u);
  if (bad === -1) return { text: whole, rest: rest + (cutsAPair ? 2 : 0), bad: undefined };
  const unit = whole.charCodeAt(bad).toString(16).toUpperCase();
  return { text: whole.slice(0, bad), rest: 0, bad: `half a character (U+${unit})` };
}

const gb18030 = new TextDecoder('gb18030', { fatal: true, ignoreBOM: true });

function decodeGb18030(bytes: Buffer): Decoded {
  const rest = gb18030Rest(bytes);
  const whole = bytes.subarray(0, bytes.length - rest);
  const text = tryGb18030(whole);
  if (text !== undefined) return { text, rest, bad: undefined };
  let good = 0;
  for (;;) {
    const next = good + gb18030Length(whole, good);
    if (tryGb18030(whole.subarray(good, next)) === undefined) break;
    good = next;
  }
  return {
    text: tryGb18030(whole.subarray(0, good)) ?? '',
    rest: 0,
    bad: showByte(whole[good] ?? 0),
  };
}

function tryGb18030(bytes: Buffer): string | undefined {
  try {
    return gb18030.decode(bytes);
  } catch {
    return undefined;
  }
}

/** A byte below 0x30 is never the second or later one of a character, so nothing before the last one has to be looked at. */
function gb18030Rest(bytes: Buffer): number {
  let at = bytes.length;
  while (at > 0 && (bytes[at - 1] ?? 0) >= 0x30) at -= 1;
  let length = 0;
  for (; at < bytes.length; at += length) length = gb18030Length(bytes, at);
  return at === bytes.length ? 0 : bytes.length - (at - length);
}

/** How long the character is whose first byte is at `at`, as far as its first two bytes tell. */
function gb18030Length(bytes: Buffer, at: number): number {
  const [first = 0, second] = [bytes[at], bytes[at + 1]];
  if (first <= 0x80 || first === 0xff) return 1;
  return second !== undefined && second >= 0x30 && second <= 0x39 ? 4 : 2;
}

/**
 * What Windows-1252 has instead of the control characters from 0x80 to 0x9f; a space stands for what it has not.
 * Some versions of Node decode it as Latin-1, so it is not left to `TextDecoder`.
 */
const windows1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

function decodeWindows1252(bytes: Buffer): Decoded {
  const latin1 = bytes.toString('latin1');
  const bad = latin1.search(/[\u0081\u008d\u008f\u0090\u009d]/);
  const text = (bad === -1 ? latin1 : latin1.slice(0, bad)).replaceAll(
    /[\u0080-\u009f]/g,
    (char) => windows1252[char.charCodeAt(0) - 0x80] ?? char,
  );
  return { text, rest: 0, bad: bad === -1 ? undefined : showByte(bytes[bad] ?? 0) };
}
