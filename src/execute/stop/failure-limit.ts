import type { FailureLimit } from '../../settings/guard-options.ts';
import type { Stop } from './stop.ts';

/** Of the first few calls a share says nothing. */
const minCallsForShare = 100;

/** How the calls have ended that one process sends. */
export interface FailureCount {
  readonly limit: FailureLimit | undefined;
  ended: number;
  failed: number;
}

export type HowEnded = 'succeeded' | 'partial' | 'failed' | 'unknown';

export function createFailureCount(limit: FailureLimit | undefined): FailureCount {
  return { limit, ended: 0, failed: 0 };
}

/** @returns why the run stops, when it is too much. */
export function countEnd(count: FailureCount, how: HowEnded): Stop | undefined {
  count.ended += 1;
  if (how !== 'succeeded') count.failed += 1;
  const { limit, ended, failed } = count;
  if (limit === undefined) return undefined;
  const allowed =
    typeof limit === 'number' ? limit : (Number.parseFloat(limit) / 100) * Math.max(ended, minCallsForShare);
  return failed > allowed ? { reason: 'failures', failed, ended, limit } : undefined;
}
