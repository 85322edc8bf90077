import { systemClock, type Clock } from '../../execute/clock.ts';
import type { Pace, Pacer } from '../../execute/pace/pace.ts';
import { createClockOffset, hearClock } from './clock-offset.ts';
import { createLead, feed, nameRound, type Lead } from './lead.ts';
import { addBlock, createOwnSlots, isLastBegun, nextSlot, useSlot } from './own-slots.ts';
import { countReply, countRestart, countSent, createTally, takeReport, type Report } from './report.ts';

/** Runs one statement; rejects when that fails, or when the database cannot be reached. `float8` comes as a number, `jsonb` parsed. */
type Query = <Row>(text: string, values?: unknown[]) => Promise<Row[]>;

export interface SharedPacerOptions {
  /** The database has what `rateSchema` makes. */
  readonly query: Query;
  /** Names what has one limit: host and user pool. */
  readonly key: string;
  /** Names who sends, like nobody else at this key. */
  readonly member: string;
  /** Attempts at once at most, of this member. */
  readonly concurrency: number;
  /** Attempts per second at most, of all members together. @default as fast as the tenant allows */
  readonly rate?: number | undefined;
  /** Told of each query that failed; there are no slots meanwhile. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
  /** One that goes on while this process stands still, or it would use slots of long ago. `nextAt` may be asked by another one. */
  readonly clock?: Clock;
}

export interface SharedPacer {
  readonly pacer: Pacer;
  /** Leaves, so that others need not wait for this member. Never rejects. */
  close(): Promise<void>;
}

interface Taken {
  readonly now_ms: number;
  readonly from_ms: number;
  readonly slots: number;
  readonly rate: number;
  readonly round: number;
  readonly set_by: Pace['setBy'];
  readonly members: number;
  readonly is_led: boolean;
}

interface Led {
  readonly at_ms: number;
  readonly slots: number;
  readonly rate: number;
  readonly set_by: Pace['setBy'];
  readonly ceiling: number | null;
  readonly is_new: boolean;
  readonly reports: readonly Report[];
}

/** In so much time each member takes one block, or in two round trips where that is longer; while a limit is sought all goes twice as fast. */
const cycleMs = 200;
/** How often it is looked whether something is to be done beside sending, and when there is. */
const every = { lookMs: 100, reportMs: 200, aliveMs: 2000 };
/** An answer that takes longer will not come. A query that failed is tried again after so long. */
const smoothing = 0.2;
const query = { lostMs: 5000, againMs: 250 };

/**
 * One pace for all who send to one server, each with an `execute` of its own: they share a row in the database.
 *
 * The row has a timeline. Whoever has something to send takes the next block of slots on it, a slot for each attempt, spaced by the rate;
 * so what all send together is spaced evenly, and who asks in turn for blocks of the same length has the same part. The next block is
 * asked for when the last one begins, which hides the round trip. A slot that is not used in time is lost, like the pacer's own bursts,
 * and who did not use all of them asks for fewer. Nobody has to know of others.
 *
 * The rate is found by the pacer that every run has, in one of the members, the leader. The rate's changes are rounds: with each block
 * comes the number of its round, members report what their attempts came to by that number, and the leader tells its pacer. It
 * holds a lease in the row; when it is gone the next one that looks takes over, at the rate that stands there.
 *
 * Where the database is away there are no slots, and nothing is sent until it is back. Nothing here throws for that.
 */
export function openSharedPacer(options: SharedPacerOptions): SharedPacer {
  const { clock = systemClock } = options;
  const member = createMember(options, clock);
  let cancelLook = (): void => {};

  function lookAgain(): void {
    if (!member.isClosed)
      cancelLook = clock.after(every.lookMs / haste(member), () => void lookAfter(member).then(lookAgain));
  }
  void take(member, 0);
  lookAgain();
  return {
    pacer: pacerOf(member),
    async close() {
      member.isClosed = true;
      cancelLook();
      await options
        .query('SELECT genauth_offboard.leave_rate($1, $2)', [options.key, options.member])
        .catch(() => []);
    },
  };
}

type Member = ReturnType<typeof createMember>;

function createMember(options: SharedPacerOptions, clock: Clock) {
  return {
    options,
    clock,
    own: createOwnSlots(),
    tally: createTally(),
    offset: createClockOffset(),
    inFlight: 0,
    /** What a query takes, averaged. */
    roundTripMs: 0,
    perSecond: options.rate ?? 0,
    setBy: 'searching' as Pace['setBy'],
    /** An attempt waits, and there is no slot for it. */
    isWanting: false,
    /** When the query was begun that has not been answered; undefined when there is none. */
    askedAt: undefined as number | undefined,
    lastAt: Number.NEGATIVE_INFINITY,
    notBefore: Number.NEGATIVE_INFINITY,
    isLed: false,
    lead: undefined as Lead | undefined,
    isClosed: false,
    onChange: undefined as (() => void) | undefined,
  };
}

