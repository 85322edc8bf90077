import type { CallState } from '../journal/journal-index.ts';
import type { AttemptRecord } from '../journal/record.ts';
import { maskOf, readMask, type AppMask } from '../plan/app-mask.ts';

/** How a call ended, worked out from its attempts. */
export interface CallResult {
  readonly status: 'succeeded' | 'partial' | 'failed' | 'unknown' | 'not_attempted';
  /** Its apps that are not known to be signed out; undefined where they share one fate. */
  readonly open: AppMask | undefined;
  /** In order. */
  readonly records: readonly AttemptRecord[];
  /** More than there are records when the journal is damaged. */
  readonly attempts: number;
}

/** @param records the call's attempts, in order. */
export function settleCall(state: CallState, records: readonly AttemptRecord[]): CallResult {
  const open = records.at(-1)?.open;
  return {
    status: statusOf(state, records),
    open: open === undefined ? undefined : readMask(open),
    records,
    attempts: state.attempts,
  };
}

function statusOf(state: CallState, records: readonly AttemptRecord[]): CallResult['status'] {
  if (state.succeeded) return 'succeeded';
  if (state.partial) return 'partial';
  if (state.unanswered) return 'unknown';
  // Attempts that never left this machine are none to the server, so long as more are to come.
  const reached = state.final || records.some((record) => record.httpStatus !== undefined);
  return reached ? 'failed' : 'not_attempted';
}

/** What of a call concerns some of its apps. */
export interface Share {
  readonly status: CallResult['status'];
  /** Those that named any of the apps, in order. */
  readonly records: readonly AttemptRecord[];
  readonly attempts: number;
  /** The apps of the share that are not known to be signed out. */
  isOpen(place: number): boolean;
}

/** @param places the apps that a row asked for, by their places in the call. */
export function shareOf(result: CallResult, places: readonly number[]): Share {
  const { status, open, records, attempts } = result;
  const isOpen = (place: number): boolean =>
    open === undefined ? status !== 'succeeded' : ((open >> BigInt(place)) & 1n) === 1n;
  if (open === undefined) return { status, records, attempts, isOpen };
  const apps = maskOf(places);
  const own = records.filter((record) => record.apps === undefined || (readMask(record.apps) & apps) !== 0n);
  return { status: statusOfShare(status, open & apps, apps), records: own, attempts: own.length, isOpen };
}

function statusOfShare(status: CallResult['status'], open: AppMask, apps: AppMask): CallResult['status'] {
  if (open === 0n) return 'succeeded';
  if (open !== apps) return 'partial';
  // The call's success was another row's; of these apps none is signed out.
  return status === 'partial' ? 'failed' : status;
}
