import { performance } from 'node:perf_hooks';

/** Something that must be over by `dueAt` (monotonic ms, as `performance.now()`). Made with both neighbours undefined. */
export interface Timed<Entry> {
  readonly dueAt: number;
  /** Kept by the deadlines. */
  older: Entry | undefined;
  newer: Entry | undefined;
}

/** Watches many deadlines with one timer. */
export interface Deadlines<Entry> {
  /** Entries must come in the order in which they are due, as they do when all are given the same time. */
  add(entry: Entry): void;
  /** For an entry that was added and has not expired. */
  delete(entry: Entry): void;
  /** The one that was added first; undefined when there are none. */
  oldest(): Entry | undefined;
}

/** A timer that is so late shows that this process did not run, so that neither what it sent nor what it was sent got on. */
const asleepMs = 500;
/** So long everything in flight may take to catch up then. */
const catchUpMs = 1000;

/**
 * `expire` is called for each entry that is still there when it is due, and must delete it.
 *
 * The entries are linked to each other and not put into a Set: with a Set each scavenge of V8 carried some 3 KB a call into the
 * old generation, which cost 13 us a call.
 */
export function createDeadlines<Entry extends Timed<Entry>>(
  expire: (entry: Entry) => void,
): Deadlines<Entry> {
  let oldest: Entry | undefined;
  let newest: Entry | undefined;
  let timerIsSet = false;

  function setTimer(dueAt: number): void {
    timerIsSet = true;
    const lookAgain = (): void => {
      // Replies that came while this process was busy or suspended wait in the sockets, and are read first; and only what was
      // due before the reading is over, as the process may be suspended in between.
      const now = performance.now();
      const readFirst = (): void => void setImmediate(() => sweep(now));
      if (now - dueAt < asleepMs) readFirst();
      else setTimeout(readFirst, catchUpMs).unref();
    };
    setTimeout(lookAgain, Math.max(1, Math.ceil(dueAt - performance.now()))).unref();
  }

  function sweep(now: number): void {
    timerIsSet = false;
    while (oldest !== undefined && oldest.dueAt <= now) expire(oldest);
    if (oldest !== undefined && !timerIsSet) setTimer(oldest.dueAt);
  }

  return {
    add(entry) {
      if (newest === undefined) oldest = entry;
      else newest.newer = entry;
      entry.older = newest;
      newest = entry;
      if (!timerIsSet) setTimer(entry.dueAt);
    },
    delete(entry) {
      const { older, newer } = entry;
      if (older === undefined) oldest = newer;
      else older.newer = newer;
      if (newer === undefined) newest = older;
      else newer.older = older;
      // A dead entry that still points to live ones keeps the garbage collector busy.
      entry.older = undefined;
      entry.newer = undefined;
    },
    oldest: () => oldest,
  };
}
