import { readAppIds } from './cell/app-ids.ts';
import { judgeCell } from './cell/judge-cell.ts';
import type { Columns } from './columns/columns.ts';
import { fittedTo } from './columns/fitted-cells.ts';
import { trimSpaces } from './words/trim-spaces.ts';
import type { UserIdType } from './words/user-id-type.ts';

const lineBreak = /\r\n|\n|\r/;

/** How a text is made, whatever its letters and digits: `65f0aa000000000000000001`, `a.a`, `A-9`. */
function lookOf(text: string): string {
  if (/^[\da-f]{24}$/i.test(text)) return 'object ID';
  if (text.includes('@')) return 'email';
  return text
    .replaceAll(/\p{Lu}+/gu, 'A')
    .replaceAll(/[\p{Ll}\p{Lo}]+/gu, 'a')
    .replaceAll(/\d+/g, '9');
}

/** The look of the user and the app that a line names as a record of its own; undefined where it is none. */
function lookOfRecord(
  line: string,
  delimiter: string,
  columns: Columns,
  type: UserIdType | undefined,
): string | undefined {
  const asRead = line.split(delimiter).map((cell) => cell.replaceAll('"', ''));
  // A comma with a space behind it stands in sentences; so a header shows whether it stands between cells.
  const isProse = asRead.slice(1).some((cell) => /^ +\S/.test(cell));
  const cells = fittedTo(columns, asRead);
  // Fewer cells than the header has are what a line break in any cell makes of its record.
  if (
    cells === undefined ||
    asRead.length < columns.names.length ||
    (isProse && !columns.names.slice(1).some((name) => name.startsWith(' ')))
  ) {
    return undefined;
  }
  const userId = trimSpaces(cells[columns.userId] ?? '');
  if (userId === '' || judgeCell(userId, type ?? 'any')?.isClear === true) return undefined;
  if (columns.appIds === undefined) return lookOf(userId);
  const [app = ''] = readAppIds(trimSpaces(cells[columns.appIds] ?? '')) ?? [];
  return `${lookOf(userId)} ${lookOf(app)}`;
}

/**
 * Whether a record of several lines is several records: a quotation mark that belongs to the text of one cell, and another in a
 * row below it, make all rows between them the text of that cell.
 * @param type of rows that name none.
 */
export function holdsRecords(
  cells: readonly string[],
  delimiter: string,
  columns: Columns,
  type: UserIdType | undefined,
): boolean {
  const seen = new Set<string>();
  for (const line of cells.join(delimiter).split(lineBreak)) {
    const look = lookOfRecord(line, delimiter, columns, type);
    if (look === undefined) continue;
    if (seen.has(look)) return true;
    seen.add(look);
  }
  return false;
}

/** Whether a header of several lines has swallowed a row: each of two lines is as wide as the whole. */
export function headerHoldsRecords(cells: readonly string[], delimiter: string): boolean {
  const lines = cells.join(delimiter).split(lineBreak);
  const records = lines.filter((line) => {
    const ofLine = line.split(delimiter);
    return ofLine.length >= cells.length && ofLine.filter((cell) => cell.trim() !== '').length > 1;
  });
  return cells.length > 1 && records.length > 1;
}
