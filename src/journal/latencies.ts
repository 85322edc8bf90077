/** Durations in 8 % steps: percentiles of any number of attempts in 2 KB. */
export interface Latencies {
  add(durationMs: number): void;
  /** @param share 0 to 1. @returns milliseconds, at most 8 % too high; undefined when there are none. */
  percentile(share: number): number | undefined;
}

const step = Math.log(1.08);
const buckets = 256;

/** Counts from 0.1 ms to 9 hours; what lies outside counts as the nearest. */
export function createLatencies(): Latencies {
  const counts = new Float64Array(buckets);
  let total = 0;
  return {
    add(durationMs) {
      const bucket = Math.floor(Math.log(Math.max(durationMs, 0.1) / 0.1) / step);
      const nearest = Math.min(bucket, buckets - 1);
      counts[nearest] = (counts[nearest] ?? 0) + 1;
      total += 1;
    },
    percentile(share) {
      if (total === 0) return undefined;
      let left = Math.max(1, Math.ceil(total * share));
      for (let bucket = 0; bucket < buckets; bucket += 1) {
        left -= counts[bucket] ?? 0;
        if (left <= 0) return Math.round(0.1 * Math.exp(step * (bucket + 1)) * 10) / 10;
      }
      return undefined;
    },
  };
}
