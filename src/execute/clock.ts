/** Time for whoever waits: monotonic, in milliseconds. Tests bring their own. */
export interface Clock {
  now(): number;
  /** Calls `then` once after `delayMs`. @returns what cancels it. */
  after(delayMs: number, then: () => void): () => void;
}

/** A timer's longest delay is 2^31 - 1 ms; a longer one would fire at once. */
const maxDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, then) {
    const timer = setTimeout(then, Math.min(Math.max(0, Math.ceil(delayMs)), maxDelayMs));
    return () => clearTimeout(timer);
  },
};
