import { exitCodes, UserError } from './errors.ts';
import type { OffboardEvent } from './events.ts';
import { folderError } from './journal/folder-error.ts';
import type { JournalIndex } from './journal/journal-index.ts';
import type { Writer } from './journal/replacement.ts';
import { runFiles } from './journal/run-folder.ts';
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
    readonly writer: Writer;
  },
  hooks: {
    readonly onEvent?: ((event: OffboardEvent) => void) | undefined;
    /** When aborted: the reports are given up, and those before them stay. */
    readonly abortSignal?: AbortSignal | undefined;
  } = {},
): Promise<Summary> {
  const { folder, run } = of;
  const rows = await openRun(folder, run);
  let count = 0;
  async function* counted(): AsyncGenerator<readonly PlannedRow[]> {
    for await (const batch of rows.batches) {
      if (hooks.abortSignal?.aborted === true) throw givenUp(folder);
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
    const told = folderError(runFiles(folder).report, error);
    if (told === undefined) throw error;
    throw new UserError(told.message, {
      ...told,
      hint: `${told.hint} Every reply is kept: make the reports later with: genauth-offboard report ${folder}`,
    });
  }
}

function givenUp(folder: string): UserError {
  return new UserError('Interrupted while the reports were being made.', {
    hint: `Every reply is kept: make them with: genauth-offboard report ${folder}`,
    exitCode: exitCodes.interrupted,
  });
}
