import type { Reply } from '../genauth/reply.ts';
import { isRefusal, type Blame } from '../genauth/verdict.ts';
import type { Stop } from './stop/stop.ts';

/** So long only pages may come from a host that has never answered as GenAuth does, or nothing as it has no such name; a probe's wait and its reply come on top. */
const strangerPatienceMs = 5000;
/** So long what refuses everybody is tried again: a token or a right that comes late, a node that lags. */
const refusalPatienceMs = 5000;
/** So many calls have to fail as a trial. One that may not be signed out, or is put off, can be one of many. */
const leastTrials = 3;
/** Where trials were accepted, as many failed side by side, and it takes more; up to so many times as many. */
const mostTimesAsMany = 8;

/** How long a run goes on while nothing is accepted. */
export type Patience = ReturnType<typeof createPatience>;

export function createPatience(giveUpAfterMs: number, serverIsKnown: boolean) {
  return {
    giveUpAfterMs,
    /** GenAuth itself has been heard: a reply in its form, in this session or before. */
    isKnown: serverIsKnown,
    /** Nothing has ever come but pages of somebody else, or that no name server knows the host; and since when it fails so. */
    onlyStrangers: !serverIsKnown,
    strangerSince: undefined as number | undefined,
    /** Since when nothing was accepted although it was tried, and since when it was refused; undefined when the last word was good. */
    waitsSince: undefined as number | undefined,
    refusedSince: undefined as number | undefined,
    /** Trials that failed since. */
    trials: 0,
  };
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

export function hear(patience: Patience, reply: Reply): void {
  if (patience.isKnown) return;
  patience.isKnown = reply.genauthForm;
  patience.onlyStrangers &&= isStrangersPage(reply) || isNameOfNobody(reply);
}

/** The key was taken, whatever came of it. */
export function hearTaken(patience: Patience): void {
  patience.refusedSince = undefined;
  patience.trials = 0;
}

/** Something answers, and it is no GenAuth. A server's fault and a gateway's throttling may pass. */
function isStrangersPage({ genauthForm, httpStatus = 0 }: Reply): boolean {
  return !genauthForm && httpStatus >= 200 && httpStatus <= 499 && httpStatus !== 429;
}

/** A name server has said that there is no such name, which is mistyped; where none could be asked, that may pass. */
export function isNameOfNobody({ errorCode }: Reply): boolean {
  return errorCode === 'ENOTFOUND';
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
  /** By how much it takes more trials than usual; 0 where there is nobody to try. */
  readonly timesAsMany: number;
  /** Other attempts are, and may be accepted. */
  readonly isUnderWay: boolean;
}

/** @returns why the run stops; `trial` when one call has to be tried before that, or before a long wait of all. */
export function loseHeart(patience: Patience, setback: Setback, at: number): Stop | 'trial' | undefined {
  const { reply, blame, sentAt, wait, isTrial, timesAsMany, isUnderWay } = setback;
  patience.waitsSince ??= sentAt;
  if (patience.onlyStrangers) {
    patience.strangerSince ??= at;
    if (at - patience.strangerSince >= strangerPatienceMs) return { reason: 'unreachable', reply };
  }
  const deadline = deadlineOf(patience);
  if (isRefusal(blame)) {
    patience.refusedSince ??= at;
    if (at < Math.min(deadline, patience.refusedSince + refusalPatienceMs)) return undefined;
  } else {
    // Whoever fails in GenAuth's own words has let the key through.
    if (blame === 'server' && reply.genauthForm) hearTaken(patience);
    if (at < deadline && wait <= at) return undefined;
  }
  if (isTrial) patience.trials += 1;
  const isOver = !isRefusal(blame) && at >= deadline;
  const enoughTrials = leastTrials * Math.min(timesAsMany, mostTimesAsMany);
  if (isOver ? isUnderWay && !isTrial : patience.trials < enoughTrials) return 'trial';
  if (isRefusal(blame)) return { reason: blame === 'right' ? 'forbidden' : 'unauthorized', reply };
  if (Math.max(at, wait) < deadline) return undefined;
  const waitMs = wait > at ? wait - at : undefined;
  if (blame === 'throttle') return { reason: 'throttled', reply, waitMs };
  return patience.isKnown ? { reason: 'server_down', reply, waitMs } : { reason: 'unreachable', reply };
}
