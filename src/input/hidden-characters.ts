import { damage, type Damage, type IdKind, isName } from './damage.ts';

// Half a surrogate pair cannot be written as UTF-8; it can only come out of a JSON escape.
const unusable = /[\u0000-\u001f\u007f-\u009f]|\p{Surrogate}/u;

/** Around an ID they are left over from copying, or there to keep a spreadsheet from changing it. */
export function findControl(id: string): Damage | undefined {
  const found = unusable.exec(id)?.[0];
  if (found === undefined) return undefined;
  const rest = id.trim();
  const says = `holds the control character ${nameOfControl(found)}; expected text without any`;
  return damage('control_character', says, unusable.test(rest) ? undefined : rest);
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
const invisible =
  /[\u00a0\u00ad\u061c\u115f\u1160\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufeff\uffa0]/u;
const everyInvisible = new RegExp(invisible.source, 'gu');
const asSpace = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/;
/** Joiners between letters that are not Latin, joiners in emoji, and full-width spaces between Chinese names belong to the text. */
const joined = /(?<=[^\u0000-\u024f])[\u200c\u3000\u200d](?=[^\u0000-\u024f])/gu;

export function findInvisible(id: string, kind: IdKind): Damage | undefined {
  const text = isName(kind) ? id.replaceAll(joined, '') : id;
  const found = invisible.exec(text)?.[0];
  if (found === undefined) return undefined;
  const repair = isName(kind) ? repairName(id) : id.replaceAll(everyInvisible, '');
  return damage('invisible_character', `holds ${nameOf(found)}, which cannot be seen`, repair);
}

function repairName(id: string): string {
  const joiners = new Set([...id.matchAll(joined)].map((match) => match.index));
  return id
    .replaceAll(everyInvisible, (char, at: number) =>
      joiners.has(at) ? char : asSpace.test(char) ? ' ' : '',
    )
    .trim();
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
export function findFullWidth(id: string, kind: IdKind): Damage | undefined {
  const wide = isName(kind) ? /[０-９Ａ-Ｚａ-ｚ]/g : /[！-～]/g;
  const repair = id.replaceAll(wide, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0));
  if (repair === id) return undefined;
  return damage('full_width', 'holds full-width characters, which are others than 0 to 9 and A to Z', repair);
}
