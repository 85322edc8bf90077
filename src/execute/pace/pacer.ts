import { acceptedPerSecond, countAccepted, createAcceptedRate } from './accepted-rate.ts';
import { askWhose, countInDoubt, createDoubt } from './doubt.ts';
import { careAt, overspent, type Care } from './care.ts';
import type { Outcome, Pace, Pacer } from './pace.ts';
import { firstFactor, furthest, isClean, isRefuted, nextFactor } from './probe.ts';
import {
  beginRound,
  countReply,
  explain,
  highestRate,
  outdate,
  type Explanation,
  type Round,
} from './rounds.ts';
import { evenOut, type UsedUp } from './used-up.ts';

export interface PacerOptions {
  /** Attempts at once at most. */
  readonly concurrency: number;
  /** Attempts per second at most; without it as fast as the tenant allows. */
  readonly rate?: number | undefined;
}

interface StartOptions extends PacerOptions {
  /** The pace that somebody had before. What was found is held first, and tested as soon as that has gone well. */
  readonly start?: Pick<Pace, 'perSecond' | 'setBy'> | undefined;
  /** Replies come late, as when others send: less is refused then, though it takes longer to find that a limit has risen. */
  readonly isPatient?: boolean;
}

/** Attempts a second at which a search begins. */
export const firstRate = 100;
const limits = { least: 1, most: 1_000_000 };
/** What was not sent when it was due may be made up for by a burst of so much time, no more. */
const burstMs = 50;
/** A round lasts so long at least, and one and a half times what a reply takes; one in which too much is refused ends early. */
const roundMs = { search: 150, hold: 500, early: 20, replies: 1.5 };
const enough = { replies: 3, answered: 0.3, early: 8 };
/** Between two probes a rate just below the knee is held for some rounds, once so far below that the usual share shows; the more its replies vary by chance, and the fewer they are, the less is known, and the lower. */
const rests = { rounds: 5, low: 2, byVariance: 0.5, byChance: 0.8 };
/** A limit has fallen where a rate that was held is so much above the knee. */
const fallen = 1.25;
/** A search goes on through a share that would be too large to hold. */
const search = { unproven: 0.15 };
/** The larger the usual share, the likelier a knee that is too high by chance: so much less optimism for each whole of it. */
const sober = { from: 1.025, byShare: 1.25 };
/** While a rate is held a knee has to be likelier than chance, and another share than is allowed much likelier. */
const hold = { better: 8, mostShare: 0.97 };
/** Where nothing but how many there are at once or `--rate` is in the way, a share is looked at from below, or it could be that of a limit just there. */
const looks = { replies: 20, share: 0.015, everyMs: 6000, below: 1.3 };
/** A rate that was tried so short ago need not be approached step by step. */
const recentMs = 12_000;
/** What is averaged, over about fifty replies and twenty. */
const smoothing = { latency: 0.02, repeated: 0.05 };
/** What comes of a call that was refused before says nothing, as it may always be, unless nearly all that goes are such. */
const mostRepeated = 0.8;
/** So many refusals in a row are a closed door; a rate this much lower than before it returns quickly. */
const closed = { inRow: 10, part: 8 };

/** Everything a pacer knows. */
type State = ReturnType<typeof createState>;

function createState(options: StartOptions) {
  const { concurrency, rate: ceiling = Number.POSITIVE_INFINITY, start, isPatient = false } = options;
  return {
    concurrency,
    ceiling,
    isPatient,
    rounds: [] as Round[],
    doubt: createDoubt(),
    accepted: createAcceptedRate(),
    fit: { knee: Number.POSITIVE_INFINITY, usual: 0, score: 0 } as Explanation,
    rate: start?.perSecond ?? firstRate,
    searching: start === undefined || start.setBy === 'searching',
    factor: furthest,
    restsLeft: 0,
    /** When the limit was last seen to have fallen below a rate that was held: what that cost was paid for no probe. */
    fellAt: 0,
    /** A rate above the knee of this was chosen, to see whether it is still there. */
    probed: undefined as Explanation | undefined,
    /** When a share was last looked at from below. */
    lookedAt: 0,
    last: Number.NEGATIVE_INFINITY,
    inFlight: 0,
    /** The rate, and not only how many there are at once, was in the way of an attempt. */
    isHeld: false,
    isTried: true,
    /** Everything is refused since then. */
    usedUp: undefined as UsedUp | undefined,
    latencyMs: 0,
    repeated: 0,
    refusedInRow: 0,
    beforeClosed: 0,
  };
}

const effective = ({ rate, ceiling }: State): number => Math.min(rate, ceiling);
const careOf = (state: State): Care => careAt(effective(state), state.isPatient);

