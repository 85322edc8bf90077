import { exitCodes, UserError } from '../errors.ts';
import type { Plan } from '../survey/plan.ts';
import type { Columns } from '../input/columns/columns.ts';
import type { JournalIndex } from '../journal/journal-index.ts';
import type { RunFile } from '../run-folder/run-file.ts';
import type { GuardOptions } from '../settings/guard-options.ts';
import type { PaceOptions } from '../settings/pace-options.ts';
import type { PlanOptions } from '../settings/plan-options.ts';
import type { ServerOptions } from '../settings/server-options.ts';
import { openPlan, type PlanFiles, type PlanPins } from '../plan/plan-files.ts';

/** What `run.json` keeps of the options. */
export interface RunChoices {
  readonly plan: PlanOptions;
  /** Null with a client of the caller's own. */
  readonly server: ServerOptions | null;
  readonly pace: PaceOptions;
  readonly guards: GuardOptions;
}

/** What `run.json` keeps of the plan. */
export interface RunPlan {
  readonly files: PlanPins;
  /** Of the input. */
  readonly columns: Columns;
  /** What is asked about, without what no question shows. */
  readonly shown: Plan;
}

export type Run = RunFile<RunChoices, RunPlan>;

const maxShown = 20;

/** Long lists are cut to what a question shows. */
export function shownOf(plan: Plan): Plan {
  const { problems, warnings, protect } = plan;
  return {
    ...plan,
    problems: problems.slice(0, maxShown),
    warnings: warnings.slice(0, maxShown),
    protect: protect === null ? null : { ...protect, rows: protect.rows.slice(0, maxShown) },
  };
}

/**
 * The plan as it was pinned: nothing reads the input again.
 * @throws {UserError} when a file of it is missing, cut or changed.
 */
export function openRunPlan(folder: string, { plan, input }: Run): Promise<PlanFiles> {
  return openPlan(folder, plan.files, { calls: input.calls, rows: input.rows });
}

/** By what a journal knows whose calls it is about: the first half of the plan's SHA-256. */
export function planName({ plan }: Run): string {
  return plan.files.calls.sha256.slice(0, 32);
}

/** @throws {UserError} when the journal is about other calls than those of the run. */
export function refuseOtherPlan(journalFile: string, run: Run, { totals }: JournalIndex): void {
  const own = planName(run);
  const others = [...totals.plans].filter((plan) => plan !== own);
  if (others.length === 0) return;
  throw new UserError(
    `${journalFile} is about another plan than calls.csv beside it: ${others[0]}, and not ${own}.`,
    {
      hint: 'One of them came from another run folder: put the right one back.',
      exitCode: exitCodes.broken,
    },
  );
}

/** @throws {UserError} for a run whose calls other machines make, too: what this folder knows of it may be out of date. */
export function refuseShared(folder: string, run: Run): void {
  if (run.isShared !== true) return;
  throw new UserError(
    `The run of ${folder} is shared with other machines: how it stands is known to the queue alone.`,
    {
      hint: 'Name the queue with --queue, or as GENAUTH_OFFBOARD_QUEUE in the environment.',
      ways: [['--queue', 'postgres://<user>@<host>/<database>']],
    },
  );
}
