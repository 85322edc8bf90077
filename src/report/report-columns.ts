import type { PlannedRow } from '../plan/planned-row.ts';
import { carriedNames } from './carried-names.ts';
import type { RowResult } from './row-result.ts';
import type { SessionState } from '../verify/session-state.ts';
import type { CsvRecord } from './write-csv.ts';

/** The report's own columns, in this order; the input's other columns follow. */
const columns: readonly (readonly [
  name: string,
  cell: (row: PlannedRow, result: RowResult) => string | number,
])[] = [
  ['line', (row) => row.line],
  ['user_id', (row) => row.userId],
  ['user_id_type', (row) => row.userIdType],
  ['app_count', (row) => row.appIds.length],
  ['app_ids', (row) => row.appIds.join(';')],
  ['status', (_, result) => result.status],
  ['calls', (_, result) => result.calls],
  ['calls_succeeded', (_, result) => result.callsSucceeded],
  ['attempts', (_, result) => result.attempts],
  ['request_ids', (_, result) => result.requestIds.join(';')],
  ['status_code', (_, result) => result.statusCode ?? ''],
  ['api_code', (_, result) => result.apiCode ?? ''],
  ['message', (_, result) => result.message],
  ['failed_app_ids', (_, result) => result.failedAppIds.join(';')],
  ['started_at', (_, result) => time(result.startedAt)],
  ['finished_at', (_, result) => time(result.finishedAt)],
];

/** It follows `status` once sessions were looked for. */
const verifiedName = 'verified';
const placeOfVerified = columns.findIndex(([name]) => name === 'status') + 1;

const ownNames = columns.map(([name]) => name);
const reserved: ReadonlySet<string> = new Set([...ownNames, verifiedName]);

/** @param others the names of the input's other columns. */
export function reportHeader(others: readonly string[], hasVerified = false): string[] {
  const own = hasVerified ? ownNames.toSpliced(placeOfVerified, 0, verifiedName) : ownNames;
  return [...own, ...carriedNames(others, (name) => reserved.has(name.trim().toLowerCase()))];
}

/**
 * @param others the row's cells in the input's other columns.
 * @param verified what was seen of its sessions, '' where nothing was looked for; undefined where the column is left out.
 */
export function reportRecord(
  row: PlannedRow,
  result: RowResult,
  others: readonly string[],
  verified?: SessionState | '',
): CsvRecord {
  const cells = columns.map(([, cell]) => cell(row, result));
  if (verified !== undefined) cells.splice(placeOfVerified, 0, verified);
  return [...cells, ...others];
}

let lastSecond = Number.NaN;
let lastSecondText = '';

/** Rows that follow each other were mostly dealt with in the same second; to write it anew each time takes a tenth of the report. */
function time(at: number | undefined): string {
  if (at === undefined) return '';
  const second = Math.floor(at / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastSecondText = new Date(second * 1000).toISOString().slice(0, -'000Z'.length);
  }
  return `${lastSecondText}${String(Math.floor(at - second * 1000)).padStart(3, '0')}Z`;
}
