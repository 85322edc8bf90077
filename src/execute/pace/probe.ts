import type { Explanation, Round } from './rounds.ts';

/** Few replies show only large differences, and fewer still where a share is refused anyway: so the first probe goes up by so much, or by `byReplies` of what a round counts, or so far that a knee would show by a deviation. */
const first = { least: 0.03, byReplies: 0.2 };
/**
 * Where a larger share is refused anyway small steps are lost in it. There they go further, and the furthest from `much` on, as long as
 * what is refused until the first replies are there is no more than a share of what a round sends; and evidence ends them.
 */
const bold = { above: 0.08, much: 0.14, most: 0.5, refused: 0.06 };
/** The furthest that a rate goes up at once, as a factor. */
export const furthest = 2;
/** A bold probe ends as soon as it is so much likelier (a logarithm) that the knee is still there; it is clean when that is not likelier. */
const evidence = { ends: 1.2, replies: 3, clean: 0 };
/** Any other is clean up to so many deviations above the usual share, and half a refusal. */
const unsuspicious = { deviations: 0.8, more: 0.5 };
const mostShare = 0.98;
/** A clean probe has so many replies, or as many as come in such a part of a second. */
const enough = { replies: 15, ofRate: 0.3 };

/** How far above a knee the first probe goes, as a factor. @param lastsMs so long a round lasts at least. */
export function firstFactor(perSecond: number, usual: number, latencyMs: number, lastsMs: number): number {
  const replies = (perSecond * lastsMs) / 1000;
  const deviation = Math.sqrt((usual * (1 - usual)) / replies);
  // Above a knee so much is refused of what would be accepted up to it.
  const shows = 1 / Math.max(1 / furthest, 1 - deviation / (1 - usual));
  const affordable = Math.min(bold.most, (bold.refused * lastsMs) / Math.max(1, latencyMs));
  const goes = affordable * Math.max(0, Math.min(1, (usual - bold.above) / (bold.much - bold.above)));
  return Math.max(1 + Math.max(first.least, goes, first.byReplies / Math.sqrt(replies)), shows);
}

/** How far the next one goes after one that was clean. */
export function nextFactor(factor: number): number {
  return Math.min(furthest, 1 + 2 * (factor - 1));
}

/** The logarithm of how much likelier what came is where the knee is still what it was than where no more is refused than usual. */
function isStillThere({ rate, replies, refused }: Round, { knee, usual }: Explanation): number {
  const few = Math.min(mostShare, usual);
  const many = Math.min(mostShare, 1 - ((1 - few) * knee) / rate);
  return refused * Math.log(many / few) + (replies - refused) * Math.log((1 - many) / (1 - few));
}

const isBold = ({ rate }: Round, { knee, usual }: Explanation): boolean => usual > bold.above && rate > knee;

/** It is plain by now that a probe is too high. @param probed the explanation above whose knee it goes. */
export function isRefuted(round: Round, probed: Explanation): boolean {
  const isTold = isBold(round, probed) && round.replies >= evidence.replies;
  return isTold && isStillThere(round, probed) > evidence.ends;
}

/** Enough came of a round, and speaks against a knee below. @param probed as above; undefined of a rate that is held. */
export function isClean(round: Round, probed: Explanation | undefined, usual: number): boolean {
  const { rate, replies, refused } = round;
  if (replies < Math.min(enough.replies, enough.ofRate * rate)) return false;
  if (probed !== undefined && isBold(round, probed)) return isStillThere(round, probed) <= evidence.clean;
  const { deviations, more } = unsuspicious;
  return refused <= usual * replies + deviations * Math.sqrt(usual * (1 - usual) * replies) + more;
}
