import type { Journal } from '../journal/journal.ts';
import type { Call } from '../plan/call.ts';

/** The calls in plan order, read and covered by a mark no further than they are asked for. */
export interface CallSource {
  /**
   * @returns the next call, which may be sent; undefined when there are no more; or, while the next one is being read or covered, a
   * promise after which to ask again. It rejects when the calls cannot be read on, or the journal cannot be written.
   */
  take(): Call | Promise<void> | undefined;
  /** There are no more; known once the last one was taken and another asked for. */
  readonly isAtEnd: boolean;
  /** Reads no further. */
  close(): Promise<void>;
}

export function createCallSource(calls: AsyncIterable<readonly Call[]>, cover: Journal['cover']): CallSource {
  const batches = calls[Symbol.asyncIterator]();
  let batch: readonly Call[] = [];
  let place = 0;
  let isAtEnd = false;
  /** One for all who ask meanwhile: marks must not run ahead by as many calls as there are slots. */
  let gettingReady: Promise<void> | undefined;

  async function readOn(): Promise<void> {
    const next = await batches.next();
    isAtEnd = next.done === true;
    batch = isAtEnd ? [] : next.value;
    place = 0;
  }

  async function getReady(wait: Promise<void>): Promise<void> {
    try {
      await wait;
    } finally {
      gettingReady = undefined;
    }
  }

  return {
    take() {
      if (gettingReady !== undefined) return gettingReady;
      const call = batch[place];
      if (call === undefined && isAtEnd) return undefined;
      const wait = call === undefined ? readOn() : cover(call.seq);
      if (wait === undefined) {
        place += 1;
        return call;
      }
      gettingReady = getReady(wait);
      return gettingReady;
    },
    get isAtEnd() {
      return isAtEnd;
    },
    async close() {
      await batches.return?.();
    },
  };
}
