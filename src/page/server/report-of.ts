import { existsSync } from 'node:fs';
import path from 'node:path';

import type { Stopped } from '../../events.ts';
import { rowsToRetry, type Summary } from '../../report/summary.ts';
import { runFileNames } from '../../run-folder/run-files.ts';
import { findRun } from '../../workflow/runs.ts';
import type { Connected, Refusal, RunFileName, State } from '../state.ts';
import type { ReportOfStep } from './change.ts';
import type { Job } from './job.ts';
import { shownRun, shownSummary } from './shown.ts';

const { page, report, retry, invalid, verification, summary, log } = runFileNames;

/** What can be had of a run by its name; never more, as the folder holds copies of lists and locks, too. */
export const downloads: readonly RunFileName[] = [page, report, retry, invalid, verification, summary, log];

/** How a run stands, for the step `report`. @param folder its path. */
export async function reportOf(
  { surroundings, state }: Job,
  folder: string,
  came: {
    readonly summary?: Summary | undefined;
    readonly stop?: Stopped | undefined;
    readonly refusal?: Refusal;
  },
): Promise<ReportOfStep> {
  const { summary, stop, refusal } = came;
  const found = await findRun(surroundings.runsFolder, path.basename(folder));
  if (found === undefined) throw new Error(`there is no run in ${folder}`);
  const latest = summary ?? found.summary;
  return {
    connection: connectionOf(state),
    run: shownRun({ ...found, summary: latest }),
    summary: summary === undefined ? null : shownSummary(summary),
    stop: stop === undefined ? null : { reason: stop.reason, message: stop.message, hint: stop.hint },
    files: downloads.filter(
      (name) => existsSync(path.join(folder, name)) && !isWithoutRows(name, latest?.rows),
    ),
    refusal: refusal ?? null,
  };
}

/** A table with nothing under its header is no use to anybody. @param rows undefined where nobody has counted them. */
function isWithoutRows(name: RunFileName, rows: Summary['rows'] | undefined): boolean {
  if (rows === undefined) return false;
  return (name === retry && rowsToRetry(rows) === 0) || (name === invalid && rows.invalid === 0);
}

export function connectionOf(state: State): Connected | null {
  return 'connection' in state ? state.connection : null;
}
