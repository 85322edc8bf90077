import { readAppIds } from '../input/cell/app-ids.ts';
import type { Columns } from '../input/columns/columns.ts';
import { isKnownName, typeByName } from '../input/words/known-names.ts';
import { trimSpaces } from '../input/words/trim-spaces.ts';
import type { PlannedRow } from '../plan/planned-row.ts';
import { carriedNames } from './carried-names.ts';
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
  return ['user_id', 'user_id_type', 'app_ids', ...carriedNames(others.map(undivided), isKnownName)];
}

/** Where several columns are named within one name, what stands between them would be a choice of what stands between columns. */
function undivided(name: string): string {
  const names = name.split(/[;|\t]/);
  const isUnclear = names.length > 1 && names.some((each) => isKnownName(each) || typeByName(each));
  return isUnclear ? names.join(' ') : name;
}

export function retryRecord(
  row: PlannedRow,
  result: RowResult,
  columns: Columns,
  others: readonly string[],
): string[] {
  const cell = columns.appIds === undefined ? '' : (row.cells[columns.appIds] ?? '');
  return [row.userId, row.userIdType, cellOf(result.failedAppIds, cell), ...others];
}

/** A cell that names these apps, with no flag that helps: the input's own where it does. An app ID can hold what separates others. */
function cellOf(appIds: readonly string[], asItWas: string): string {
  return [asItWas, appIds.join(';')].find((cell) => names(cell, appIds)) ?? JSON.stringify(appIds);
}

function names(cell: string, appIds: readonly string[]): boolean {
  const found = readAppIds(trimSpaces(cell));
  return found?.length === appIds.length && found.every((appId, place) => appId === appIds[place]);
}
