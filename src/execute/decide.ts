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
  throttled: number;
}

const firstBackoffMs = 250;
const maxBackoffMs = 30_000;

/**
 * Exponential backoff with full jitter: anything from 0 to the bound, which doubles with each try.
 * @param tries how many came before, from 0. @param random from 0 up to 1.
 */
export function backoffMs(tries: number, random: number): number {
  return random * Math.min(maxBackoffMs, firstBackoffMs * 2 ** tries);
}

/**
 * @param tries counts this attempt already.
 * @param retries how many further attempts a call has that failed on its own account.
 * @param random from 0 up to 1.
 */
export function decide(verdict: Verdict, reply: Reply, tries: Tries, retries: number, random: number): Next {
  switch (verdict) {
    case 'succeeded':
    case 'rejected':
      return { kind: 'ended' };
    case 'throttled':
      return { kind: 'again', waitMs: waitOf(reply, backoffMs(tries.throttled - 1, random)) };
    case 'transient':
      if (tries.failures > retries) return { kind: 'ended' };
      return { kind: 'again', waitMs: waitOf(reply, backoffMs(tries.failures - 1, random)) };
    case 'unauthorized':
      return { kind: 'renew', reply };
    case 'fatal':
      return { kind: 'stop', reply };
  }
}

/** Never shorter than the server asked for. */
function waitOf(reply: Reply, ownMs: number): number {
  return Math.max(reply.retryAfterMs ?? 0, ownMs);
}
