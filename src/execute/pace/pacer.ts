/**
 * `accepted`: the server did what was asked, or refused just this call on its merits. `throttled`: 429. `failed`: 503, 502, a reset, a timeout,
 * a page: perhaps too many at once, perhaps the world. `void`: says nothing about pace.
 */
export type Outcome = 'accepted' | 'throttled' | 'failed' | 'void';

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

export interface Pace {
  readonly perSecond: number;
  readonly atOnce: number;
  readonly setBy: 'searching' | 'tenant' | 'ceiling' | 'concurrency';
}

export interface PacerOptions {
  readonly concurrency: number;
  readonly rate?: number | undefined;
  readonly random?: () => number;
}

const startPerSecond = 100;
const leastPerSecond = 0.3;
const burstMs = 50;
const growEveryMs = 20;
const measureMs = 100;
const prior = { replies: 12, refused: 0.25 };
const backTo = 0.985;
const freely = 0.05;
const deep = 0.125;
const proven = { suspicion: 2.5, yes: 3, no: -2.5, withinMs: 6000, doubt: 0.045, least: 0.1, againMs: 8000 };
const verifyEveryMs = 20_000;
const slots = 20;
const slotMs = 50;
const steps = { first: 0.3, least: 0.005, most: 0.7 };

interface Dip {
  readonly kind: 'shallow' | 'deep' | 'check' | 'test';
  /** The rate before. */
  readonly from: number;
  readonly secondAccepted: number;
  readonly secondRefused: number;
  /** At about that rate. */
  high: number;
  highRefused: number;
  low: number;
  lowRefused: number;
  halved: number;
  since: number;
}

