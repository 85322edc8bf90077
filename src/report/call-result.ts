import type { CallState } from '../journal/journal-index.ts';
import type { AttemptRecord } from '../journal/record.ts';
import { maskOf, readMask, type AppMask } from '../plan/app-mask.ts';

/** How a call ended, worked out from its attempts. */
export interface CallResult {
  readonly status: 'succeeded' | 'partial' | 'failed' | 'unknown' | 'not_attempted';
  /** Its apps that are not known to be signed out; undefined where they share one fate. */
  readonly open: AppMask | undefined;
  /** No further attempt is made but with `--retry-failed`. */
  readonly isFinal: boolean;
  /** Some attempt may have taken effect without an answer. */
  readonly unanswered: boolean;
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
    isFinal: state.final,
    unanswered: state.unanswered,
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
  const reached = state.final || records.some(isAnswered);
  return reached ? 'failed' : 'not_attempted';
}

/** With a client of the caller's own the HTTP status may be unknown. */
function isAnswered({ httpStatus, statusCode, requestId }: AttemptRecord): boolean {
  return (httpStatus ?? statusCode ?? requestId) !== undefined;
}

/** What of a call concerns some of its apps. */
export interface Share extends Pick<CallResult, 'isFinal'> {
  readonly status: CallResult['status'];
  /** Those that named any of the apps, in order. */
  readonly records: readonly AttemptRecord[];
  readonly attempts: number;
  /** The apps of the share that are not known to be signed out. */
  isOpen(place: number): boolean;
}

/** @param places the apps that a row asked for, by their places in the call. */
export function shareOf(result: CallResult, places: readonly number[]): Share {
  const { status, open, records, attempts, isFinal } = result;
  const isOpen = (place: number): boolean =>
    open === undefined ? status !== 'succeeded' : ((open >> BigInt(place)) & 1n) === 1n;
  if (open === undefined) return { status, isFinal, records, attempts, isOpen };
  const apps = maskOf(places);
  const own = records.filter((record) => record.apps === undefined || (readMask(record.apps) & apps) !== 0n);
  return {
    status: statusOfShare(result, own, open & apps, apps),
    isFinal,
    records: own,
    attempts: own.length,
    isOpen,
  };
}

function statusOfShare(
  { status, unanswered, attempts, records }: CallResult,
  own: readonly AttemptRecord[],
  open: AppMask,
  apps: AppMask,
): CallResult['status'] {
  if (open === 0n) return 'succeeded';
  if (open !== apps) return 'partial';
  if (status !== 'partial') return status;
  // The call's success was another row's; of these apps none is signed out. What has no record may have been about them.
  const isUnrecorded = unanswered && (attempts > records.length || !records.some((each) => each.unanswered));
  return isUnrecorded || own.some((each) => each.unanswered) ? 'unknown' : 'failed';
}
