import type { ProtectedId } from '../input/protect-list.ts';
import type { OpenRows } from '../input/read-rows.ts';
import type { Row, ValidRow } from '../input/row.ts';
import type { ProtectedUsers } from './protected-users.ts';

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

export function setProtectedApart(rows: OpenRows, users: ProtectedUsers): PlannedRows {
  async function* batches(): AsyncGenerator<readonly PlannedRow[]> {
    for await (const batch of rows.batches) yield batch.map((row) => setApart(row, users));
  }
  return { ...rows, batches: batches() };
}

function setApart(row: Row, users: ProtectedUsers): PlannedRow {
  if (!row.valid) return row;
  const protectedAs = users.find(row.userIdType, row.userId);
  if (protectedAs === undefined) return row;
  const { line, cells, userId, userIdType, appIds } = row;
  return { valid: false, line, cells, userId, userIdType, appIds, protectedAs };
}
