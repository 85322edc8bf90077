import { exitCodes, UserError } from './errors.ts';
import type { OffboardEvent } from './events.ts';
import type { JournalIndex } from './journal/journal-index.ts';
import type { PlannedRow } from './plan/planned-row.ts';
import type { Summary } from './report/summary.ts';
import { writeReports } from './report/write-reports.ts';
import { openRun, type Run } from './run-choices.ts';

/** Makes the reports from the pinned copy and what the index knows of the journal. */
export async function makeReports(
  of: {
    readonly folder: string;
    readonly run: Run;
    readonly index: JournalIndex;
    readonly journalFile: string | undefined;
  },
  hooks: { readonly onEvent?: ((event: OffboardEvent) => void) | undefined } = {},
): Promise<Summary> {
  const { folder, run } = of;
  const rows = await openRun(folder, run);
  let count = 0;
  async function* counted(): AsyncGenerator<readonly PlannedRow[]> {
    for await (const batch of rows.batches) {
      yield batch;
      count += batch.length;
      hooks.onEvent?.({ type: 'reporting', rows: count });
    }
  }
  try {
    const summary = await writeReports({
      ...of,
      input: { name: run.input.name, sha256: run.input.sha256 },
      host: run.options.server?.host,
      rowCount: run.input.rows,
      columns: rows.columns,
      rows: counted(),
    });
    hooks.onEvent?.({ type: 'reported', summary });
    return summary;
  } catch (error) {
    if (!isFull(error)) throw error;
    throw new UserError(`The disk is full: the reports in ${folder} could not be written.`, {
      hint: `Every reply is kept. Free some space, then make them with: genauth-offboard report ${folder}`,
      exitCode: exitCodes.stopped,
      cause: error,
    });
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
