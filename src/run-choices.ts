import path from 'node:path';

import type { Evidence } from './input/evidence.ts';
import { prove } from './input/proven-file.ts';
import type { RunFile } from './journal/run-file.ts';
import type { GuardOptions } from './guards.ts';
import type { PaceOptions, PlanOptions, ServerOptions } from './options.ts';
import { changedInput } from './refusals.ts';
import { openProtection } from './protection.ts';
import { openPlannedRows, type SurveyRows } from './survey.ts';

/** What `run.json` keeps of the options. */
export interface RunChoices {
  readonly plan: PlanOptions;
  /** Null with a client of the caller's own. */
  readonly server: ServerOptions | null;
  readonly pace: PaceOptions;
  readonly guards: GuardOptions;
  /** What the whole file said about its IDs, so that each row is judged as it was before the first call. */
  readonly evidence: Evidence;
}

export type Run = RunFile<RunChoices>;

/**
 * The rows of the run's own copy of the input, which may have stood there for hours since it was last read.
 * @throws {UserError} when it was changed, or its list of protected users was.
 */
export async function openRun(folder: string, run: Run): Promise<SurveyRows> {
  const { plan, evidence } = run.options;
  const protection = run.protect === null ? undefined : await openProtection(folder, run.protect);
  const copy = await prove(path.join(folder, run.input.file));
  if (copy.sha256 !== run.input.sha256) throw changedInput(folder, run);
  return openPlannedRows(copy, run.input.name, plan, { protection, evidence });
}
