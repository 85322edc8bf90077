import type { Stop } from './stop.ts';

/**
 * When more calls than this have ended without success, the run stops: a number, or a share of the calls that have ended,
 * which are counted as at least {@link minCallsForShare}.
 */
export type FailureLimit = number | `${number}%`;

/** Of the first few calls a share says nothing. */
const minCallsForShare = 100;

/** Counts how the calls end that one process sends. */
export interface FailureCount {
  ended(how: 'succeeded' | 'partial' | 'failed' | 'unknown'): void;
  stop(): Stop | undefined;
}

export function createFailureCount(limit: FailureLimit | undefined): FailureCount {
  let ended = 0;
  let failed = 0;

  function allowed(): number {
    if (limit === undefined) return Number.POSITIVE_INFINITY;
    if (typeof limit === 'number') return limit;
    return (Number.parseFloat(limit) / 100) * Math.max(ended, minCallsForShare);
  }

  return {
    ended(how) {
      ended += 1;
      if (how !== 'succeeded') failed += 1;
    },
    stop() {
      if (limit === undefined || failed <= allowed()) return undefined;
      return { reason: 'failures', failed, ended, limit };
    },
  };
}
