import { createLedger, type Explanation, type Round } from './ledger.ts';

/** Decides when the next attempt may be sent; one for everything that a run sends. Times are in ms on the caller's clock. */
export interface Pacer {
  /** From when on the next attempt may go: <= `at` means now; Infinity: not before another reply has been seen. */
  nextAt(at: number): number;
  /** An attempt goes now. */
  sent(at: number): void;
  /** What came of one attempt that was sent at `sentAt`; each `sent` is followed by exactly one `saw`. */
  saw(outcome: Outcome, sentAt: number, at: number): void;
  /** The server was away and is back: begins below what was held before, and returns to it quickly. */
  restart(at: number): void;
  readonly pace: Pace;
}

/**
 * `accepted`: the server did what was asked, or refused just this call on its merits. `throttled`: 429. `failed`: 503, 502, a reset, a timeout,
 * a page: perhaps too many at once, perhaps the world. `void`: says nothing about pace.
 */
type Outcome = 'accepted' | 'throttled' | 'failed' | 'void';

interface Pace {
  readonly perSecond: number;
  readonly atOnce: number;
  /** `searching`: no limit was met yet, or it is on its way back to it. `tenant`: the rate that was found. `ceiling`: `--rate`. `concurrency`: nothing but how many may be at once. */
  readonly setBy: 'searching' | 'tenant' | 'ceiling' | 'concurrency';
}

export interface PacerOptions {
  /** Attempts at once at most. */
  readonly concurrency: number;
  /** Attempts per second at most; without it as fast as the tenant allows. */
  readonly rate?: number | undefined;
}

const limits = { first: 100, least: 0.3, most: 1_000_000 };
/** What was not sent when it was due may be made up for by a burst of so much time, no more. */
const burstMs = 50;
/** A round lasts so long at least, and one and a half times what a reply takes; one in which too much is refused ends early. */
const roundMs = { search: 150, hold: 500, early: 20 };
const enough = { replies: 3, share: 0.3, early: 8 };
/** Between two probes a rate just below the knee is held for some rounds, once so far below that the usual share shows. */
const rests = { rounds: 4, low: 2, below: 0.985 };
const probe = { first: 1.03, most: 2 };
/** Refused shares that are taken for the world's without proof: while a rate is held, and while it is searched for. */
const unproven = { held: 0.035, search: 0.15 };
/** A share beyond this that lasts is either too high a rate, of this client or of many, or it is to be proven the world's. */
const much = { share: 0.06, withinMs: 3000, down: 0.93, floor: 0.9 };
/** The proof: at a small part of the rate about the same share is refused. */
const trial = {
  afterMs: 4000,
  part: 0.3,
  replies: 60,
  leastMs: 1200,
  mostMs: 5000,
  againMs: 8000,
  better: 4,
};
/** What was accepted is counted over a little more than a second, the window of many limits. */
const counted = { slots: 12, slotMs: 100 };
/** So many refusals in a row are a closed door. */
const closed = 10;

/**
 * Goes up until more is refused than the world refuses anyway, then stays just below. Attempts are sent in rounds, each at one rate;
 * the ledger explains the shares refused by a knee and by a share that is refused whatever the rate. A limit shows as a share that
 * rises with the rate. Where many clients share a limit, no client's own rate makes a difference: so a large share is taken for too high a rate,
 * of everybody, until one has gone far down and is refused the same share there.
 */
