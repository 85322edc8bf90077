// Control and format characters (C0, C1, bidi marks, zero-width), line and paragraph separators, halves of
// surrogate pairs: what can drive a terminal, turn text around, or hide in it.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

// Spaces that look like the ASCII one, or like none.
const lookalike = /[\u00a0\u115f\u1160\u2000-\u200a\u202f\u205f\u2800\u3164\uffa0]/gu;

/** Text from a file in a form that is safe to show: at most `maxLength` characters, what is invisible as `\u{1b}`. */
export function printable(text: string, maxLength = 60): string {
  return cut(text, maxLength).replace(unprintable, codePoint);
}

/** The same for a text in which it matters what the spaces are: those that are no ASCII space are shown as well. */
export function visible(text: string, maxLength = 60): string {
  return printable(text, maxLength).replace(lookalike, codePoint);
}

function codePoint(char: string): string {
  return `\\u{${char.codePointAt(0)?.toString(16)}}`;
}

/** The first `maxLength` UTF-16 units of a text, never half a character; `…` stands for what was left out. */
export function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = maxLength - 1;
  const splitsAPair =
    /[\ud800-\udbff]/.test(text.charAt(end - 1)) && /[\udc00-\udfff]/.test(text.charAt(end));
  return `${text.slice(0, splitsAPair ? end - 1 : end)}…`;
}

// As above, but for tabs and line breaks.
const unprintableInLines = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** A whole text, lines and all, in a form that is safe to show on a page. */
export function printableText(text: string): string {
  return text.replace(unprintableInLines, codePoint);
}

/** A whole text, lines and all, in a form that is safe to show on a terminal. JSON stays the same JSON. */
export function printableLines(text: string): string {
  return text.replace(unprintableInLines, (char) =>
    Array.from({ length: char.length }, (_, at) => codeOf(char.charCodeAt(at))).join(''),
  );
}

// What drives a terminal or turns text around, but for tabs and line breaks.
const active = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * A file's text in a form that is safe to show: what is active stands in it as `\u001b`. What is only invisible stays, as
 * names are written with it. JSON stays the same JSON.
 */
export function inactive(text: string): string {
  return text.replace(active, (char) => codeOf(char.charCodeAt(0)));
}

function codeOf(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

const maxListed = 50;

/** A list that can be read, however many there are. */
export function listed(items: readonly string[]): string {
  const rest = items.length - maxListed;
  return `${items.slice(0, maxListed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** `1,234` of a whole number. Made by hand, as `toLocaleString` reads the languages of the world first: 12 ms of each start. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}
