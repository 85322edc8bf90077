import { createUint32List } from './uint32-list.ts';

/** Pairs of numbers, each once, numbered from 0 as they are added: 12 bytes each, and 8 to 16 to find them. */
export interface PairSet {
  /** @returns whether it is new. */
  add(one: number, other: number): boolean;
  readonly size: number;
  other(pair: number): number;
}

export function createPairSet(): PairSet {
  const ones = createUint32List();
  const others = createUint32List();
  /** A hash table with open addressing: the number of a pair plus 1, or 0. */
  let table = new Uint32Array(1024);

  function bucketOf(one: number, other: number): number {
    const last = table.length - 1;
    // Pairs whose first numbers follow each other stand beside each other: so are they mostly asked for, and memory likes it.
    for (let bucket = (8 * one + Math.imul(other, 0x9e3779b1)) & last; ; bucket = (bucket + 1) & last) {
      const pair = (table[bucket] ?? 0) - 1;
      if (pair === -1 || (ones.get(pair) === one && others.get(pair) === other)) return bucket;
    }
  }

  function grow(): void {
    table = new Uint32Array(2 * table.length);
    for (let pair = 0; pair < ones.length; pair += 1) {
      table[bucketOf(ones.get(pair), others.get(pair))] = pair + 1;
    }
  }

  return {
    add(one, other) {
      const bucket = bucketOf(one, other);
      if (table[bucket] !== 0) return false;
      ones.push(one);
      others.push(other);
      table[bucket] = ones.length;
      if (2 * ones.length > table.length) grow();
      return true;
    },
    get size() {
      return ones.length;
    },
    other: others.get,
  };
}
