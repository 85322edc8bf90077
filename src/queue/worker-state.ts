import { isOutage, type Database } from './database.ts';
import type { Delivery } from './delivery.ts';
import { createHeldChunks, thisMoment, type HeldChunks } from './held-chunks.ts';
import type { Moment } from './lease.ts';
import type { LocalJournal } from './local-journal.ts';
import { createClockOffset, type ClockOffset } from './rate/clock-offset.ts';
import type { EndedCounts } from './replies.ts';
import type { SharedRun } from './shared-runs.ts';
import type { Standing } from './standing.ts';

/** What a worker needs for a run. */
export interface ChunkWork {
  readonly database: Database;
  readonly delivery: Delivery;
  readonly shared: SharedRun;
  /** Names this worker among all. */
  readonly worker: string;
  readonly local: LocalJournal;
  /** It waits for the last chunk that others hold, to take it over if need be; else it leaves when there is none to be claimed. */
  readonly staysToTheEnd: boolean;
  /** Aborted when nothing more is to be sent, for another reason than the worker's own. */
  readonly stopSignal?: AbortSignal | undefined;
  readonly onStanding?: (standing: Standing) => void;
  /** What to throw of an error that no time heals. */
  readonly told: (error: unknown) => unknown;
}

/** Why a worker takes no more chunks of a run. */
export type LeftFor =
  /** All of the run, or of what may be done of it now, is done. */
  | 'done'
  /** There is none to be claimed for now. */
  | 'none_free'
  /** Its claims may have run out: the database was away, or this process did not run. */
  | 'lost'
  /** The run is not going any more, or was forgotten. */
  | 'not_going'
  /** The run goes on in another round: what is known of its calls and apps is out of date. */
  | 'other_round';

/** All that a worker knows of its run. */
export interface WorkerState {
  readonly work: ChunkWork;
  readonly held: HeldChunks;
  /** Apps that do not exist, as far as this worker knows, and those of them that the database has. */
  readonly missingApps: Set<string>;
  readonly toldMissing: Set<string>;
  /** Aborted when it may not send any more. */
  readonly left: AbortController;
  /** Nothing more is to be sent, for that or another reason. */
  readonly stopSignal: AbortSignal;
  /** Aborted when nothing more is renewed and stored. */
  readonly ending: AbortController;
  why: LeftFor | undefined;
  bug: unknown;
  standing: Standing | undefined;
  renewedAt: Moment;
  /** What of `held.ended` the database has. */
  stored: EndedCounts;
  /** From this computer's time to the database's. */
  readonly clock: ClockOffset;
}

/** @param missingApps those that the database has; what is found by anybody is added. */
export function createWorkerState(work: ChunkWork, missingApps: Set<string>): WorkerState {
  const left = new AbortController();
  const { stopSignal } = work;
  const held = createHeldChunks();
  return {
    work,
    held,
    missingApps,
    toldMissing: new Set(missingApps),
    left,
    stopSignal: stopSignal === undefined ? left.signal : AbortSignal.any([stopSignal, left.signal]),
    ending: new AbortController(),
    why: undefined,
    bug: undefined,
    standing: undefined,
    renewedAt: thisMoment(),
    stored: { ...held.ended },
    clock: createClockOffset(),
  };
}

export function leave(state: WorkerState, reason: LeftFor): void {
  state.why ??= reason;
  if (reason !== 'done' && reason !== 'none_free') state.left.abort();
}

/** Leaves for what no time heals. */
export function fail(state: WorkerState, error: unknown): void {
  state.bug ??= state.work.told(error);
  leave(state, 'not_going');
}

/** @returns undefined where the database is away, or the worker has left for an error. */
export async function patiently<T>(state: WorkerState, asks: () => Promise<T>): Promise<T | undefined> {
  try {
    return await asks();
  } catch (error) {
    if (!isOutage(error) && !state.ending.signal.aborted) fail(state, error);
    return undefined;
  }
}
