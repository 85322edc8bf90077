import { isRefusal, type Blame } from '../genauth/verdict.ts';
import type { Failure, Tries } from './next-attempt.ts';
import { surprising } from './usual-share.ts';

interface Closed {
  /** What it was closed for, and the last word. */
  readonly reason: Blame;
  why: Blame;
  /** An attempt with a higher number that is accepted opens the gate. */
  readonly order: number;
  /** From when on the next probe may go, unless one is under way, or a call for a trial is looked for. */
  nextAt: number;
  delayMs: number;
  /** GenAuth itself has said something since it was closed, or said what it was closed for. */
  isHeard: boolean;
  probe: Tries | undefined;
  /** If it fails in the same way, the run stops. */
  trial: { readonly of: Blame; stage: Stage } | undefined;
}

/**
 * Of a trial: a call for it is wanted; it is being looked for; it waits to go, or there is none, so that whatever goes next is the
 * trial; one that waited for something else is on its way, as nobody may be waiting to go; it is under way.
 */
type Stage = 'wanted' | 'sought' | 'ready' | 'claimed' | 'sent';

/** Probes come after 0.5, 1, 2, 4 and then every 5 seconds, so that the run is back soon after the server. */
const probeDelayMs = { first: 500, most: 5000 };
/** By so much longer it stays closed each time that it had opened for nothing. */
const reopenedBy = 1.25;
/** A call that failed so often by itself in one way says nothing about the server when it does so again. */
const suspectFailures = 2;

/**
 * Tells calls that fail on their own account from everything failing at once, and then keeps all back but for one probe at a
 * time. Before a stop that would be about everybody one call, from far on in the plan where there is one, is sent as a trial.
 */
export interface Gate {
  /** Why nothing but probes goes; undefined while everything may go. */
  closed: Closed | undefined;
  /** Attempts that went. */
  passed: number;
  /** Since anything was accepted: which calls failed, and how many attempts in ways that are never a call's own. */
  readonly failing: Set<Tries>;
  strange: number;
  /** And how long it takes until the first probe when it closes again: what is down may say something else now and then. */
  delayMs: number;
  /** Twice as many calls have to fail each time that a trial was accepted: so they do on their own account, side by side. */
  timesAsMany: number;
}

export function createGate(): Gate {
  return {
    closed: undefined,
    passed: 0,
    failing: new Set(),
    strange: 0,
    delayMs: probeDelayMs.first,
    timesAsMany: 1,
  };
}

function close(gate: Gate, reason: Blame, order: number, nextAt: number, isHeard = true): Closed {
  const fresh = { delayMs: gate.delayMs, isHeard, probe: undefined, trial: undefined };
  gate.closed ??= { reason, why: reason, order, nextAt, ...fresh };
  return gate.closed;
}

/** From when on the next attempt may go, for all that the gate knows; infinite: not before something happens. */
export function opensAt({ closed }: Gate): number {
  if (closed === undefined) return Number.NEGATIVE_INFINITY;
  const stage = closed.trial?.stage;
  const isBusy = closed.probe !== undefined || stage === 'wanted' || stage === 'sought';
  return isBusy ? Number.POSITIVE_INFINITY : closed.nextAt;
}

/** The last probe before the run gives up goes at that moment, and not seconds after it. */
export function lookBy({ closed }: Gate, lastAt: number): void {
  if (closed !== undefined) closed.nextAt = Math.min(closed.nextAt, lastAt);
}

export function pass(gate: Gate, tries: Tries): void {
  gate.passed += 1;
  tries.order = gate.passed;
  if (gate.closed === undefined) return;
  gate.closed.probe = tries;
  if (!moveTrial(gate, 'ready', 'sent')) moveTrial(gate, 'claimed', 'sent');
}

/** What the attempt under way is a trial for, if it is one. */
export function trialOf({ closed }: Gate, tries: Tries): Blame | undefined {
  return closed?.probe === tries && closed.trial?.stage === 'sent' ? closed.trial.of : undefined;
}

