import { systemClock, type Clock } from './clock.ts';

/** Waits that all end early when the run stops. */
export function createPauses(clock: Clock = systemClock) {
  const waiting = new Set<() => void>();
  let cancelled = false;
  return {
    /** Resolves after `waitMs`, or when they are cancelled. */
    wait(waitMs: number): Promise<void> {
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
    /** Ends every wait, those to come included. */
    cancel(): void {
      cancelled = true;
      for (const end of waiting) end();
    },
  };
}
