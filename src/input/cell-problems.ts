import type { Columns } from './columns/columns.ts';
import { problemOf } from './findings.ts';
import type { CellProblem } from './text/record.ts';
import { wholeRow, type Row } from './row.ts';

/**
 * The row, invalid if one of these is about the row as a whole or about a column in use; in other columns the cells go
 * into the report as they are shown. Of a cell that they are about, what its text alone seems to be is left out.
 */
export function withCellProblems(row: Row, found: readonly CellProblem[], columns: Columns): Row {
  const inUse = [columns.userId, columns.userIdType, columns.appIds, undefined];
  const problems = found.filter(({ column }) => inUse.includes(column));
  if (problems.length === 0) return row;
  const { line, cells, userIdType, appIds } = row;
  const known = new Set(problems.map(({ column }) => column));
  const names = new Set(
    [...known].map((column) => (column === undefined ? wholeRow : columns.names[column])),
  );
  const others = row.valid ? [] : row.problems.filter(({ column }) => !names.has(column));
  const otherRepairs = row.valid ? [] : row.repairs.filter(({ column }) => !known.has(column));
  const repairs = problems.flatMap(({ column, repair }) =>
    column === undefined || repair === undefined ? [] : [{ column, cell: repair }],
  );
  return {
    valid: false,
    line,
    cells,
    userId: row.valid ? (row.writtenUserId ?? row.userId) : row.userId,
    userIdType,
    appIds,
    problems: [...problems.map((problem) => problemOf(problem, line, cells, columns)), ...others],
    repairs: [...repairs, ...otherRepairs],
    isWrongInWorkbook: problems.some(({ repair }) => repair === undefined),
  };
}
