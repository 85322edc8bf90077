/** Time for whoever waits: monotonic, in milliseconds. Tests bring their own. */
export interface Clock {
  now(): number;
  /** Calls `then` once when `delayMs` have passed, never before. @returns what cancels it. */
  after(delayMs: number, then: () => void): () => void;
}

/** A timer's longest delay is 2^31 - 1 ms; a longer one would fire at once. */
const maxDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, then) {
    const dueAt = performance.now() + delayMs;
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const leftMs = Math.max(0, Math.ceil(dueAt - performance.now()));
      timer = setTimeout(fire, Math.min(leftMs, maxDelayMs));
    };
    // Node's timers count whole milliseconds, and fire up to one too early.
    const fire = (): void => {
      if (performance.now() < dueAt) wait();
      else then();
    };
    wait();
    return () => clearTimeout(timer);
  },
};
