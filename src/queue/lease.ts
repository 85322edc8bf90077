/** A moment on both clocks of this computer: the one stands still in some sleeps, the other can be set. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/**
 * A claim is its worker's until so long after it was asked for, or for its renewal, unless renewed. The database counts the whole time, the
 * worker less by a margin, for a clock that runs slow and what is on its way.
 */
export const lease = { ms: 10_000, marginMs: 2500, renewMs: 2500 };

/** Whether a claim that was asked for, or renewed, at `asked` is surely still its worker's. */
export function isHeld(asked: Moment, now: Moment): boolean {
  const passedMs = Math.max(now.wallMs - asked.wallMs, now.monotonicMs - asked.monotonicMs);
  return passedMs < lease.ms - lease.marginMs;
}
