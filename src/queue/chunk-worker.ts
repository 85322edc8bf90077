import type { Execution } from '../execute/execution.ts';
import type { HowEnded } from '../execute/stop/stop.ts';
import { encodeRecord, type AttemptRecord } from '../journal/record.ts';
import { readMask } from '../plan/app-mask.ts';
import type { Call } from '../plan/call.ts';
import { claimedCalls, createClaims, type Claims } from './claim-chunks.ts';
import { createClaimMarks } from './claim-marks.ts';
import { closeUnheardClaims } from './claims.ts';
import type { HeldChunks } from './held-chunks.ts';
import { keepClaims, mayWrite, untilStored } from './keep-claims.ts';
import type { EndedCounts } from './replies.ts';
import {
  createWorkerState,
  fail,
  patiently,
  type ChunkWork,
  type LeftFor,
  type WorkerState,
} from './worker-state.ts';

/** How a worker has left. */
interface Left {
  readonly why: LeftFor | undefined;
  /** The database has all that it was answered. */
  readonly isStored: boolean;
}

export interface ChunkWorker extends Pick<Execution, 'journal' | 'openApps'>, Pick<HeldChunks, 'end'> {
  /** Calls of one chunk after another; an empty batch while there is none to be had. */
  calls(): AsyncGenerator<readonly Call[]>;
  /** See `Execution`: of what is claimed and was not handed out. */
  farCall(after: number, share: number): Promise<Call | undefined>;
  /** Whether all that is held is surely this worker's still: to be asked when a request is written. */
  mayWrite(): boolean;
  /** Aborted when nothing more may be sent. */
  readonly stopSignal: AbortSignal;
  /** How calls have ended in the round, by all workers. */
  endedByAll(): EndedCounts;
  /** Leaves, and `close` throws what is told of the error. */
  fail(error: unknown): void;
  /**
   * Brings the last replies into the database and gives the claims back.
   * @param reason why nothing more of them is sent. @param giveUp aborted: it does not wait for the database any longer.
   */
  close(reason: string, giveUp: AbortSignal): Promise<Left>;
}

/**
 * Takes chunks of a run one after another, and keeps their claims and their replies in the database while they are sent. What it needs of
 * the database it asks until it gets it.
 * @returns what `execute` needs to send them; `close` is to be called when nothing is in flight any more.
 */
export function startChunkWorker(work: ChunkWork, missingApps: Set<string>): ChunkWorker {
  const state = createWorkerState(work, missingApps);
  const claims = createClaims();
  const kept = keepClaims(state);
  const { held } = state;
  return {
    calls: () => claimedCalls(state, claims),
    farCall: (_after, share) => Promise.resolve(claims.ahead[Math.floor(share * (claims.ahead.length - 1))]),
    journal: journalOf(state),
    openApps(last) {
      const open = held.openApps(last);
      return open === undefined ? undefined : readMask(open);
    },
    mayWrite: () => mayWrite(state),
    end: held.end,
    stopSignal: state.stopSignal,
    endedByAll: () => endedByAll(state),
    fail: (error) => fail(state, error),
    close: (reason, giveUp) => close(state, claims, kept, reason, giveUp),
  };
}

/** Every attempt goes to this computer's disk, and from there to the database. */
function journalOf(state: WorkerState): Execution['journal'] {
  const { held, work } = state;
  const { local } = work;
  const marks = createClaimMarks(state);
  return {
    append(record) {
      const timed = onDatabaseTime(state, record);
      const line = encodeRecord(timed);
      local.append(line);
      return held.append(timed, line.slice(0, -1));
    },
    cover(seq) {
      return local.failure === undefined ? marks.cover(seq) : Promise.reject(local.failure);
    },
    coverAlone: marks.coverAlone,
    get failure() {
      return local.failure;
    },
    index: held,
  };
}

/** Those of all workers stand side by side in the reports, whatever their computers' clocks say. */
function onDatabaseTime({ clock }: WorkerState, record: AttemptRecord): AttemptRecord {
  return { ...record, startedAt: Math.round(record.startedAt + (clock.ms ?? 0)) };
}

function endedByAll({ standing, stored, held }: WorkerState): EndedCounts {
  const inAll = (how: HowEnded): number =>
    Math.max(0, (standing?.[how] ?? 0) - stored[how]) + held.ended[how];
  return {
    succeeded: inAll('succeeded'),
    partial: inAll('partial'),
    failed: inAll('failed'),
    unknown: inAll('unknown'),
  };
}

async function close(
  state: WorkerState,
  claims: Claims,
  kept: Promise<void>,
  reason: string,
  giveUp: AbortSignal,
): Promise<Left> {
  const { held, work, ending } = state;
  const gaveUp = whenAborted(giveUp);
  // A claim that is made after the others were closed would never be.
  await Promise.race([claims.claiming, gaveUp]);
  held.closeAll(reason);
  await untilStored(state, giveUp);
  const isStored = !held.hasNews;
  if (isStored && claims.isUnheard) {
    await patiently(state, () => closeUnheardClaims(work.database.query, work.shared.id, work.worker));
  }
  ending.abort();
  await Promise.race([kept, gaveUp]);
  if (state.bug !== undefined) throw state.bug;
  return { why: state.why, isStored };
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
