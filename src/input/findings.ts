import type { Columns } from './columns/columns.ts';
import type { Damage } from './cell/damage.ts';
import { cut } from '../printable.ts';
import type { ProblemKind } from './words/problem-kinds.ts';
import type { RowRules } from './cell/row-rules.ts';
import { wholeRow, type CellRepair, type Problem } from './row.ts';

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

/** Only by its name one of these is let through: none of them is an ID that was damaged. */
const noIds: ReadonlySet<ProblemKind> = new Set(['nothing', 'header', 'total']);

/** @param text the ID as it stands in the cell. */
export function isRefused(
  { kind, isClear }: Damage,
  text: string,
  { allowDamagedIds }: Pick<RowRules, 'allowDamagedIds'>,
): boolean {
  if (kind === 'control_character') return true;
  if (!isClear) return false;
  return typeof allowDamagedIds === 'object'
    ? !allowDamagedIds.includes(text)
    : allowDamagedIds !== true || noIds.has(kind);
}

/**
 * @param value where it is not the cell as it stands.
 * @returns whether the row cannot be sent because of it.
 */
export function addDamage(
  damage: Damage,
  what: string,
  text: string,
  column: number | undefined,
  rules: RowRules,
  found: Findings,
  value?: string,
): boolean {
  const { kind, says, repair } = damage;
  const finding = {
    column,
    kind,
    message: `${what} ${says}.`,
    repair,
    ...(value === undefined ? {} : { value }),
  };
  const refused = isRefused(damage, text, rules);
  (refused ? found.problems : found.warnings).push(finding);
  return refused;
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
  const problem = { line, column: name ?? wholeRow, kind, value: cut(finding.value ?? cell, 100), message };
  return repair === undefined ? problem : { ...problem, repair: cut(repair, 100) };
}
