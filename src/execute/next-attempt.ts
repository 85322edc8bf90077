import type { Blame } from '../genauth/verdict.ts';
import { explained, maxExplained } from './usual-share.ts';

/** What happens to a call after an attempt. Times on the caller's clock. */
export type Next =
  /** It has ended: for good, or (`final` false) for this session, as nothing was its own fault and nothing helped. */
  | { readonly kind: 'ended'; readonly final: boolean }
  /** Another attempt, from `at` on. */
  | { readonly kind: 'again'; readonly at: number }
  /** The same, with new authorisation where that can be had. */
  | { readonly kind: 'renew'; readonly at: number };

/** How often a call was tried in this session, and what came of it. Whatever is sent and answered can be one. */
export interface Tries {
  /** The number of its attempt that is under way, or was last: attempts of all calls count up in the order in which they go. */
  order: number;
  /** When that attempt went. */
  sentAt: number;
  /** The number of its last attempt that failed, and how. */
  failedOrder: number | undefined;
  failedFor: Blame | undefined;
  /** Failures that are its own: they count against `--retries`. */
  failures: number;
  /** How the last of those was. */
  ownFor: Blame | undefined;
  /** Replies of any kind in this session. */
  answered: number;
  /** When the first of its failures came since anything of it was accepted. */
  failingSince: number;
  /** Failures of any kind since anything of it was accepted: they set how long it waits. */
  failuresInRow: number;
}

export function newTries(): Tries {
  return {
    order: 0,
    sentAt: 0,
    failedOrder: undefined,
    failedFor: undefined,
    failures: 0,
    ownFor: undefined,
    answered: 0,
    failingSince: 0,
    failuresInRow: 0,
  };
}

/** What is known beside the reply when the next attempt is decided. */
export interface Comparison {
  /** Attempts that went after this call's last failure, or after this attempt, were accepted. */
  readonly othersAccepted: boolean;
  /** Nothing is left that could be accepted: every call that is open has failed itself. */
  readonly nothingToCompare: boolean;
  /** How large a share of calls fails anyway. */
  readonly usualShare: number;
}

export interface Retrying {
  readonly retries: number;
  /** When the run would stop if nothing were accepted until then; infinite while something is. */
  readonly deadline: number;
  readonly giveUpAfterMs: number;
}

const firstBackoffMs = 250;
const maxBackoffMs = 30_000;
/** Whose failures are not its own has to be there soon after the server is back. */
const maxOutageBackoffMs = 5000;
/** A right that is missing for one user is not given while the run waits: once more in case of a lagging node, no more. */
const forbiddenRetries = 2;
/** What a gateway says is nobody's fault, so that a call has at least so many retries before it is put off. */
const unavailableRetries = 8;
/** The tenant's limit throttles any call now and then, also several times, so that it takes more to be one call's own. */
const throttledRetries = 10;
const maxThrottledBackoffMs = 10_000;

/**
 * Exponential backoff with jitter: from half the bound up to it; the bound doubles with each try.
 * @param tries how many came before, from 0. @param random from 0 up to 1.
 */
export function backoffMs(tries: number, random: number, mostMs: number = maxBackoffMs): number {
  return (0.5 + random / 2) * Math.min(mostMs, firstBackoffMs * 2 ** tries);
}

/**
 * Counts the failure and says what follows. A failure is a call's own when calls that were sent after it are accepted: then
 * it says nothing about the others, and counts against `--retries`, which come on top of what the usual share of failures
 * explains. Where nothing is left to compare with, what GenAuth itself says of the call, and a broken connection, is taken
 * for its own, too; a gateway's word, a refused connection, throttling and refused credentials never are.
 */
export function afterFailure(
  tries: Tries,
  blame: Blame,
  isAnswered: boolean,
  retryAfterMs: number,
  { othersAccepted, nothingToCompare, usualShare }: Comparison,
  { retries, deadline, giveUpAfterMs }: Retrying,
  at: number,
  random: number,
): Next {
  const isSuspect = tries.ownFor === blame;
  if (tries.failuresInRow === 0) tries.failingSince = at;
  tries.failuresInRow += 1;
  tries.failedOrder = tries.order;
  tries.failedFor = blame;
  const spare = explained(usualShare);
  const again = (isOwn: boolean): number => {
    const tried = Math.max(0, tries.failuresInRow - 1 - spare);
    // Nothing is waited for longer than the run would wait for everything.
    const mostMs = Math.min(blame === 'throttle' ? maxThrottledBackoffMs : maxBackoffMs, giveUpAfterMs);
    const ownMs = backoffMs(tried, random, isOwn ? mostMs : maxOutageBackoffMs);
    // The last look before the run gives up is at that moment, not after it.
    const waitMs = isOwn || at >= deadline ? ownMs : Math.min(ownMs, deadline - at);
    return at + Math.max(retryAfterMs, waitMs);
  };
  const count = (isOwn: boolean, most: number, final: boolean, kind: 'again' | 'renew' = 'again'): Next => {
    if (!isOwn) return { kind, at: again(false) };
    tries.failures += 1;
    tries.ownFor = blame;
    // It is asked to wait for longer than the run would wait for anything.
    const isTooLong = retryAfterMs > 0 && at + retryAfterMs - tries.failingSince > giveUpAfterMs;
    if (isTooLong) return { kind: 'ended', final: false };
    return tries.failures > most ? { kind: 'ended', final } : { kind, at: again(true) };
  };
  switch (blame) {
    case 'call':
      return { kind: 'ended', final: true };
    case 'right':
      if (othersAccepted) return { kind: 'ended', final: true };
      return count(nothingToCompare, Math.min(retries, forbiddenRetries), true);
    case 'credentials':
      return count(othersAccepted || (nothingToCompare && isSuspect), retries + spare, true, 'renew');
    case 'throttle':
      return count(
        othersAccepted || (nothingToCompare && isSuspect),
        Math.max(retries, throttledRetries) + spare,
        true,
      );
    case 'server':
      return count(othersAccepted || nothingToCompare, retries + spare, isAnswered);
    case 'unavailable':
      return count(othersAccepted, Math.max(retries, unavailableRetries) + spare, false);
  }
}

/**
 * How many attempts a call can have in a session at most: for each part that its apps are searched in, so many as are its own,
 * and between two of those, while nothing at all is accepted, one for each shortest wait until the run gives up.
 */
export function mostAttempts(apps: number, retries: number, giveUpAfterMs: number): number {
  const parts = 2 * apps;
  const own = Math.max(retries, throttledRetries) + maxExplained + 1;
  const waits =
    Math.ceil(Math.log2(maxOutageBackoffMs / firstBackoffMs)) + giveUpAfterMs / (maxOutageBackoffMs / 2);
  return parts * own * (1 + Math.ceil(waits));
}
