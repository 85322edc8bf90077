import type { Blame } from '../genauth/verdict.ts';
import { explained } from './usual-share.ts';

/** What happens to a call after an attempt. Times on the caller's clock. */
export type Next =
  /** It has ended: for good, or (`final` false) for this session, as nothing was its own fault and nothing helped. */
  | { readonly kind: 'ended'; readonly final: boolean }
  /** Another attempt, from `at` on; `renew`: with new authorisation where that can be had. */
  | { readonly kind: 'again' | 'renew'; readonly at: number };

/** How often a call was tried in this session, and what came of it. Whatever is sent and answered can be one. */
export type Tries = ReturnType<typeof newTries>;

export function newTries() {
  return {
    /** The number of its attempt that is under way, or was last: attempts of all calls count up in the order in which they go. */
    order: 0,
    /** When that attempt went. */
    sentAt: 0,
    /** The number of the last attempt of any call that had gone when it failed last, and how; undefined once one was accepted. */
    failedOrder: undefined as number | undefined,
    failedFor: undefined as Blame | undefined,
    /** How many failures of a kind were its own: they count against `--retries`, each kind for itself, as one says nothing of another. */
    own: {} as Partial<Record<Failure, number>>,
    /** Nothing was answered in this session, whatever. */
    isUntried: true,
    /** Failures of any kind since anything of it was accepted: they set how long it waits. And when the first of them came. */
    failuresInRow: 0,
    failingSince: 0,
    /** One of them said more than that it was throttled. */
    hasFailed: false,
  };
}

/** What is known beside the reply when the next attempt is decided. */
export interface Circumstances {
  readonly at: number;
  /** A whole reply came. */
  readonly isAnswered: boolean;
  /** What it asks for; 0 when it does not. */
  readonly retryAfterMs: number;
  /** The number of the last attempt of any call that has gone: whatever is accepted with a higher one went when this was known. */
  readonly lastOrder: number;
  /** Attempts that went when this call's last failure was known, or after this attempt, were accepted. */
  readonly othersAccepted: boolean;
  /** Nothing is left that could be accepted: every call that is open has failed itself. */
  readonly nothingToCompare: boolean;
  /** So many fail that it may be everybody, and nothing but probes goes. */
  readonly allFail: boolean;
  /** How large a share of calls fails anyway. */
  readonly usualShare: number;
  readonly retries: number;
  /** When the run would stop if nothing were accepted until then; infinite while something is. */
  readonly deadline: number;
  /** From when on one more failure like this one would stop it. */
  readonly stopsFrom: number;
  readonly giveUpAfterMs: number;
  /** From 0 up to 1. */
  readonly random: number;
}

/** How a call may fail that is not refused on its merits. */
export type Failure = Exclude<Blame, 'call'>;

interface Rule {
  /** Where nothing is left to compare with, it is the call's own: always, if the call has failed so on its own before, or never. */
  readonly alone: 'own' | 'own again' | 'never own';
  /** How many retries it has of its own, when the user allows so many. */
  readonly retries: (allowed: number) => number;
  readonly maxBackoffMs: number;
}

const maxBackoffMs = 30_000;

const rules: Record<Failure, Rule> = {
  // What GenAuth itself says of the call, and a broken connection.
  server: { alone: 'own', retries: (allowed) => allowed, maxBackoffMs },
  // What a gateway says is nobody's fault, so that a call has some retries anyway before it is put off.
  unavailable: { alone: 'never own', retries: (allowed) => Math.max(allowed, 8), maxBackoffMs },
  // The tenant's limit throttles any call now and then, also several times, so that it takes more to be one call's own.
  throttle: { alone: 'own again', retries: (allowed) => Math.max(allowed, 10), maxBackoffMs: 10_000 },
  credentials: { alone: 'own again', retries: (allowed) => allowed, maxBackoffMs },
  // A right that is missing for one user is not given while the run waits. Tried again all the same, whatever is allowed: one that
  // is taken from everybody meets first those that are under way with others that get through.
  right: { alone: 'own', retries: () => 2, maxBackoffMs },
};

const firstBackoffMs = 250;
/** Whose failures are not its own has to be there soon after the server is back. */
const maxOutageBackoffMs = 5000;

