import type { Problem } from '../input/row.ts';
import type { PlannedRow } from '../plan/planned-row.ts';
import { openNewCsv } from './write-csv.ts';

/** Which files to write about the rows of an input; neither may exist. */
export interface ProblemFiles {
  /** One line for each problem and warning, to be sent back to whoever made the input. */
  readonly problems?: string | undefined;
  /**
   * A copy of the input with the proposed repairs in it, to be looked at and then run. Rows that only a workbook shows to be
   * wrong, such as hidden ones, are left out.
   */
  readonly repaired?: string | undefined;
}

/** What was written. */
export interface ProblemFilesWritten {
  readonly problems: number;
  readonly warnings: number;
  /** Invalid rows of which all problems were repaired, those that still have one, and those that are not in the copy. */
  readonly rowsRepaired: number;
  readonly rowsLeft: number;
  readonly rowsLeftOut: number;
  /** Where in the input the first 20 of those stand that still have one, and of those that are not in the copy. */
  readonly linesLeft: readonly number[];
  readonly linesLeftOut: readonly number[];
}

const problemsHeader = ['line', 'column', 'value', 'problem', 'proposed_repair', 'severity'];

/**
 * Writes the files in one pass over the rows, in memory that does not grow with them.
 * @param names the input's header.
 * @throws {UserError} when a file exists or cannot be written; then none is left behind.
 */
export async function writeProblemFiles(
  rows: AsyncIterable<readonly PlannedRow[]>,
  names: readonly string[],
  files: ProblemFiles,
): Promise<ProblemFilesWritten> {
  const counts = { problems: 0, warnings: 0, rowsRepaired: 0 };
  const [left, leftOut] = [createFirstLines(), createFirstLines()];
  const problems =
    files.problems === undefined ? undefined : await openNewCsv(files.problems, { forSpreadsheets: true });
  try {
    const repaired =
      files.repaired === undefined ? undefined : await openNewCsv(files.repaired, { forSpreadsheets: false });
    try {
      await problems?.write([problemsHeader]);
      await repaired?.write([names]);
      for await (const batch of rows) {
        for (const row of batch) {
          if ('protectedAs' in row) continue;
          if (row.valid) {
            counts.warnings += row.warnings.length;
          } else {
            counts.problems += row.problems.length;
            if (!isInCopy(row)) leftOut.add(row.line);
            else if (isRepaired(row.problems)) counts.rowsRepaired += 1;
            else left.add(row.line);
          }
        }
        await problems?.write(batch.flatMap(problemRecords));
        await repaired?.write(batch.filter(isInCopy).map(repairedRecord));
      }
      await repaired?.finish();
    } finally {
      await repaired?.close();
    }
    await problems?.finish();
  } finally {
    await problems?.close();
  }
  return {
    ...counts,
    rowsLeft: left.count,
    rowsLeftOut: leftOut.count,
    linesLeft: left.first,
    linesLeftOut: leftOut.first,
  };
}

const maxLines = 20;

/** Counts lines, and keeps the first {@link maxLines}. */
function createFirstLines() {
  const lines = { count: 0, first: [] as number[] };
  return Object.assign(lines, {
    add(line: number): void {
      lines.count += 1;
      if (lines.first.length < maxLines) lines.first.push(line);
    },
  });
}

function problemRecords(row: PlannedRow): string[][] {
  if ('protectedAs' in row) return [];
  return row.valid
    ? row.warnings.map((warning) => problemRecord(warning, 'warning'))
    : row.problems.map((problem) => problemRecord(problem, 'invalid'));
}

function problemRecord(problem: Problem, severity: 'invalid' | 'warning'): string[] {
  const { line, column, value, message, repair } = problem;
  return [String(line), column, value, message, repair ?? '', severity];
}

function isRepaired(problems: readonly Problem[]): boolean {
  return problems.every(({ repair }) => repair !== undefined);
}

/** Once out of its workbook, a hidden row would look like any other. */
function isInCopy(row: PlannedRow): boolean {
  return row.valid || 'protectedAs' in row || row.isWrongInWorkbook !== true;
}

/** The row's cells; what cannot be repaired stays as it is, and is found again when the copy is checked. */
function repairedRecord(row: PlannedRow): readonly string[] {
  if (row.valid || 'protectedAs' in row || row.repairs.length === 0) return row.cells;
  const cells = [...row.cells];
  for (const { column, cell } of row.repairs) cells[column] = cell;
  return cells;
}
