import type { RateLimitHeaders } from '../genauth/rate-limit-headers.ts';

/** The highest rate that a server's own rate-limit headers allow. */
export interface ToldLimit {
  told(headers: RateLimitHeaders, at: number): void;
  /** Infinity where nothing was said, or nothing for a while. */
  perSecond(at: number): number;
}

/** What was said and not repeated holds for so long. */
const holdsForMs = 60_000;
/** Headers round to seconds: what is left of a shorter window says nothing exact about the rate. */
const leastResetMs = 5000;
/** A server that says 0 must not stop a run for ever: what it throttles says when to come back. */
const leastPerSecond = 0.1;

export function createToldLimit(): ToldLimit {
  let limit: number | undefined;
  let windowMs: number | undefined;
  let holdsUntil = Number.NEGATIVE_INFINITY;
  let left: { readonly perSecond: number; readonly until: number } | undefined;

  return {
    told(headers, at) {
      holdsUntil = at + holdsForMs;
      if (headers.limit !== limit) windowMs = undefined;
      limit = headers.limit;
      // A window is at least as long as what is left of it: where it has no name, the longest rest seen stands for it.
      windowMs = headers.windowMs || Math.max(windowMs ?? 0, headers.resetMs ?? 0) || undefined;
      const { remaining, resetMs = 0 } = headers;
      left =
        remaining === undefined || resetMs < leastResetMs
          ? undefined
          : { perSecond: ((remaining + 1) * 1000) / resetMs, until: at + resetMs };
    },
    perSecond(at) {
      if (at > holdsUntil) return Number.POSITIVE_INFINITY;
      const onAverage =
        limit === undefined || windowMs === undefined ? Number.POSITIVE_INFINITY : (limit * 1000) / windowMs;
      const untilReset = left === undefined || at > left.until ? Number.POSITIVE_INFINITY : left.perSecond;
      return Math.max(leastPerSecond, Math.min(onAverage, untilReset));
    },
  };
}
