import { setTimeout as delay } from 'node:timers/promises';

import { createLead } from '../journal/lead.ts';
import type { Call } from '../plan/call.ts';
import type { Marked } from './held-chunks.ts';
import { storeMarks, type StoredMark } from './replies.ts';
import { patiently, type WorkerState } from './worker-state.ts';

/**
 * Tells the database of calls that are about to be sent that they may have been, and of few others: what a worker's end leaves in doubt
 * is what it had marked and not answered. Marks run ahead by what is sent meanwhile, as those of a journal do.
 */
export interface ClaimMarks {
  /** See `Execution`. */
  cover(seq: number): Promise<void> | undefined;
  coverAlone(seq: number): Promise<void>;
}

const retryMs = 100;

/** Once nothing more is to be sent nothing is waited for: nothing is sent then, covered or not. */
export function createClaimMarks(state: WorkerState): ClaimMarks {
  const { held, stopSignal } = state;
  const lead = createLead(() => performance.now());
  let isMarking = false;
  let waiting: (() => void)[] = [];

  function wake(): void {
    const woken = waiting;
    waiting = [];
    for (const each of woken) each();
  }
  stopSignal.addEventListener('abort', wake, { once: true });
  const change = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));

  /** Stored ahead of need, so that one mark is on its way while what the last one covers is sent. */
  async function mark(seq: number): Promise<void> {
    if (isMarking) return;
    isMarking = true;
    const wanted = callsAhead([...held.chunks.values()], seq, lead.calls());
    const marks = wanted.flatMap(({ claim, upTo }): StoredMark[] => {
      const { chunk, epoch, from } = claim;
      return upTo > claim.marked.upTo ? [{ chunk, epoch, number: 0, from, upTo }] : [];
    });
    const askedAt = performance.now();
    const isStored = await storeUnlessStopped(state, marks);
    isMarking = false;
    if (marks.length > 0) lead.marked(performance.now() - askedAt);
    for (const { claim, upTo, renewFrom } of isStored ? wanted : []) {
      claim.marked.upTo = Math.max(claim.marked.upTo, upTo);
      claim.marked.renewFrom = renewFrom;
    }
    wake();
  }

  async function waitForCover(seq: number, marked: Marked): Promise<void> {
    while (!isCovered(seq, marked) && !stopSignal.aborted) {
      void mark(seq);
      await change();
    }
  }

  async function markAlone(seq: number): Promise<void> {
    const { chunk, epoch, marked } = held.claimOf(seq);
    marked.timesAlone += 1;
    const mark = { chunk, epoch, number: -marked.timesAlone, from: seq, upTo: seq };
    if (await storeUnlessStopped(state, [mark])) marked.alone.add(seq);
    wake();
  }

  return {
    cover(seq) {
      const { marked } = held.claimOf(seq);
      lead.sends();
      if (!isCovered(seq, marked)) return waitForCover(seq, marked);
      if (seq >= marked.renewFrom && !marked.alone.has(seq)) void mark(seq);
      return undefined;
    },
    async coverAlone(seq) {
      const { marked } = held.claimOf(seq);
      if (isCovered(seq, marked)) return;
      void markAlone(seq);
      while (!isCovered(seq, marked) && !stopSignal.aborted) await change();
    },
  };
}

/** @returns false where it was given up. */
async function storeUnlessStopped(state: WorkerState, marks: readonly StoredMark[]): Promise<boolean> {
  const { database, shared } = state.work;
  const { stopSignal } = state;
  while (marks.length > 0 && !stopSignal.aborted) {
    const isStored = await patiently(state, async () => {
      await storeMarks(database.query, shared.id, marks);
      return true;
    });
    if (isStored === true) return true;
    await delay(retryMs, undefined, { signal: stopSignal }).catch(() => {});
  }
  return marks.length === 0;
}

const isCovered = (seq: number, { upTo, alone }: Marked): boolean => seq <= upTo || alone.has(seq);

/**
 * Where so many calls after this one end: in its own chunk, and in those that were claimed after that.
 * @returns how far each of them is to be marked, and from which call on this is to be asked again.
 */
export function callsAhead<Of extends { readonly calls: readonly Pick<Call, 'seq'>[] }>(
  claims: readonly Of[],
  seq: number,
  ahead: number,
): { readonly claim: Of; readonly upTo: number; readonly renewFrom: number }[] {
  const first = claims.findIndex(
    ({ calls }) => (calls[0]?.seq ?? 0) <= seq && seq <= (calls.at(-1)?.seq ?? 0),
  );
  let left = Math.floor(ahead) + 1;
  return claims.slice(first).flatMap((claim, place) => {
    const begin = place === 0 ? claim.calls.findIndex((call) => call.seq >= seq) : 0;
    const last = claim.calls[Math.min(begin + left, claim.calls.length) - 1];
    if (left <= 0 || last === undefined) return [];
    const taken = Math.min(left, claim.calls.length - begin);
    const half = claim.calls[begin + Math.ceil(taken / 2)] ?? { seq: last.seq + 1 };
    left -= taken;
    return [{ claim, upTo: last.seq, renewFrom: Math.min(half.seq, last.seq + 1) }];
  });
}
