/** Which signs a text is made of, as bits. */
export const signs = {
  digit: 1,
  /** a to z and A to Z. */
  letter: 2,
  underscore: 4,
  hyphen: 8,
  dot: 128,
  /** Any other sign of ASCII, the space too. */
  other: 16,
  /** Beyond ASCII. */
  wide: 32,
  /** A control character of ASCII. */
  control: 64,
} as const;

const { digit, letter, underscore, hyphen, dot, other, wide, control } = signs;

const ofAscii = Uint8Array.from({ length: 128 }, (_, unit) => {
  const char = String.fromCharCode(unit);
  if (/\d/.test(char)) return digit;
  if (/[A-Za-z]/.test(char)) return letter;
  if (char === '_') return underscore;
  if (char === '-') return hyphen;
  if (char === '.') return dot;
  return unit < 0x20 || unit === 0x7f ? control : other;
});

/** One look at each character, which spares nearly all IDs all that cannot be wrong with them. */
export function signsOf(text: string): number {
  let found = 0;
  for (let at = 0; at < text.length; at += 1) found |= ofAscii[text.charCodeAt(at)] ?? wide;
  return found;
}
