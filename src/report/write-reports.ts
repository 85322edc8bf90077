import { exitCodes, UserError } from '../errors.ts';
import type { Columns } from '../input/columns.ts';
import { inactive } from '../input/printable.ts';
import type { JournalIndex } from '../journal/journal-index.ts';
import { openRecordReader, type RecordReader } from '../journal/read-journal.ts';
import type { Replacements } from '../journal/replacement.ts';
import { digestOf } from '../plan/digest.ts';
import type { PlannedRow } from '../plan/planned-row.ts';
import { createPlanner } from '../plan/planner.ts';
import { settleCall, type CallResult } from './call-result.ts';
import { createCauses } from './causes.ts';
import { reportHeader, reportRecord } from './report-columns.ts';
import { isRetried, retryHeader, retryRecord } from './retry-columns.ts';
import { rowResult } from './row-result.ts';
import { rowStatuses, type RowStatus } from './row-status.ts';
import { summarize, type Summary } from './summary.ts';
import { csvInto, type CsvRecord } from './write-csv.ts';

/** What a report consists of. */
export const reportFiles = ['report.csv', 'retry.csv', 'summary.json'] as const;

export interface ReportSource {
  /** The run folder. */
  readonly folder: string;
  /** Opened before the journal was read, so that nothing newer can be replaced. */
  readonly files: Replacements<(typeof reportFiles)[number]>;
  readonly input: Summary['input'];
  readonly host: string | undefined;
  /** How many rows the input has, as counted before the first call. */
  readonly rowCount: number;
  readonly columns: Columns;
  /** The rows of the pinned copy. */
  readonly rows: AsyncIterable<readonly PlannedRow[]>;
  readonly index: JournalIndex;
  /** Undefined when there is none yet. */
  readonly journalFile: string | undefined;
}

/**
 * Writes `report.csv`, `retry.csv` and `summary.json`, in memory that does not grow with the input: rows are planned again
 * as they are read, and each finds its calls' attempts through the index.
 * Throws when rows and statuses do not add up, or when the plan no longer fits the journal.
 * @returns undefined when somebody else has put newer ones in their place meanwhile.
 */
export async function writeReports(source: ReportSource): Promise<Summary | undefined> {
  const { folder, files, columns, index } = source;
  const counts = Object.fromEntries(rowStatuses.map((status) => [status, 0])) as Record<RowStatus, number>;
  const causes = createCauses();
  const reader = source.journalFile === undefined ? undefined : openRecordReader(source.journalFile);
  const results = createResults(index, reader);
  const calls = { succeeded: 0, partial: 0, failed: 0, unknown: 0, not_attempted: 0 };
  const planner = createPlanner((call) => {
    const state = index.state(call.seq);
    if (state.attempts > 0 && state.digest !== digestOf(call)) throw planDoesNotFit(folder, call.seq);
    calls[results(call.seq).status] += 1;
  });

  const others = otherColumns(columns);
  const othersOf = (cells: readonly string[]): string[] => others.map((place) => cells[place] ?? '');
  const report = csvInto(files.handle('report.csv'), { forSpreadsheets: true });
  const retry = csvInto(files.handle('retry.csv'), { forSpreadsheets: false });
  try {
    await report.write([reportHeader(othersOf(columns.names))]);
    await retry.write([retryHeader(othersOf(columns.names))]);
    for await (const batch of source.rows) {
      const reportRecords: CsvRecord[] = [];
      const retryRecords: CsvRecord[] = [];
      for (const row of batch) {
        const result = rowResult(row, row.valid ? planner.add(row) : [], results);
        counts[result.status] += 1;
        causes.add(row.line, result);
        const cells = othersOf(row.cells);
        reportRecords.push(reportRecord(row, result, cells));
        if (isRetried(result)) retryRecords.push(retryRecord(row, result, columns, cells));
      }
      await report.write(reportRecords);
      await retry.write(retryRecords);
    }
    planner.end();
    const total = rowStatuses.reduce((sum, status) => sum + counts[status], 0);
    if (total !== source.rowCount) throw rowsDoNotAddUp(folder, total, source.rowCount);
    const rows = { total, ...counts };
    const summary = summarize(
      { input: source.input, host: source.host, rows, causes: causes.list() },
      { planned: index.calls, ...calls },
      index,
    );
    await report.finish();
    await retry.finish();
    await files.handle('summary.json').writeFile(`${inactive(JSON.stringify(summary, undefined, 2))}\n`);
    return (await files.finish()) ? summary : undefined;
  } finally {
    reader?.close();
  }
}

/** The columns of the input that are none of the three. */
function otherColumns(columns: Columns): number[] {
  const own = [columns.userId, columns.userIdType, columns.appIds];
  return columns.names.map((_, place) => place).filter((place) => !own.includes(place));
}

/** Enough for all calls of one user, twice over; see `maxTargetAppIds`. */
const places = 256;

/**
 * Rows of one user share calls, and rows come in the order of their calls: the last results are worth keeping. In an array and
 * not in a Map: tables that a Map has outgrown held on to 220 bytes a row until the next great garbage collection.
 */
export function createResults(
  index: JournalIndex,
  reader: RecordReader | undefined,
): (seq: number) => CallResult {
  const recent: { readonly seq: number; readonly result: CallResult }[] = [];
  return (seq) => {
    const known = recent[seq % places];
    if (known?.seq === seq) return known.result;
    const state = index.state(seq);
    const records = state.lastRecord === undefined ? [] : (reader?.attempts(state.lastRecord) ?? []);
    const result = settleCall(state, records);
    recent[seq % places] = { seq, result };
    return result;
  };
}

export function planDoesNotFit(folder: string, seq: number): UserError {
  return new UserError(`The plan no longer fits the journal in ${folder}: call ${seq} is another one now.`, {
    hint: 'The input copy, run.json or the journal was changed, or another version of this program made the run. Restore the files, or use the version in run.json.',
    exitCode: exitCodes.broken,
  });
}

function rowsDoNotAddUp(folder: string, found: number, expected: number): UserError {
  return new UserError(
    `The report in ${folder} does not add up: ${found} rows, and the input has ${expected}.`,
    {
      hint: 'Do not rely on this report. Keep the folder and report this as a bug.',
      exitCode: exitCodes.broken,
    },
  );
}
