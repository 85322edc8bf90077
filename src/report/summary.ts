import type { Cause } from './cause.ts';
import type { LookedUp } from '../survey/looked-up.ts';
import type { Verification } from '../verify/verification.ts';
import type { RowStatus } from './row-status.ts';

/** How a run stands: all its numbers, none of its users. Written as `summary.json`. */
export interface Summary {
  /** `finished`, the reason of the stop, or `killed` when the last process left no word (it may still be at work). */
  readonly ended: string;
  /** Until when the server asked to wait, ISO 8601; null where it has not. */
  readonly waitUntil: string | null;
  /** The last process tried again what had failed. */
  readonly retryFailed: boolean;
  readonly input: { readonly name: string; readonly sha256: string };
  readonly host: string | undefined;
  /** Rows by status; they add up to the rows of the input. */
  readonly rows: Readonly<Record<RowStatus, number>> & { readonly total: number };
  readonly calls: {
    readonly planned: number;
    readonly succeeded: number;
    readonly partial: number;
    readonly failed: number;
    readonly unknown: number;
    readonly not_attempted: number;
    /** Sent once more after a crash that may have been sent before it, which is more than were. */
    readonly repeated: number;
  };
  readonly attempts: number;
  /** Attempts that the server put off because of its rate limit. */
  readonly throttled: number;
  /** Processes that worked on the run. */
  readonly sessions: number;
  /** First attempt and last reply, ISO 8601; null when nothing was sent. */
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** For how long it was worked on: what lies between two sessions is left out. */
  readonly seconds: number;
  readonly attemptsPerSecond: number;
  readonly latencyMs: {
    readonly p50: number | null;
    readonly p90: number | null;
    readonly p99: number | null;
  };
  /** Rows that did not succeed, by cause, the most frequent first. */
  readonly causes: readonly Cause[];
  /** What GenAuth said of the users before the plan was made; null where they were not looked up. */
  readonly lookedUp: LookedUp | null;
  /** With which flags `run` takes `retry.csv` as it is, and `invalid.csv` when its rows are mended. */
  readonly flags: { readonly retry: readonly string[]; readonly invalid: readonly string[] };
  /** What was seen of the sessions; null where nobody has looked for them. */
  readonly verification: Verification | null;
}

/** How many rows `retry.csv` has. */
export function rowsToRetry({ partial, failed, unknown, not_attempted: open }: Summary['rows']): number {
  return partial + failed + unknown + open;
}
