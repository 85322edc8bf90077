import { setTimeout as delay } from 'node:timers/promises';

import { encodeRecord } from '../journal/record.ts';
import type { Execution } from '../execute/execution.ts';
import type { HowEnded } from '../execute/stop/failure-limit.ts';
import { readMask } from '../plan/app-mask.ts';
import type { Call } from '../plan/call.ts';
import {
  claimChunk,
  closeUnheardClaims,
  freeChunks,
  missingAppsOf,
  renewClaims,
  standingOf,
  storeMissingApps,
  storeNews,
  storeRecords,
  type EndedCounts,
  type Standing,
} from './claims.ts';
import { isOutage, type Database } from './database.ts';
import type { Delivery } from './delivery.ts';
import { createHeldChunks, thisMoment, type HeldChunks } from './held-chunks.ts';
import { lease } from './lease.ts';
import type { LocalJournal } from './local-journal.ts';
import type { SharedRun } from './shared-runs.ts';

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
  | 'not_going';

const every = { storeMs: 150, beatMs: 1000, idleMs: 200 };
/** Of what is offered once more because nobody holds it. */
const mostOffered = 20;
/** Somebody else may be about to claim what is free just now. */
const leavesAfterMs = 1500;

export interface ChunkWorker extends Pick<Execution, 'journal' | 'openApps'>, Pick<HeldChunks, 'end'> {
  /** Calls of one chunk after another; an empty batch while there is none to be had. */
  calls(): AsyncGenerator<readonly Call[]>;
  /** See `Execution`: of what is claimed and was not handed out. */
  farCall(after: number, share: number): Promise<Call | undefined>;
  /** Whether all that is held is surely this worker's still: to be asked when a request is written. */
  mayWrite(): boolean;
  /** Aborted when nothing more may be sent. */
  readonly leftSignal: AbortSignal;
  /** How calls have ended in the round, by all workers. */
  endedByAll(): EndedCounts;
  /**
   * Brings the last replies into the database and gives the claims back.
   * @param reason why nothing more of them is sent. @param giveUp aborted: it does not wait for the database any longer.
   * @returns why it left, and whether all is stored.
   */
  close(
    reason: string,
    giveUp: AbortSignal,
  ): Promise<{ readonly why: LeftFor | undefined; readonly isStored: boolean }>;
}

/**
 * Takes chunks of a run one after another, and keeps their claims and their replies in the database while they are sent. What it needs of
 * the database it asks until it gets it.
 * @returns what `execute` needs to send them; `close` is to be called when nothing is in flight any more.
 */
