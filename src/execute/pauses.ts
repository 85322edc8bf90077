/** Waits that all end early when the run stops. */
export interface Pauses {
  /** Resolves after `waitMs`, or when they are cancelled. */
  wait(waitMs: number): Promise<void>;
  /** Ends every wait, those to come included. */
  cancel(): void;
}

/** A timer's longest delay is 2^31 - 1 ms; what is longer would fire at once. */
const maxDelayMs = 2 ** 31 - 1;

export function createPauses(): Pauses {
  const waiting = new Map<NodeJS.Timeout, () => void>();
  let cancelled = false;
  return {
    wait(waitMs) {
      if (cancelled || waitMs <= 0) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(
          () => {
            waiting.delete(timer);
            resolve();
          },
          Math.min(Math.ceil(waitMs), maxDelayMs),
        );
        waiting.set(timer, resolve);
      });
    },
    cancel() {
      cancelled = true;
      for (const [timer, resolve] of waiting) {
        clearTimeout(timer);
        resolve();
      }
      waiting.clear();
    },
  };
}
