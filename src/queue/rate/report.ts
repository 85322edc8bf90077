import type { Outcome } from '../../execute/pace/pace.ts';

/** What a member tells the leader: what happened since its last report. */
export interface Report {
  readonly replies: readonly Replies[];
  /** Slots that it held and did not use. */
  readonly unused: number;
  /** An attempt had to wait for a slot. */
  readonly isHungry: boolean;
  /** The server was away and is back: the round of the last slot that was used before. */
  readonly restartOf?: number | undefined;
}

/** Of the attempts that were sent in one round. */
export interface Replies {
  readonly round: number;
  /** When they were sent, on the database's clock in ms: the mean. */
  readonly sentMs: number;
  readonly counts: Counts;
}

export type Counts = Readonly<Record<Kind, number>>;
/** `Again`: calls that had been refused before. */
export type Kind = `${Exclude<Outcome, 'void'>}${'' | 'Again'}`;

const kinds = ['accepted', 'acceptedAgain', 'throttled', 'throttledAgain', 'failed', 'failedAgain'] as const;

/** Rounds of which replies may still come; those of older ones are not told. */
const keptRounds = 16;

/** Counts what a member's attempts came to, by the round in whose time they were sent. */
export type Tally = ReturnType<typeof createTally>;

export function createTally() {
  return {
    /** From when on attempts were sent in which round, on the clock of `nextAt`. */
    rounds: [] as { readonly since: number; readonly round: number }[],
    replies: new Map<number, { count: number; sentMs: number; counts: Record<Kind, number> }>(),
    isHungry: false,
    restartOf: undefined as number | undefined,
  };
}

export function countSent({ rounds }: Tally, round: number, at: number): void {
  if (rounds.at(-1)?.round === round) return;
  rounds.push({ since: at, round });
  if (rounds.length > keptRounds) rounds.shift();
}

/** @param sentMs the same moment as `sentAt` on the database's clock. */
export function countReply(tally: Tally, kind: Kind, sentAt: number, sentMs: number): void {
  const { rounds, replies } = tally;
  const round = rounds.findLast(({ since }) => since <= sentAt)?.round;
  if (round === undefined) return;
  let its = replies.get(round);
  if (its === undefined) {
    const counts = Object.fromEntries(kinds.map((each) => [each, 0])) as Record<Kind, number>;
    its = { count: 0, sentMs, counts };
    replies.set(round, its);
  }
  its.count += 1;
  its.sentMs += (sentMs - its.sentMs) / its.count;
  its.counts[kind] += 1;
}

export function countRestart(tally: Tally): void {
  tally.restartOf = tally.rounds.at(-1)?.round;
}

/** @returns what was counted since it was last taken; undefined when that is nothing. */
export function takeReport(tally: Tally, unused: number): Report | undefined {
  const { replies, isHungry, restartOf } = tally;
  if (replies.size === 0 && unused === 0 && !isHungry && restartOf === undefined) return undefined;
  tally.replies = new Map();
  tally.isHungry = false;
  tally.restartOf = undefined;
  return {
    replies: [...replies].map(([round, { sentMs, counts }]) => ({ round, sentMs, counts })),
    unused,
    isHungry,
    restartOf,
  };
}