export function startChunkWorker(work: ChunkWork, missingApps: Set<string>): ChunkWorker {
  const { database, delivery, shared, worker, local } = work;
  const { query } = database;
  const held = createHeldChunks();
  const left = new AbortController();
  const ending = new AbortController();
  let why: LeftFor | undefined;
  let standing: Standing | undefined;
  let bug: unknown;
  let renewedAt = thisMoment();
  /** Those of the missing apps that the database has. */
  const toldMissing = new Set(missingApps);
  /** What of `held.ended` the database has. */
  let stored: EndedCounts = { ...held.ended };
  /** Claimed, and not handed out. */
  let ahead: readonly Call[] = [];
  /** A claim that is being asked for. */
  let claiming: Promise<readonly Call[] | undefined> = Promise.resolve(undefined);
  /** One may have been made that this worker does not know of. */
  let isUnheard = false;

  function leave(reason: LeftFor): void {
    why ??= reason;
    if (reason === 'lost' || reason === 'not_going') left.abort();
  }

  /** @returns undefined where the database is away. */
  async function patiently<T>(asks: () => Promise<T>): Promise<T | undefined> {
    try {
      return await asks();
    } catch (error) {
      if (isOutage(error) || ending.signal.aborted) return undefined;
      bug ??= work.told(error);
      leave('not_going');
      return undefined;
    }
  }

  async function claimNext(): Promise<readonly Call[] | undefined> {
    for (;;) {
      if (why !== undefined) return undefined;
      const chunk = await delivery.next();
      if (chunk === undefined) return undefined;
      const asked = thisMoment();
      const wasUnheard = isUnheard;
      isUnheard = true;
      const claimed = await claimChunk(query, shared.id, chunk, worker, held.nextPlace);
      isUnheard = wasUnheard;
      if (claimed === undefined) continue;
      local.claimed(claimed, claimed.from, claimed.to);
      held.add(claimed, asked);
      ahead = claimed.calls;
      if (ahead.length > 0) return ahead;
    }
  }

  async function* calls(): AsyncGenerator<readonly Call[]> {
    let idleSince: number | undefined;
    claiming = patiently(claimNext);
    while (why === undefined) {
      const claimed = await claiming;
      ahead = [];
      // The next one is claimed while this one is sent.
      claiming = patiently(claimNext);
      if (claimed !== undefined) {
        idleSince = undefined;
        yield claimed;
        continue;
      }
      idleSince ??= performance.now();
      if (standing?.left === 0) leave('done');
      const isFree = held.chunks.size === 0 && performance.now() - idleSince > leavesAfterMs;
      if (!work.staysToTheEnd && isFree) leave('none_free');
      await patiently(() => offerFree(true));
      yield [];
      await delay(every.idleMs, undefined, { signal: left.signal }).catch(() => {});
    }
  }

  /** @param untaken also what nobody has held: its offer may be lost. */
  async function offerFree(untaken: boolean): Promise<void> {
    await delivery.offer(await freeChunks(query, shared.id, { untaken, most: mostOffered }), true);
  }

  async function beat(): Promise<void> {
    const claims = [...held.chunks.values()];
    const asked = thisMoment();
    if (claims.length > 0 && asked.monotonicMs - renewedAt.monotonicMs >= lease.renewMs) {
      const still = new Set((await renewClaims(query, shared.id, claims)).map(({ chunk }) => chunk));
      renewedAt = asked;
      if (held.renewed(claims, still, asked)) leave('lost');
      await offerFree(false);
    }
    const now = await standingOf(query, shared.id);
    if (now === undefined || now.state === 'stopped') leave('not_going');
    if (now === undefined) return;
    standing = now;
    if (now.missing > toldMissing.size) {
      for (const app of await missingAppsOf(query, shared.id)) {
        missingApps.add(app);
        toldMissing.add(app);
      }
    }
    work.onStanding?.(now);
  }

  async function storeNow(): Promise<void> {
    const found =
      missingApps.size > toldMissing.size ? [...missingApps].filter((app) => !toldMissing.has(app)) : [];
    const { records, news, stored: areStored, failed } = held.takeNews();
    const ended = { ...held.ended };
    try {
      await database.transaction(async (inside) => {
        await storeRecords(inside, shared.id, records);
        await storeNews(inside, shared.id, news);
        await storeMissingApps(inside, shared.id, found);
      });
    } catch (error) {
      failed();
      throw error;
    }
    local.stored(areStored());
    stored = ended;
    for (const app of found) toldMissing.add(app);
  }

  async function storing(): Promise<void> {
    while (!ending.signal.aborted) {
      if (held.hasNews) await patiently(storeNow);
      await delay(every.storeMs, undefined, { signal: ending.signal }).catch(() => {});
    }
  }

  async function beating(): Promise<void> {
    while (!ending.signal.aborted) {
      await patiently(beat);
      await delay(every.beatMs, undefined, { signal: ending.signal }).catch(() => {});
    }
  }

  /** Asked at each write, and by a clock: who sends nothing must notice, too. */
  function mayWrite(): boolean {
    if (held.areHeld(thisMoment())) return true;
    leave('lost');
    return false;
  }
  const watch = setInterval(mayWrite, every.idleMs);
  const tasks = [storing(), beating()];

  const journal: Execution['journal'] = {
    append(record) {
      const line = encodeRecord(record);
      local.append(line);
      return held.append(record, line.slice(0, -1));
    },
    cover: () => (local.failure === undefined ? undefined : Promise.reject(local.failure)),
    coverAlone: () => Promise.resolve(),
    get failure() {
      return local.failure;
    },
    index: held,
  };

  return {
    calls,
    farCall: (_after, share) => Promise.resolve(ahead[Math.floor(share * (ahead.length - 1))]),
    journal,
    openApps(last: number) {
      const open = held.openApps(last);
      return open === undefined ? undefined : readMask(open);
    },
    mayWrite,
    end: held.end,
    leftSignal: left.signal,
    endedByAll() {
      const inAll = (how: HowEnded): number =>
        Math.max(0, (standing?.[how] ?? 0) - stored[how]) + held.ended[how];
      return {
        succeeded: inAll('succeeded'),
        partial: inAll('partial'),
        failed: inAll('failed'),
        unknown: inAll('unknown'),
      };
    },
    async close(reason, giveUp) {
      const gaveUp = whenAborted(giveUp);
      // A claim that is made after the others were closed would never be.
      await Promise.race([claiming, gaveUp]);
      held.closeAll(reason);
      while (held.hasNews && !giveUp.aborted && bug === undefined) {
        await delay(every.storeMs, undefined, { signal: giveUp }).catch(() => {});
      }
      const isStored = !held.hasNews;
      if (isStored && isUnheard) await patiently(() => closeUnheardClaims(query, shared.id, worker));
      ending.abort();
      clearInterval(watch);
      await Promise.race([Promise.all(tasks), gaveUp]);
      if (bug !== undefined) throw bug;
      return { why, isStored };
    },
  };
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