export function createPacer({ concurrency, rate: ceiling = Number.POSITIVE_INFINITY }: PacerOptions): Pacer {
  let rate = startPerSecond;
  let searching = true;
  /** Where a search returns to and ends. */
  let known = Number.POSITIVE_INFINITY;
  let target = rate;
  let base = Number.NEGATIVE_INFINITY;
  let inFlight = 0;

  /** The world's share. */
  let usual = { replies: 0, refused: 0 };
  let w = 0.002;
  let believes = false;
  let suspicion = 0;
  let proof = 0;
  let supposed = proven.least;
  let nextTestAt = Number.NEGATIVE_INFINITY;
  let verifiedAt = Number.NEGATIVE_INFINITY;

  let epochAt = Number.NEGATIVE_INFINITY;
  let evidence = 0;
  let run = 0;
  let runRefused = 0;
  let acceptedInEpoch = 0;
  let streak = 0;
  let dip: Dip | undefined;

  let step = steps.first;
  /** What it grows by at least after a cut. */
  let calmStep = steps.first;
  let gateAt = 0;
  let gateAccepted = 0;
  let grownAt = Number.NEGATIVE_INFINITY;

  let measuredSince = Number.NEGATIVE_INFINITY;
  let measured = 0;
  let held = false;
  let isTried = true;
  let sentPerSecond = Number.POSITIVE_INFINITY;

  const slotAccepted = new Float64Array(slots);
  const slotRefused = new Float64Array(slots);
  let slot = 0;

  const effective = (): number => Math.min(rate, ceiling);
  const shareOf = (replies: number, refused: number): number =>
    Math.min(0.97, (refused + prior.refused) / (replies + prior.replies));

  function count(isRefused: boolean, at: number): void {
    const now = Math.floor(at / slotMs);
    for (let next = Math.max(slot + 1, now - slots + 1); next <= now; next += 1) {
      slotAccepted[next % slots] = 0;
      slotRefused[next % slots] = 0;
    }
    slot = Math.max(slot, now);
    const counts = isRefused ? slotRefused : slotAccepted;
    counts[slot % slots] = (counts[slot % slots] ?? 0) + 1;
  }

  const total = (counts: Float64Array): number => counts.reduce((sum, each) => sum + each, 0);

  function measure(at: number): void {
    const forMs = at - measuredSince;
    if (forMs < measureMs || measured < 3) return;
    if (forMs < 10 * measureMs || measured < 6) {
      sentPerSecond = (measured * 1000) / forMs;
      isTried = held && sentPerSecond >= 0.7 * rate;
    }
    measuredSince = at;
    measured = 0;
    held = false;
  }

  function newEpoch(at: number): void {
    epochAt = at;
    evidence = 0;
    run = 0;
    runRefused = 0;
    acceptedInEpoch = 0;
    grownAt = at;
    gateAt = at;
    gateAccepted = 0;
  }

  /** Goes down by as much as was refused: below any limit that was the cause. */
  function goDown(): void {
    if (dip === undefined) return;
    const share = shareOf(dip.high, dip.highRefused);
    const most = share + Math.sqrt((share * (1 - share)) / (dip.high + prior.replies));
    const part = 1 - Math.min(0.97, most);
    rate = Math.max(leastPerSecond, dip.from * (dip.kind === 'shallow' ? part : Math.min(deep, part)));
  }

  function beginDip(kind: Dip['kind'], from: number, high: number, highRefused: number, at: number): void {
    dip = {
      kind,
      from,
      secondAccepted: total(slotAccepted),
      secondRefused: total(slotRefused),
      high,
      highRefused,
      low: 0,
      lowRefused: 0,
      halved: 0,
      since: at,
    };
    goDown();
    newEpoch(at);
  }

  function alarm(at: number): void {
    const isAll = streak >= 10 / (1 - w);
    if (dip === undefined) {
      beginDip('shallow', isTried ? effective() : Math.min(effective(), sentPerSecond), run, runRefused, at);
    } else if (dip.kind === 'shallow') {
      const { from, high, highRefused, secondAccepted, secondRefused } = dip;
      beginDip('deep', from, high + run, highRefused + runRefused, at);
      dip = { ...dip, secondAccepted, secondRefused };
    } else if (dip.kind === 'deep') {
      beginDip('deep', rate, run, runRefused, at);
    } else if (isAll) newEpoch(at);
    else return;
    if (isAll) rate = Math.max(leastPerSecond, rate / 2);
  }

  function learn(replies: number, refused: number, most: number): void {
    const expected = (usual.refused / Math.max(1, usual.replies)) * replies;
    const apart = Math.abs(refused - expected) > 2.5 * Math.sqrt(Math.max(refused, expected) + 1);
    if (apart) usual = { replies: 0, refused: 0 };
    const keep = Math.min(1, Math.max(400, rate * 10) / (usual.replies + replies));
    usual = { replies: (usual.replies + replies) * keep, refused: (usual.refused + refused) * keep };
    w = Math.min(most, Math.max(0.002, usual.refused / (usual.replies + 10)));
  }

  /** By how many deviations more was refused before. */
  function confidence({ high, highRefused, low, lowRefused }: Dip): number {
    const [before, now] = [shareOf(high, highRefused), (lowRefused + 0.5 * w) / (low + 0.5)];
    const variance = (before * (1 - before)) / (high + prior.replies) + (now * (1 - now) + 0.01) / low;
    return (before - now) / Math.sqrt(variance);
  }

  function isOver(dip: Dip, at: number): boolean {
    const { kind, high, highRefused, low, since } = dip;
    const forMs = at - since;
    if (low === 0 || forMs < 200) return false;
    if (kind === 'shallow') {
      return low >= Math.min(60, Math.max(15, 6 / shareOf(high, highRefused))) || forMs > 2000;
    }
    if (low >= 12 && !isMuch(dip)) return true;
    if (kind === 'check' && low >= 25) return true;
    if (kind !== 'test') return low >= 25 || forMs > 3000;
    return proof >= proven.yes || proof <= proven.no || forMs > proven.withinMs;
  }

  /** So much was refused at the low rate that it takes a long one to believe it. */
  function isMuch({ low, lowRefused }: Dip): boolean {
    const most = Math.max(freely, w) * low;
    return lowRefused > most + 1.5 * Math.sqrt(most) + 0.5;
  }

  /** How much speaks for such a share that is not due to the rate. */
  function support(refused: number, replies: number, share: number): number {
    return (
      refused * Math.log(share / proven.doubt) +
      (replies - refused) * Math.log((1 - share) / (1 - proven.doubt))
    );
  }

  function endDip(at: number): void {
    if (dip === undefined || !isOver(dip, at)) return;
    const { kind, from, high, highRefused, low, lowRefused, secondAccepted, secondRefused } = dip;
    if (kind === 'shallow' && isMuch(dip) && (!believes || lowRefused > (w + 0.1) * low)) {
      beginDip('deep', from, high, highRefused, at);
      return;
    }
    if (kind === 'test') {
      believes = proof >= proven.yes;
      suspicion = 0;
      if (proof >= proven.yes || proof <= proven.no) proof = 0;
      nextTestAt = at + proven.againMs;
    } else {
      suspicion = Math.max(0, suspicion + support(lowRefused, low, proven.least));
      if (!believes && suspicion > proven.suspicion && at > nextTestAt) {
        supposed = Math.min(0.9, Math.max(proven.least, lowRefused / low));
        beginDip('test', from, high, highRefused, at);
        dip = { ...dip, secondAccepted, secondRefused };
        rate = Math.max(leastPerSecond, Math.min(rate, secondAccepted * deep));
        return;
      }
    }
    const sure = confidence(dip);
    if (kind === 'deep' && isMuch(dip) && sure > 1.5) {
      searching = false;
      beginDip('shallow', rate, low, lowRefused, at);
      return;
    }
    if (kind !== 'shallow') verifiedAt = at;
    learn(low, lowRefused, believes ? 1 : freely);
    if (w < freely) believes = false;
    dip = undefined;
    newEpoch(at);
    if (sure < 1.5 && lowRefused > 0 && searching) {
      rate = from;
      return;
    }
    const share = shareOf(high, highRefused);
    const bySecond = (secondAccepted + 2 * Math.sqrt(secondRefused)) / (1 - w);
    const byShare = (from * (1 - share)) / (1 - Math.min(share, lowRefused / low));
    target = sure < 2 ? from * backTo : Math.min(from * backTo, Math.max(bySecond, byShare));
    searching = false;
    known = Number.POSITIVE_INFINITY;
    calmStep = Math.max(steps.least, calmStep / 2);
    step = calmStep;
  }

  function search(at: number): void {
    if (at - epochAt < (acceptedInEpoch >= 3 ? 150 : 250) || acceptedInEpoch === 0 || !isTried) return;
    if (rate >= ceiling) return;
    rate *= 2;
    if (rate >= known) {
      rate = known;
      target = known;
      searching = false;
      known = Number.POSITIVE_INFINITY;
      step = calmStep;
    }
    newEpoch(at);
  }

  function grow(at: number): void {
    if (dip !== undefined) return;
    if (searching) {
      search(at);
      return;
    }
    const seconds = (at - grownAt) / 1000;
    if (seconds * 1000 < growEveryMs) return;
    grownAt = at;
    if (!isTried || rate >= ceiling) return;
    const dt = Math.min(seconds, 1);
    if (rate < target) rate += (target - rate) * (1 - Math.exp(-dt / 0.4));
    rate *= 1 + step * dt;
    const above = rate / target - 1;
    if (above > 0.03 && gateAccepted >= 1 / above && at - gateAt > 700) {
      step = Math.min(step * 2, steps.most);
      gateAt = at;
      gateAccepted = 0;
    }
  }

  function weigh(isRefused: boolean, at: number): void {
    const usualNow = dip === undefined ? w : Math.max(w, shareOf(dip.high, dip.highRefused));
    const isRough = searching && dip === undefined;
    const p = isRough ? Math.max(usualNow, 0.02) : usualNow;
    const d = isRough ? 0.15 : 0.05 + 0.2 * p * (1 - p);
    const bound = isRough ? 6 : 3 + Math.log(Math.max(1, rate / 100));
    const q = Math.min(0.99, p + d);
    evidence += isRefused ? Math.log(q / p) : Math.log((1 - q) / (1 - p));
    if (evidence <= 0) {
      evidence = 0;
      run = 0;
      runRefused = 0;
      return;
    }
    run += 1;
    if (isRefused) runRefused += 1;
    if (evidence >= bound) alarm(at);
  }

  return {
    nextAt(at) {
      if (inFlight >= concurrency) return Number.POSITIVE_INFINITY;
      const due = base + 1000 / effective();
      if (due > at) held = true;
      return due;
    },
    sent(at) {
      base = Math.max(base + 1000 / effective(), at - burstMs);
      inFlight += 1;
      if (measuredSince === Number.NEGATIVE_INFINITY) {
        measuredSince = at;
        newEpoch(at);
      }
      measured += 1;
    },
    saw(outcome, sentAt, at) {
      inFlight -= 1;
      if (outcome === 'void') return;
      measure(at);
      const isRefused = outcome !== 'accepted';
      count(isRefused, at);
      if (isRefused) streak += 1;
      else streak = 0;
      if (sentAt < epochAt) {
        if (dip !== undefined && dip.low === 0 && dip.kind === 'shallow') {
          dip.high += 1;
          if (isRefused) dip.highRefused += 1;
          goDown();
        }
      } else {
        if (!isRefused) {
          acceptedInEpoch += 1;
          gateAccepted += 1;
        }
        if (dip !== undefined) {
          dip.low += 1;
          if (isRefused) dip.lowRefused += 1;
          if (dip.kind === 'test') proof += support(isRefused ? 1 : 0, 1, supposed);
        }
        weigh(isRefused, at);
        endDip(at);
      }
      if (dip === undefined && !searching && w > freely && at - verifiedAt > verifyEveryMs) {
        const accepted = total(slotAccepted);
        const refused = total(slotRefused);
        beginDip(
          'check',
          isTried ? effective() : Math.min(effective(), sentPerSecond),
          accepted + refused,
          refused,
          at,
        );
      }
      grow(at);
    },
    restart(at) {
      known = rate;
      rate = Math.max(Math.min(rate, startPerSecond), rate / 8);
      searching = true;
      dip = undefined;
      newEpoch(at);
    },
    get pace(): Pace {
      const setBy = !isTried ? 'concurrency' : searching ? 'searching' : 'tenant';
      return { perSecond: effective(), atOnce: concurrency, setBy: rate >= ceiling ? 'ceiling' : setBy };
    },
  };
}
