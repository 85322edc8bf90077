import type { Reply } from '../genauth/reply.ts';
import { blameOf, isRefusal, type Blame, type Verdict } from '../genauth/verdict.ts';
import * as gates from './gate.ts';
import { afterFailure, type Circumstances, type Failure, type Next, type Tries } from './next-attempt.ts';
import type { Outcome, Pacer } from './pace/pace.ts';
import { createPacer, type PacerOptions } from './pace/pacer.ts';
import * as patiences from './patience.ts';
import { createFailureCount, type FailureCount, type Stop } from './stop/stop.ts';
import { countFirst, createUsualShare } from './usual-share.ts';

export interface CoreOptions extends PacerOptions {
  /** Further attempts for a call that failed on its own account. */
  readonly retries: number;
  /** The run stops when for so long it was tried, and nothing was accepted. */
  readonly giveUpAfterMs: number;
  /** It has answered in GenAuth's form before, so that what does not is a fault and no other server. */
  readonly serverIsKnown: boolean;
  /** Counts what fails, and stops the run when it is too much. */
  readonly failures?: FailureCount | undefined;
  readonly random?: (() => number) | undefined;
  /** Where others send to the same server, a pacer that knows of them. @default one of its own */
  readonly pacer?: Pacer | undefined;
  /** Told when nothing but probes is sent, with what is waited for, and with undefined once something is accepted again. */
  readonly onServer?: ((waitsFor: WaitsFor | undefined) => void) | undefined;
}

/** How it stands. `waitsFor` is undefined while replies come as they should. */
export type Outlook = Pacer['pace'] & { readonly waitsFor: WaitsFor | undefined };

/** Nothing is accepted, and the run waits until something is. */
export interface WaitsFor {
  readonly why: Blame;
  /** The last reply that said so. */
  readonly reply: Reply;
  readonly sinceMs: number;
  /** When the next attempt goes, in ms from now; 0 while one is under way. */
  readonly nextInMs: number;
  /** When the run gives up at the earliest, in ms from now; a few trials, and the replies that it then waits for, come on top. */
  readonly givesUpInMs: number;
}

/** A `Retry-After` up to this concerns its own call; a longer one all, unless others are accepted. */
const maxOwnWaitMs = 2000;
/** Before the run gives up for a long `Retry-After` another call is tried, so long after it. */
const trialAfterMs = 1000;
/** What fails for so short a time may be a share that fails always, and no outage. */
const shortestOutageMs = 2000;

/**
 * All that decides what is sent: whether, when, how many at once, what follows from a reply, and when the run stops.
 * Times are the caller's, in ms; nothing in it waits, sends or writes.
 *
 * The way of a call through it, and through `execute`, which does what it says:
 *
 *   execute: taken when there is room -> send-call: mayGoAt? -> go -> (sent, answered) -> answered -> ended | again at | renew, again at
 *                                                     |                                    |
 *            gate: closed while everything fails at once, one probe at a time              +- is it the call's own? afterFailure: were calls
 *            pacer: how fast, how many at once                                             |     accepted that were sent after it, or is nothing left
 *                                                                                          +- is everything failing? gate: closes, and opens again
 *                                                                                          +- for how long? patience: stops the run, after trials with
 *                                                                                                calls from far on where it would be about everybody
 *   apps that do not exist are searched beside it (app-search, bisection): to the core a part of a call is an attempt like others
 */
export type Core = ReturnType<typeof createCore>;

export function createCore(options: CoreOptions) {
  return {
    options,
    pacer: options.pacer ?? createPacer(options),
    gate: gates.createGate(),
    patience: patiences.createPatience(options.giveUpAfterMs, options.serverIsKnown),
    share: createUsualShare(),
    failures: options.failures ?? createFailureCount(undefined),
    /** Why nothing more is to be sent. */
    stop: undefined as Stop | undefined,
    /** Attempts that were not answered yet. */
    underWay: 0,
    /** The highest number of an attempt that was accepted; 0 for none. */
    acceptedOrder: 0,
    /** The same of those that did what was asked: who has used up a limit may still be refused on his merits. */
    succeededOrder: 0,
    /** Calls that were taken and have not ended: each goes at least once unless the run stops. */
    open: new Set<Tries>(),
    /** Other calls will begin. */
    moreToCome: true,
    closedAt: 0,
    /** It was told that nothing is accepted, and not yet that something is: that the gate opens does not say so. */
    isWaitTold: false,
    /** Since anything was accepted: only other calls can tell whether they are everybody's, or the rate's, or their own. */
    failuresInRow: 0,
    lastFailure: undefined as
      | {
          readonly reply: Reply;
          readonly blame: Failure;
          /** Until when nothing should be sent, where that is about all; else when it came. */
          readonly wait: number;
        }
      | undefined,
  };
}