/**
 * Exponential backoff with jitter: from half the bound up to it; the bound doubles with each try.
 * @param tries how many came before, from 0. @param random from 0 up to 1.
 */
export function backoffMs(tries: number, random: number, mostMs: number): number {
  return (0.5 + random / 2) * Math.min(mostMs, firstBackoffMs * 2 ** tries);
}

/**
 * Counts the failure and says what follows. A failure is a call's own when calls that were sent after it are accepted: then
 * it says nothing about the others, and counts against `--retries`, which come on top of what the usual share of failures
 * explains. Where nothing is left to compare with, {@link rules} tell.
 */
export function afterFailure(
  tries: Tries,
  blame: Failure,
  known: Circumstances,
): { readonly next: Next; readonly isOwn: boolean } {
  const { at, othersAccepted, nothingToCompare, retryAfterMs } = known;
  const { alone, retries } = rules[blame];
  const before = tries.own[blame] ?? 0;
  const isOwnAlone = alone === 'own' || (alone === 'own again' && before > 0);
  const isOwn = othersAccepted || (nothingToCompare && isOwnAlone);
  if (tries.failuresInRow === 0) tries.failingSince = at;
  tries.failuresInRow += 1;
  tries.hasFailed ||= blame !== 'throttle';
  tries.failedOrder = known.lastOrder;
  tries.failedFor = blame;
  const ended = (final: boolean) => ({ next: { kind: 'ended', final } as const, isOwn });
  const againIn = (ms: number) =>
    ({ kind: blame === 'credentials' ? 'renew' : 'again', at: at + Math.max(retryAfterMs, ms) }) as const;
  const ownMs = waitMs(tries, blame, isOwn, known);
  if (!isOwn) return { next: againIn(ownMs), isOwn };
  tries.own[blame] = before + 1;
  // It is asked to wait for longer than the run would wait for anything.
  if (retryAfterMs > 0 && at + retryAfterMs - tries.failingSince > known.giveUpAfterMs) return ended(false);
  const spare = blame === 'right' ? 0 : explained(known.usualShare);
  const left = retries(known.retries) - before - 1;
  // Where the run waits for nothing but this call it does so for no longer than it would wait for anything; the retries of what can be
  // nobody else's share what is left of that. Where so many fail that it may be everybody, it is the run that stops.
  const until = othersAccepted ? Number.POSITIVE_INFINITY : givesUpAt(tries, known);
  const isShared = alone === 'own' && !known.allFail && left >= 0;
  const shareMs = isShared
    ? Math.max(firstBackoffMs / 2, (until - at) / (left + 1))
    : Number.POSITIVE_INFINITY;
  const next = againIn(Math.min(ownMs, shareMs));
  const isTooLate = next.at > until;
  const mayGoOn = isTooLate ? left >= 0 && alone === 'own' && known.allFail : left + spare >= 0;
  if (mayGoOn) return { next, isOwn };
  if (left >= 0) return ended(false);
  return ended(blame !== 'unavailable' && (blame !== 'server' || known.isAnswered));
}

/** So long a call is waited for alone: up to when the run stops, if that has waited for hardly anything else. */
function givesUpAt({ failingSince }: Tries, { deadline, giveUpAfterMs }: Circumstances): number {
  const ownAt = failingSince + giveUpAfterMs;
  return deadline - failingSince > giveUpAfterMs / 2 ? Math.min(deadline, ownAt) : ownAt;
}

/** Before what the reply asks for. */
function waitMs(tries: Tries, blame: Failure, isOwn: boolean, known: Circumstances): number {
  const { at, stopsFrom, random, giveUpAfterMs } = known;
  const tried = Math.max(0, tries.failuresInRow - 1 - explained(known.usualShare));
  // Nothing is waited for longer than the run would wait for everything.
  const mostMs = isOwn ? Math.min(rules[blame].maxBackoffMs, giveUpAfterMs) : maxOutageBackoffMs;
  const ownMs = backoffMs(tried, random, mostMs);
  // The last look before the run gives up is at that moment, not after it.
  return isOwn || at >= stopsFrom ? ownMs : Math.min(ownMs, stopsFrom - at);
}
