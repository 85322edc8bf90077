/** What came of the attempts that were sent at one rate. */
export interface Round {
  readonly since: number;
  /** Attempts a second. */
  rate: number;
  sent: number;
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

/** The last rounds: enough to tell a limit from a world that refuses whatever is done. */
export interface Ledger {
  readonly last: Round | undefined;
  begin(rate: number, at: number): Round;
  /** @returns the round that it belongs to, undefined for one that is forgotten. */
  count(isRefused: boolean, sentAt: number): Round | undefined;
  /** The highest knee that explains nearly as well as any what was seen. @param most the largest share that may be usual. */
  explain(at: number, most: number): Explanation;
  /** What does not fit to what was seen of late says little any more. */
  outdate(): void;
  /** Of the rounds since then, up to a rate. */
  total(since: number, mostRate: number): { readonly replies: number; readonly refused: number };
  /** The highest rate since then that still says something. */
  highest(since: number): number;
  clear(): void;
}

const rounds = { most: 40, forgetMs: 8000 };
const least = { usual: 0.001, excess: 0.002, replies: 0.1 };
/** Knees are tried so far apart. */
const kneeStep = 0.985;
/** Among explanations that differ by less than this chance decides: the highest knee is taken, or chance would bring the rate down. */
const optimism = 0.7;
/** A round differs from another when it is apart by so many deviations. */
const apart = { deviations: 3, replies: 10, weight: 0.1, rounds: 3 };

export function createLedger(): Ledger {
  let all: Round[] = [];

  function scoreOf(knee: number, weights: Float64Array, most: number): Explanation {
    let [replies, refused] = [0, 0];
    for (let index = 0; index < all.length; index += 1) {
      const round = all[index];
      const weight = weights[index] ?? 0;
      if (round === undefined || round.rate > knee) continue;
      replies += weight * round.replies;
      refused += weight * round.refused;
    }
    const usual = Math.min(most, Math.max(least.usual, refused / (replies + 2)));
    let score = refused * Math.log(usual) + (replies - refused) * Math.log(1 - usual);
    for (let index = 0; index < all.length; index += 1) {
      const round = all[index];
      const weight = weights[index] ?? 0;
      if (round === undefined || round.rate <= knee || weight * round.replies < least.replies) continue;
      const share = Math.min(0.98, 1 - ((1 - usual) * knee) / round.rate + least.excess);
      const likely = round.refused * Math.log(share) + (round.replies - round.refused) * Math.log(1 - share);
      score += weight * likely;
    }
    return { knee, usual, score };
  }

  function outdateBy(now: Round): void {
    const share = now.refused / now.replies;
    for (const round of all) {
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

  return {
    get last() {
      return all.at(-1);
    },
    begin(rate, at) {
      const round: Round = { since: at, rate, sent: 0, replies: 0, refused: 0, weight: 1 };
      all.push(round);
      if (all.length > rounds.most) all.shift();
      return round;
    },
    count(isRefused, sentAt) {
      let index = all.length - 1;
      while (index >= 0 && (all[index]?.since ?? 0) > sentAt) index -= 1;
      const round = all[index];
      if (round === undefined) return undefined;
      round.replies += 1;
      if (isRefused) round.refused += 1;
      return round;
    },
    explain(at, most) {
      const weights = Float64Array.from(
        all,
        ({ since, weight }) => weight * Math.exp((since - at) / rounds.forgetMs),
      );
      const unlimited = scoreOf(Number.POSITIVE_INFINITY, weights, most);
      const says = all.filter(({ replies }, index) => replies * (weights[index] ?? 0) >= least.replies);
      if (says.every(({ refused }) => refused === 0)) return unlimited;
      const rates = says.map(({ rate }) => rate);
      const highest = Math.max(...rates);
      const tried = [unlimited];
      for (let knee = highest * 0.998; knee > 0.3 * Math.min(...rates); knee *= kneeStep) {
        tried.push(scoreOf(knee, weights, most));
      }
      const best = Math.max(...tried.map(({ score }) => score));
      return (
        tried.find(({ score }) => score >= best - optimism) ?? {
          knee: highest,
          usual: least.usual,
          score: best,
        }
      );
    },
    outdate() {
      for (const round of all.slice(-apart.rounds)) if (round.replies >= apart.replies) outdateBy(round);
    },
    total(since, mostRate) {
      let [replies, refused] = [0, 0];
      for (const round of all) {
        if (round.since < since || round.rate > mostRate) continue;
        replies += round.replies;
        refused += round.refused;
      }
      return { replies, refused };
    },
    highest(since) {
      const says = ({ weight, replies, since: begun }: Round): boolean =>
        weight > 0.5 && replies > 0 && begun > since;
      return all.reduce((most, round) => (says(round) ? Math.max(most, round.rate) : most), 0);
    },
    clear() {
      all = [];
    },
  };
}
