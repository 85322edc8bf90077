/** A tenant's limit on requests. */
export interface Limit {
  /** Counts the request where it is let through. */
  isTooMuch(at: number): boolean;
}

export function createLimit(plan: {
  readonly kind: 'bucket' | 'fixed' | 'sliding';
  readonly perSecond: number;
}): Limit {
  const { perSecond } = plan;
  switch (plan.kind) {
    case 'bucket':
      return bucket(perSecond, Math.max(1, Math.ceil(perSecond / 10)));
    case 'fixed':
      return fixedWindow(perSecond);
    case 'sliding':
      return slidingWindow(perSecond);
  }
}

function bucket(perSecond: number, burst: number): Limit {
  let tokens = burst;
  let filledAt = 0;
  return {
    isTooMuch(at) {
      tokens = Math.min(burst, tokens + ((at - filledAt) / 1000) * perSecond);
      filledAt = at;
      if (tokens < 1) return true;
      tokens -= 1;
      return false;
    },
  };
}

function fixedWindow(perSecond: number): Limit {
  let second = 0;
  let count = 0;
  return {
    isTooMuch(at) {
      if (Math.floor(at / 1000) !== second) count = 0;
      second = Math.floor(at / 1000);
      count += 1;
      return count > perSecond;
    },
  };
}

function slidingWindow(perSecond: number): Limit {
  const taken: number[] = [];
  let oldest = 0;
  return {
    isTooMuch(at) {
      while (oldest < taken.length && taken[oldest]! <= at - 1000) oldest += 1;
      if (taken.length - oldest >= perSecond) return true;
      taken.push(at);
      return false;
    },
  };
}
