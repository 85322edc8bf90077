import type { Clock } from './clock.ts';

interface Turn {
  readonly rank: () => number;
  readonly go: () => void;
  readonly resolve: () => void;
}

/**
 * Lets attempts go in the order in which they asked, when the core says so.
 * @param mayGoAt from when on the next one may go; infinite: not before `look`.
 */
export function createTurns(mayGoAt: (at: number) => number, clock: Clock) {
  const queue: Turn[] = [];
  let wakesAt = Number.POSITIVE_INFINITY;
  let cancelTimer = (): void => {};
  let released = false;

  /** What `mayGoAt` says may have changed. */
  function look(): void {
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const at = clock.now();
      const dueAt = released ? at : mayGoAt(at);
      wakeAt(dueAt > at ? dueAt : Number.POSITIVE_INFINITY, at);
      if (dueAt > at) return;
      queue.shift();
      if (!released) next.go();
      next.resolve();
    }
  }

  function wakeAt(dueAt: number, at: number): void {
    if (wakesAt === dueAt) return;
    cancelTimer();
    wakesAt = dueAt;
    if (dueAt === Number.POSITIVE_INFINITY) return;
    cancelTimer = clock.after(dueAt - at, () => {
      wakesAt = Number.POSITIVE_INFINITY;
      look();
    });
  }

  return {
    /** @returns undefined when it has gone at once; else a promise that resolves when it has, or at `release`. */
    wait(go: () => void, rank: () => number, first = false): Promise<void> | undefined {
      if (released) return undefined;
      const at = clock.now();
      if (queue.length === 0 && mayGoAt(at) <= at) {
        go();
        return undefined;
      }
      return new Promise((resolve) => {
        queue[first ? 'unshift' : 'push']({ rank, go, resolve });
        look();
      });
    },
    /** Who ranks highest now goes next. */
    highestFirst(): void {
      const [highest] = queue.toSorted((a, b) => b.rank() - a.rank());
      queue.sort((a, b) => Number(b === highest) - Number(a === highest));
      look();
    },
    look,
    /** Lets everybody go who waits, now and from now on, without `go`: the run is stopping. */
    release(): void {
      released = true;
      look();
    },
  };
}
