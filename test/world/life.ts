import type { Timeline } from './timeline.ts';

/** One process of the program: what is due for it waits while it is suspended, and comes to nothing once it is dead. */
export interface Life {
  readonly isAlive: boolean;
  /** What the program takes for monotonic time: without the time in which it plainly did not run. */
  now(): number;
  /** What the computer takes for monotonic time. */
  monotonic(): number;
  /** What the computer takes for the time of day, ms since the epoch. */
  wall(): number;
  /** Calls `then` after so much time, as soon as the process runs. @returns what cancels it. */
  after(delayMs: number, then: () => void): () => void;
  /** Nothing that it does from now on has any effect. */
  die(): void;
  suspend(forMs: number): void;
  /** Somebody sets the clock. */
  jump(byMs: number): void;
}

/** As the program's own clock has it. */
const longestBeatMs = 5000;

export function createLife(timeline: Timeline, wallTime: (at: number) => number): Life {
  let isAlive = true;
  let runsAgainAt = 0;
  let lostMs = 0;
  let jumpedMs = 0;

  return {
    get isAlive() {
      return isAlive;
    },
    now: () => timeline.now() - lostMs,
    monotonic: () => timeline.now(),
    wall: () => Math.floor(wallTime(timeline.now()) + jumpedMs),
    after(delayMs, then) {
      let cancel: () => void;
      const happen = (): void => {
        if (!isAlive) return;
        if (timeline.now() >= runsAgainAt) then();
        else cancel = timeline.at(runsAgainAt, happen);
      };
      // Timers count whole milliseconds.
      cancel = timeline.at(timeline.now() + Math.ceil(Math.max(0, delayMs)), happen);
      return () => cancel();
    },
    die() {
      isAlive = false;
    },
    suspend(forMs) {
      runsAgainAt = timeline.now() + forMs;
      // Of less it is not known whether the process was only busy.
      if (forMs > longestBeatMs) lostMs += forMs;
    },
    jump(byMs) {
      jumpedMs += byMs;
    },
  };
}
