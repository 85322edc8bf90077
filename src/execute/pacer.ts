/** Decides when the next attempt may be sent; one for everything that a run sends. */
export interface Pacer {
  /** @returns undefined when an attempt may go now; else a promise that resolves when it may, or at `release`. */
  turn(): Promise<void> | undefined;
  /** Nothing is sent for so long: the server asked for it. */
  pause(waitMs: number): void;
  /** Lets everybody go who waits, now and from now on: the run is stopping. */
  release(): void;
}

export interface PacerOptions {
  /** Attempts per second at most; without it as fast as the rest allows. */
  readonly rate?: number | undefined;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

/** What was not sent while nothing was waiting may be made up for by a burst of so much time, no more. */
const burstMs = 20;

/** A token bucket that hands out turns in the order in which they were asked for. */
export function createPacer(options: PacerOptions = {}): Pacer {
  const now = options.now ?? (() => performance.now());
  const gapMs = options.rate === undefined ? 0 : 1000 / options.rate;
  const waiting: (() => void)[] = [];
  let first = 0;
  let timer: NodeJS.Timeout | undefined;
  let released = false;
  /** When the next turn is due. */
  let due = Number.NEGATIVE_INFINITY;
  let pausedUntil = Number.NEGATIVE_INFINITY;

  function takeTurn(at: number): boolean {
    if (at < pausedUntil || at < due) return false;
    due = Math.max(due, at - burstMs) + gapMs;
    return true;
  }

  function handOut(): void {
    timer = undefined;
    const at = now();
    while (first < waiting.length && (released || takeTurn(at))) {
      waiting[first]?.();
      first += 1;
    }
    if (first === waiting.length) {
      waiting.length = 0;
      first = 0;
      return;
    }
    // A timer may fire up to a millisecond early, and at most every 24 days.
    const waitMs = Math.min(Math.max(due, pausedUntil) - at, 1 << 30);
    timer = setTimeout(handOut, Math.max(1, Math.ceil(waitMs)));
  }

  return {
    turn() {
      if (released) return undefined;
      if (first === waiting.length && takeTurn(now())) return undefined;
      return new Promise((resolve) => {
        waiting.push(resolve);
        if (timer === undefined) handOut();
      });
    },
    pause(waitMs) {
      pausedUntil = Math.max(pausedUntil, now() + waitMs);
    },
    release() {
      released = true;
      clearTimeout(timer);
      handOut();
    },
  };
}
