import { performance } from 'node:perf_hooks';

/** Something that must be over by `dueAt` (monotonic ms, as `performance.now()`). */
export interface Timed {
  readonly dueAt: number;
}

/** Watches many deadlines with one timer. */
export interface Deadlines<Entry extends Timed> {
  /** Entries must come in the order in which they are due, as they do when all are given the same time. */
  add(entry: Entry): void;
  delete(entry: Entry): void;
  /** Those not yet deleted, oldest first. */
  all(): Iterable<Entry>;
}

/** `expire` is called once for each entry that is still there when it is due, after it was deleted. */
export function createDeadlines<Entry extends Timed>(expire: (entry: Entry) => void): Deadlines<Entry> {
  // A Set keeps the order of insertion, so the first is always the next to be due.
  const entries = new Set<Entry>();
  let timer: NodeJS.Timeout | undefined;

  const arm = (dueAt: number): void => {
    timer = setTimeout(onTimer, Math.max(1, Math.ceil(dueAt - performance.now())));
    timer.unref();
  };

  // Replies that came while this process was busy wait in the sockets. They are read first, then the time is up.
  const onTimer = (): void => {
    setImmediate(onSweep);
  };

  const onSweep = (): void => {
    timer = undefined;
    const now = performance.now();
    for (const entry of entries) {
      if (entry.dueAt > now) {
        arm(entry.dueAt);
        return;
      }
      entries.delete(entry);
      expire(entry);
    }
  };

  return {
    add(entry) {
      entries.add(entry);
      if (timer === undefined) arm(entry.dueAt);
    },
    delete(entry) {
      entries.delete(entry);
    },
    all: () => entries,
  };
}
