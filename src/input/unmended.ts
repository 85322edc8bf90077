import { crc32 } from 'node:zlib';

import { withCellProblems } from './cell-problems.ts';
import type { Columns } from './columns/columns.ts';
import type { CellProblem } from './text/record.ts';
import type { Row } from './row.ts';
import { trimSpaces } from './words/trim-spaces.ts';

/** The first column of a file of rows to mend; it says what is wrong with each. */
const reasonColumn = 'why_invalid';

/**
 * The header and the records of a file of rows to mend: the cells as they were, behind the reason. A file that is one itself has
 * its reasons replaced.
 */
export function headerToMend({ names }: Columns): string[] {
  return [reasonColumn, ...withoutReason(names, names)];
}

/**
 * With the reason goes the line, for whoever looks the row up where it came from, and a mark of what stood in the row, as not every fault is to be seen in the row itself: a number has lost its
 * zeros beside others that have them, a row was hidden in its workbook.
 */
export function recordToMend(
  line: number,
  reason: string,
  cells: readonly string[],
  columns: Columns,
): string[] {
  // Of a file of rows to mend, the line that the row had in the file before.
  const before = isToMend(columns.names) ? /^line (\d+): /.exec(cells[0] ?? '')?.[1] : undefined;
  return [
    `line ${before ?? line}: ${reason} [${markOf(cells, columns)}]`,
    ...withoutReason(cells, columns.names),
  ];
}

function withoutReason(cells: readonly string[], names: readonly string[]): readonly string[] {
  return isToMend(names) ? cells.slice(1) : cells;
}

function isToMend(names: readonly string[]): boolean {
  return names[0] === reasonColumn;
}

/** @returns what makes invalid, in a file of rows to mend, those that are still as they were; undefined for any other file. */
export function createMendCheck(columns: Columns): ((row: Row) => Row) | undefined {
  if (!isToMend(columns.names)) return undefined;
  return (row) => {
    const mark = /\[([0-9a-f]{8})\]$/.exec(trimSpaces(row.cells[0] ?? ''))?.[1];
    if (!row.valid || mark !== markOf(row.cells, columns)) return row;
    return { ...withCellProblems(row, [unmended], columns), isWrongInWorkbook: false };
  };
}

const unmended: CellProblem = {
  column: undefined,
  kind: 'unmended',
  message: `This row is as it was when it was found to be invalid, for the reason in its column ${reasonColumn}; expected it mended, or that cell empty where the row is right as it is.`,
};

/** Of what is sent alone: a spreadsheet may write the other cells otherwise. */
function markOf(cells: readonly string[], { userId, userIdType, appIds }: Columns): string {
  const texts = [userId, userIdType, appIds].map((at) =>
    at === undefined ? '' : trimSpaces(cells[at] ?? ''),
  );
  return crc32(texts.join('\n')).toString(16).padStart(8, '0');
}