/** From when on the next attempt may go: not after `at` means now; infinite: not before something is answered. */
export function mayGoAt({ gate, pacer }: Core, at: number): number {
  return gate.closed === undefined ? pacer.nextAt(at) : gates.opensAt(gate);
}

/** An attempt of this call goes now. */
export function go(core: Core, tries: Tries, at: number): void {
  const { gate, pacer } = core;
  core.underWay += 1;
  tries.sentAt = at;
  gates.pass(gate, tries);
  pacer.sent(at);
}

/** What came of it. @returns what follows for this call. */
export function answered(core: Core, tries: Tries, reply: Reply, verdict: Verdict, at: number): Next {
  core.underWay -= 1;
  patiences.hear(core.patience, reply);
  const blame = blameOf(reply, verdict);
  const isFirst = tries.isUntried;
  tries.isUntried = false;
  if (verdict === 'succeeded') core.succeededOrder = Math.max(core.succeededOrder, tries.order);
  if (blame === 'call') return accept(core, tries, isFirst, at);
  if (isFirst) countFirst(core.share, false);
  if (verdict !== 'fatal' || reply.forToken === true) return fail(core, tries, reply, blame, at);
  core.pacer.saw('void', tries.sentAt, at, false);
  core.stop ??= { reason: 'fatal', reply };
  return { kind: 'again', at };
}

/** The server did what was asked, or refused just this call on its merits. */
function accept(core: Core, tries: Tries, isFirst: boolean, at: number): Next {
  const { gate } = core;
  core.acceptedOrder = Math.max(core.acceptedOrder, tries.order);
  core.failuresInRow = 0;
  core.pacer.saw('accepted', tries.sentAt, at, tries.failuresInRow > 0);
  core.patience.waitsSince = undefined;
  patiences.hearTaken(core.patience);
  tries.own = {};
  tries.failuresInRow = 0;
  tries.hasFailed = false;
  tries.failedOrder = undefined;
  tries.failedFor = undefined;
  if (gates.openFor(gate, tries)) opened(core, at);
  // Not before it is known whether what failed until now was an outage.
  if (isFirst) countFirst(core.share, true);
  if (core.isWaitTold && gate.closed === undefined) {
    core.isWaitTold = false;
    core.options.onServer?.(undefined);
  }
  return { kind: 'ended', final: true };
}

function opened({ share, pacer, closedAt }: Core, at: number): void {
  if (at - closedAt <= shortestOutageMs) return;
  // Whatever failed since the last that was accepted was an outage, and no share of anything.
  share.failedSince = 0;
  pacer.restart(at);
}

function fail(core: Core, tries: Tries, reply: Reply, blame: Failure, at: number): Next {
  const { gate, patience } = core;
  core.pacer.saw(paceOf(core, tries, reply, blame), tries.sentAt, at, tries.failuresInRow > 0);
  const known = circumstances(core, tries, reply, blame, at);
  const isForAll = known.retryAfterMs > maxOwnWaitMs && core.acceptedOrder <= tries.order;
  const wait = isForAll ? at + known.retryAfterMs : at;
  core.lastFailure = { reply, blame, wait };
  core.failuresInRow += 1;
  const { next, isOwn } = afterFailure(tries, blame, known);
  const trial = gates.trialOf(gate, tries);
  const isTrial = trial !== undefined && gates.isAlike(trial, blame);
  const before = gate.closed;
  keepBack(core, tries, reply, blame, at);
  const isDown = blame === 'server' || blame === 'unavailable';
  const isKeptBack = isDown && before !== undefined && gate.closed === before;
  // What fails on its own ends by itself; until then the run may be waiting for others beside it, or for all while only probes go.
  const isTooLate = next.kind !== 'ended' && at >= patiences.deadlineOf(patience);
  if (!isOwn || isTrial || isKeptBack || isTooLate) {
    const setback = {
      reply,
      blame,
      sentAt: tries.sentAt,
      wait,
      isTrial,
      timesAsMany: gate.timesAsMany,
      isUnderWay: core.underWay > 0,
    };
    const verdict = patiences.loseHeart(patience, setback, at);
    // One trial after another comes no sooner than other probes.
    const from = isTrial ? (gate.closed?.nextAt ?? at) : at;
    if (verdict === 'trial') gates.wantTrial(gate, tries, blame, isForAll ? at + trialAfterMs : from);
    else if (verdict !== undefined) core.stop ??= verdict;
    else if (isForAll) gates.pause(gate, tries, blame, wait);
  }
  const { closed } = gate;
  // In GenAuth's own words to one user after another: perhaps they stand next to each other for a reason.
  const isToldApart = isRefusal(blame) || (blame === 'server' && before !== undefined && trial === undefined);
  if (closed !== undefined && isToldApart && reply.genauthForm) {
    gates.wantTrial(gate, tries, blame, closed.nextAt);
  }
  const lastAt = patiences.stopsFrom(patience, blame, wait);
  if (at < lastAt) gates.lookBy(gate, lastAt);
  if (closed !== undefined && closed !== before) {
    core.closedAt = at;
    core.isWaitTold = true;
    core.options.onServer?.(waitsFor(core, at));
  }
  // What a run stops for is nobody's own.
  return core.stop === undefined || (isOwn && trial === undefined) ? next : { kind: 'again', at };
}

