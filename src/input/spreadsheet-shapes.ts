import { damage, type Damage, type IdKind } from './damage.ts';

/** `="00123"`, which keeps a spreadsheet from changing the ID; `=A1` and the like name a cell of a file that is not here. */
export function findFormula(id: string): Damage | undefined {
  if (!/^[=＝]/.test(id)) return undefined;
  const inner = unwrapFormula(id);
  if (inner !== undefined) return damage('formula', 'is wrapped in a formula, ="..."', inner);
  const bare = /^[=＝]\s*(\d+)$/.exec(id)?.[1];
  return damage('formula', 'is a formula of a spreadsheet, not an ID', bare);
}

/** What stands in `="..."`. */
export function unwrapFormula(text: string): string | undefined {
  return /^[=＝]\s*"([^"]*(?:""[^"]*)*)"$/.exec(text)?.[1]?.replaceAll('""', '"');
}

const apostrophes = /^['’‘＇]+/;

export function findApostrophe(id: string): Damage | undefined {
  const rest = withoutApostrophe(id);
  if (rest === undefined) return undefined;
  return damage('apostrophe', 'begins with an apostrophe, which spreadsheets put before text', rest);
}

/** What follows an apostrophe at the beginning, and stands before another at the end. */
function withoutApostrophe(text: string): string | undefined {
  return apostrophes.test(text) ? text.replace(apostrophes, '').replace(/['’＇]$/, '') : undefined;
}

export function findError(id: string): Damage | undefined {
  const isError = /^#(?:N\/A|[A-Z]+[!?]|DIV\/0!|#{2,})$|^Err:\d{3}$/i.test(id);
  return isError ? damage('spreadsheet_error', "is a spreadsheet's error message, not an ID") : undefined;
}

// With a sign in the exponent, as spreadsheets write it: `1e5...` without one is the beginning of many an ID.
const exponent = /^[+-]?\d[\dA-F]*(?:[.,][\dA-F]+)?E\+\d{1,3}$|^\d[.,]\d{2,}E-\d{2,3}$/i;

export function findShortened(id: string, kind: IdKind): Damage | undefined {
  const parts = kind === 'identity' || kind === 'sync_relation' ? id.split(':') : [id];
  if (!parts.some((part) => exponent.test(part))) return undefined;
  return damage(
    'shortened_number',
    'is a number that a spreadsheet has shortened: the digits that are not shown are lost',
  );
}

// What becomes of `3-4`, `MAR1` or `12-DEC` in an English or a Chinese spreadsheet.
const months = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const date = new RegExp(`^(?:\\d{1,2}-(?:${months})(?:-\\d{2})?|(?:${months})-\\d{2}|\\d{1,2}月\\d{1,2}日)$`);

export function findDate(id: string, kind: IdKind): Damage | undefined {
  if (id.length > 9 || !date.test(id)) return undefined;
  // Somebody may be called so.
  const isClear = kind !== 'username';
  return {
    ...damage('date', 'looks like a date, into which spreadsheets turn IDs such as 3-4 or MAR1'),
    isClear,
  };
}

/** `13800138000.0`, `12,345`: IDs that went through a program as numbers. A name may look so. */
export function findDecimal(id: string, kind: IdKind): Damage | undefined {
  if (kind === 'username' || !/^(?:\d{1,3}(?:,\d{3})+(?:\.0+)?|\d{4,}\.0+)$/.test(id)) return undefined;
  const repair = id.replace(/\.0+$/, '').replaceAll(',', '');
  return damage('decimal', 'is written as a decimal number; expected its digits only', repair);
}
