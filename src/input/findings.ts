import type { Columns } from './columns.ts';
import type { Damage } from './damage.ts';
import { cut } from './printable.ts';
import type { ProblemKind } from './problem-kinds.ts';
import type { RowRules } from './row-rules.ts';
import type { CellRepair, Problem } from './row.ts';

/** What was found in one cell, before it is known where that stands in the file. */
export interface Finding {
  readonly column: number | undefined;
  readonly kind: ProblemKind;
  readonly message: string;
  /** Where it is not the cell as it stands. */
  readonly value?: string;
  readonly repair?: string | undefined;
}

/** What was found in one row. */
export interface Findings {
  readonly problems: Finding[];
  readonly warnings: Finding[];
  readonly repairs: CellRepair[];
}

/** @returns whether the row cannot be sent because of it. */
export function addDamage(
  { kind, says, repair, isClear }: Damage,
  what: string,
  column: number | undefined,
  rules: RowRules,
  found: Findings,
  value?: string,
): boolean {
  const finding = {
    column,
    kind,
    message: `${what} ${says}.`,
    repair,
    ...(value === undefined ? {} : { value }),
  };
  const isRefused = kind === 'control_character' || (isClear && rules.allowDamagedIds !== true);
  (isRefused ? found.problems : found.warnings).push(finding);
  return isRefused;
}

/** With its place in the file. */
export function problemOf(
  finding: Finding,
  line: number,
  cells: readonly string[],
  columns: Columns,
): Problem {
  const { column, kind, message, repair } = finding;
  const name = column === undefined ? undefined : columns.names[column];
  // The cut also bounds what a very long record costs here.
  const cell = column === undefined ? cells.slice(0, 100).join(',') : (cells[column] ?? '');
  const problem = { line, column: name ?? '(row)', kind, value: cut(finding.value ?? cell, 100), message };
  return repair === undefined ? problem : { ...problem, repair: cut(repair, 100) };
}
