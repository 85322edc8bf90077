import type { Reply } from '../genauth/reply.ts';
import { blameOf, isRefusal, type Blame, type Verdict } from '../genauth/verdict.ts';
import { createGate } from './gate.ts';
import { afterFailure, type Next, type Tries } from './next-attempt.ts';
import { createPacer, type Pacer } from './pace/pacer.ts';
import { createPatience } from './patience.ts';
import type { FailureCount } from './stop/failure-limit.ts';
import type { Stop } from './stop/stop.ts';
import { createUsualShare } from './usual-share.ts';

/**
 * Decides everything about what is sent: whether, when, how many at once, what follows from a reply, and when the run stops.
 * Times are the caller's, in ms; nothing in it waits, sends or writes.
 *
 * The way of a call through it, and through `execute`, which does what it says:
 *
 *   call source -> begin -> mayGoAt? -> go -> (sent, answered) -> answered -> ended | again at | renew, again at
 *                              |                                     |
 *                  gate: closed while everything fails               +- is it the call's own? afterFailure: were calls accepted that
 *                  at once, one probe at a time                      |     were sent after it, or is nothing left to compare with
 *                  pacer: how fast, how many at once                 +- is everything failing? gate: closes, and opens at the first accepted
 *                                                                    +- for how long? patience: stops the run, after a trial with a call
 *                                                                          from far on in the plan where it would be about everybody
 *   apps that do not exist are searched beside it (app-search, bisection): to the core a part of a call is an attempt like others
 */
export interface Core {
  /** A call is ready, and goes at least once unless the run stops. */
  begin(): void;
  /** No further call will begin. */
  noMoreCalls(): void;
  /** From when on the next attempt may go: not after `at` means now; infinite: not before something is answered. */
  mayGoAt(at: number): number;
  /** An attempt of this call goes now. */
  go(tries: Tries, at: number): void;
  /** It was not sent after all. */
  giveBack(tries: Tries, at: number): void;
  /** What came of it. @returns what follows for this call. */
  answered(tries: Tries, reply: Reply, verdict: Verdict, at: number): Next;
  /** A wait is over, or was long: whether it still holds. */
  afterWait(tries: Tries, next: Next, at: number): Next;
  /** A call has ended. */
  ended: FailureCount['ended'];
  /** A call from far on in the plan is wanted for a trial; to be answered with `trialIsReady` when it waits to go, or there is none. */
  seekTrial(): boolean;
  trialIsReady(): void;
  halt(reason: Stop): void;
  /** The last word was a failure that need not be its call's own: only other calls can tell. */
  readonly needsOthers: boolean;
  /** Why nothing more is to be sent. */
  readonly stop: Stop | undefined;
  /** How it stands. */
  outlook(at: number): Outlook;
}

export interface Outlook {
  readonly perSecond: number;
  readonly atOnce: number;
  readonly setBy: Pacer['pace']['setBy'];
  /** What is waited for; undefined while replies come as they should. */
  readonly waitsFor: WaitsFor | undefined;
}

/** Nothing is accepted, and the run waits until something is. */
export interface WaitsFor {
  readonly why: Blame;
  /** The last reply that said so. */
  readonly reply: Reply;
  readonly sinceMs: number;
  /** When the next attempt goes, in ms from now; 0 while one is under way. */
  readonly nextInMs: number;
  /** When the run gives up, in ms from now. */
  readonly givesUpInMs: number;
}

export interface CoreOptions {
  readonly concurrency: number;
  readonly rate?: number | undefined;
  readonly retries: number;
  readonly giveUpAfterMs: number;
  readonly serverIsKnown: boolean;
  readonly failures: FailureCount;
  readonly random: () => number;
  /** Told when nothing but probes goes, with what is waited for, and when that is over. */
  readonly onServer?: ((waitsFor: WaitsFor | undefined) => void) | undefined;
}

/** A `Retry-After` up to this concerns its own call; a longer one all, unless others are accepted. */
const maxOwnWaitMs = 2000;
/** Before the run gives up for a long `Retry-After` another call is tried, so long after it. */
const trialAfterMs = 1000;
/** What fails for so short a time may be a share that fails always, and no outage. */
const shortestOutageMs = 2000;
/** Whoever waits for longer looks so often whether it still has to. */
export const longWaitLookMs = 3000;

