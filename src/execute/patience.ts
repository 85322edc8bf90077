import type { Reply } from '../genauth/reply.ts';
import { isRefusal, type Blame } from '../genauth/verdict.ts';
import type { Stop } from './stop/stop.ts';

/** So long only pages may come from a host that has never answered as GenAuth does; a probe's wait and its reply come on top. */
const strangerPatienceMs = 5000;
/** So long what refuses everybody is tried again: a token or a right that comes late, a node that lags. */
const refusalPatienceMs = 5000;
/** So many calls have to be refused as a trial. One that may not be signed out can be one of many who are protected. */
const trialsFor = { right: 3, credentials: 1 };

/** How long a run goes on while nothing is accepted. */
export type Patience = ReturnType<typeof createPatience>;

export function createPatience(giveUpAfterMs: number, serverIsKnown: boolean) {
  return {
    giveUpAfterMs,
    /** GenAuth itself has been heard: a reply in its form, in this session or before. */
    isKnown: serverIsKnown,
    /** Nothing but pages of somebody else has ever come; and since when they fail. */
    onlyStrangers: !serverIsKnown,
    strangerSince: undefined as number | undefined,
    /** Since when nothing was accepted although it was tried, and since when it was refused; undefined when the last word was good. */
    waitsSince: undefined as number | undefined,
    refusedSince: undefined as number | undefined,
    /** Trials that were refused since. */
    refusedTrials: 0,
  };
}

/** For how long nothing was accepted although it was tried; 0 when the last word was good. */
export function waitsForMs({ waitsSince }: Patience, at: number): number {
  return waitsSince === undefined ? 0 : at - waitsSince;
}

/** When the run stops if nothing is accepted until then; infinite while something is. */
export function deadlineOf({ waitsSince, giveUpAfterMs }: Patience): number {
  return waitsSince === undefined ? Number.POSITIVE_INFINITY : waitsSince + giveUpAfterMs;
}

/**
 * From when on one more failure like the last ends the run; infinite while something is accepted.
 * @param blame of the last one. @param wait until when it asked to wait.
 */
export function stopsFrom(patience: Patience, blame: Blame, wait: number): number {
  const { onlyStrangers, strangerSince = Number.POSITIVE_INFINITY, refusedSince } = patience;
  const deadline = deadlineOf(patience);
  if (isRefusal(blame)) return Math.min(deadline, (refusedSince ?? deadline) + refusalPatienceMs);
  // Nothing but what a trial says keeps a run from giving up for a wait that is too long.
  const whole = wait < deadline ? deadline : Number.NEGATIVE_INFINITY;
  return onlyStrangers ? Math.min(whole, strangerSince + strangerPatienceMs) : whole;
}

/** How many failures from then on it takes. */
export function lastTrials({ refusedTrials }: Patience, blame: Blame): number {
  return isRefusal(blame) ? trialsFor[blame] - refusedTrials : 1;
}

export function hear(patience: Patience, reply: Reply): void {
  if (patience.isKnown) return;
  patience.isKnown = reply.genauthForm;
  patience.onlyStrangers &&= isStrangersPage(reply);
}

/** Something answers, and it is no GenAuth. A server's fault and a gateway's throttling may pass. */
function isStrangersPage({ genauthForm, httpStatus = 0 }: Reply): boolean {
  return !genauthForm && httpStatus >= 200 && httpStatus <= 499 && httpStatus !== 429;
}

/** How long the reply asks to wait. Who is perhaps no GenAuth at all has no say in that, but for throttling. */
export function askedWaitMs({ isKnown }: Patience, { retryAfterMs = 0 }: Reply, blame: Blame): number {
  return isKnown || blame === 'throttle' ? retryAfterMs : 0;
}

/** A failure that is not known to be its call's own. */
export interface Setback {
  readonly reply: Reply;
  readonly blame: Blame;
  /** When the attempt went. */
  readonly sentAt: number;
  /** Until when nothing should be sent, as the reply asked for a long wait; else `at`. */
  readonly wait: number;
  /** It was the trial that decides whether the run stops. */
  readonly isTrial: boolean;
}

/** @returns why the run stops; `trial` when one call has to be tried before that. */
export function loseHeart(patience: Patience, setback: Setback, at: number): Stop | 'trial' | undefined {
  const { reply, blame, sentAt, wait, isTrial } = setback;
  patience.waitsSince ??= sentAt;
  if (patience.onlyStrangers) {
    patience.strangerSince ??= at;
    if (at - patience.strangerSince >= strangerPatienceMs) return { reason: 'unreachable', reply };
  }
  const deadline = deadlineOf(patience);
  if (isRefusal(blame)) {
    patience.refusedSince ??= at;
    if (at < Math.min(deadline, patience.refusedSince + refusalPatienceMs)) return undefined;
    if (isTrial) patience.refusedTrials += 1;
    return patience.refusedTrials >= trialsFor[blame]
      ? { reason: blame === 'right' ? 'forbidden' : 'unauthorized', reply }
      : 'trial';
  }
  if (Math.max(at, wait) < deadline) return undefined;
  // A long wait that one call was told is tried with another before it is taken for everybody's.
  if (at < deadline && !isTrial) return 'trial';
  const waitMs = wait > at ? wait - at : undefined;
  if (blame === 'throttle') return { reason: 'throttled', reply, waitMs };
  return patience.isKnown ? { reason: 'server_down', reply, waitMs } : { reason: 'unreachable', reply };
}
