/**
 * What share of refusals is believed to be the world's, and comes whatever is sent. One client cannot tell such a share from a limit that
 * many clients exceed together: its own rate hardly changes the sum. But all of them see the same share at the same time, and all
 * go below what is accepted for a while: what is theirs is gone within seconds, what is the world's stays.
 */
export interface Belief {
  /** The largest share that needs no slowing down. */
  readonly most: number;
  /** More than this for a while does. */
  readonly much: number;
  readonly isProven: boolean;
  /** Attempts a second while a trial is under way. */
  readonly trialRate: number | undefined;
  mayTry(at: number): boolean;
  tryOut(share: number, acceptedPerSecond: number, at: number): void;
  count(isRefused: boolean, sentAt: number): void;
  /** @returns how the trial ended, and at what share. */
  judge(at: number): Ending | undefined;
  /** Forgets what is old, and what was seen of late speaks against. */
  review(lately: Seen, at: number): void;
  /** More than what was proven is refused: so it was not the world's. */
  distrust(at: number): void;
  abandon(): void;
}

export interface Seen {
  readonly replies: number;
  readonly refused: number;
}

export interface Ending {
  readonly isProven: boolean;
  readonly share: number;
  /** What was accepted a second before the trial. */
  readonly acceptedPerSecond: number;
}

/** Without proof: a few in a hundred are refused in many a world; beyond `much`, with room for chance, it is answered. */
const unproven = { held: 0.035, much: 0.04 };
/** Of what is accepted: less, so that a limit that all keep to in this way refuses nothing; not much less, as a trial may take long where replies are few. */
const trialPart = 0.85;
/** The others need so long to see it too, and replies to what was sent before to come; some more or less, or trials of many would keep step. */
const settle = { leastMs: 1600, moreMs: 800 };
const mostMs = 15_000;
/** Logarithms of how much likelier the share is than a small rest of it; rather once more than wrong. */
const says = { proven: 5, refuted: -3, forgotten: -2 };
/** Compared with a share of this size, and at least this part of what was seen: a flood does not vanish altogether. */
const rest = { share: 0.05, part: 3 };
/** Less is not worth a trial, more is an outage: one dead backend of two is believed. What was seen first is rather too high, as chance made it seen. */
const shares = { least: 0.1, most: 0.6, outage: 0.75, part: 0.9 };
/** A share that was measured as so much may be somewhat more. */
const margin = { part: 1.2, share: 0.015 };
/** A proof is renewed after so long; after a failed trial the next comes soon, after a wrong proof late. */
const lastsMs = 30_000;
const again = { leastMs: 500, moreMs: 1000, wrongMs: 60_000 };

/** How much likelier, as a logarithm. */
function likelier(share: number, { replies, refused }: Seen): number {
  const other = Math.max(rest.share, share / rest.part);
  return refused * Math.log(share / other) + (replies - refused) * Math.log((1 - share) / (1 - other));
}

export function createBelief(random: () => number): Belief {
  let proven: { readonly share: number; readonly untilMs: number } | undefined;
  let trial:
    | {
        share: number;
        acceptedPerSecond: number;
        fromMs: number;
        untilMs: number;
        replies: number;
        refused: number;
      }
    | undefined;
  let nextAt = Number.NEGATIVE_INFINITY;
  const most = (): number =>
    proven === undefined ? unproven.held : Math.min(shares.most, margin.part * proven.share + margin.share);

  return {
    get most() {
      return most();
    },
    get much() {
      return proven === undefined ? unproven.much : most();
    },
    get isProven() {
      return proven !== undefined;
    },
    get trialRate() {
      return trial === undefined ? undefined : trial.acceptedPerSecond * trialPart;
    },
    mayTry: (at) => at > nextAt,
    tryOut(share, acceptedPerSecond, at) {
      trial = {
        share: Math.max(shares.least, shares.part * Math.min(share, shares.most)),
        acceptedPerSecond,
        fromMs: at + settle.leastMs + settle.moreMs * random(),
        untilMs: at + mostMs,
        replies: 0,
        refused: 0,
      };
    },
    count(isRefused, sentAt) {
      if (trial === undefined || sentAt < trial.fromMs) return;
      trial.replies += 1;
      if (isRefused) trial.refused += 1;
    },
    judge(at) {
      if (trial === undefined) return undefined;
      const { share, acceptedPerSecond, replies, refused, untilMs } = trial;
      const much = likelier(share, trial);
      const isProven = much > says.proven && refused < shares.outage * replies;
      if (!isProven && much > says.refuted && at < untilMs) return undefined;
      if (isProven) proven = { share: refused / replies, untilMs: at + lastsMs };
      trial = undefined;
      nextAt = at + again.leastMs + again.moreMs * random();
      return { isProven, share, acceptedPerSecond };
    },
    review(lately, at) {
      if (proven === undefined) return;
      if (at > proven.untilMs || likelier(proven.share, lately) < says.forgotten) proven = undefined;
    },
    distrust(at) {
      proven = undefined;
      nextAt = at + again.wrongMs;
    },
    abandon() {
      trial = undefined;
    },
  };
}
