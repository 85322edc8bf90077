import type { Plan } from '../events.ts';
import { showDelimiter } from '../input/find-header.ts';
import type { Format } from '../input/format.ts';
import { printable } from '../input/printable.ts';
import type { Problem } from '../input/row.ts';
import { maxCountedApps } from '../plan/plan-summary.ts';
import { showFirstRows, showIgnored, showOddities, showProtected } from './show-notes.ts';
import { counted, grouped, lasting } from './wording.ts';

const maxShown = 20;

/** The plan for people. @param rate the ceiling in attempts per second, where there is one. */
export function showPlan(plan: Plan, rate: number | undefined): string {
  const { rows, columns } = plan;
  const types = Object.entries(plan.usersByType).map(([type, users]) => `${type} ${grouped(users)}`);
  const quote = (name: string): string => `"${printable(name)}"`;
  const apps = plan.apps < maxCountedApps ? grouped(plan.apps) : `${grouped(maxCountedApps)} or more`;
  const lines = [
    `Plan for ${printable(plan.input.name)}`,
    `  SHA-256   ${plan.input.sha256}`,
    `  format    ${showFormat(plan.format)}`,
    `  columns   user ID ${quote(columns.userId)}, type ${columns.userIdType === null ? columns.defaultUserIdType : quote(columns.userIdType)}, apps ${columns.appIds === null ? 'from --app-ids' : quote(columns.appIds)}`,
    `  rows      ${grouped(rows.total)}${rows.invalid > 0 ? `, of which ${grouped(rows.invalid)} invalid` : ''}`,
    `  users     ${grouped(plan.users)}${types.length > 0 ? ` (${types.join(', ')})` : ''}`,
    ...(rows.repeatingUser > 0
      ? [`  repeated  ${counted(rows.repeatingUser, 'row')} naming a user seen before`]
      : []),
    `  apps      ${apps}`,
    `  calls     ${grouped(plan.calls)}`,
    ...(rate === undefined
      ? []
      : [`  time      at least ${lasting((plan.calls / rate) * 1000)} at ${rate} a second`]),
  ];
  return [
    ...lines,
    ...showFirstRows(plan),
    ...showIgnored(plan),
    ...showProtected(plan),
    ...showOddities(plan),
    ...listed('Problems', plan.problems, plan.problemCount),
    ...listed('Warnings', plan.warnings, plan.warningCount),
  ].join('\n');
}

function showFormat({ encoding, delimiter, headerLine }: Format): string {
  return `${encoding.toUpperCase()}, ${showDelimiter(delimiter)} between the columns, header in line ${headerLine}`;
}

function listed(title: string, problems: readonly Problem[], count: number): string[] {
  if (count === 0) return [];
  const shown = problems.slice(0, maxShown).map((problem) => `  ${showProblem(problem)}`);
  const rest = count - shown.length;
  return [
    '',
    `${title} (${grouped(count)})`,
    ...shown,
    ...(rest > 0 ? [`  ... and ${grouped(rest)} more`] : []),
  ];
}

function showProblem(problem: Problem): string {
  const value = problem.value === '' ? '' : ` It holds "${printable(problem.value)}".`;
  return `line ${problem.line}, ${printable(problem.column)}: ${problem.message}${value}`;
}
