/**
 * Tells throttled replies that the rate has caused from stray ones, which come at whatever rate: from a tenant that is busy
 * elsewhere, or by a limit of another kind. Cutting the rate does not end those, and would bring a run to a crawl.
 */
export interface StrayThrottling {
  /** Every reply, before anything else is asked about it. */
  saw(reply: 'accepted' | 'throttled', at: number, sentAt: number): void;
  /** So many of the last replies were throttled that the rate is too high, whatever else may be the case. */
  isOverload(): boolean;
  /** The throttled reply just seen is one of the stray ones that a trial has shown to be usual. */
  isUsual(): boolean;
  /** It came after many that were accepted: it may be stray, or the first sign that the rate is a little too high. */
  isLone(): boolean;
  /**
   * Cuts have not helped: the rate is far below what was accepted a while ago, and replies are throttled all the same. Then the
   * former rate is worth a trial: stray ones keep their share, those that the rate causes become many.
   * @returns that rate, which holds from now on until the trial is over; undefined where there is no reason for one.
   */
  beginTrial(at: number, rate: number): number | undefined;
  /** @returns undefined while no trial is under way, or this one is not over; else how it ended, once. */
  endTrial(at: number): 'passed' | 'failed' | undefined;
  readonly isTrial: boolean;
}

interface Trial {
  readonly since: number;
  /** It fails with more throttled replies than this. */
  readonly most: number;
  replies: number;
  throttled: number;
}

/** Of so many last replies so many throttled ones are an overload: at twice the limit every second one is. */
const recent = { replies: 24, overload: 6 };
/** Also more than this share is one, over about so many replies. */
const lasting = { replies: 400, share: 0.05 };
/** After so many accepted ones a throttled reply is a lone one. */
const loneAfter = 500;
/** The reason for a trial: so many throttled replies within so long, at a rate so far below the highest of a while. */
const evidence = { throttled: 8, withinMs: 10_000, below: 0.6, highestOfMs: 20_000 };
/**
 * A trial is judged by so many replies, which must come within so long: other processes on the same limit make room after a
 * second or two, and then their throttled replies look like stray ones. It fails with so many deviations above chance.
 */
const judged = { replies: 200, withinMs: 1500, deviations: 2.5 };
/** What a passed trial has shown is taken for usual for so long, twice as long when the next passes, too. */
const usualForMs = { first: 10_000, most: 80_000 };
/** After a failed trial the next one waits for so long, twice as long after each. */
const gapMs = { first: 20_000, most: 300_000 };
/** Stray ones are forgiven at so many times the usual share, and so many at once, as chance has no even pace. */
const forgiven = { times: 1.1, most: 5 };
/** How often the accepted rate is noted. */
const noteEveryMs = 500;

/** @param acceptedPerSecond what is accepted at present. */
export function createStrayThrottling(acceptedPerSecond: (at: number) => number): StrayThrottling {
  /** The last replies, true for throttled. */
  let last: boolean[] = [];
  let share = 0;
  let seen = 0;
  let acceptedInRow = 0;
  let isLone = false;
  let isUsual = false;
  let throttledAt: number[] = [];
  let rates: { readonly at: number; readonly perSecond: number }[] = [];

  let usualShare = 0;
  let usualUntil = Number.NEGATIVE_INFINITY;
  let usualMs = 0;
  let credit = 0;
  let trial: Trial | undefined;
  let nextTrialAt = Number.NEGATIVE_INFINITY;
  let nextGapMs = gapMs.first;

  function noteRate(at: number): void {
    if (at - (rates.at(-1)?.at ?? Number.NEGATIVE_INFINITY) < noteEveryMs) return;
    rates.push({ at, perSecond: acceptedPerSecond(at) });
    while ((rates[0]?.at ?? at) < at - evidence.highestOfMs) rates.shift();
  }

  function isBurst(): boolean {
    return last.filter(Boolean).length >= recent.overload;
  }

  function count(isThrottled: boolean, sentAt: number): void {
    last.push(isThrottled);
    if (last.length > recent.replies) last.shift();
    seen += 1;
    share += ((isThrottled ? 1 : 0) - share) / Math.min(seen, lasting.replies);
    if (trial === undefined || sentAt < trial.since) return;
    trial.replies += 1;
    if (isThrottled) trial.throttled += 1;
  }

  function outcomeOf({ replies, throttled, most }: Trial): 'passed' | 'failed' | undefined {
    if (throttled > most || isBurst()) return 'failed';
    return replies >= judged.replies ? 'passed' : undefined;
  }

  return {
    saw(reply, at, sentAt) {
      noteRate(at);
      count(reply === 'throttled', sentAt);
      if (at > usualUntil) usualShare = 0;
      if (reply === 'accepted') {
        acceptedInRow += 1;
        credit = Math.min(forgiven.most, credit + usualShare * forgiven.times);
        return;
      }
      isLone = acceptedInRow >= loneAfter;
      acceptedInRow = 0;
      isUsual = usualShare > 0 && credit >= 1;
      if (isUsual) credit -= 1;
      throttledAt.push(at);
      while ((throttledAt[0] ?? at) < at - evidence.withinMs) throttledAt.shift();
    },
    isOverload: () => isBurst() || (seen >= lasting.replies && share > lasting.share),
    isUsual: () => isUsual,
    isLone: () => isLone,
    beginTrial(at, rate) {
      if (trial !== undefined || at < nextTrialAt || throttledAt.length < evidence.throttled)
        return undefined;
      const highest = rates.reduce((most, { perSecond }) => Math.max(most, perSecond), 0);
      const isQuick = (highest * judged.withinMs) / 1000 >= judged.replies;
      if (rate > highest * evidence.below || share > lasting.share || !isQuick) return undefined;
      const chance = share * judged.replies;
      const most = chance + judged.deviations * Math.sqrt(chance) + 1;
      trial = { since: at, most, replies: 0, throttled: 0 };
      last = [];
      return highest;
    },
    endTrial(at) {
      const outcome = trial && outcomeOf(trial);
      if (trial === undefined || outcome === undefined) return undefined;
      if (outcome === 'passed') {
        usualShare = trial.throttled / trial.replies;
        usualMs = Math.min(Math.max(usualForMs.first, usualMs * 2), usualForMs.most);
        usualUntil = at + usualMs;
        credit = forgiven.most;
        nextGapMs = gapMs.first;
        nextTrialAt = usualUntil;
      } else {
        usualShare = 0;
        usualMs = 0;
        nextTrialAt = at + nextGapMs;
        nextGapMs = Math.min(nextGapMs * 2, gapMs.most);
      }
      trial = undefined;
      throttledAt = [];
      rates = [];
      return outcome;
    },
    get isTrial() {
      return trial !== undefined;
    },
  };
}
