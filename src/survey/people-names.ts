import type { Columns } from '../input/columns/columns.ts';
import { namePart } from '../input/words/names-of-people.ts';
import { trimSpaces } from '../input/words/trim-spaces.ts';

/** Columns that together say what a person is called, in the order in which they stand. */
export type NameColumns = readonly number[];

/**
 * The column of whole names, the first if there are several, or else those of its parts.
 * @returns undefined where a file has neither.
 */
export function nameColumns({ names, userId, userIdType, appIds }: Columns): NameColumns | undefined {
  const own = [userId, userIdType, appIds];
  const parts = names.map((name, column) => (own.includes(column) ? undefined : namePart(name)));
  const whole = parts.indexOf('whole');
  if (whole !== -1) return [whole];
  const [given, family] = [parts.indexOf('given'), parts.indexOf('family')];
  return given === -1 || family === -1 ? undefined : [given, family].sort((a, b) => a - b);
}

/** Empty where the row does not say it, or not all of it. */
export function nameIn(cells: readonly string[], columns: NameColumns): string {
  const parts = columns.map((column) => trimSpaces(cells[column] ?? ''));
  return parts.includes('') ? '' : parts.join(' ');
}

/**
 * Whether two names may be one person's: in any order, with a middle name or without, however they are spelled; of names in two scripts nobody
 * can tell.
 */
export function mayBeOneName(one: string, other: string): boolean {
  const [left, right] = [wordsOf(one), wordsOf(other)];
  return scripts.every((script) => {
    const mine = left.filter((word) => script.test(word));
    const theirs = right.filter((word) => script.test(word));
    if (mine.length === 0 || theirs.length === 0) return true;
    return isAmong(mine, theirs) || isAmong(theirs, mine) || lettersOf(mine) === lettersOf(theirs);
  });
}

const scripts = ['Latin', 'Han', 'Cyrillic', 'Greek', 'Hangul', 'Arabic'].map(
  (script) => new RegExp(String.raw`\p{Script=${script}}`, 'u'),
);

/** An initial stands for a word that begins so. */
function isAmong(words: readonly string[], others: readonly string[]): boolean {
  return words.every((word) =>
    others.some((other) => other === word || (/^[a-z]$/.test(word) && other.startsWith(word))),
  );
}

/** Where one writes Wang Xiao Ming, and another Xiaoming Wang. */
function lettersOf(words: readonly string[]): string {
  return words.join('').split('').sort().join('');
}

/** Without accents, signs, and what stands in brackets. */
function wordsOf(name: string): string[] {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/\(.*?\)/g, ' ')
    .toLowerCase();
  return plain.match(/\p{Script=Han}+|[^\P{L}\p{Script=Han}]+/gu) ?? [];
}
