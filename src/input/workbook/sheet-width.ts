import { UserError } from '../../errors.ts';
import type { CellProblem, RecordOfInput } from '../text/record.ts';
import { nameOfColumn } from './cell-reference.ts';
import type { SheetRecord } from './read-sheet.ts';

/** Every row is filled up to the header's width, in all copies: a stray text far to the right must not cost that for each. */
const maxWidth = 2048;

/** The texts that are to be seen in a row, wherever they stand. */
export function textsIn({ cells, far = [] }: SheetRecord): string[] {
  return [...cells, ...far.map(({ text }) => text)].filter(isShown);
}

function isShown(text: string): boolean {
  return text.trim() !== '';
}

/**
 * The header, with a cell for each of its columns up to the last that has a name.
 * @throws {UserError} when it is too wide.
 */
export function wholeHeader(header: SheetRecord, name: string): RecordOfInput {
  const last = header.far?.findLast(({ text }) => isShown(text));
  const width = last === undefined ? header.cells.length : last.column + 1;
  if (width > maxWidth) {
    throw new UserError(
      `${name}: row ${header.line}, which names the columns, goes on to column ${nameOfColumn(width - 1)}; ${maxWidth} columns are read at most.`,
      {
        hint: 'Delete the columns that stand far to the right and are not needed, also where they look empty, and save.',
      },
    );
  }
  return within(header, width);
}

/** The row as a record of a table of this width; what stands to the right of it is left over, close by. */
export function within(record: SheetRecord, width: number): RecordOfInput {
  const { line, far, problems } = record;
  if (far === undefined) return record;
  const cells = [...record.cells];
  const fillUpTo = (column: number): void => {
    while (cells.length < column) cells.push('');
  };
  let stray: CellProblem | undefined;
  for (const { column, text } of far) {
    if (column < width || isShown(text)) {
      fillUpTo(Math.min(column, width));
      cells.push(text);
    }
    if (column >= width && isShown(text)) stray ??= strayText(column);
  }
  return { line, cells, problems: stray === undefined ? problems : [...(problems ?? []), stray] };
}

function strayText(column: number): CellProblem {
  return {
    column: undefined,
    kind: 'cell_count',
    message: `There is text in column ${nameOfColumn(column)}, to the right of the last column that the header names; expected none.`,
  };
}
