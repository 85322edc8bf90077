import { acceptedPerSecond, type AcceptedRate } from './accepted-rate.ts';
import type { Round } from './rounds.ts';

/** Where a server counts by the second and its count is used up, it refuses everything until that second is over. */
const window = { ms: 1000, replies: 8, refused: 0.95 };

/** Since when everything is refused, and how many a second were accepted until then. */
export interface UsedUp {
  readonly at: number;
  readonly perSecond: number;
}

/**
 * That nothing is accepted does not tell by how much the rate is too high; what was accepted within the same second does. So the rounds
 * of that second are changed as if their refusals had come evenly. What lasts longer than a second is no window, and counts as it is.
 * @param before what was returned for the round before.
 * @returns undefined where not everything was refused in the last round.
 */
export function evenOut(
  rounds: readonly Round[],
  before: UsedUp | undefined,
  accepted: AcceptedRate,
  latencyMs: number,
  at: number,
): UsedUp | undefined {
  const now = rounds.at(-1);
  if (now === undefined || now.replies < window.replies || now.refused < window.refused * now.replies)
    return undefined;
  const usedUp = before ?? { at, perSecond: acceptedPerSecond(accepted) };
  if (at - usedUp.at >= window.ms) return usedUp;
  for (const round of rounds) {
    if (round.since < usedUp.at - window.ms - latencyMs) continue;
    round.refused = round.replies * Math.max(0, 1 - usedUp.perSecond / round.rate);
  }
  return usedUp;
}
