import { total, type Round } from './rounds.ts';

/** How much a pacer asks of what it sees while it holds a rate, and how often it probes. */
export interface Care {
  /** Among explanations that differ by less (a logarithm) the one with the highest knee is taken. */
  readonly optimism: number;
  /** The same while the rate is searched, which goes on through what chance may explain. */
  readonly searching: number;
  /** Held is this part of the knee. */
  readonly below: number;
  /** But not less than this part of what was accepted in the last second. */
  readonly accepted: number;
  /** Probes are paid for out of so large a share of what was sent of late: for so many replies, and some seconds. */
  readonly replies: number;
  readonly share: number;
  /** So much more is chance. */
  readonly deviations: number;
  readonly more: number;
  /** A round lasts until so large a share of its attempts was answered. */
  readonly answered: number;
}

const usual: Care = {
  optimism: 0.7,
  searching: 4.5,
  below: 0.985,
  accepted: 0.97,
  replies: 0,
  share: 0.012,
  deviations: 1,
  more: 1,
  answered: 0.3,
};
/** What late replies tell of a rate that is too high would be overlooked, and the next one still higher. They come many at once: a second may have one lot too many. */
const patient: Care = { ...usual, searching: 3, accepted: 0.85, share: 0.006, answered: 0.7 };
/** One refusal is a large share of few replies, and they tell little of the knee: it is looked at for longer, and from below. */
const patientAtLow: Care = {
  ...patient,
  optimism: 0.2,
  below: 0.975,
  accepted: 0,
  replies: 600,
  share: 0.002,
  deviations: 0.5,
  more: 0,
};
/** Attempts a second. */
const low = 100;
const overMs = { least: 8000, most: 40_000 };

/** @param isPatient replies come late: less is to be refused, though it takes longer to find that the limit has risen. */
export function careAt(rate: number, isPatient: boolean): Care {
  if (!isPatient) return usual;
  return rate < low ? patientAtLow : patient;
}

/** What was refused of late beyond the usual share and what is paid for probes, as a share of all. @param since nothing before counts. */
export function overspent(
  rounds: readonly Round[],
  { replies: over, share, deviations, more }: Care,
  usualShare: number,
  rate: number,
  at: number,
  since: number,
): number {
  const forMs = Math.min(overMs.most, Math.max(overMs.least, (1000 * over) / rate));
  const { replies, refused } = total(rounds, Math.max(since, at - forMs), Number.POSITIVE_INFINITY);
  const expected = usualShare * replies;
  const chance = deviations * Math.sqrt(expected) + more;
  return (refused - expected - chance) / Math.max(1, replies) - share;
}