function begin(state: State, next: number, at: number): Round {
  state.rate = Math.max(limits.least, Math.min(next, limits.most, state.doubt.bound));
  return beginRound(state.rounds, effective(state), at);
}

/** Explains what was seen: at the rate that is held by a knee, unless another usual share says it much better. */
function fitRounds(state: State, now: Round, at: number): Explanation {
  const { rounds, doubt, searching, fit } = state;
  const optimism = careOf(state).optimism * Math.min(1, sober.from - sober.byShare * fit.usual);
  outdate(rounds);
  const held = explain(rounds, at, doubt.most, optimism, fit.usual);
  // Where less is enough no more has to be supposed.
  if (held.usual < doubt.most && held.knee >= now.rate) return held;
  const free = explain(rounds, at, hold.mostShare, optimism, fit.usual);
  if (free.usual > doubt.most && free.score - held.score > hold.better) return free;
  if (!searching) return held;
  return explain(rounds, at, Math.max(doubt.most, search.unproven), careOf(state).searching, fit.usual);
}

/** Of a reply, where such a share is refused. */
const variance = (share: number): number => share * (1 - share);

function searchFrom(state: State, from: number, at: number): void {
  state.searching = true;
  state.factor = furthest;
  begin(state, from, at);
}

function goUp(state: State, now: Round, at: number): void {
  const { usual } = state.fit;
  const isBounded = now.replies >= looks.replies && (!state.isTried || state.rate >= state.ceiling);
  if (isBounded && usual > looks.share && at - state.lookedAt > looks.everyMs) {
    state.lookedAt = at;
    // What was not sent in time before would hide how low it is.
    state.last = Math.max(state.last, at);
    begin(state, now.rate * Math.max(0.5, 1 - looks.below * usual), at);
    return;
  }
  if (!state.isTried) {
    begin(state, state.rate, at);
    return;
  }
  if (!state.searching) state.factor = nextFactor(state.factor);
  begin(state, Math.max(now.rate, highestRate(state.rounds, at - recentMs)) * state.factor, at);
}

function holdOrProbe(state: State, now: Round, at: number): void {
  const { knee, usual } = state.fit;
  const care = careOf(state);
  if (!state.searching && state.probed === undefined && now.rate > fallen * knee) state.fellAt = at;
  const isDear = overspent(state.rounds, care, usual, effective(state), at, state.fellAt) > 0;
  state.searching = false;
  const isAbove = now.rate > knee;
  const isProbe = isAbove && state.probed !== undefined;
  const isTooHigh = isAbove && !isClean(now, state.probed, usual);
  state.probed = !isTooHigh && (isProbe || (state.restsLeft === 0 && !isDear)) ? state.fit : undefined;
  if (state.probed === undefined) {
    state.restsLeft = isTooHigh ? rests.rounds : Math.max(0, state.restsLeft - 1);
    state.factor = firstFactor(state.rate, usual, state.latencyMs, holdMs(state));
    const isLow = state.restsLeft === rests.low;
    const varies = variance(usual);
    const lower = rests.byVariance * varies + rests.byChance * Math.sqrt(varies / now.rate);
    const below = care.below * (1 - lower) * (isLow ? 1 - usual : 1);
    // What is accepted by windows comes all at once, and then nothing for the rest of a second.
    begin(state, Math.max(care.accepted * acceptedPerSecond(state.accepted), knee * below), at);
  } else {
    if (isProbe) state.factor = nextFactor(state.factor);
    begin(state, knee * state.factor, at);
  }
}

/** A round at a rate that is held lasts so long at least. */
const holdMs = ({ latencyMs }: State): number => Math.max(roundMs.hold, roundMs.replies * latencyMs);

function isOver(state: State, now: Round, at: number): boolean {
  const { searching, fit, latencyMs, rate, probed } = state;
  const forMs = at - now.since;
  if (now.replies >= enough.early && forMs > roundMs.early) {
    const expected = (searching ? Math.max(fit.usual, 0.1) : fit.usual) * now.replies;
    if (now.refused > expected + 3 * Math.sqrt(expected) + 2) return true;
  }
  if (probed !== undefined && isRefuted(now, probed)) return true;
  const lasts = searching ? Math.max(roundMs.search, roundMs.replies * latencyMs) : holdMs(state);
  const replies = searching && rate < 20 ? 1 : enough.replies;
  const answered = searching ? enough.answered : careOf(state).answered;
  return forMs >= lasts && now.replies >= replies && now.answered > answered * now.sent;
}

