/**
 * Keeps attempts apart that nothing but the number of calls at once holds back. Replies that were held up together are followed
 * by attempts at the same moment, whose replies come together again, and so on: such a lump never dissolves, and its calls
 * wait for each other here and on the server. With 256 calls at once and replies after 100 ms that was 1 % of the time.
 */
export interface Spread {
  /** When the next attempt may be sent: a few milliseconds from the last one at most. */
  readonly due: number;
  /** @param hasWaited it was held back, by this or for another reason. */
  sent(at: number, hasWaited: boolean): void;
}

/** The gap is half of the mean gap over so long: a lump dissolves, and a rate that grows is not held back. */
const windowMs = 100;
const shareOfMean = 0.5;
/** So many at once are no lump yet. To wait takes a timer, and that more than a millisecond. */
const harmless = 5;
/**
 * Attempts in a window. With fewer no lump is large enough to matter; with more this process has no time to spare, and to wait
 * in turns would only cost some.
 */
const spreadable = { least: 20, most: 500 };
/**
 * Who waited so much longer than for the gap did so for another reason, or the machine is so busy that timers come late. Then the
 * gaps would cost more than they bring, for a while.
 */
const lateMs = 10;
const restMs = 1000;

export function createSpread(): Spread {
  let due = Number.NEGATIVE_INFINITY;
  let restsUntil = Number.NEGATIVE_INFINITY;
  let windowSince = Number.NEGATIVE_INFINITY;
  let inWindow = 0;
  let gapMs = 0;

  function beginWindow(at: number): void {
    const meanMs = (at - windowSince) / inWindow;
    const perWindow = windowMs / meanMs;
    const isSpreadable = perWindow >= spreadable.least && perWindow <= spreadable.most;
    gapMs = isSpreadable && at >= restsUntil ? meanMs * shareOfMean : 0;
    windowSince = at;
    inWindow = 0;
  }

  function rest(at: number): void {
    restsUntil = at + restMs;
    gapMs = 0;
  }

  return {
    get due() {
      return due;
    },
    sent(at, hasWaited) {
      if (at - windowSince >= windowMs) beginWindow(at);
      inWindow += 1;
      if (hasWaited && at - due > lateMs) rest(at);
      due = Math.max(due, at - (hasWaited ? lateMs : harmless * gapMs)) + gapMs;
    },
  };
}