export function createCore(options: CoreOptions): Core {
  const { retries, giveUpAfterMs, random, onServer } = options;
  const pacer = createPacer(options);
  const gate = createGate();
  const patience = createPatience(giveUpAfterMs, options.serverIsKnown);
  const share = createUsualShare();
  let stop: Stop | undefined;
  let orders = 0;
  /** The highest number of an attempt that was accepted; 0 for none. */
  let acceptedOrder = 0;
  let untried = 0;
  let moreToCome = true;
  let closedAt = 0;
  let needsOthers = false;
  let lastFailure: { readonly reply: Reply; readonly blame: Blame } | undefined;

  function accept(tries: Tries, at: number): Next {
    acceptedOrder = Math.max(acceptedOrder, tries.order);
    pacer.saw('accepted', tries.sentAt, at);
    patience.accepted();
    needsOthers = false;
    tries.failuresInRow = 0;
    tries.failedOrder = undefined;
    tries.failedFor = undefined;
    const why = gate.closed?.why;
    if (gate.accepted(tries)) opened(why, at);
    return { kind: 'ended', final: true };
  }

  /** @param why what was last said while it was closed. */
  function opened(why: Blame | undefined, at: number): void {
    if (at - closedAt > shortestOutageMs) share.forget();
    if (why !== 'throttle') pacer.restart(at);
    onServer?.(undefined);
  }

  function fail(tries: Tries, reply: Reply, blame: Blame, at: number): Next {
    lastFailure = { reply, blame };
    // What came between tells only whether it failed in this way before.
    const isRepeated = tries.failedFor === blame;
    const othersAccepted = acceptedOrder > (isRepeated ? (tries.failedOrder ?? tries.order) : tries.order);
    const nothingToCompare = !moreToCome && untried === 0;
    // A key that has never been let through may have no right at all.
    const isUnproven = blame === 'right' && acceptedOrder === 0;
    const failures = tries.failures;
    const isOwnSoFar = acceptedOrder > tries.order;
    pacer.saw(paceOf(blame, reply, gate.closed !== undefined || tries.failures > 0), tries.sentAt, at);
    const retryAfterMs = patience.askedWaitMs(reply, blame);
    const wait = retryAfterMs > maxOwnWaitMs && !isOwnSoFar ? at + retryAfterMs : at;
    const trialOf = gate.trialOf(tries);
    const next = afterFailure(
      tries,
      blame,
      reply.delivery === 'answered',
      retryAfterMs,
      { othersAccepted, nothingToCompare: nothingToCompare && !isUnproven, usualShare: share.value },
      { retries, deadline: patience.deadline, giveUpAfterMs },
      at,
      random(),
    );
    const isOwn = tries.failures > failures || (next.kind === 'ended' && othersAccepted);
    needsOthers ||= !isOwn;
    const isLast = blame === 'server' && nothingToCompare;
    notice(tries, reply, blame, { wait, isOwn, isLast, trialOf }, at);
    // What a run stops for is nobody's own.
    return stop === undefined || (isOwn && trialOf === undefined) ? next : { kind: 'again', at };
  }

  /** What the failure says about everybody. */
  function notice(
    tries: Tries,
    reply: Reply,
    blame: Blame,
    {
      wait,
      isOwn,
      isLast,
      trialOf,
    }: { wait: number; isOwn: boolean; isLast: boolean; trialOf?: Blame | undefined },
    at: number,
  ): void {
    const wasClosed = gate.closed !== undefined;
    // Throttling is the pacer's to answer, as long as anything is accepted.
    const isPaced = blame === 'throttle' && patience.waitsForMs(at) < shortestOutageMs;
    // The last ones keep nobody back: each would wait behind the gate for the retries of all others.
    if (isLast && (gate.closed?.reason ?? blame) === blame) gate.accepted(tries);
    else if (!isPaced || wasClosed) gate.failed(tries, blame, reply.genauthForm, share.value, at);
    if (wasClosed && gate.closed === undefined) opened(blame, at);
    const isTrial = trialOf === blame || (isRefusal(blame) && trialOf !== undefined && isRefusal(trialOf));
    // What fails on its own ends by itself, but not later than the run, which may be waiting for others beside it.
    if (!isOwn || isTrial || at >= patience.deadline) {
      const verdict = patience.failed(reply, blame, tries.sentAt, wait, at, isTrial);
      if (verdict === 'trial') gate.wantTrial(tries, blame, wait > at ? at + trialAfterMs : at);
      else if (verdict !== undefined) halt(verdict);
      else if (wait > at) gate.pause(tries, blame, wait);
    }
    const { closed } = gate;
    // In GenAuth's own words to one user after another: perhaps they stand next to each other for a reason.
    const isToldApart = isRefusal(blame) || (blame === 'server' && wasClosed && trialOf === undefined);
    if (closed !== undefined && isToldApart && reply.genauthForm) gate.wantTrial(tries, blame, closed.nextAt);
    if (closed !== undefined && !wasClosed) {
      closedAt = at;
      onServer?.(waitsFor(at));
    }
  }

  function waitsFor(at: number): WaitsFor | undefined {
    const sinceMs = patience.waitsForMs(at);
    if (lastFailure === undefined || sinceMs === 0) return undefined;
    const { reply, blame } = lastFailure;
    const nextAt = gate.closed?.nextAt ?? at;
    return {
      why: gate.closed?.why ?? blame,
      reply,
      sinceMs,
      nextInMs: Math.max(0, nextAt - at),
      givesUpInMs: Math.max(0, patience.deadline - at),
    };
  }

  function halt(reason: Stop): void {
    stop ??= reason;
  }

  return {
    begin() {
      untried += 1;
    },
    noMoreCalls() {
      moreToCome = false;
    },
    mayGoAt: (at) => (gate.closed === undefined ? pacer.nextAt(at) : gate.mayGoAt()),
    go(tries, at) {
      orders += 1;
      tries.order = orders;
      tries.sentAt = at;
      gate.went(tries);
      pacer.sent(at);
    },
    giveBack(tries, at) {
      gate.gaveBack(tries);
      pacer.saw('void', tries.sentAt, at);
    },
    answered(tries, reply, verdict, at) {
      patience.heard(reply);
      const isFirst = tries.answered === 0;
      tries.answered += 1;
      if (isFirst) untried -= 1;
      const blame = verdict === 'succeeded' ? undefined : blameOf(reply);
      if (isFirst) share.saw(blame === undefined || blame === 'call');
      if (blame === undefined || blame === 'call') return accept(tries, at);
      if (verdict === 'fatal' && reply.forToken !== true) {
        pacer.saw('void', tries.sentAt, at);
        halt({ reason: 'fatal', reply });
        return { kind: 'again', at };
      }
      return fail(tries, reply, blame, at);
    },
    afterWait(tries, next, at) {
      if (next.kind === 'ended' || next.at <= at) return next;
      const isOwn = acceptedOrder > (tries.failedOrder ?? tries.order);
      if (isOwn && next.at - at > giveUpAfterMs) return { kind: 'ended', final: false };
      // Where all wait, one of them has to be the trial.
      return gate.claimTrial() ? { kind: 'again', at } : next;
    },
    ended(how) {
      options.failures.ended(how);
      const reason = options.failures.stop();
      if (reason !== undefined) halt(reason);
    },
    seekTrial: () => stop === undefined && gate.seekTrial(),
    trialIsReady: () => gate.trialIsReady(),
    halt,
    get needsOthers() {
      return needsOthers;
    },
    get stop() {
      return stop;
    },
    outlook: (at) => ({ ...pacer.pace, waitsFor: waitsFor(at) }),
  };
}

/**
 * What a failure says about pace.
 * @param isExplained the server is down, or the call is known to fail by itself: neither is a matter of pace.
 */
function paceOf(blame: Blame, reply: Reply, isExplained: boolean): Parameters<Pacer['saw']>[0] {
  if (reply.forToken === true) return 'void';
  switch (blame) {
    case 'throttle':
      return 'throttled';
    case 'server':
    case 'unavailable':
      // What GenAuth itself says of a call is about that call; too many at once are refused, or lost.
      return isExplained || (blame === 'server' && reply.genauthForm) ? 'void' : 'failed';
    case 'call':
    case 'right':
    case 'credentials':
      return 'accepted';
  }
}