function endRound(state: State, now: Round, at: number): void {
  const sentPerSecond = (now.sent * 1000) / Math.max(1, at - now.since);
  state.isTried = state.isHeld && sentPerSecond > 0.7 * now.rate;
  state.isHeld = false;
  if (!state.isTried && sentPerSecond < now.rate && at - now.since > 100) now.rate = sentPerSecond;
  state.usedUp = evenOut(state.rounds, state.usedUp, state.accepted, state.latencyMs, at);
  state.fit = fitRounds(state, now, at);
  const former = askWhose(state.doubt, state.rounds, state.fit, effective(state), at);
  if (former !== undefined) searchFrom(state, former, at);
  else if (state.fit.knee === Number.POSITIVE_INFINITY) goUp(state, now, at);
  else holdOrProbe(state, now, at);
}

function forgetAndSearch(state: State, from: number, at: number): void {
  state.rounds.length = 0;
  state.doubt.question = undefined;
  state.doubt.bound = Number.POSITIVE_INFINITY;
  searchFrom(state, from, at);
}

function see(state: State, outcome: Outcome, sentAt: number, at: number, isRepeated: boolean): void {
  state.inFlight -= 1;
  if (outcome === 'void') return;
  const isRefused = outcome !== 'accepted';
  state.latencyMs += (at - sentAt - state.latencyMs) * smoothing.latency;
  state.repeated += ((isRepeated ? 1 : 0) - state.repeated) * smoothing.repeated;
  countAccepted(state.accepted, !isRefused, at);
  // To count only those repeated ones that are accepted would hide what is refused for the rate.
  const tells = !isRepeated || state.repeated > mostRepeated;
  countReply(state.rounds, isRefused, tells, sentAt);
  if (tells) countInDoubt(state.doubt, isRefused, outcome === 'throttled', sentAt);
  const wasClosed = state.refusedInRow >= closed.inRow / (1 - state.doubt.most);
  if (isRefused && state.refusedInRow === 0) state.beforeClosed = effective(state);
  state.refusedInRow = isRefused ? state.refusedInRow + 1 : 0;
  if (wasClosed && !isRefused && state.rate < state.beforeClosed / closed.part) {
    forgetAndSearch(state, 2 * state.rate, at);
    return;
  }
  const now = state.rounds.at(-1);
  if (now !== undefined && isOver(state, now, at)) endRound(state, now, at);
}

function paceOf(state: State): Pace {
  const { rate, ceiling, isTried, searching } = state;
  const of = { perSecond: effective(state), atOnce: state.concurrency };
  if (rate >= ceiling) return { ...of, setBy: 'ceiling' };
  if (!isTried) return { ...of, setBy: 'concurrency' };
  return { ...of, setBy: searching ? 'searching' : 'tenant' };
}

/**
 * Goes up until more is refused than the world refuses anyway, then stays just below. Attempts are sent in rounds, each at one rate;
 * the rounds are explained by a knee and by a share that is refused whatever the rate. A limit shows as a share that rises with the
 * rate; where no rate explains a share it is in doubt whose it is. Where others send at its rate it is told what they sent and saw.
 */
export function createPacer(options: StartOptions): Pacer & FedByOthers {
  const state = createState(options);
  return {
    nextAt(at) {
      if (state.inFlight >= state.concurrency) return Number.POSITIVE_INFINITY;
      const due = state.last + 1000 / effective(state);
      if (due > at) state.isHeld = true;
      return due;
    },
    sent(at) {
      state.last = Math.max(state.last + 1000 / effective(state), at - burstMs);
      state.inFlight += 1;
      (state.rounds.at(-1) ?? begin(state, state.rate, at)).sent += 1;
    },
    saw(outcome, sentAt, at, isRepeated) {
      see(state, outcome, sentAt, at, isRepeated);
    },
    restart(at) {
      const { rate } = state;
      forgetAndSearch(state, Math.max(Math.min(rate, firstRate), rate / closed.part), at);
    },
    get pace() {
      return paceOf(state);
    },
    wasHeld() {
      state.isHeld = true;
    },
    limitTo(rate = Number.POSITIVE_INFINITY, at) {
      if (rate === state.ceiling) return;
      state.ceiling = rate;
      begin(state, state.rate, at);
    },
    get roundSince() {
      return state.rounds.at(-1)?.since;
    },
  };
}

/** For whoever passes on what others send at this rate: `nextAt` is not asked then. */
export interface FedByOthers {
  /** The rate was in the way of an attempt. */
  wasHeld(): void;
  /** Attempts per second at most from now on; undefined: as fast as the tenant allows. */
  limitTo(rate: number | undefined, at: number): void;
  /** When the present round began; undefined before the first attempt. What is sent within a round is sent at one rate. */
  readonly roundSince: number | undefined;
}
