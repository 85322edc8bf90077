import path from 'node:path';

import { UserError, refuseInterrupted } from '../errors.ts';
import type { Plan } from '../survey/plan.ts';
import { prove, type ProvenFile } from '../files/proven-file.ts';
import type { CallsWritten } from '../plan/call-file.ts';
import type { PlannedRow } from '../plan/planned-row.ts';
import { checkedPlan, type PlanOptions } from '../settings/plan-options.ts';
import { type Some, fromOptions, type Rules } from '../settings/rules.ts';
import { readProtection } from '../survey/protection.ts';
import { writeProblemFiles, type ProblemFiles, type ProblemFilesWritten } from '../report/write-problems.ts';
import { hookRules } from '../settings/hooks.ts';
import type { KnownApps } from '../input/cell/known-apps.ts';
import { text } from '../settings/kinds.ts';
import type { KnownUsers } from '../survey/known-users.ts';
import { openPlannedRows, surveyFile, writeCallFile, type SurveyHooks } from '../survey/survey.ts';

export type { CallsWritten };

export interface CheckOptions extends SurveyHooks {
  /** What GenAuth says, from `lookUp`. Without it a run may plan otherwise. */
  readonly known?: Known | undefined;
}

/** What GenAuth says of a file; made by `lookUp`. */
export interface Known {
  readonly knownApps: KnownApps | undefined;
  readonly knownUsers: KnownUsers | undefined;
  /** Gives up what is kept of the users, in a file without a name, at once; what was made with it stays. */
  close(): void;
}

const checkRules: Rules<CheckOptions> = {
  onEvent: hookRules.onEvent,
  stopSignal: hookRules.stopSignal,
  known: { kind: ({ value }) => value as Known },
};

const fileRules: Rules<ProblemFiles> = { problems: { kind: text }, repaired: { kind: text } };

/**
 * Reads the whole file and says what a run would do. Nothing is sent and nothing is written.
 * @throws {UserError} when the file cannot be read as a table of users.
 */
export async function check(
  file: string,
  plan: Some<PlanOptions> = {},
  given: CheckOptions = {},
): Promise<Plan> {
  text({ value: file, name: 'file', isText: false });
  const options = checkedPlan(plan);
  const { known = {}, ...hooks } = fromOptions(checkRules, given, '');
  const name = path.basename(file);
  const protection = options.protect === undefined ? undefined : await readProtection(options.protect);
  const proven = await prove(file);
  const { size, sha256 } = proven;
  const input = { name, size, sha256 };
  return (await surveyFile({ file: proven, input, options, protection, ...known, hooks })).plan;
}

/**
 * Writes what is wrong with a file into other files: a list of all problems, a copy with the proposed repairs, or both.
 * @param checked what `check` said about the file.
 * @param plan the options that `check` was given.
 * @throws {UserError} when it is not the file that was checked any more, or when one of the others exists or cannot be written; then
 * none is left behind.
 */
export async function writeProblems(
  file: string,
  filesToWrite: ProblemFiles,
  checked: Pick<Plan, 'evidence' | 'input'>,
  plan: Some<PlanOptions> = {},
  given: CheckOptions = {},
): Promise<ProblemFilesWritten> {
  text({ value: file, name: 'file', isText: false });
  const options = checkedPlan(plan);
  const { known = {}, ...hooks } = fromOptions(checkRules, given, '');
  const files = fromOptions(fileRules, filesToWrite, 'files');
  const rows = await openPlannedRows(await proveAgain(file, checked), path.basename(file), options, {
    ...checked,
    ...known,
  });
  async function* watched(): AsyncGenerator<readonly PlannedRow[]> {
    for await (const batch of rows.batches) {
      refuseInterrupted(hooks);
      yield batch;
    }
  }
  try {
    return await writeProblemFiles(watched(), rows.columns.names, files);
  } finally {
    await rows.close();
  }
}

/**
 * Writes the calls that a run would make into a new file: the same bytes as the run's own `calls.csv`.
 * @param destination must not exist.
 * @param checked what `check` said about the file.
 * @param plan the options that `check` was given.
 * @throws {UserError} when it is not the file that was checked any more, or when the other exists or cannot be written; then none is
 * left behind.
 */
export async function writeCalls(
  file: string,
  destination: string,
  checked: Pick<Plan, 'evidence' | 'input'>,
  plan: Some<PlanOptions> = {},
  given: CheckOptions = {},
): Promise<CallsWritten> {
  text({ value: file, name: 'file', isText: false });
  text({ value: destination, name: 'destination', isText: false });
  const options = checkedPlan(plan);
  const { known = {}, ...hooks } = fromOptions(checkRules, given, '');
  const protection = options.protect === undefined ? undefined : await readProtection(options.protect);
  const { input, evidence } = checked;
  const proven = await proveAgain(file, checked);
  return writeCallFile({ file: proven, input, options, protection, ...known, hooks, evidence }, destination);
}

/** The problems and calls that are written are those that were shown. */
export async function proveAgain(file: string, { input }: Pick<Plan, 'input'>): Promise<ProvenFile> {
  const proven = await prove(file);
  if (proven.sha256 === input.sha256) return proven;
  throw new UserError(`${file} was changed after it was checked.`, { hint: 'Check it again.' });
}
