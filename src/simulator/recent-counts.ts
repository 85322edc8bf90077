export interface RecentCounts<Key> {
  /** Counts a sighting of `key`, and tells how many there were before it. */
  add(key: Key, nowMs: number): number;
}

/**
 * Counts sightings in bounded memory: keys live in a young and an old generation; when the young one is full or has lasted
 * long enough it becomes the old one, and the old one is forgotten.
 * @param limit keys in one generation at most.
 * @param lifetimeMs a key is remembered for at least so long, unless the limit comes first.
 */
export function createRecentCounts<Key>(limit: number, lifetimeMs = Infinity): RecentCounts<Key> {
  let young = new Map<Key, number>();
  let old = new Map<Key, number>();
  let youngSinceMs: number | undefined;
  return {
    add(key, nowMs) {
      youngSinceMs ??= nowMs;
      if (young.size >= limit || nowMs - youngSinceMs >= lifetimeMs) {
        old = young;
        young = new Map();
        youngSinceMs = nowMs;
      }
      const before = young.get(key) ?? old.get(key) ?? 0;
      young.set(key, before + 1);
      return before;
    },
  };
}
