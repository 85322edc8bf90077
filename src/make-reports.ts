import { exitCodes, UserError } from './errors.ts';
import type { OffboardEvent } from './events.ts';
import { folderError } from './journal/folder-error.ts';
import type { JournalIndex } from './journal/journal-index.ts';
import { openReplacements, type Writer } from './journal/replacement.ts';
import { runFiles } from './journal/run-folder.ts';
import { planFlags } from './options.ts';
import type { PlannedRow } from './plan/planned-row.ts';
import type { Summary } from './report/summary.ts';
import { reportFiles, writeReports, type ReportSource } from './report/write-reports.ts';
import { retryFlags } from './retry-flags.ts';
import { openRun, type Run } from './run-choices.ts';

interface ReportHooks {
  readonly onEvent?: ((event: OffboardEvent) => void) | undefined;
  /** When aborted: the reports are given up, and those before them stay. */
  readonly abortSignal?: AbortSignal | undefined;
}

/** What is read of a journal. */
interface JournalRead {
  readonly index: JournalIndex;
  /** Undefined when there is none yet. */
  readonly journalFile: string | undefined;
}

/**
 * Makes the reports from the pinned copy and the journal.
 * @param read called when nothing newer can be replaced any more with what it reads; again when somebody else was faster.
 */
export async function makeReports(
  of: { readonly folder: string; readonly run: Run; readonly writer: Writer },
  read: () => JournalRead | Promise<JournalRead>,
  hooks: ReportHooks = {},
): Promise<Summary> {
  const { folder, run, writer } = of;
  try {
    for (;;) {
      const files = await openReplacements(folder, reportFiles, writer);
      try {
        const summary = await makeFrom(folder, run, files, await read(), hooks);
        if (summary === undefined) continue;
        hooks.onEvent?.({ type: 'reported', summary });
        return summary;
      } finally {
        await files.close();
      }
    }
  } catch (error) {
    if (hooks.abortSignal?.aborted === true) throw givenUp(folder);
    const told = folderError(runFiles(folder).report, error);
    if (told === undefined) throw error;
    throw new UserError(told.message, {
      ...told,
      hint: `${told.hint} Every reply is kept: make the reports later with:`,
      command: ['report', folder],
    });
  }
}

async function makeFrom(
  folder: string,
  run: Run,
  files: ReportSource['files'],
  journal: JournalRead,
  hooks: ReportHooks,
): Promise<Summary | undefined> {
  const rows = await openRun(folder, run);
  let count = 0;
  async function* counted(): AsyncGenerator<readonly PlannedRow[]> {
    for await (const batch of rows.batches) {
      if (hooks.abortSignal?.aborted === true) throw givenUp(folder);
      yield batch;
      count += batch.length;
      hooks.onEvent?.({ type: 'reporting', rows: count, total: run.input.rows });
    }
  }
  return writeReports({
    ...journal,
    folder,
    files,
    input: { name: run.input.name, sha256: run.input.sha256 },
    host: run.options.server?.host,
    rowCount: run.input.rows,
    columns: rows.columns,
    rows: counted(),
    flags: {
      ofRetry: (file) => retryFlags(file, run.options.plan.allowDamagedIds, hooks.abortSignal),
      ofInvalid: planFlags(run.options.plan),
    },
  });
}

function givenUp(folder: string): UserError {
  return new UserError('Interrupted while the reports were being made.', {
    hint: 'Every reply is kept: make them with:',
    command: ['report', folder],
    exitCode: exitCodes.interrupted,
  });
}