function pacerOf(member: Member): Pacer {
  const { own, tally, clock, offset, options } = member;
  return {
    nextAt(at) {
      const now = clock.now();
      const due = nextSlot(own, now);
      if (isLastBegun(own, now)) askFor(member, now);
      if (member.inFlight >= options.concurrency) return Number.POSITIVE_INFINITY;
      if (due !== undefined && due <= now) return at;
      tally.isHungry = true;
      own.isAwaited = true;
      return due === undefined ? Number.POSITIVE_INFINITY : at + due - now;
    },
    sent(at) {
      const round = useSlot(own, clock.now());
      if (round !== undefined) countSent(tally, round, at);
      member.inFlight += 1;
      if (member.inFlight >= options.concurrency) own.isFull = true;
    },
    saw(outcome, sentAt, at, isRepeated) {
      member.inFlight -= 1;
      if (outcome === 'void') return;
      const sentMs = clock.now() - (at - sentAt) + (offset.ms ?? 0);
      countReply(tally, isRepeated ? `${outcome}Again` : outcome, sentAt, sentMs);
    },
    restart() {
      countRestart(tally);
    },
    get pace() {
      return { perSecond: member.perSecond, atOnce: options.concurrency, setBy: member.setBy };
    },
    set onChange(told: () => void) {
      member.onChange = told;
    },
  };
}

const haste = ({ setBy }: Member): number => (setBy === 'searching' ? 2 : 1);

function askFor(member: Member, now: number): void {
  const { askedAt, notBefore, own, isClosed } = member;
  member.isWanting = true;
  const isAsked = askedAt !== undefined && now - askedAt < query.lostMs;
  if (!isAsked && !isClosed && now >= notBefore) void take(member, own.most);
}

/** Takes a block of at most so many slots, or none, and reports. */
async function take(member: Member, most: number): Promise<void> {
  const { options, clock, own, tally, offset } = member;
  const { key, rate = null } = options;
  const asked = clock.now();
  member.askedAt = asked;
  member.lastAt = asked;
  if (most > 0) member.isWanting = false;
  const report = takeReport(tally, own.unused);
  own.unused = 0;
  const lasts = Math.max(cycleMs / haste(member), 2 * member.roundTripMs);
  const values = [
    key,
    options.member,
    rate,
    most,
    lasts,
    report === undefined ? null : JSON.stringify(report),
  ];
  const [taken] = await options
    .query<Taken>('SELECT * FROM genauth_offboard.take_slots($1, $2, $3, $4, $5, $6)', values)
    .catch((error: unknown) => {
      options.onFailure?.(error);
      return [];
    });
  // It was given up, and another one asked.
  if (member.askedAt !== asked) return;
  member.askedAt = undefined;
  if (taken === undefined) {
    member.isWanting ||= most > 0;
    member.notBefore = clock.now() + query.againMs;
    return;
  }
  const answered = clock.now();
  member.roundTripMs += smoothing * (answered - asked - member.roundTripMs);
  hearClock(offset, asked, answered, taken.now_ms);
  hearTaken(member, taken, most > 0, lasts);
}

function hearTaken(member: Member, taken: Taken, isAskedFor: boolean, lastsMs: number): void {
  const { own, offset } = member;
  const { from_ms, slots, rate, round, members } = taken;
  const fromMs = from_ms - (offset.ms ?? 0);
  member.perSecond = rate;
  member.setBy = taken.set_by;
  member.isLed = taken.is_led;
  if (slots > 0) {
    const whole = Math.max(1, Math.floor((rate * lastsMs) / 1000 / members));
    addBlock(own, { fromMs, gapMs: 1000 / rate, slots, whole, round });
  } else if (isAskedFor) {
    // Others have taken all up to there.
    member.isWanting = true;
    member.notBefore = member.clock.now() + every.lookMs;
  }
  member.onChange?.();
}

/** What is to be done now and then: leading, reporting, asking again. */
async function lookAfter(member: Member): Promise<void> {
  const { clock, lead, isLed, own, tally } = member;
  const now = clock.now();
  if (member.isWanting) {
    if (isLastBegun(own, now)) askFor(member, now);
  } else if (member.askedAt === undefined) {
    const hasNews = tally.replies.size > 0;
    const forMs = now - member.lastAt;
    if (forMs > every.aliveMs || (hasNews && forMs > every.reportMs / haste(member))) void take(member, 0);
  }
  if (lead === undefined && isLed) return;
  try {
    await leadOn(member);
  } catch (error) {
    member.lead = undefined;
    member.options.onFailure?.(error);
  }
}

async function leadOn(member: Member): Promise<void> {
  const { key, member: name, query } = member.options;
  const [led] = await query<Led>('SELECT * FROM genauth_offboard.lead($1, $2)', [key, name]);
  if (led === undefined) {
    member.lead = undefined;
    member.isLed = true;
    return;
  }
  const look = {
    at: led.at_ms,
    slots: led.slots,
    pace: { perSecond: led.rate, setBy: led.set_by },
    ceiling: led.ceiling ?? undefined,
    reports: led.reports,
  };
  if (led.is_new) member.lead = undefined;
  member.lead ??= createLead(look);
  const pace = feed(member.lead, look);
  if (pace === undefined) return;
  const { perSecond, setBy } = pace;
  const [set] = await query<{ readonly round: number | null }>(
    'SELECT genauth_offboard.set_rate($1, $2, $3, $4) AS round',
    [key, name, perSecond, setBy],
  );
  const round = set?.round ?? undefined;
  if (round === undefined) member.lead = undefined;
  else nameRound(member.lead, round);
}
