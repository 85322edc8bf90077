import type { ProtectedId } from '../input/protect-list.ts';
import type { OpenRows } from '../input/read-rows.ts';
import type { Row, ValidRow } from '../input/row.ts';

/** A row that is in order, and names somebody on the list of protected users: never sent. */
export interface ProtectedRow extends Omit<ValidRow, 'valid' | 'warnings'> {
  readonly valid: false;
  /** The list's own ID for the user. */
  readonly protectedAs: ProtectedId;
}

/** A row as the plan takes it: only a valid one becomes calls. */
export type PlannedRow = Row | ProtectedRow;

/** Rows in which those of protected users are set apart, and the rest as they were. */
export interface PlannedRows extends Omit<OpenRows, 'batches'> {
  readonly batches: AsyncIterable<readonly PlannedRow[]>;
}
