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

const beatMs = 500;
/** A process that is alive beats more often than this, however busy it is. */
const longestBeatMs = 5000;

/**
 * The system's clock without the time in which this process did not run, because it was stopped or the computer slept. Nothing
 * is known of the server in that time, so it must not count as an outage.
 */
export function createRunningClock(
  now: () => number = systemClock.now,
): Clock & { readonly stop: () => void } {
  let lostMs = 0;
  let lastBeat = now();

  function beat(): number {
    const at = now();
    if (at - lastBeat > longestBeatMs) lostMs += at - lastBeat;
    lastBeat = at;
    return at - lostMs;
  }

  const timer = setInterval(beat, beatMs).unref();
  return { now: beat, after: systemClock.after, stop: () => clearInterval(timer) };
}
