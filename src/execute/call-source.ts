import type { Journal } from '../journal/journal.ts';
import type { Call } from '../plan/call.ts';

/** The calls in plan order, read and covered by a mark no further than they are asked for. */
export interface CallSource {
  /**
   * @returns the next call, which may be sent; undefined when there are no more; or, while the next one is being read or covered, a
   * promise after which to ask again. It rejects when the calls cannot be read on, or the journal cannot be written.
   */
  take(): Call | Promise<void> | undefined;
  /** There are no more; known soon after the last one was taken. */
  readonly isAtEnd: boolean;
  /** The number of the last call that was taken in its turn. */
  readonly last: number;
  /** This call is taken out of its turn, and does not come again. @returns false when it was taken already. */
  takeFar(seq: number): boolean;
  /** Reads no further. */
  close(): Promise<void>;
}

export function createCallSource(calls: AsyncIterable<readonly Call[]>, cover: Journal['cover']): CallSource {
  const batches = calls[Symbol.asyncIterator]();
  let batch: readonly Call[] = [];
  let place = 0;
  let isAtEnd = false;
  let last = 0;
  /** Taken out of their turn; kept, as they must not be taken so again after it. */
  const far = new Set<number>();
  /** One for all who ask meanwhile: marks must not run ahead by as many calls as there are slots. */
  let gettingReady: Promise<void> | undefined;
  let failed: { readonly error: unknown } | undefined;

  async function readOn(): Promise<void> {
    const next = await batches.next();
    isAtEnd = next.done === true;
    batch = isAtEnd ? [] : next.value;
    place = 0;
  }

  function getReady(wait: Promise<void>): Promise<void> {
    gettingReady = wait.finally(() => {
      gettingReady = undefined;
    });
    // Nobody may be waiting for it; whoever asks next is told.
    gettingReady.catch((error: unknown) => (failed = { error }));
    return gettingReady;
  }

  return {
    take() {
      if (failed !== undefined) return Promise.reject(failed.error);
      if (gettingReady !== undefined) return gettingReady;
      let call = batch[place];
      while (call !== undefined && far.has(call.seq)) call = batch[(place += 1)];
      if (call === undefined && isAtEnd) return undefined;
      const wait = call === undefined ? readOn() : cover(call.seq);
      if (wait === undefined) {
        place += 1;
        last = call?.seq ?? last;
        // Whether this was the last one has to be known also while every slot is taken.
        if (place === batch.length) void getReady(readOn());
        return call;
      }
      return getReady(wait);
    },
    get isAtEnd() {
      return isAtEnd;
    },
    get last() {
      return last;
    },
    takeFar(seq) {
      // What stands in its turn now may be covered already, and handed out next.
      if (seq <= last || seq === batch[place]?.seq || far.has(seq)) return false;
      far.add(seq);
      return true;
    },
    async close() {
      await batches.return?.();
    },
  };
}
