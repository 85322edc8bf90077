/** What came of the attempts that were sent at one rate. */
export interface Round {
  readonly since: number;
  /** Attempts a second. */
  rate: number;
  sent: number;
  answered: number;
  /** Of those that were answered, and tell something of the rate. */
  replies: number;
  refused: number;
  /** How much it still says, from 0 to 1. */
  weight: number;
}

/** What explains the rounds: a share is refused at any rate, and beyond a rate everything that exceeds it. */
export interface Explanation {
  /** Attempts a second; Infinity where nothing was refused for the rate. */
  readonly knee: number;
  /** The share that is refused whatever the rate. */
  readonly usual: number;
  /** The logarithm of how likely what was seen is then. */
  readonly score: number;
}

interface Weighed {
  readonly rate: number;
  readonly replies: number;
  readonly refused: number;
}

/** Enough rounds to tell a limit from a world that refuses whatever is done; the more that refuses, the less one round tells, and the longer it is remembered. */
const kept = { most: 80, forgetMs: 8000, replies: 150, byShare: 6, longestMs: 40_000 };
const least = { usual: 0.001, excess: 0.002, replies: 0.1 };
/** Large shares are rare: a share that is refused at any rate costs so much for each whole, up to a few in a hundred. */
const prior = { cost: 15, upTo: 0.06 };
/** Knees are tried from just below the highest rate to well below the lowest. */
const knees = { below: 0.998, step: 0.985, least: 0.3, range: 0.001 };
/** A round differs from another when it is apart by so many deviations. */
const apart = { deviations: 3, replies: 10, weight: 0.1, rounds: 3 };

export function beginRound(rounds: Round[], rate: number, at: number): Round {
  const round: Round = { since: at, rate, sent: 0, answered: 0, replies: 0, refused: 0, weight: 1 };
  rounds.push(round);
  if (rounds.length > kept.most) rounds.shift();
  return round;
}

/** Counts a reply in the round in which its attempt was sent, unless that is forgotten. @param tells of the rate, and not of its call. */
export function countReply(
  rounds: readonly Round[],
  isRefused: boolean,
  tells: boolean,
  sentAt: number,
): void {
  const round = rounds.findLast(({ since }) => since <= sentAt);
  if (round === undefined) return;
  round.answered += 1;
  if (!tells) return;
  round.replies += 1;
  if (isRefused) round.refused += 1;
}

function scoreOf(all: readonly Weighed[], knee: number, most: number): Explanation {
  let [replies, refused] = [0, 0];
  for (const round of all) {
    if (round.rate > knee) continue;
    replies += round.replies;
    refused += round.refused;
  }
  const usual = Math.min(most, Math.max(least.usual, refused / (replies + 2)));
  let score = refused * Math.log(usual) + (replies - refused) * Math.log(1 - usual);
  for (const round of all) {
    if (round.rate <= knee) continue;
    const share = Math.min(0.98, 1 - ((1 - usual) * knee) / round.rate + least.excess);
    score += round.refused * Math.log(share) + (round.replies - round.refused) * Math.log(1 - share);
  }
  return { knee, usual, score: score - prior.cost * Math.min(prior.upTo, usual) };
}

/**
 * The highest knee that explains what was seen nearly as well as the best.
 * @param most the largest share that may be usual.
 * @param optimism among explanations that differ by less (a logarithm) chance decides, and would bring the rate down.
 * @param former the usual share that was found before.
 */
export function explain(
  rounds: readonly Round[],
  at: number,
  most: number,
  optimism: number,
  former: number,
): Explanation {
  const all: Weighed[] = [];
  const replyMs = 1000 / (rounds.at(-1)?.rate ?? 1);
  const needsMs = Math.max(kept.forgetMs, kept.replies * replyMs) * (1 + kept.byShare * former);
  const forgetMs = Math.min(kept.longestMs, needsMs);
  for (const { since, weight, rate, replies, refused } of rounds) {
    const says = weight * Math.exp((since - at) / forgetMs);
    if (says * replies >= least.replies) all.push({ rate, replies: says * replies, refused: says * refused });
  }
  const unlimited = scoreOf(all, Number.POSITIVE_INFINITY, most);
  if (all.every(({ refused }) => refused === 0)) return unlimited;
  const rates = all.map(({ rate }) => rate);
  const tried = [unlimited];
  const highest = Math.max(...rates) * knees.below;
  const lowest = Math.max(knees.least * Math.min(...rates), knees.range * highest);
  for (let knee = highest; knee > lowest; knee *= knees.step) {
    tried.push(scoreOf(all, knee, most));
  }
  const best = Math.max(...tried.map(({ score }) => score));
  return tried.find(({ score }) => score >= best - optimism) ?? unlimited;
}

/** What does not fit to what was seen of late says little any more. */
export function outdate(rounds: readonly Round[]): void {
  for (const now of rounds.slice(-apart.rounds)) {
    if (now.replies < apart.replies) continue;
    const share = now.refused / now.replies;
    for (const round of rounds) {
      if (round.since >= now.since || round.replies === 0) continue;
      const before = round.refused / round.replies;
      const variance =
        (share * (1 - share) + least.excess) / now.replies +
        (before * (1 - before) + least.excess) / round.replies;
      const distance = apart.deviations * Math.sqrt(variance);
      const wasBetter = share - before > distance && round.rate >= now.rate * 0.98;
      const wasWorse = before - share > distance && round.rate <= now.rate * 1.02;
      if (wasBetter || wasWorse) round.weight *= apart.weight;
    }
  }
}

/** Of the rounds since then, up to a rate. */
export function total(rounds: readonly Round[], since: number, mostRate: number) {
  let [replies, refused] = [0, 0];
  for (const round of rounds) {
    if (round.since < since || round.rate > mostRate) continue;
    replies += round.replies;
    refused += round.refused;
  }
  return { replies, refused };
}

/** The highest rate since then that still says something. */
export function highestRate(rounds: readonly Round[], since: number): number {
  const says = rounds.filter((round) => round.weight > 0.5 && round.replies > 0 && round.since > since);
  return says.reduce((most, { rate }) => Math.max(most, rate), 0);
}
