import { isRefusal, type Blame } from '../genauth/verdict.ts';
import type { Tries } from './next-attempt.ts';
import { surprising } from './usual-share.ts';

/**
 * Tells calls that fail on their own account from everything failing at once, and then keeps all back but for one probe at a
 * time. Before a stop that would be about everybody one call, from far on in the plan where there is one, is sent as a trial.
 */
export interface Gate {
  /** Why nothing but probes goes (first, and now), and from when on the next one may; undefined while everything may go. */
  readonly closed: { readonly reason: Blame; readonly why: Blame; readonly nextAt: number } | undefined;
  /** From when on the next attempt may go; infinite while a probe is under way, or a call for a trial is looked for. */
  mayGoAt(): number;
  went(tries: Tries): void;
  /** What was let through was not sent after all. */
  gaveBack(tries: Tries): void;
  /** @returns whether the gate has opened with it. */
  accepted(tries: Tries): boolean;
  /**
   * A failure, whoever's.
   * @param isInForm GenAuth itself has said so. When it says something else of a later attempt than what the gate was closed for, that
   * is not for everybody, and the gate opens; that it fails says nothing of the kind.
   */
  failed(tries: Tries, blame: Blame, isInForm: boolean, usualShare: number, at: number): void;
  /** Nothing goes before `until`, as a reply asked for it, unless something that went after that attempt is accepted. */
  pause(tries: Tries, blame: Blame, until: number): void;
  /** Whatever goes next, from `from` on, is a trial: if it fails in the same way, the run stops. */
  wantTrial(tries: Tries, blame: Blame, from: number): void;
  /** Whether a call for the trial has to be looked for. To be answered with `trialIsReady`. */
  seekTrial(): boolean;
  trialIsReady(): void;
  /** Nobody may be waiting to go: @returns whether the caller is to be the trial, once. */
  claimTrial(): boolean;
  /** What the attempt under way is a trial for, if it is one. */
  trialOf(tries: Tries): Blame | undefined;
}

interface State {
  /** What it was closed for, and the last word. */
  readonly reason: Blame;
  why: Blame;
  /** An attempt with a higher number that is accepted opens the gate. */
  readonly order: number;
  nextAt: number;
  delayMs: number;
  probe: Tries | undefined;
  trial: { readonly of: Blame; stage: 'wanted' | 'sought' | 'ready' | 'claimed' | 'sent' } | undefined;
}

/** Probes come after 0.5, 1, 2, 4 and then every 5 seconds, so that the run is back soon after the server. */
const probeDelayMs = { first: 500, most: 5000 };
/** A call that failed so often by itself says nothing about the server. */
const suspectFailures = 2;

export function createGate(): Gate {
  let state: State | undefined;
  let lastOrder = 0;
  /** Since anything was accepted: which calls failed, and how many attempts in ways that are never a call's own. */
  const failing = new Set<Tries>();
  let strange = 0;
  /** Twice as many calls have to fail each time that a trial was accepted: so they do on their own account, side by side. */
  let timesAsMany = 1;

  function close(why: Blame, order: number, nextAt: number): State {
    state ??= {
      reason: why,
      why,
      order,
      nextAt,
      delayMs: probeDelayMs.first,
      probe: undefined,
      trial: undefined,
    };
    return state;
  }

  function probeFailed(closed: State, blame: Blame, at: number): void {
    closed.why = blame;
    closed.probe = undefined;
    // Who refuses is there, and can be asked about one user after another.
    closed.delayMs = isRefusal(blame) ? probeDelayMs.first : Math.min(closed.delayMs * 2, probeDelayMs.most);
    closed.nextAt = Math.max(closed.nextAt, at + closed.delayMs);
    // A trial that failed in another way has told nothing: the next one goes in its place.
    if (closed.trial?.stage === 'sent')
      closed.trial = closed.trial.of === blame ? undefined : { of: closed.trial.of, stage: 'ready' };
  }

  const trialOf = (tries: Tries): Blame | undefined =>
    state?.probe === tries && state.trial?.stage === 'sent' ? state.trial.of : undefined;

  return {
    get closed() {
      return state;
    },
    mayGoAt() {
      if (state === undefined) return Number.NEGATIVE_INFINITY;
      const stage = state.trial?.stage;
      const isBusy = state.probe !== undefined || stage === 'wanted' || stage === 'sought';
      return isBusy ? Number.POSITIVE_INFINITY : state.nextAt;
    },
    went(tries) {
      lastOrder = tries.order;
      if (state === undefined) return;
      state.probe = tries;
      const { trial } = state;
      if (trial?.stage === 'ready' || trial?.stage === 'claimed') trial.stage = 'sent';
    },
    gaveBack(tries) {
      if (state?.probe !== tries) return;
      state.probe = undefined;
      if (state.trial?.stage === 'sent') state.trial.stage = 'ready';
    },
    accepted(tries) {
      // To clear even an empty set makes a new table that only the great garbage collection frees.
      if (failing.size > 0) failing.clear();
      strange = 0;
      if (state === undefined || tries.order <= state.order) return false;
      if (trialOf(tries) !== undefined) timesAsMany *= 2;
      state = undefined;
      return true;
    },
    failed(tries, blame, isInForm, usualShare, at) {
      if (state !== undefined) {
        const isAnother = blame !== state.reason && blame !== 'server' && blame !== 'unavailable';
        if (isInForm && isAnother && tries.order > state.order) state = undefined;
        else if (state.probe === tries) probeFailed(state, blame, at);
        return;
      }
      if (tries.failures < suspectFailures) failing.add(tries);
      if (blame === 'unavailable' || blame === 'throttle') strange += 1;
      if (Math.max(failing.size / timesAsMany, strange) < surprising(usualShare)) return;
      close(blame, lastOrder, at + probeDelayMs.first);
    },
    pause({ order }, blame, until) {
      const closed = close(blame, order, until);
      closed.nextAt = Math.max(closed.nextAt, until);
    },
    wantTrial({ order }, of, from) {
      const closed = close(of, order, from);
      closed.nextAt = from;
      closed.trial ??= { of, stage: 'wanted' };
    },
    seekTrial() {
      if (state?.trial?.stage !== 'wanted') return false;
      state.trial.stage = 'sought';
      return true;
    },
    trialIsReady() {
      if (state?.trial?.stage === 'sought') state.trial.stage = 'ready';
    },
    claimTrial() {
      if (state?.trial?.stage !== 'ready') return false;
      state.trial.stage = 'claimed';
      return true;
    },
    trialOf,
  };
}
