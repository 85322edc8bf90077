import { systemClock, type Clock } from './clock.ts';

/** Waits that all end early when the run stops. */
export interface Pauses {
  /** Resolves after `waitMs`, or when they are cancelled. */
  wait(waitMs: number): Promise<void>;
  /** Ends every wait, those to come included. */
  cancel(): void;
}

export function createPauses(clock: Clock = systemClock): Pauses {
  const waiting = new Set<() => void>();
  let cancelled = false;
  return {
    wait(waitMs) {
      if (cancelled || waitMs <= 0) return Promise.resolve();
      return new Promise((resolve) => {
        const cancelTimer = clock.after(waitMs, () => end());
        const end = (): void => {
          cancelTimer();
          waiting.delete(end);
          resolve();
        };
        waiting.add(end);
      });
    },
    cancel() {
      cancelled = true;
      for (const end of waiting) end();
    },
  };
}
