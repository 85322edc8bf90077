import { existsSync } from 'node:fs';

import { createJournalIndex } from '../journal/journal-index.ts';
import { damagedJournal, readJournal } from '../journal/read-journal.ts';
import type { Summary } from '../report/summary.ts';
import { readRunFile } from '../run-folder/run-file.ts';
import { runFiles } from '../run-folder/run-files.ts';
import { refuseLinks } from '../run-folder/run-folder.ts';
import { hookRules } from '../settings/hooks.ts';
import { text } from '../settings/kinds.ts';
import { fromOptions, type Rules } from '../settings/rules.ts';
import { makeReports } from './make-reports.ts';
import type { SessionOptions } from './open-connection.ts';
import { openRunPlan, refuseOtherPlan, refuseShared, type RunChoices, type RunPlan } from './stored-run.ts';

/** What is listened to while reports are made. */
export type ReportOptions = Pick<SessionOptions, 'onEvent' | 'abortSignal'>;

const reportRules: Rules<ReportOptions> = {
  onEvent: hookRules.onEvent,
  abortSignal: hookRules.abortSignal,
};

/**
 * Makes the reports of a run again from its plan and journal, which it only reads: the run may be still going.
 * @throws {UserError} after the reports are made, when the journal is damaged before its end.
 */
export async function report(folder: string, given: ReportOptions = {}): Promise<Summary> {
  text({ value: folder, name: 'folder', isText: false });
  const hooks = fromOptions(reportRules, given, '');
  refuseShared(folder, await readRunFile<RunChoices, RunPlan>(folder));
  return reportOnJournal(folder, hooks);
}

/** The same of a folder whose journal is known to be up to date. */
export async function reportOnJournal(folder: string, hooks: ReportOptions): Promise<Summary> {
  const run = await readRunFile<RunChoices, RunPlan>(folder);
  await refuseLinks(folder);
  const file = runFiles(folder).journal;
  const files = await openRunPlan(folder, run);
  let firstDamage: number | undefined;
  const summary = await makeReports(
    { folder, run, files, writer: 'guest' },
    async () => {
      const index = createJournalIndex(run.input.calls);
      [firstDamage] = (await readJournal(file, index)).damagedAt;
      refuseOtherPlan(file, run, index);
      return { index, journalFile: existsSync(file) ? file : undefined };
    },
    hooks,
  );
  if (firstDamage !== undefined) throw damagedJournal(file, firstDamage);
  return summary;
}
