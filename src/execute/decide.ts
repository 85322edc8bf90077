import type { Reply } from '../genauth/reply.ts';
import type { Verdict } from '../genauth/verdict.ts';

/** What happens to a call after an attempt. */
export type Next =
  /** The call has ended, with success or without. */
  | { readonly kind: 'ended' }
  /** Another attempt after a wait. */
  | { readonly kind: 'again'; readonly waitMs: number }
  /** Another attempt, with new authorisation. */
  | { readonly kind: 'renew'; readonly reply: Reply }
  /** The run stops; the call stays open. */
  | { readonly kind: 'stop'; readonly reply: Reply };

/** How often a call has been tried in this session, by what came of it. */
export interface Tries {
  /** Attempts that count against `--retries`. */
  failures: number;
  /** Failures in a row, those of an outage included. */
  failuresInRow: number;
  throttledInRow: number;
  unauthorized: number;
  /** On the breaker's clock. */
  lastFailedAt: number | undefined;
}

const firstBackoffMs = 250;
const maxBackoffMs = 30_000;
/** A call that is refused with each new token, while others get through, is refused for itself. */
const maxUnauthorized = 3;
/** What fails while the server is down for all waits for the breaker, and has to be there soon after it closes. */
const maxOutageBackoffMs = 5000;

/**
 * Exponential backoff with full jitter: anything from 0 to the bound, which doubles with each try.
 * @param tries how many came before, from 0. @param random from 0 up to 1.
 */
export function backoffMs(tries: number, random: number, mostMs: number = maxBackoffMs): number {
  return random * Math.min(mostMs, firstBackoffMs * 2 ** tries);
}

/**
 * Counts the attempt and says what follows.
 * @param counts whether a transient failure is the call's own.
 * @param retries how many further attempts a call has that failed on its own account.
 * @param random from 0 up to 1.
 */
export function decide(
  verdict: Verdict,
  reply: Reply,
  tries: Tries,
  counts: boolean,
  retries: number,
  random: number,
): Next {
  tries.failuresInRow = verdict === 'transient' ? tries.failuresInRow + 1 : 0;
  tries.throttledInRow = verdict === 'throttled' ? tries.throttledInRow + 1 : 0;
  switch (verdict) {
    case 'succeeded':
    case 'rejected':
      return { kind: 'ended' };
    case 'throttled':
      return { kind: 'again', waitMs: waitOf(reply, backoffMs(tries.throttledInRow - 1, random)) };
    case 'transient': {
      if (counts) tries.failures += 1;
      if (tries.failures > retries) return { kind: 'ended' };
      const mostMs = counts ? maxBackoffMs : maxOutageBackoffMs;
      return { kind: 'again', waitMs: waitOf(reply, backoffMs(tries.failuresInRow - 1, random, mostMs)) };
    }
    case 'unauthorized':
      tries.unauthorized += 1;
      return tries.unauthorized > maxUnauthorized ? { kind: 'ended' } : { kind: 'renew', reply };
    case 'fatal':
      return { kind: 'stop', reply };
  }
}

/** Never shorter than the server asked for. */
function waitOf(reply: Reply, ownMs: number): number {
  return Math.max(reply.retryAfterMs ?? 0, ownMs);
}
