import type { CallState } from '../journal/call-states.ts';
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
  /** Some attempt may have taken effect that has no record, so that no one tells which apps it named. */
  readonly unrecorded: boolean;
  /** In order. */
  readonly records: readonly AttemptRecord[];
  /** More than there are records when the journal is damaged. */
  readonly attempts: number;
}

/** @param records the call's attempts, in order. */
export function settleCall(state: CallState, records: readonly AttemptRecord[]): CallResult {
  return {
    status: statusOf(state),
    isFinal: state.final,
    unrecorded: state.unrecorded || (state.unanswered && state.attempts > records.length),
    open: openIn(state, records),
    records,
    attempts: state.attempts,
  };
}

/** A session that sends all of a call again says nothing of its parts: what former ones said of them still holds. */
function openIn({ succeeded }: CallState, records: readonly AttemptRecord[]): AppMask | undefined {
  const known = records.findLast(({ open }) => open !== undefined)?.open;
  if (known === undefined) return undefined;
  return succeeded ? 0n : readMask(known);
}

/** A call that a plain `resume` sends again was at most put off: it has not failed. */
export function statusOf(state: CallState): CallResult['status'] {
  if (state.succeeded) return 'succeeded';
  if (state.partial) return 'partial';
  if (state.unanswered) return 'unknown';
  return state.final ? 'failed' : 'not_attempted';
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
  readonly lastWord: LastWord;
}

/** The last that is known of apps: about those that are open, where any are. */
export type LastWord =
  | AttemptRecord
  /** They were found not to exist by another call, and left out of this one. */
  | 'left_out'
  /** They may have been sent, and the reply is not on record. */
  | 'lost'
  /** Nothing is known of them. */
  | undefined;

/** @param positions the apps that a row asked for, all in this call. */
export function shareOf(result: CallResult, positions: readonly number[]): Share {
  const { open, records, status, isFinal, attempts } = result;
  if (open === undefined) return { status, isFinal, records, attempts, lastWord: lastWordOn(result) };
  const apps = maskOf(positions.map(placeOf));
  const own = records.filter((record) => names(record, apps));
  const openApps = open & apps;
  return {
    status: statusOfShare(result, own, openApps, apps),
    isFinal,
    records: own,
    attempts: own.length,
    lastWord: openApps === 0n ? own.at(-1) : lastWordOn(result, openApps),
  };
}

function names({ apps: named }: AttemptRecord, apps: AppMask): boolean {
  return named === undefined || (readMask(named) & apps) !== 0n;
}

function statusOfShare(
  result: CallResult,
  own: readonly AttemptRecord[],
  open: AppMask,
  apps: AppMask,
): CallResult['status'] {
  if (open === 0n) return 'succeeded';
  if (open !== apps) return 'partial';
  // What has no record may have been about these apps; what has one tells which it was about.
  if (result.unrecorded || own.some((each) => each.unanswered)) return 'unknown';
  return result.isFinal ? 'failed' : 'not_attempted';
}

/** @param open the apps that are not known to be signed out; all of the call's when undefined. */
function lastWordOn(result: CallResult, open?: AppMask): LastWord {
  const { status, isFinal, records } = result;
  if (status !== 'succeeded' && !isFinal && result.unrecorded) return 'lost';
  const at = open === undefined ? records.length - 1 : records.findLastIndex((record) => names(record, open));
  const record = records[at];
  if (open === undefined || (record !== undefined && !isDroppedAfter(record, records[at + 1], open))) {
    return record;
  }
  return record !== undefined || isFinal ? 'left_out' : undefined;
}

/**
 * What is tried again is sent again with what it was sent with, or in halves once GenAuth has refused one of it. The same without
 * an app that nothing was said about means that another call has found that app not to exist.
 */
function isDroppedAfter(record: AttemptRecord, next: AttemptRecord | undefined, open: AppMask): boolean {
  if (next?.apps === undefined || record.verdict === 'rejected') return false;
  const sent = record.apps === undefined ? undefined : readMask(record.apps);
  const sentNext = readMask(next.apps);
  return (sentNext & open) === 0n && (sent === undefined || (sentNext & sent) !== 0n);
}
