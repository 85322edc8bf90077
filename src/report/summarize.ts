import type { JournalIndex } from '../journal/journal-index.ts';
import type { Summary } from './summary.ts';

export function summarize(
  of: Pick<Summary, 'input' | 'host' | 'rows' | 'causes' | 'lookedUp' | 'flags' | 'verification'>,
  calls: Omit<Summary['calls'], 'repeated'>,
  index: JournalIndex,
): Summary {
  const { attempts, throttled, repeated, sessions, firstAttemptAt, lastReplyAt, workedMs } = index.totals;
  const { end, latencies, retryFailed } = index.totals;
  const seconds = workedMs / 1000;
  const percentile = (share: number): number | null => latencies.percentile(share) ?? null;
  return {
    ended: end?.reason ?? (sessions === 0 ? 'not_started' : 'killed'),
    waitUntil: iso(end?.waitUntil),
    retryFailed,
    ...of,
    calls: { ...calls, repeated },
    attempts,
    throttled,
    sessions,
    startedAt: iso(firstAttemptAt),
    finishedAt: iso(lastReplyAt),
    seconds: round(seconds),
    attemptsPerSecond: round(attempts / Math.max(seconds, 0.001)),
    latencyMs: { p50: percentile(0.5), p90: percentile(0.9), p99: percentile(0.99) },
    causes: of.causes,
    lookedUp: of.lookedUp,
    flags: of.flags,
    verification: of.verification,
  };
}

function iso(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

function round(number: number): number {
  return Math.round(number * 1000) / 1000;
}
