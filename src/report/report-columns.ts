import type { PlannedRow } from '../plan/planned-row.ts';
import { carriedNames } from './carried-names.ts';
import type { RowResult } from './row-result.ts';
import type { CsvRecord } from './write-csv.ts';

/** The report's own columns, in this order; the input's other columns follow. */
const reportColumns = [
  'line',
  'user_id',
  'user_id_type',
  'app_count',
  'app_ids',
  'status',
  'calls',
  'calls_succeeded',
  'attempts',
  'request_ids',
  'status_code',
  'api_code',
  'message',
  'failed_app_ids',
  'started_at',
  'finished_at',
] as const;

const reserved: ReadonlySet<string> = new Set(reportColumns);

/** @param others the names of the input's other columns. */
export function reportHeader(others: readonly string[]): string[] {
  return [...reportColumns, ...carriedNames(others, (name) => reserved.has(name.trim().toLowerCase()))];
}

/** @param others the row's cells in the input's other columns. */
export function reportRecord(row: PlannedRow, result: RowResult, others: readonly string[]): CsvRecord {
  return [
    row.line,
    row.userId,
    row.userIdType,
    row.appIds.length,
    row.appIds.join(';'),
    result.status,
    result.calls,
    result.callsSucceeded,
    result.attempts,
    result.requestIds.join(';'),
    result.statusCode ?? '',
    result.apiCode ?? '',
    result.message,
    result.failedAppIds.join(';'),
    time(result.startedAt),
    time(result.finishedAt),
    ...others,
  ];
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
