import { performance } from 'node:perf_hooks';

import type { AttemptRecord } from '../journal/record.ts';
import type { CallState } from '../journal/call-states.ts';
import type { HowEnded } from '../execute/stop/stop.ts';
import type { Claim } from './chunks.ts';
import type { ClaimedChunk } from './claims.ts';
import { isHeld, type Moment } from './lease.ts';
import type { ClaimNews, EndedCounts, NumberedRecord } from './replies.ts';

/** Which calls of a claim the database knows that they may have been sent. */
export interface Marked {
  /** All up to this one. */
  upTo: number;
  /** From this call on the next mark is stored. */
  renewFrom: number;
  /** Those that went out of their turn, and how often that was tried. */
  readonly alone: Set<number>;
  timesAlone: number;
}

/** A chunk that this worker has claimed. */
interface HeldChunk extends ClaimedChunk {
  /** When it was claimed, or its claim renewed: when that was asked for. */
  asked: Moment;
  readonly openApps: Map<number, string>;
  readonly counts: EndedCounts;
  readonly marked: Marked;
  /** Calls that have not ended. */
  left: number;
  /** Records that were made under this claim. */
  records: number;
  /** Something of it is not in the database yet. */
  isNews: boolean;
  /** Nothing more of it will be sent: why. */
  closed: string | undefined;
}

/** What a worker holds, and what the database does not know of it yet. Nothing in it waits or sends. */
export type HeldChunks = ReturnType<typeof createHeldChunks>;

export const thisMoment = (): Moment => ({ wallMs: Date.now(), monotonicMs: performance.now() });

export function createHeldChunks() {
  const chunks = new Map<number, HeldChunk>();
  const bySeq = new Map<number, HeldChunk>();
  const unstored = createUnstored(chunks, remove);
  let place = 0;
  /** Of all claims of this worker in the round, closed ones included. */
  const ended: EndedCounts = { succeeded: 0, partial: 0, failed: 0, unknown: 0 };

  function of(seq: number): HeldChunk {
    const held = bySeq.get(seq);
    if (held === undefined) throw new Error(`call ${seq} is of no chunk that is held`);
    return held;
  }

  function remove({ chunk, calls }: HeldChunk): void {
    chunks.delete(chunk);
    for (const { seq } of calls) bySeq.delete(seq);
  }

  return {
    chunks: chunks as ReadonlyMap<number, HeldChunk>,
    ended,
    nextPlace: (): number => (place += 1),
    add(claimed: ClaimedChunk, asked: Moment): void {
      const held = heldFrom(claimed, asked);
      chunks.set(claimed.chunk, held);
      for (const { seq } of claimed.calls) bySeq.set(seq, held);
    },
    claimOf: of,
    /** @returns its place, by which {@link openApps} finds it. */
    append(record: AttemptRecord, line: string): number {
      const held = of(record.seq);
      place += 1;
      held.records += 1;
      held.isNews = true;
      held.states.add({ ...record, seq: record.seq - held.from + 1 }, place);
      if (record.open !== undefined) held.openApps.set(place, record.open);
      unstored.add({ chunk: held.chunk, epoch: held.epoch, number: held.records, line });
      return place;
    },
    end(seq: number, how: HowEnded): void {
      const held = of(seq);
      held.counts[how] += 1;
      ended[how] += 1;
      held.left -= 1;
      held.isNews = true;
      if (held.left === 0) held.closed = 'done';
    },
    state(seq: number): CallState {
      const held = of(seq);
      return held.states.state(seq - held.from + 1);
    },
    openApps: (last: number): string | undefined =>
      [...chunks.values()].find((held) => held.openApps.has(last))?.openApps.get(last),
    /** Whether all of them are surely this worker's still. */
    areHeld(now: Moment): boolean {
      for (const { asked } of chunks.values()) if (!isHeld(asked, now)) return false;
      return true;
    },
    /** See {@link renew}. */
    renewed: (claims: readonly Claim[], still: ReadonlySet<number>, asked: Moment): boolean =>
      renew(chunks, claims, still, asked),
    /** Nothing more is sent, and nothing is in flight. */
    closeAll(reason: string): void {
      for (const held of chunks.values()) {
        held.closed ??= reason;
        held.isNews = true;
      }
    },
    get hasNews(): boolean {
      return unstored.isAny;
    },
    takeNews: unstored.take,
  };
}

function heldFrom(claimed: ClaimedChunk, asked: Moment): HeldChunk {
  const left = claimed.calls.length;
  return {
    ...claimed,
    openApps: new Map(claimed.openApps),
    asked,
    counts: { succeeded: 0, partial: 0, failed: 0, unknown: 0 },
    marked: { upTo: 0, renewFrom: 0, alone: new Set<number>(), timesAlone: 0 },
    left,
    records: 0,
    isNews: left === 0,
    closed: left === 0 ? 'done' : undefined,
  };
}

/**
 * @param claims for which renewal was asked. @param still chunks of those that were renewed.
 * @returns whether one that is needed was not. A closed one needs none, and may be closed in the database before it is here.
 */
function renew(
  chunks: ReadonlyMap<number, HeldChunk>,
  claims: readonly Claim[],
  still: ReadonlySet<number>,
  asked: Moment,
): boolean {
  let isLost = false;
  for (const { chunk, epoch } of claims) {
    const held = chunks.get(chunk);
    if (held?.epoch !== epoch) continue;
    if (still.has(chunk)) held.asked = asked;
    else isLost ||= held.closed === undefined;
  }
  return isLost;
}

/** What the database does not have yet. @param remove called for each chunk whose end it has. */
function createUnstored(chunks: ReadonlyMap<number, HeldChunk>, remove: (held: HeldChunk) => void) {
  let unstored: NumberedRecord[] = [];
  let appended = 0;
  /** What was taken to be stored may still come back. */
  let isTaken = false;
  return {
    add(record: NumberedRecord): void {
      appended += 1;
      unstored.push(record);
    },
    get isAny(): boolean {
      return isTaken || unstored.length > 0 || [...chunks.values()].some(({ isNews }) => isNews);
    },
    /** @returns what is to be stored now, and what to call once it is, or could not be. */
    take() {
      const records = unstored;
      const upTo = appended;
      const told = [...chunks.values()].filter(({ isNews }) => isNews);
      const news = told.map(({ chunk, epoch, counts, closed }): ClaimNews => ({
        chunk,
        epoch,
        counts: { ...counts },
        closed,
      }));
      unstored = [];
      isTaken = true;
      for (const held of told) held.isNews = false;
      return {
        records,
        news,
        /** @returns how many records of all have been stored. */
        stored(): number {
          isTaken = false;
          for (const [at, held] of told.entries()) if (news[at]?.closed !== undefined) remove(held);
          return upTo;
        },
        failed(): void {
          isTaken = false;
          unstored = [...records, ...unstored];
          for (const held of told) held.isNews = true;
        },
      };
    },
  };
}
