import { createPacer } from '../../execute/pace/pacer.ts';
import type { Pace } from '../../execute/pace/pace.ts';
import type { Counts, Kind, Replies, Report } from './report.ts';

/** How the timeline stands. Times are ms on the database's clock. */
export interface Look {
  /** Up to then slots were given away, and up to now. */
  readonly at: number;
  /** Slots that were given away, ever. */
  readonly slots: number;
  readonly pace: Pick<Pace, 'perSecond' | 'setBy'>;
  /** The lowest `--rate` of the members. */
  readonly ceiling: number | undefined;
  /** Of all members, in the order in which they came. */
  readonly reports: readonly Report[];
}

/** Replies to older rounds say nothing any more. */
const keptRounds = 64;
const anyNumber = Number.MAX_SAFE_INTEGER;

/** The one pacer, and what ties it to the timeline. */
export type Lead = ReturnType<typeof createLead>;

/** Begins at the pace that stands in the row. */
export function createLead({ at, slots, pace, ceiling }: Look) {
  return {
    pacer: createPacer({ concurrency: anyNumber, rate: ceiling, start: pace, isPatient: true }),
    at,
    slots,
    /** When the rounds began for the pacer, by their numbers. */
    rounds: new Map<number, number>(),
    /** A restart that was told of a former round has been heeded. */
    restartsFrom: 0,
    isRestarted: false,
  };
}

/**
 * Tells the pacer what was sent and seen. What has been given away counts as sent at once, up to where the timeline is: so a round is as
 * long as the slots in it, and its replies come only later than they would.
 * @returns the pace of the round that begins with it; undefined while the last one goes on.
 */
export function feed(lead: Lead, look: Look): Pace | undefined {
  const { pacer } = lead;
  const { reports } = look;
  const at = Math.max(lead.at, look.at);
  const before = pacer.roundSince;
  pacer.limitTo(look.ceiling, at);
  if (reports.some(({ isHungry }) => isHungry)) pacer.wasHeld();
  const unused = reports.reduce((sum, report) => sum + report.unused, 0);
  const sent = look.slots - lead.slots - unused;
  for (let count = 0; count < sent; count += 1) pacer.sent(at);
  // What is missing is not sent next time.
  lead.slots = look.slots - Math.min(0, sent);
  for (const { replies } of reports) for (const each of replies) hear(lead, each, at);
  const isAway = reports.some(({ restartOf = 0 }) => restartOf > lead.restartsFrom);
  if (isAway) pacer.restart(at);
  lead.isRestarted ||= isAway;
  lead.at = at;
  return pacer.roundSince === before ? undefined : pacer.pace;
}

/** The round that `feed` began has this number. */
export function nameRound(lead: Lead, round: number): void {
  const { rounds, pacer } = lead;
  rounds.set(round, pacer.roundSince ?? lead.at);
  for (const old of rounds.keys()) if (rounds.size > keptRounds) rounds.delete(old);
  if (lead.isRestarted) lead.restartsFrom = round - 1;
  lead.isRestarted = false;
}

function hear({ pacer, rounds }: Lead, { round, sentMs, counts }: Replies, at: number): void {
  const since = rounds.get(round);
  if (since === undefined) return;
  const until = rounds.get(round + 1) ?? Number.POSITIVE_INFINITY;
  const sentAt = Math.max(since, Math.min(sentMs, until - 0.01, at));
  for (const [outcome, isRepeated] of inTurn(counts)) pacer.saw(outcome, sentAt, at, isRepeated);
}

const meaning = {
  accepted: ['accepted', false],
  acceptedAgain: ['accepted', true],
  throttled: ['throttled', false],
  throttledAgain: ['throttled', true],
  failed: ['failed', false],
  failedAgain: ['failed', true],
} as const;

/** In which order they came is not known: evenly, as many in a row would mean something. */
function inTurn(counts: Counts): (typeof meaning)[Kind][] {
  const all = (Object.keys(meaning) as Kind[]).flatMap((kind) =>
    Array.from({ length: counts[kind] }, (_, place) => ({ kind, place: (place + 0.5) / counts[kind] })),
  );
  return all.sort((a, b) => a.place - b.place).map(({ kind }) => meaning[kind]);
}
