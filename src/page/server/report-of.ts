import { existsSync } from 'node:fs';
import path from 'node:path';

import type { Stopped } from '../../events.ts';
import type { Summary } from '../../report/summary.ts';
import type { Back } from '../../verify/who-is-back.ts';
import { findRun } from '../../workflow/runs.ts';
import type { Connected, Refusal, RunFileName, State } from '../api.ts';
import type { ReportOfStep } from './change.ts';
import type { Job } from './job.ts';
import { shownRun, shownSummary } from './shown.ts';

/** What can be had of a run by its name; never more, as the folder holds copies of lists and locks, too. */
export const runFileNames: readonly RunFileName[] = [
  'report.html',
  'report.csv',
  'retry.csv',
  'invalid.csv',
  'verification.csv',
  'summary.json',
  'run.log',
];

/** How a run stands, for the step `report`. @param folder its path. */
export async function reportOf(
  { surroundings, memory, state }: Job,
  folder: string,
  came: {
    readonly summary?: Summary | undefined;
    readonly stop?: Stopped | undefined;
    readonly back?: readonly Back[];
    readonly refusal?: Refusal;
  },
): Promise<ReportOfStep> {
  const { summary, stop, back = [], refusal } = came;
  const found = await findRun(surroundings.runsFolder, path.basename(folder));
  if (found === undefined) throw new Error(`there is no run in ${folder}`);
  const names = new Map(memory.reach?.apps?.map(({ appId, name }) => [appId, name]));
  return {
    connection: connectionOf(state),
    run: shownRun({ ...found, summary: summary ?? found.summary }),
    summary: summary === undefined ? null : shownSummary(summary),
    stop: stop === undefined ? null : { reason: stop.reason, message: stop.message, hint: stop.hint },
    files: runFileNames.filter((name) => existsSync(path.join(folder, name))),
    back: back.map(({ userId, userIdType, appId }) => ({
      userId,
      userIdType,
      app: names.get(appId) ?? appId,
    })),
    refusal: refusal ?? null,
  };
}

export function connectionOf(state: State): Connected | null {
  return 'connection' in state ? state.connection : null;
}
