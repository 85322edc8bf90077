import type { Columns } from '../input/columns/columns.ts';
import { printable } from '../printable.ts';
import { recordToMend } from '../input/unmended.ts';
import type { PlannedRow } from '../plan/planned-row.ts';
import type { RowResult } from './row-result.ts';

const maxReasonChars = 1000;

/** The line of a row to mend, with the line that it had in the input; of a row that was not mended since it was in such a file before, as it stands. */
export function invalidRecord(row: PlannedRow, { message }: RowResult, columns: Columns): readonly string[] {
  const isUnmended = 'problems' in row && row.problems.every(({ kind }) => kind === 'unmended');
  const reason = printable(message, maxReasonChars);
  return isUnmended ? row.cells : recordToMend(row.line, reason, row.cells, columns);
}
