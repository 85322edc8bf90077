import type { CallState } from '../journal/journal-index.ts';
import type { AttemptRecord } from '../journal/record.ts';
import { maskOf, readMask, type AppMask } from '../plan/app-mask.ts';
import { placeOf } from '../plan/planner.ts';

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

/** The app is not known to be signed out. @param place where it stands in the call. */
export function isOpen({ open, status }: CallResult, place: number): boolean {
  return open === undefined ? status !== 'succeeded' : ((open >> BigInt(place)) & 1n) === 1n;
}

/** What of a call concerns some of its apps. */
export interface Share extends Pick<CallResult, 'isFinal'> {
  readonly status: CallResult['status'];
  /** Those that named any of the apps, in order. */
  readonly records: readonly AttemptRecord[];
  readonly attempts: number;
}

/** @param slots the apps that a row asked for, all in this call. */
export function shareOf(result: CallResult, slots: readonly number[]): Share {
  const { open, records } = result;
  if (open === undefined) return result;
  const apps = maskOf(slots.map(placeOf));
  const own = records.filter((record) => record.apps === undefined || (readMask(record.apps) & apps) !== 0n);
  return {
    status: statusOfShare(result, own, open & apps, apps),
    isFinal: result.isFinal,
    records: own,
    attempts: own.length,
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
