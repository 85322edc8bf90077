import type { CallState } from '../journal/journal-index.ts';
import type { AttemptRecord } from '../journal/record.ts';

/** How a call ended, worked out from its attempts. */
export interface CallResult {
  readonly status: 'succeeded' | 'failed' | 'unknown' | 'not_attempted';
  readonly attempts: number;
  /** Every one that the server gave, attempts in order. */
  readonly requestIds: readonly string[];
  /** Of the last attempt; undefined when there was none. */
  readonly last: AttemptRecord | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
}

/** @param records the call's attempts, in order. */
export function settleCall(state: CallState, records: readonly AttemptRecord[]): CallResult {
  const last = records.at(-1);
  const requestIds: string[] = [];
  for (const { requestId } of records) if (requestId !== undefined) requestIds.push(requestId);
  return {
    status: statusOf(state, records),
    attempts: state.attempts,
    requestIds,
    last,
    startedAt: records[0]?.startedAt,
    finishedAt: last === undefined ? undefined : Math.round(last.startedAt + last.durationMs),
  };
}

function statusOf(state: CallState, records: readonly AttemptRecord[]): CallResult['status'] {
  if (state.succeeded) return 'succeeded';
  if (state.unanswered) return 'unknown';
  // Attempts that never left this machine are none to the server, so long as more are to come.
  const reached = state.final || records.some((record) => record.httpStatus !== undefined);
  return reached ? 'failed' : 'not_attempted';
}
