import type { UserError } from '../../errors.ts';
import type { WaitsFor } from '../../events.ts';
import { nameOf, type Identity } from '../../genauth/identity.ts';
import type { CanaryResult } from '../../report/canary-result.ts';
import type { Summary } from '../../report/summary.ts';
import { commandLine } from '../../settings/shell.ts';
import type { Plan } from '../../survey/plan.ts';
import type { ProblemGroup as GroupOfPlan } from '../../survey/problem-groups.ts';
import type { CallsState } from '../../terminal/show-calls.ts';
import { showWaits } from '../../terminal/show-waits.ts';
import { doubtsOf } from '../../terminal/show-notes.ts';
import type { FoundRun } from '../../workflow/runs.ts';
import type * as api from '../api.ts';
import { asChange } from './given-settings.ts';

/** From the program's own values to what the page is told. */

export function refusalOf({ message, hint, command, ways }: UserError): api.Refusal {
  const whole = command.length === 0 ? [] : [commandLine('genauth-offboard', ...command)];
  const told = [hint ?? [], whole].flat().join(' ');
  return {
    message,
    hint: told === '' ? null : told,
    ways: ways.flatMap((way) => asChange(way) ?? []),
  };
}

export function shownIdentity(identity: Identity | null | undefined): string | null {
  return identity ? nameOf(identity) : null;
}

const mostApps = 100;
const mostProtected = 100;

/** @param canary how many users are to go first. */
export function shownPlan(plan: Plan, canary: number | undefined): api.PlanShown {
  const { input, columns, rows, users, usersByType, apps, calls, firstRows, emptyRecords, protect } = plan;
  return {
    input,
    columns,
    rows,
    users,
    usersByType,
    apps,
    usersByApp: plan.usersByApp.slice(0, mostApps).map(({ appId, name, users: of }) => ({
      appId,
      name: name ?? null,
      users: of,
    })),
    calls,
    firstRows,
    emptyRecords,
    problemCount: plan.problemCount,
    warningCount: plan.warningCount,
    problemGroups: plan.problemGroups.map(shownGroup),
    warningGroups: plan.warningGroups.map(shownGroup),
    oddities: plan.oddities,
    lookFirst: doubtsOf(plan),
    protect: protect === null ? null : { ...protect, rows: protect.rows.slice(0, mostProtected) },
    canary: canary === undefined || canary >= users ? null : canary,
    lookedUp: plan.lookedUp,
  };
}

function shownGroup(group: GroupOfPlan): api.ProblemGroup {
  const { kind, column, title, whatToDo, count, repairable, lines } = group;
  return { kind, column, title, whatToDo, count, repairable, lines };
}

export function shownCalls(state: CallsState): api.Calls {
  const { total, succeeded, partial, failed, unknown, attempts, throttled, elapsedMs, live } = state;
  const left = total - (succeeded + partial + failed + unknown);
  const leftMs = state.callsPerSecond === undefined ? undefined : (left / state.callsPerSecond) * 1000;
  return {
    total,
    succeeded,
    partial,
    failed,
    unknown,
    attempts,
    throttled,
    elapsedMs: Math.round(elapsedMs),
    callsPerSecond: state.callsPerSecond ?? null,
    attemptsPerSecond: state.attemptsPerSecond ?? null,
    leftMs: leftMs !== undefined && Number.isFinite(leftMs) ? leftMs : null,
    tenantPerSecond: live?.setBy === 'tenant' ? live.perSecond : null,
  };
}

/** @param now the time of day. */
export function shownWaits(waitsFor: WaitsFor | undefined, now: Date): api.Waits | null {
  if (waitsFor === undefined) return null;
  const { nextInMs, givesUpInMs } = waitsFor;
  const at = `${new Date(now.getTime() + givesUpInMs).toISOString().slice(11, 16)} UTC`;
  return { message: showWaits(waitsFor, at), nextInMs, givesUpInMs };
}

export function shownCanary({ users, calls, rows, causes }: CanaryResult, planned: number): api.CanaryShown {
  return { users, calls, rows, causes: causes.map(shownCause), callsLeft: planned - calls };
}

function shownCause(cause: Summary['causes'][number]): api.Cause {
  const { rows, status, message, advice, firstLine, mayHelpToTryAgain } = cause;
  return { rows, status, message, advice, firstLine, mayHelpToTryAgain };
}

export function shownSummary(summary: Summary): api.SummaryShown {
  const { ended, waitUntil, rows, calls, seconds, attempts, throttled, verification } = summary;
  const causes = summary.causes.map(shownCause);
  return { ended, waitUntil, rows, calls, seconds, attempts, throttled, causes, verification };
}

export function shownRun({ name, run, damage, summary, isGoing }: FoundRun): api.RunListed {
  return {
    run: name,
    createdAt: run?.createdAt ?? '',
    input: run?.input.name ?? '',
    users: run?.input.users ?? 0,
    rows: run?.input.rows ?? 0,
    calls: run?.input.calls ?? 0,
    host: run?.options.server?.host ?? null,
    identity: shownIdentity(run?.identity),
    isConfirmed: run?.confirmed ?? false,
    isGoing,
    ended: summary?.ended ?? null,
    succeeded: summary?.rows.succeeded ?? null,
    damage: damage === undefined ? null : refusalOf(damage),
  };
}
