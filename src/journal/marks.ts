import type { JournalFile } from './journal-file.ts';
import type { JournalIndex } from './journal-index.ts';
import { createLead } from './lead.ts';
import type { JournalRecord } from './record.ts';

/** Tells the disk, before calls are sent, that they may have been. */
export interface Marks {
  /**
   * Call when a call is about to be sent and not before, mostly in plan order: how far marks run ahead is judged by that. Returns
   * undefined when the disk already knows that this call may have been sent; otherwise a promise of that. Rejects with
   * {@link JournalError}.
   */
  cover(seq: number): Promise<void> | undefined;
  /** The same for one call from far on in the plan, and for none of those before it. */
  coverAlone(seq: number): Promise<void>;
  /**
   * Calls are sent from the next one that is covered on, and none after this one yet: no mark may say so of any other.
   * @param retryFailed as the session has it: those that have ended are passed over.
   */
  markUpTo(last: number, retryFailed?: boolean): void;
}

/** @param now monotonic, in ms. */
export function createMarks(
  { index, append }: { readonly index: JournalIndex; readonly append: (record: JournalRecord) => number },
  file: Pick<JournalFile, 'size' | 'syncedUpTo' | 'failure'>,
  now: () => number,
): Marks {
  let covered = rangeUpTo(index.calls, false);
  const lead = createLead(now);
  let marking: Promise<void> | undefined;

  /** Marks are written ahead of need, so that the sync of one mark overlaps the calls that the last one covers. */
  function mark(seq: number): Promise<void> {
    marking ??= (async () => {
      // Another range may have begun when the disk has this mark.
      const range = covered;
      const from = Math.min(seq, range.from);
      const ahead = lead.calls();
      const upTo = Math.max(range.upTo, openFrom(seq, ahead, range, index));
      const writtenAt = now();
      append({ kind: 'mark', from, upTo });
      await file.syncedUpTo(file.size);
      lead.marked(now() - writtenAt);
      range.from = from;
      range.upTo = upTo;
      range.renewFrom = openFrom(seq, ahead / 2, range, index);
      marking = undefined;
    })();
    return marking;
  }

  /** The failure is kept, and the next call to `cover` or `append` tells it. */
  function markAhead(seq: number): void {
    const { upTo } = covered;
    if (openFrom(seq, lead.calls(), covered, index) > upTo) mark(seq).catch(() => {});
    // It is slower than it was, and what is covered will do for a while.
    else covered.renewFrom = Math.ceil((seq + 1 + upTo) / 2);
  }

  async function waitForCover(seq: number): Promise<void> {
    while (!isCovered(seq, covered)) await mark(seq);
    if (file.failure !== undefined) throw file.failure;
  }

  return {
    cover(seq) {
      const { failure } = file;
      if (failure !== undefined) return Promise.reject(failure);
      lead.sends();
      if (!isCovered(seq, covered)) return waitForCover(seq);
      const { upTo, last, renewFrom } = covered;
      if (upTo < last && seq >= renewFrom && seq <= upTo && marking === undefined) markAhead(seq);
      return undefined;
    },
    async coverAlone(seq) {
      if (file.failure !== undefined) throw file.failure;
      if (!isCovered(seq, covered)) {
        const { alone } = covered;
        append({ kind: 'mark', from: seq, upTo: seq });
        await file.syncedUpTo(file.size);
        alone.add(seq);
      }
      if (file.failure !== undefined) throw file.failure;
    },
    markUpTo(last, retryFailed = false) {
      covered = rangeUpTo(last, retryFailed);
    },
  };
}

/** Where so many calls after this one end that may still be sent. */
function openFrom(seq: number, ahead: number, { last, retryFailed }: Range, index: JournalIndex): number {
  let [upTo, left] = [seq, Math.floor(ahead)];
  for (let next = seq + 1; left > 0 && next <= last; next += 1) {
    if (!index.isOpen(next, retryFailed)) continue;
    upTo = next;
    left -= 1;
  }
  return upTo;
}

function isCovered(seq: number, { from, upTo, alone }: Range): boolean {
  return (seq >= from && seq <= upTo) || alone.has(seq);
}

/** The disk knows of the calls from `from` to `upTo`, and of those that were sent alone; no mark may go beyond `last`. */
interface Range {
  from: number;
  upTo: number;
  /** From this call on the next mark is written. */
  renewFrom: number;
  readonly alone: Set<number>;
  readonly last: number;
  readonly retryFailed: boolean;
}

function rangeUpTo(last: number, retryFailed: boolean): Range {
  return { from: Infinity, upTo: 0, renewFrom: 0, alone: new Set(), last, retryFailed };
}
