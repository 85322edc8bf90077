import { UserError } from '../../errors.ts';
import type { WaitsFor } from '../../events.ts';
import type { CanaryResult } from '../../report/canary-result.ts';
import type { Summary } from '../../report/summary.ts';
import { commandLine } from '../../settings/shell.ts';
import type { Plan } from '../../survey/plan.ts';
import type { ProblemGroup as GroupOfPlan } from '../../survey/problem-groups.ts';
import type { CallsState } from '../../terminal/show-calls.ts';
import { showWhy } from '../../terminal/show-waits.ts';
import { doubtsOf } from '../../terminal/show-notes.ts';
import type { FoundRun } from '../../workflow/runs.ts';
import type * as page from '../state.ts';
import { asChange } from './given-settings.ts';

/** From the program's own values to what the page is told. */

/** @param error anything but a `UserError` is a bug, of which the page says no more than that; the terminal has all of it. */
export function refusalOf(error: unknown): page.Refusal {
  if (!(error instanceof UserError)) return bug;
  const { message, hint, command, ways } = error;
  const whole = command.length === 0 ? [] : [commandLine('genauth-offboard', ...command)];
  const told = [hint ?? [], whole].flat().join(' ');
  return {
    message,
    hint: told === '' ? null : told,
    ways: ways.flatMap((way) => asChange(way) ?? []),
  };
}

const bug: page.Refusal = {
  message: 'This is a bug, please report it.',
  hint: 'What it is stands in the window in which genauth-offboard runs.',
  ways: [],
};

const mostApps = 100;
const mostProtected = 100;

export function shownPlan(plan: Plan): page.PlanShown {
  const { input, columns, rows, users, apps, calls, firstRows, oddities, protect } = plan;
  return {
    input,
    columns,
    rows,
    users,
    apps,
    usersByApp: plan.usersByApp.slice(0, mostApps).map((app) => ({ ...app, name: app.name ?? null })),
    calls,
    firstRows,
    problemGroups: plan.problemGroups.map(withoutExamples),
    warningGroups: plan.warningGroups.map(withoutExamples),
    oddities,
    lookFirst: doubtsOf(plan),
    protect: protect === null ? null : { ...protect, rows: protect.rows.slice(0, mostProtected) },
  };
}

function withoutExamples(group: GroupOfPlan): page.ProblemGroup {
  const { examples: _, ...shown } = group;
  return shown;
}

export function shownCalls(state: CallsState): page.Calls {
  const { total, succeeded, partial, failed, unknown, throttled, elapsedMs } = state;
  const left = total - (succeeded + partial + failed + unknown);
  const leftMs = state.callsPerSecond === undefined ? undefined : (left / state.callsPerSecond) * 1000;
  return {
    total,
    succeeded,
    partial,
    failed,
    unknown,
    throttled,
    elapsedMs: Math.round(elapsedMs),
    callsPerSecond: state.callsPerSecond ?? null,
    leftMs: leftMs !== undefined && Number.isFinite(leftMs) ? leftMs : null,
  };
}

export function shownWaits(waitsFor: WaitsFor | undefined): page.Waits | null {
  if (waitsFor === undefined) return null;
  const { nextInMs, givesUpInMs } = waitsFor;
  return { message: showWhy(waitsFor), nextInMs, givesUpInMs };
}

export function shownCanary({ users, calls, rows, causes }: CanaryResult, planned: number): page.CanaryShown {
  return { users, rows, causes, callsLeft: planned - calls };
}

export function shownSummary({ ended, rows, verification }: Summary): page.SummaryShown {
  return { ended, rows, verification };
}

export function shownRun({ name, run, damage, summary, isGoing }: FoundRun): page.RunListed {
  return {
    run: name,
    createdAt: run?.createdAt ?? '',
    input: run?.input.name ?? '',
    users: run?.input.users ?? 0,
    rows: run?.input.rows ?? 0,
    isConfirmed: run?.confirmed ?? false,
    isGoing,
    ended: summary?.ended ?? null,
    succeeded: summary?.rows.succeeded ?? null,
    damage: damage === undefined ? null : refusalOf(damage),
  };
}
