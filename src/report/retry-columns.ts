import type { Columns } from '../input/columns.ts';
import { isKnownName } from '../input/known-names.ts';
import type { PlannedRow } from '../plan/planned-row.ts';
import type { RowResult } from './row-result.ts';

/** Whether another run can still do something for the row. */
export function isRetried(result: RowResult): boolean {
  switch (result.status) {
    case 'partial':
    case 'failed':
    case 'unknown':
    case 'not_attempted':
      return true;
    case 'succeeded':
    case 'invalid':
    case 'skipped':
      return false;
  }
}

/**
 * The retry file names user, type and apps by their own names, whatever the input called them and whatever flags were
 * given, so that it runs as it is and means the same users. A column that was passed over must not be taken for one of them.
 */
export function retryHeader(others: readonly string[]): string[] {
  return [
    'user_id',
    'user_id_type',
    'app_ids',
    ...others.map((name) => (isKnownName(name) ? `input_${name}` : name)),
  ];
}

export function retryRecord(
  row: PlannedRow,
  result: RowResult,
  columns: Columns,
  others: readonly string[],
): string[] {
  const appIds = columns.appIds === undefined ? '' : (row.cells[columns.appIds] ?? '');
  const asItWas = result.failedAppIds.length === row.appIds.length && appIds.trim() !== '';
  return [row.userId, row.userIdType, asItWas ? appIds : joinAppIds(result.failedAppIds), ...others];
}

/** App IDs are opaque: one from a JSON cell can hold what separates others. */
function joinAppIds(appIds: readonly string[]): string {
  const plain = appIds.every((appId) => /^[^\s;|,；，、[]+$/u.test(appId));
  return plain ? appIds.join(';') : JSON.stringify(appIds);
}
