/** How many kicks a second a tenant takes. */
export interface RateLimit {
  /** `bucket`: tokens flow in evenly, each kick takes one. `window`: so many in each whole second of the clock. */
  readonly kind: 'bucket' | 'window';
  readonly perSecond: number;
  /**
   * What the bucket holds when full; it starts full.
   * @default a tenth of a second's worth, at least 1
   */
  readonly burst?: number;
  /** The limit changes so long after the first kick, in rising order: one that drops and recovers. */
  readonly schedule?: readonly { readonly afterMs: number; readonly perSecond: number }[];
}

export interface RateLimiter {
  /** Takes one kick. @returns 0 if it is within the limit, else how many milliseconds until one would be. */
  take(nowMs: number): number;
}

/** @param startMs when `schedule` began to count. Times must never go back: give it a monotonic clock. */
export function createRateLimiter(limit: RateLimit, startMs: number): RateLimiter {
  return limit.kind === 'bucket' ? createBucket(limit, startMs) : createWindow(limit, startMs);
}

function createBucket(limit: RateLimit, startMs: number): RateLimiter {
  const steps = limit.schedule ?? [];
  let { perSecond } = limit;
  let size = limit.burst ?? defaultBurst(perSecond);
  let tokens = size;
  let filledUntilMs = startMs;
  let nextStep = 0;

  function fill(untilMs: number): void {
    tokens = Math.min(size, tokens + (Math.max(0, untilMs - filledUntilMs) * perSecond) / 1000);
    filledUntilMs = Math.max(filledUntilMs, untilMs);
  }

  /** Goes step by step, so that a change of the limit counts from its very moment. */
  function advance(nowMs: number): void {
    for (let step = steps[nextStep]; step && startMs + step.afterMs <= nowMs; step = steps[++nextStep]) {
      fill(startMs + step.afterMs);
      perSecond = step.perSecond;
      size = limit.burst ?? defaultBurst(perSecond);
    }
    fill(nowMs);
  }

  return {
    take(nowMs) {
      advance(nowMs);
      // Sums of fractions: a token that is whole but for rounding is whole.
      if (tokens >= 1 - 1e-9) {
        tokens -= 1;
        return 0;
      }
      return perSecond > 0 ? ((1 - tokens) * 1000) / perSecond : Infinity;
    },
  };
}

function defaultBurst(perSecond: number): number {
  return Math.max(1, perSecond / 10);
}

function createWindow(limit: RateLimit, startMs: number): RateLimiter {
  let windowNumber = -1;
  let taken = 0;

  function perSecondAt(nowMs: number): number {
    const step = limit.schedule?.findLast(({ afterMs }) => startMs + afterMs <= nowMs);
    return step?.perSecond ?? limit.perSecond;
  }
  function enter(nowMs: number): void {
    const number = Math.floor(nowMs / 1000);
    if (number === windowNumber) return;
    windowNumber = number;
    taken = 0;
  }

  return {
    take(nowMs) {
      enter(nowMs);
      if (taken >= perSecondAt(nowMs)) return (windowNumber + 1) * 1000 - nowMs;
      taken += 1;
      return 0;
    },
  };
}
