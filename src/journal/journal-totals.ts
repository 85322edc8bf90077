import { createLatencies, type Latencies } from './latencies.ts';
import type { AttemptRecord, EndRecord } from './record.ts';

/** A journal in numbers. */
export interface JournalTotals {
  readonly attempts: number;
  readonly throttled: number;
  /** Attempts that succeeded. */
  readonly succeeded: number;
  /** Calls sent again after a crash although they may have been carried out before it. */
  readonly repeated: number;
  readonly sessions: number;
  /** Which plans the sessions say that they are about. */
  readonly plans: ReadonlySet<string>;
  /** Some reply was in GenAuth's form. */
  readonly hasAnswered: boolean;
  /** Milliseconds since the epoch; undefined before the first attempt. */
  readonly firstAttemptAt: number | undefined;
  readonly lastReplyAt: number | undefined;
  /** From the first attempt to the last reply of each session, all together: what lies between sessions is left out. */
  readonly workedMs: number;
  /** The users after the first few may follow. */
  readonly canaryConfirmed: boolean;
  /** How the last session ended; undefined when it did not: it was killed, or is still going. */
  readonly end: EndRecord | undefined;
  readonly latencies: Latencies;
  /** The last session tried again what had failed. */
  readonly retryFailed: boolean;
}

type Counted = { -readonly [name in keyof Omit<JournalTotals, 'plans'>]: JournalTotals[name] } & {
  readonly plans: Set<string>;
};

/** Counts attempts by session; what no attempt tells is set in `totals` by whoever reads it. */
export function createTotals() {
  let workedBeforeMs = 0;
  /** The last reply of the sessions before: those of a shared run overlap, and no time is counted twice. */
  let workedUntil = 0;
  let firstOfSession: number | undefined;
  let lastOfSession: number | undefined;
  const totals: Counted = {
    attempts: 0,
    throttled: 0,
    succeeded: 0,
    repeated: 0,
    hasAnswered: false,
    sessions: 0,
    plans: new Set(),
    firstAttemptAt: undefined,
    lastReplyAt: undefined,
    get workedMs() {
      return workedBeforeMs + Math.max(0, (lastOfSession ?? 0) - Math.max(firstOfSession ?? 0, workedUntil));
    },
    canaryConfirmed: false,
    end: undefined,
    latencies: createLatencies(),
    retryFailed: false,
  };
  return {
    totals,
    add({ verdict, statusCode, startedAt, durationMs }: AttemptRecord): void {
      totals.attempts += 1;
      totals.hasAnswered ||= statusCode !== undefined;
      if (verdict === 'throttled') totals.throttled += 1;
      if (verdict === 'succeeded') totals.succeeded += 1;
      totals.firstAttemptAt ??= startedAt;
      const repliedAt = startedAt + durationMs;
      totals.lastReplyAt = Math.max(totals.lastReplyAt ?? 0, repliedAt);
      firstOfSession ??= startedAt;
      lastOfSession = Math.max(lastOfSession ?? 0, repliedAt);
      totals.latencies.add(durationMs);
    },
    /** @param isShared sessions of several workers, in the order in which they began. */
    beginSession(retryFailed: boolean, isShared: boolean): void {
      workedBeforeMs = totals.workedMs;
      workedUntil = isShared ? (totals.lastReplyAt ?? 0) : 0;
      firstOfSession = undefined;
      lastOfSession = undefined;
      totals.end = undefined;
      totals.retryFailed = retryFailed;
    },
  };
}
