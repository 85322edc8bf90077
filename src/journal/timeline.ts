import type { AttemptRecord } from './record.ts';

/** When attempts were answered, and how: no more memory for a night than for a second. */
export interface Timeline {
  /** How long each bucket is, in ms. */
  readonly width: number;
  /** In order; where nothing was answered there is none. */
  readonly buckets: readonly TimeBucket[];
  /** Processes that worked on the run, the first {@link maxSessions} of them. */
  readonly sessions: readonly WorkedSession[];
}

/** Attempts that were answered in one stretch of time. */
interface TimeBucket {
  /** When it begins, in ms since the epoch: a multiple of the width. */
  readonly at: number;
  readonly succeeded: number;
  readonly throttled: number;
  readonly rejected: number;
  /** Neither: timeouts, outages, strangers. */
  readonly other: number;
}

interface WorkedSession {
  readonly startedAt: number;
  /** Undefined where it was killed, or is still at work. */
  readonly endedAt: number | undefined;
  readonly reason: string | undefined;
}

type Worked = { -readonly [name in keyof WorkedSession]: WorkedSession[name] };

type Counted = { -readonly [name in keyof TimeBucket]: TimeBucket[name] };

const maxBuckets = 240;
const maxSessions = 100;
const firstWidth = 1000;

export function createTimeline() {
  let width = firstWidth;
  let buckets = new Map<number, Counted>();
  let last: Counted | undefined;
  const sessions: Worked[] = [];
  const workers = new Map<string, Worked | undefined>();
  let current: Worked | undefined;

  function bucketAt(time: number): Counted {
    const at = Math.floor(time / width) * width;
    if (last?.at === at) return last;
    last = buckets.get(at);
    if (last !== undefined) return last;
    last = { at, succeeded: 0, throttled: 0, rejected: 0, other: 0 };
    buckets.set(at, last);
    return last;
  }

  /** Twice as long stretches, until there are few enough. */
  function widen(): void {
    while (buckets.size > maxBuckets) {
      width *= 2;
      const before = buckets.values();
      buckets = new Map();
      for (const bucket of before) {
        const wider = bucketAt(bucket.at);
        wider.succeeded += bucket.succeeded;
        wider.throttled += bucket.throttled;
        wider.rejected += bucket.rejected;
        wider.other += bucket.other;
      }
    }
  }

  return {
    add({ verdict, startedAt, durationMs }: AttemptRecord): void {
      const bucket = bucketAt(startedAt + durationMs);
      if (verdict === 'succeeded' || verdict === 'throttled' || verdict === 'rejected') bucket[verdict] += 1;
      else bucket.other += 1;
      if (buckets.size > maxBuckets) widen();
    },
    /** @param worker of a shared run, whose sessions are one; empty: nobody. @returns whether it is another process. */
    begin(startedAt: number, worker?: string): boolean {
      const isKnown = worker !== undefined && (worker === '' || workers.has(worker));
      current = isKnown ? workers.get(worker) : undefined;
      if (isKnown) return false;
      if (sessions.length < maxSessions) {
        current = { startedAt, endedAt: undefined, reason: undefined };
        sessions.push(current);
      }
      if (worker !== undefined) workers.set(worker, current);
      return true;
    },
    end(endedAt: number, reason: string): void {
      if (current === undefined) return;
      current.endedAt = Math.max(current.endedAt ?? 0, endedAt);
      current.reason = reason;
    },
    /** As it stands. */
    taken(): Timeline {
      return { width, buckets: [...buckets.values()].sort((a, b) => a.at - b.at), sessions };
    },
  };
}
