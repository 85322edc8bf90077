import type { Row } from '../input/row.ts';
import type { CallResult } from './call-result.ts';
import type { RowStatus } from './row-status.ts';

/** What the report says about a row. */
export interface RowResult {
  readonly status: RowStatus;
  readonly calls: number;
  readonly callsSucceeded: number;
  readonly attempts: number;
  readonly requestIds: readonly string[];
  readonly statusCode: number | undefined;
  readonly apiCode: number | undefined;
  /** A connection's error code, where there was no reply. */
  readonly errorCode: string | undefined;
  readonly message: string;
  /** The row's apps that are not known to be signed out. */
  readonly failedAppIds: readonly string[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
}

const nothing = {
  calls: 0,
  callsSucceeded: 0,
  attempts: 0,
  requestIds: [],
  statusCode: undefined,
  apiCode: undefined,
  errorCode: undefined,
  startedAt: undefined,
  finishedAt: undefined,
} as const;

/**
 * @param seqs for each of the row's apps the call that carries it, as the planner placed them.
 * @param resultOf how a call ended.
 */
export function rowResult(
  row: Row,
  seqs: readonly number[],
  resultOf: (seq: number) => CallResult,
): RowResult {
  if (!row.valid) {
    const message = row.problems.map((problem) => `${problem.column}: ${problem.message}`).join(' | ');
    return { ...nothing, status: 'invalid', message, failedAppIds: row.appIds };
  }
  const results = [...new Set(seqs)].map((seq) => resultOf(seq));
  const failedAppIds = row.appIds.filter((_, place) => resultOf(seqs[place] ?? 0).status !== 'succeeded');
  const told = results.find((result) => result.status !== 'succeeded') ?? results.at(-1);
  return {
    status: statusOf(results),
    calls: results.length,
    callsSucceeded: results.filter((result) => result.status === 'succeeded').length,
    attempts: sum(results.map((result) => result.attempts)),
    requestIds: results.flatMap((result) => result.requestIds),
    statusCode: told?.last?.statusCode ?? told?.last?.httpStatus,
    apiCode: told?.last?.apiCode,
    errorCode: told?.last?.errorCode,
    message: messageOf(told),
    failedAppIds,
    startedAt: extreme(Math.min, results, 'startedAt'),
    finishedAt: extreme(Math.max, results, 'finishedAt'),
  };
}

/** `design.md`, section 6: from the calls that carry the row's apps, and only from those. */
function statusOf(results: readonly CallResult[]): RowStatus {
  const has = (status: CallResult['status']): boolean => results.some((result) => result.status === status);
  if (results.every((result) => result.status === 'succeeded')) return 'succeeded';
  if (has('succeeded')) return 'partial';
  if (has('unknown')) return 'unknown';
  return has('failed') ? 'failed' : 'not_attempted';
}

function messageOf(told: CallResult | undefined): string {
  if (told?.last !== undefined) return told.last.message ?? '';
  return told?.status === 'unknown'
    ? 'It may have been sent; the program ended before a reply was kept.'
    : '';
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function extreme(
  pick: (...numbers: number[]) => number,
  results: readonly CallResult[],
  key: 'startedAt' | 'finishedAt',
): number | undefined {
  const times = results.map((result) => result[key]).filter((time) => time !== undefined);
  return times.length === 0 ? undefined : pick(...times);
}