/** What a failure says about pace. */
function paceOf({ gate }: Core, { own }: Tries, reply: Reply, blame: Failure): Outcome {
  if (reply.forToken === true) return 'void';
  if (blame === 'throttle') return 'throttled';
  if (isRefusal(blame)) return 'accepted';
  // A server that is down is no matter of pace.
  if (gate.closed !== undefined) return 'void';
  // Nor is what GenAuth itself says of a call, nor one whose connection breaks always; too many at once are refused, or lost.
  return blame === 'server' && (reply.genauthForm || own.server !== undefined) ? 'void' : 'failed';
}

function circumstances(core: Core, tries: Tries, reply: Reply, blame: Failure, at: number): Circumstances {
  const { acceptedOrder, succeededOrder, patience, options, gate } = core;
  // What came between tells only whether it failed in this way before.
  const comparedFrom = tries.failedFor === blame ? (tries.failedOrder ?? tries.order) : tries.order;
  return {
    at,
    lastOrder: gate.passed,
    isAnswered: reply.delivery === 'answered',
    retryAfterMs: patiences.askedWaitMs(patience, reply, blame),
    othersAccepted: (blame === 'throttle' ? succeededOrder : acceptedOrder) > comparedFrom,
    nothingToCompare: isAlone(core) && (blame !== 'right' || isForOne(core)),
    allFail: gate.closed !== undefined,
    usualShare: core.share.value,
    retries: options.retries,
    deadline: patiences.deadlineOf(patience),
    stopsFrom: patiences.stopsFrom(patience, blame, at),
    giveUpAfterMs: options.giveUpAfterMs,
    random: (options.random ?? Math.random)(),
  };
}

/** Nothing is left that could be accepted: every call that is open has been answered. */
function isAlone(core: Core): boolean {
  return !core.moreToCome && !isAnyUntried(core);
}

/** A call that is open has not been answered in this session, whatever. */
export function isAnyUntried({ open }: Core): boolean {
  for (const tries of open) if (tries.isUntried) return true;
  return false;
}

/**
 * The last ones are refused, and as few as that may be protected. A key that has never been let through may have no right at all;
 * others that wait for something else may be refused as well, and tell that it is for everybody; and where it is, a trial tells.
 */
function isForOne({ acceptedOrder, gate, open }: Core): boolean {
  const areOthersRefused = [...open].every(({ failedFor }) => failedFor === 'right');
  return acceptedOrder > 0 && gate.closed?.reason !== 'right' && areOthersRefused;
}

/** Closes the gate when everything fails, and opens it when this failure tells that it does not. */
function keepBack(core: Core, tries: Tries, reply: Reply, blame: Failure, at: number): void {
  const { gate, patience, share } = core;
  const { closed } = gate;
  // Throttling is the pacer's to answer, as long as anything is accepted; at the end of a short patience not all may look at once.
  const pacedMs = Math.min(shortestOutageMs, core.options.giveUpAfterMs / 2);
  const isPaced = blame === 'throttle' && at - (patience.waitsSince ?? at) < pacedMs;
  // The last ones keep nobody back: each would wait behind the gate for the retries of all others.
  const isLast = blame === 'server' && isAlone(core) && (closed?.reason ?? blame) === blame;
  if (isLast) gates.openFor(gate, tries);
  else if (!isPaced || closed !== undefined) {
    gates.countFailure(gate, tries, blame, reply.genauthForm, share.value, at);
  }
  if (closed !== undefined && gate.closed === undefined) opened(core, at);
}

export function outlook(core: Core, at: number): Outlook {
  return { ...core.pacer.pace, waitsFor: waitsFor(core, at) };
}

function waitsFor({ patience, lastFailure, gate }: Core, at: number): WaitsFor | undefined {
  if (lastFailure === undefined || patience.waitsSince === undefined) return undefined;
  const { reply, blame, wait } = lastFailure;
  const nextAt = gate.closed?.nextAt ?? at;
  return {
    why: gate.closed?.why ?? blame,
    reply,
    sinceMs: at - patience.waitsSince,
    nextInMs: Math.max(0, nextAt - at),
    givesUpInMs: Math.max(0, nextAt - at, patiences.stopsFrom(patience, blame, wait) - at),
  };
}
