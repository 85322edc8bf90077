/**
 * `accepted`: the server did what was asked, or refused just this call on its merits. `throttled`: 429. `failed`: 503, 502, a reset, a timeout,
 * a page: perhaps too many at once, perhaps the world. `void`: says nothing about pace.
 */
export type Outcome = 'accepted' | 'throttled' | 'failed' | 'void';

export interface Pace {
  readonly perSecond: number;
  readonly atOnce: number;
  /** `searching`: no limit was met yet, or it is on its way back to it. `tenant`: the rate that was found. `ceiling`: `--rate`. `concurrency`: nothing but how many may be at once. */
  readonly setBy: 'searching' | 'tenant' | 'ceiling' | 'concurrency';
}

/** Decides when the next attempt may be sent; one for everything that a run sends. Times are in ms on the caller's clock. */
export interface Pacer {
  /** From when on the next attempt may go: <= `at` means now; Infinity: not before another reply has been seen, or `onChange` is told. */
  nextAt(at: number): number;
  /** An attempt goes now. */
  sent(at: number): void;
  /**
   * What came of one attempt that was sent at `sentAt`; each `sent` is followed by exactly one `saw`.
   * @param isRepeated its call was refused before: perhaps it is always.
   */
  saw(outcome: Outcome, sentAt: number, at: number, isRepeated: boolean): void;
  /** The server was away and is back: begins below what was held before, and returns to it quickly. */
  restart(at: number): void;
  readonly pace: Pace;
  /** Told by a pacer that waits for more than replies: what `nextAt` says may have changed. */
  onChange?: (() => void) | undefined;
}