export function createPacer({ concurrency, rate: ceiling = Number.POSITIVE_INFINITY }: PacerOptions): Pacer {
  const ledger = createLedger();
  let rate = limits.first;
  let searching = true;
  /** Where a search that returns to a former rate ends. */
  let known = Number.POSITIVE_INFINITY;
  let fit: Explanation = { knee: Number.POSITIVE_INFINITY, usual: 0, score: 0 };
  let factor = probe.most;
  let restsLeft = 0;

  let last = Number.NEGATIVE_INFINITY;
  let inFlight = 0;
  /** The rate, and not only how many there are at once, was in the way of an attempt. */
  let isHeld = false;
  let isTried = true;
  let latencyMs = 0;

  /** The share beyond `unproven` is the world's. */
  let isProven = false;
  let trialRound: Round | undefined;
  let muchSince = Number.POSITIVE_INFINITY;
  let nextTrialAt = Number.NEGATIVE_INFINITY;

  let refusedInRow = 0;
  let beforeClosed = 0;
  const accepted = new Float64Array(counted.slots);
  let slot = 0;

  const effective = (): number => Math.min(rate, ceiling);

  function begin(next: number, at: number): Round {
    rate = Math.min(Math.max(limits.least, next), limits.most);
    return ledger.begin(effective(), at);
  }

  function countAccepted(isAccepted: boolean, at: number): void {
    const now = Math.floor(at / counted.slotMs);
    for (let next = Math.max(slot + 1, now - counted.slots + 1); next <= now; next += 1) {
      accepted[next % counted.slots] = 0;
    }
    slot = Math.max(slot, now);
    if (isAccepted) accepted[slot % counted.slots] = (accepted[slot % counted.slots] ?? 0) + 1;
  }

  const acceptedPerSecond = (): number =>
    (accepted.reduce((sum, each) => sum + each, 0) * 1000) / (counted.slots * counted.slotMs);

  function isMuch(at: number): boolean {
    const { replies, refused } = ledger.total(at - much.withinMs, Number.POSITIVE_INFINITY);
    const expected = much.share * replies;
    return refused > expected + 1.5 * Math.sqrt(expected) + 1;
  }

  /** As much was refused in a trial as it is to prove, and more than what needs no proof. */
  function proves({ replies, refused }: Round, share: number): boolean {
    const expected = unproven.held * replies;
    return refused > 0.45 * share * replies && refused > expected + Math.sqrt(expected) + 1;
  }

  /** At rates far below the knee the same share was refused. */
  function isWide({ knee, usual }: Explanation): boolean {
    const { replies, refused } = ledger.total(Number.NEGATIVE_INFINITY, knee / 3);
    return refused >= 3 && refused > 0.5 * usual * replies;
  }

  /** @returns whether a trial has begun. */
  function explain(now: Round, at: number): boolean {
    ledger.outdate();
    const held = ledger.explain(at, unproven.held);
    // Where less is enough no more has to be supposed.
    const isAtMost = held.usual >= unproven.held || held.knee < now.rate;
    const free = isAtMost ? ledger.explain(at, 0.97) : held;
    fit = searching && isAtMost ? ledger.explain(at, unproven.search) : held;
    const isBeyond = free.usual > unproven.held && free.score - held.score > trial.better;
    if (isProven) isProven = free.usual > unproven.held * 0.8;
    else if (now === trialRound) {
      trialRound = undefined;
      isProven = isBeyond && proves(now, free.usual);
      if (isProven) [searching, factor] = [true, probe.most];
    } else if (!isBeyond || !isMuch(at) || muchSince === Number.POSITIVE_INFINITY) muchSince = at;
    else if (at - muchSince > trial.afterMs && at > nextTrialAt) {
      nextTrialAt = at + trial.againMs;
      trialRound = begin(acceptedPerSecond() * trial.part, at);
      return true;
    }
    if (searching && !isProven && fit.knee !== Number.POSITIVE_INFINITY) isProven = isBeyond && isWide(free);
    if (isProven) fit = free;
    return false;
  }

  function goUp(now: Round, at: number): void {
    if (!isTried) {
      begin(rate, at);
      return;
    }
    if (!searching) factor = Math.min(probe.most, 1 + 2 * (factor - 1));
    const next = Math.max(now.rate, ledger.highest(at - 12_000)) * factor;
    if (next < known) {
      begin(next, at);
      return;
    }
    begin(known, at);
    hold();
    factor = probe.first;
  }

  function hold(): void {
    searching = false;
    known = Number.POSITIVE_INFINITY;
  }

  function next(now: Round, at: number): void {
    if (explain(now, at)) return;
    if (fit.knee === Number.POSITIVE_INFINITY) {
      goUp(now, at);
      return;
    }
    hold();
    const isProbe = now.rate > fit.knee;
    const isClean = now.replies >= 15 && now.refused <= fit.usual * now.replies + 0.5;
    const isTooMuch = !isProven && isMuch(at);
    if (isTooMuch || (isProbe && !isClean) || (!isProbe && restsLeft > 0)) {
      restsLeft = isProbe ? rests.rounds : Math.max(0, restsLeft - 1);
      factor = probe.first;
      const below = rests.below * (restsLeft === rests.low ? 1 - fit.usual : 1) * (isTooMuch ? much.down : 1);
      // What is accepted by windows comes all at once, and then nothing for the rest of a second.
      const floor = much.floor * acceptedPerSecond();
      begin(Math.max(floor, fit.knee * below), at);
    } else {
      if (isProbe) factor = Math.min(probe.most, 1 + 2 * (factor - 1));
      // By one a second at least: so a small client catches up with large ones on the same limit.
      begin(Math.max(fit.knee * factor, fit.knee + Math.min(1, fit.knee / 5)), at);
    }
  }

  function isOver(now: Round, at: number): boolean {
    const forMs = at - now.since;
    if (now === trialRound) {
      return (now.replies >= trial.replies && forMs > trial.leastMs) || forMs > trial.mostMs;
    }
    if (now.replies >= enough.early && forMs > roundMs.early) {
      const expected = (searching ? Math.max(fit.usual, 0.1) : fit.usual) * now.replies;
      if (now.refused > expected + 3 * Math.sqrt(expected) + 2) return true;
    }
    const lasts = Math.max(searching ? roundMs.search : roundMs.hold, 1.5 * latencyMs);
    const replies = searching && rate < 20 ? 1 : enough.replies;
    return forMs >= lasts && now.replies >= replies && now.replies > enough.share * now.sent;
  }

  function endRound(now: Round, at: number): void {
    const sentPerSecond = (now.sent * 1000) / Math.max(1, at - now.since);
    isTried = isHeld && sentPerSecond > 0.7 * now.rate;
    isHeld = false;
    if (!isTried && sentPerSecond < now.rate && at - now.since > 100) now.rate = sentPerSecond;
    next(now, at);
  }

  function returnTo(former: number, from: number, at: number): void {
    ledger.clear();
    searching = true;
    factor = probe.most;
    trialRound = undefined;
    known = former;
    begin(from, at);
  }

  return {
    nextAt(at) {
      if (inFlight >= concurrency) return Number.POSITIVE_INFINITY;
      const due = last + 1000 / effective();
      if (due > at) isHeld = true;
      return due;
    },
    sent(at) {
      last = Math.max(last + 1000 / effective(), at - burstMs);
      inFlight += 1;
      (ledger.last ?? begin(rate, at)).sent += 1;
    },
    saw(outcome, sentAt, at) {
      inFlight -= 1;
      if (outcome === 'void') return;
      const isRefused = outcome !== 'accepted';
      latencyMs += (at - sentAt - latencyMs) * 0.02;
      countAccepted(!isRefused, at);
      ledger.count(isRefused, sentAt);
      const wasClosed = refusedInRow >= closed / (1 - Math.min(0.9, fit.usual));
      if (isRefused && refusedInRow === 0) beforeClosed = effective();
      refusedInRow = isRefused ? refusedInRow + 1 : 0;
      if (wasClosed && !isRefused && rate < beforeClosed / 8) {
        returnTo(beforeClosed, 2 * rate, at);
        return;
      }
      const now = ledger.last;
      if (now !== undefined && isOver(now, at)) endRound(now, at);
    },
    restart(at) {
      returnTo(effective(), Math.max(Math.min(rate, limits.first), rate / 8), at);
    },
    get pace(): Pace {
      const perSecond = effective();
      if (rate >= ceiling) return { perSecond, atOnce: concurrency, setBy: 'ceiling' };
      if (!isTried) return { perSecond, atOnce: concurrency, setBy: 'concurrency' };
      return { perSecond, atOnce: concurrency, setBy: searching ? 'searching' : 'tenant' };
    },
  };
}