/** An attempt was accepted. @returns whether the gate has opened with it. */
export function openFor(gate: Gate, tries: Tries): boolean {
  // To clear even an empty set makes a new table that only the great garbage collection frees.
  if (gate.failing.size > 0) gate.failing.clear();
  gate.strange = 0;
  gate.delayMs = probeDelayMs.first;
  if (gate.closed === undefined || tries.order <= gate.closed.order) return false;
  if (trialOf(gate, tries) !== undefined) gate.timesAsMany *= 2;
  gate.closed = undefined;
  return true;
}

/**
 * A failure, whoever's.
 * @param isInForm GenAuth itself has said so. When it says something else of a later attempt than what the gate was closed for, that
 * is not for everybody, and the gate opens; that it fails says nothing of the kind, but where all were throttled.
 */
export function countFailure(
  gate: Gate,
  tries: Tries,
  blame: Failure,
  isInForm: boolean,
  usualShare: number,
  at: number,
): void {
  const { closed, failing, timesAsMany } = gate;
  if (closed !== undefined) {
    const isFailure = blame === 'unavailable' || (blame === 'server' && closed.reason !== 'throttle');
    const isAnother = blame !== closed.reason && !isFailure;
    if (isInForm && isAnother && tries.order > closed.order) {
      gate.delayMs = Math.min(gate.delayMs * reopenedBy, probeDelayMs.most);
      gate.closed = undefined;
    } else if (closed.probe === tries) probeFailed(closed, blame, isInForm, at);
    return;
  }
  if ((tries.own[blame] ?? 0) < suspectFailures) failing.add(tries);
  if (blame === 'unavailable' || blame === 'throttle') gate.strange += 1;
  // A share that fails for other reasons explains no refusal.
  const isSurprising =
    blame === 'right'
      ? refused(failing) / timesAsMany >= surprising(0)
      : Math.max(failing.size / timesAsMany, gate.strange) >= surprising(usualShare);
  if (isSurprising) close(gate, blame, gate.passed, at + gate.delayMs, isInForm);
}

function refused(failing: ReadonlySet<Tries>): number {
  return [...failing].filter(({ failedFor }) => failedFor === 'right').length;
}

/** Both say that who asks is refused, or both that nothing comes through. */
export function isAlike(one: Blame, other: Blame): boolean {
  return isRefusal(one) === isRefusal(other);
}

function probeFailed(closed: Closed, blame: Blame, isInForm: boolean, at: number): void {
  closed.why = blame;
  closed.probe = undefined;
  // Who answers again after silence is back, and may have failed by chance.
  closed.delayMs = isInForm && !closed.isHeard ? probeDelayMs.first : delayAfter(blame, closed.delayMs);
  closed.isHeard ||= isInForm;
  closed.nextAt = Math.max(closed.nextAt, at + closed.delayMs);
  // A trial that failed in another way has told nothing: another is looked for.
  if (closed.trial?.stage !== 'sent') return;
  closed.trial = isAlike(closed.trial.of, blame) ? undefined : { of: closed.trial.of, stage: 'wanted' };
}

/** Who refuses is there, and can be asked about one user after another. */
function delayAfter(blame: Blame, delayMs: number): number {
  return isRefusal(blame) ? probeDelayMs.first : Math.min(delayMs * 2, probeDelayMs.most);
}

/** Nothing goes before `until`, as a reply asked for it, unless something that went after that attempt is accepted. */
export function pause(gate: Gate, { order }: Tries, blame: Blame, until: number): void {
  const closed = close(gate, blame, order, until);
  closed.nextAt = Math.max(closed.nextAt, until);
}

/** Whatever goes next, from `from` on, is a trial. */
export function wantTrial(gate: Gate, { order }: Tries, of: Blame, from: number): void {
  const closed = close(gate, of, order, from);
  closed.nextAt = from;
  closed.trial ??= { of, stage: 'wanted' };
}

/** @returns whether the trial was at that stage, and is at the next one now. */
export function moveTrial({ closed }: Gate, from: Stage, to: Stage): boolean {
  if (closed?.trial?.stage !== from) return false;
  closed.trial.stage = to;
  return true;
}
