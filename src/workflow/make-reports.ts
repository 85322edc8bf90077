import { existsSync } from 'node:fs';
import path from 'node:path';

import { exitCodes, UserError } from '../errors.ts';
import type { OffboardEvent } from '../events.ts';
import { diskError } from '../files/disk-error.ts';
import type { JournalIndex } from '../journal/journal-index.ts';
import { openReplacements, type Writer } from '../files/replacement.ts';
import { runFiles } from '../run-folder/run-files.ts';
import { planFlags } from '../settings/plan-options.ts';
import { openCalls, type CallReader } from '../plan/call-file.ts';
import type { PlanFiles } from '../plan/plan-files.ts';
import { readRows, type FiledRow } from '../plan/row-file.ts';
import type { Summary } from '../report/summary.ts';
import { reportFiles, writeReports, type ReportSource } from '../report/write-reports.ts';
import { retryFlags } from './retry-flags.ts';
import { planName, type Run } from './stored-run.ts';
import { readPinnedApps } from '../tenant/pinned-apps.ts';
import { openSeen, type Seen } from '../verify/seen.ts';
import type { Verified } from '../report/verification-columns.ts';
import { createPage } from '../page/document/create-page.ts';
import { version } from '../version.ts';
import { factsOf } from './run-facts.ts';

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
  /** What was read of the checks, and is closed by whoever read it; by default they are read here. */
  readonly seen?: Seen | undefined;
}

/**
 * Makes the reports from the plan and the journal.
 * @param read called when nothing newer can be replaced any more with what it reads; again when somebody else was faster.
 */
export async function makeReports(
  of: {
    readonly folder: string;
    readonly run: Run;
    readonly files: PlanFiles;
    readonly writer: Writer;
  },
  read: () => JournalRead | Promise<JournalRead>,
  hooks: ReportHooks = {},
): Promise<Summary> {
  const { folder, writer } = of;
  try {
    for (;;) {
      const reports = await openReplacements(folder, reportFiles, writer);
      try {
        const summary = await makeFrom(of, reports, await read(), hooks);
        if (summary === undefined) continue;
        hooks.onEvent?.({ type: 'reported', summary });
        return summary;
      } finally {
        await reports.close();
      }
    }
  } catch (error) {
    if (hooks.abortSignal?.aborted === true) throw givenUp(folder);
    const told = diskError('keep', runFiles(folder).report, error);
    if (told === undefined) throw error;
    throw new UserError(told.message, {
      ...told,
      hint: `${told.hint} Every reply is kept${olderIn(folder)}: make the reports later with:`,
      command: ['report', folder],
    });
  }
}

/** Those of before stay where new ones do not come, and look like new ones. */
function olderIn(folder: string): string {
  const { report, retry, invalid, summary } = runFiles(folder);
  const older = [report, retry, invalid, summary].filter((file) => existsSync(file));
  if (older.length === 0) return '';
  const names = older.map((file) => path.basename(file)).join(', ');
  return `, but ${names} in ${folder} may still be those of before and out of date`;
}

async function makeFrom(
  { folder, run, files }: { readonly folder: string; readonly run: Run; readonly files: PlanFiles },
  reports: ReportSource['files'],
  journal: JournalRead,
  hooks: ReportHooks,
): Promise<Summary | undefined> {
  const callReader = openCalls(files);
  const appName = await appNames(folder, run).catch(() => () => '');
  let verified: Verified | undefined;
  let count = 0;
  async function* counted(): AsyncGenerator<readonly FiledRow[]> {
    for await (const batch of readRows(files)) {
      if (hooks.abortSignal?.aborted === true) throw givenUp(folder);
      yield batch;
      count += batch.length;
      hooks.onEvent?.({ type: 'reporting', rows: count, total: run.input.rows });
    }
  }
  try {
    verified = await openVerified(folder, run, callReader, journal);
    const { index, journalFile } = journal;
    return await writeReports({
      index,
      journalFile,
      verified,
      folder,
      files: reports,
      input: { name: run.input.name, sha256: run.input.sha256 },
      host: run.options.server?.host,
      rowCount: run.input.rows,
      columns: run.plan.columns,
      lookedUp: run.plan.shown.lookedUp,
      rows: counted(),
      callReader,
      page: createPage({
        version,
        run: factsOf(folder, run),
        columns: run.plan.columns,
        rowCount: run.input.rows,
        appName,
      }),
      flags: {
        ofRetry: (file) => retryFlags(file, run.options.plan.allowDamagedIds, hooks.abortSignal),
        ofInvalid: planFlags(run.options.plan),
      },
    });
  } finally {
    verified?.close();
    callReader.close();
  }
}

/** @returns undefined where sessions were never looked for. */
async function openVerified(
  folder: string,
  run: Run,
  calls: CallReader,
  { index, seen: read }: JournalRead,
): Promise<Verified | undefined> {
  if (!existsSync(runFiles(folder).checks)) return undefined;
  const appName = await appNames(folder, run);
  const seen =
    read === undefined
      ? await openSeen(folder, { calls, index, plan: planName(run) })
      : { ...read, close: () => {} };
  return { ...seen, appName };
}

/** @throws {UserError} when the list is not as it was written. */
async function appNames(folder: string, run: Run): Promise<Verified['appName']> {
  const pinned = run.apps ?? undefined;
  const apps = pinned === undefined ? [] : await readPinnedApps(folder, pinned);
  const names = new Map(apps.map(({ appId, name }) => [appId, name]));
  return (appId) => names.get(appId) ?? '';
}

function givenUp(folder: string): UserError {
  return new UserError('Interrupted while the reports were being made.', {
    hint: 'Every reply is kept: make them with:',
    command: ['report', folder],
    exitCode: exitCodes.interrupted,
  });
}
