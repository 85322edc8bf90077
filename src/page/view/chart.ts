import type { Bucket, TimelineShown } from '../report/data.ts';

/** Where a stretch of time is drawn, in slots of one bucket each. */
export interface Bar {
  readonly slot: number;
  readonly bucket: Bucket;
}

/** A stretch in which nothing was answered; drawn short however long it was. */
interface Gap {
  readonly slot: number;
  readonly from: number;
  readonly to: number;
  /** Mostly nobody was at work: one process had ended, and the next had not begun. */
  readonly isRest: boolean;
}

/** What is worth a line below the chart, in order of time. */
export interface ChartEvent {
  readonly kind: 'gap' | 'outage' | 'session' | 'killed' | 'ended';
  readonly from: number;
  readonly to: number;
  /** How a process ended. */
  readonly reason: string;
}

export interface Chart {
  readonly bars: readonly Bar[];
  readonly gaps: readonly Gap[];
  readonly outages: readonly { readonly slot: number; readonly slots: number }[];
  readonly slots: number;
  /** Attempts of the highest bar. */
  readonly most: number;
  readonly events: readonly ChartEvent[];
}

/** A longer stretch is drawn as a gap. */
const mostEmpty = 3;
const gapSlots = 3;
/** What is shorter is no event. */
const leastMs = 5000;

export function chartOf({ width, buckets, sessions }: TimelineShown): Chart {
  const bars: Bar[] = [];
  const gaps: Gap[] = [];
  const events: ChartEvent[] = [];
  let slot = 0;
  let end: number | undefined;
  for (const bucket of buckets) {
    const [at] = bucket;
    const empty = end === undefined ? 0 : Math.round((at - end) / width);
    if (end !== undefined && empty > mostEmpty) {
      const waits = withoutRests(end, at, sessions);
      const waited = waits.reduce((sum, { from, to }) => sum + to - from, 0);
      gaps.push({ slot, from: end, to: at, isRest: waited * 2 < at - end });
      for (const { from, to } of waits)
        if (to - from >= leastMs) events.push({ kind: 'gap', from, to, reason: '' });
      slot += gapSlots;
    } else {
      slot += empty;
    }
    bars.push({ slot, bucket });
    slot += 1;
    end = at + width;
  }
  const outages = outagesIn(bars, width);
  for (const { from, to } of outages) events.push({ kind: 'outage', from, to, reason: '' });
  return {
    bars,
    gaps,
    outages,
    slots: Math.max(slot, 1),
    most: Math.max(1, ...buckets.map(totalOf)),
    events: [...events, ...eventsOf(sessions)].sort((a, b) => a.from - b.from),
  };
}

/** What of a stretch lies not between the end of one process and the begin of the next. Who was killed has left no word of its end. */
function withoutRests(start: number, end: number, sessions: TimelineShown['sessions']) {
  const waits: { readonly from: number; readonly to: number }[] = [];
  let from = start;
  for (const [at, [, endedAt]] of sessions.entries()) {
    const next = sessions[at + 1];
    if (endedAt === null || next === undefined || endedAt >= end || next[0] <= from) continue;
    if (endedAt > from) waits.push({ from, to: endedAt });
    from = Math.min(next[0], end);
  }
  return from < end ? [...waits, { from, to: end }] : waits;
}

function totalOf([, succeeded, throttled, rejected, other]: Bucket): number {
  return succeeded + throttled + rejected + other;
}

/** Bars that follow each other and in which nothing was accepted: neither a success nor a word about one user. */
function outagesIn(bars: readonly Bar[], width: number) {
  const found: { slot: number; slots: number; from: number; to: number }[] = [];
  let begin: Bar | undefined;
  for (const [at, bar] of bars.entries()) {
    const [, succeeded, , rejected] = bar.bucket;
    const isOut = succeeded + rejected === 0;
    if (isOut) begin ??= bar;
    const next = bars[at + 1];
    const goesOn = isOut && next !== undefined && next.bucket[1] + next.bucket[3] === 0;
    if (begin === undefined || goesOn) continue;
    // Till the next that brings something, unless it was paused in between.
    const isNear = next !== undefined && next.slot - bar.slot <= mostEmpty;
    const [from, to] = [begin.bucket[0], isNear ? next.bucket[0] : bar.bucket[0] + width];
    if (isOut && to - from >= leastMs)
      found.push({ slot: begin.slot, slots: (isNear ? next.slot : bar.slot + 1) - begin.slot, from, to });
    begin = undefined;
  }
  return found;
}

function eventsOf(sessions: TimelineShown['sessions']): ChartEvent[] {
  return sessions.flatMap(([startedAt, endedAt, reason], at): ChartEvent[] => {
    const [from, to] = [startedAt, startedAt];
    const began: ChartEvent[] = at === 0 ? [] : [{ kind: 'session', from, to, reason: '' }];
    if (endedAt === null) return [...began, { kind: 'killed', from, to, reason: '' }];
    if (reason === 'finished') return began;
    return [...began, { kind: 'ended', from: endedAt, to: endedAt, reason }];
  });
}
