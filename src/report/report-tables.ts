import type { Columns } from '../input/columns/columns.ts';
import { headerToMend } from '../input/unmended.ts';
import { runFileNames as names } from '../run-folder/run-files.ts';
import type { PlannedRow } from '../plan/planned-row.ts';
import { invalidRecord } from './invalid-columns.ts';
import { reportHeader, reportRecord } from './report-columns.ts';
import { isRetried, retryHeader, retryRecord } from './retry-columns.ts';
import type { SessionState } from '../verify/session-state.ts';
import type { RowResult } from './row-result.ts';
import type { CsvOptions, CsvRecord } from './write-csv.ts';

/** A row, what became of it, and what was seen of its sessions; see `reportRecord`. */
export type SettledRow = readonly [PlannedRow, RowResult, verified?: SessionState | '' | undefined];

/** A file with a line for each row that it concerns. */
interface Table extends CsvOptions {
  readonly name: (typeof names)['report' | 'retry' | 'invalid'];
  readonly header: readonly string[];
  records(rows: readonly SettledRow[]): CsvRecord[];
}

/** @param hasVerified sessions were looked for. */
export function tablesOf(columns: Columns, hasVerified: boolean): readonly Table[] {
  const others = otherColumns(columns);
  const othersOf = (cells: readonly string[]): string[] => others.map((place) => cells[place] ?? '');
  return [
    {
      name: names.report,
      forSpreadsheets: true,
      header: reportHeader(othersOf(columns.names), hasVerified),
      records: (rows) =>
        rows.map(([row, result, verified]) => reportRecord(row, result, othersOf(row.cells), verified)),
    },
    {
      name: names.retry,
      forSpreadsheets: false,
      header: retryHeader(othersOf(columns.names)),
      records: (rows) =>
        rows
          .filter(([, result]) => isRetried(result))
          .map(([row, result]) => retryRecord(row, result, columns, othersOf(row.cells))),
    },
    {
      name: names.invalid,
      forSpreadsheets: false,
      header: headerToMend(columns),
      records: (rows) =>
        rows
          .filter(([, { status }]) => status === 'invalid')
          .map(([row, result]) => invalidRecord(row, result, columns)),
    },
  ];
}

/** The columns of the input that are none of the three. */
export function otherColumns(columns: Columns): number[] {
  const own = [columns.userId, columns.userIdType, columns.appIds];
  return columns.names.map((_, place) => place).filter((place) => !own.includes(place));
}
