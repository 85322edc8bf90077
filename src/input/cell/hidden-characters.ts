import { clear, isName, type Found, type IdKind } from './damage.ts';

// Half a surrogate pair cannot be written as UTF-8; it can only come out of a JSON escape.
const unusable = /[\u0000-\u001f\u007f-\u009f]|\p{Surrogate}/u;

/** Around an ID they are left over from copying, or there to keep a spreadsheet from changing it. */
export function findControl(text: string): Found | undefined {
  const found = unusable.exec(text)?.[0];
  if (found === undefined) return undefined;
  const rest = text.trim();
  const says = `holds the control character ${nameOfControl(found)}; expected text without any`;
  return clear(says, unusable.test(rest) ? undefined : rest);
}

const controlNames = new Map([
  ['\u0000', 'NUL'],
  ['\t', 'TAB'],
  ['\n', 'line feed'],
  ['\r', 'carriage return'],
]);

function nameOfControl(char: string): string {
  const name = controlNames.get(char);
  return name === undefined ? codeOf(char) : `${name} (${codeOf(char)})`;
}

function codeOf(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

// Spaces that are no ASCII space, and what has no width: joiners, bidi marks, fillers, the byte order mark.
const everyInvisible =
  /[\u00a0\u00ad\u061c\u115f\u1160\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufeff\uffa0]/gu;
const asSpace = /[\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
/** Joiners between letters that are not Latin, joiners in emoji, and full-width spaces between Chinese names belong to the text. */
const joined = /(?<=[^\u0000-\u024f])[\u200c\u3000\u200d](?=[^\u0000-\u024f])/gu;

export function findInvisible(text: string, kind: IdKind): Found | undefined {
  const joiners = new Set(isName(kind) ? [...text.matchAll(joined)].map((match) => match.index) : []);
  let found: string | undefined;
  const repair = text.replaceAll(everyInvisible, (char, at: number) => {
    if (joiners.has(at)) return char;
    found ??= char;
    // What stands between two IDs must not make one of them.
    return asSpace.test(char) ? ' ' : '';
  });
  if (found === undefined) return undefined;
  return clear(`holds ${nameOf(found)}, which cannot be seen`, repair.trim());
}

const invisibleNames = new Map([
  ['\u00a0', 'a no-break space'],
  ['\u202f', 'a no-break space'],
  ['\u3000', 'a full-width space'],
  ['\u00ad', 'a soft hyphen'],
  ['\u200b', 'a zero-width space'],
  ['\u2060', 'a word joiner'],
  ['\ufeff', 'a byte order mark'],
]);

function nameOf(char: string): string {
  const isMark = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(char);
  return `${invisibleNames.get(char) ?? (isMark ? 'a mark of writing direction' : 'the character')} (${codeOf(char)})`;
}

/** Digits and letters always; signs only where no sentence can stand, as a name may hold a full-width parenthesis. */
export function findFullWidth(text: string, kind: IdKind): Found | undefined {
  const wide = isName(kind) ? /[０-９Ａ-Ｚａ-ｚ]/g : /[！-～]/g;
  const digits = /[\p{L}]/u.test(text) ? text : withAsciiDigits(text);
  const repair = digits.replaceAll(wide, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0));
  if (repair === text) return undefined;
  return clear('holds digits or letters of another form than 0 to 9 and A to Z', repair);
}

/** Numbers in the digits of another script, such as Arabic's. */
function withAsciiDigits(text: string): string {
  return text.replaceAll(/[^\x00-\x7f\uff10-\uff19]/gu, (char) =>
    /\p{Nd}/u.test(char) ? String(digitOf(char)) : char,
  );
}

/** Unicode has the digits of each script in a row of ten. */
function digitOf(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1;
  return value;
}
