import { createUint32List } from './uint32-list.ts';

/** Pairs of numbers, each once, with two more numbers kept for each. Numbered from 0 as they are added: 16 bytes each, and 8 to 16 to find them. */
export interface PairSet {
  /** @returns the new pair; undefined where it is known. */
  add(one: number, other: number, note: number): number | undefined;
  readonly size: number;
  other(pair: number): number;
  /** What it was added with. */
  note(pair: number): number;
  /** The pair that follows it, once that was set; else 0. */
  next(pair: number): number;
  setNext(pair: number, next: number): void;
}

/** Where they stand of each pair, side by side. */
const fields = { one: 0, other: 1, note: 2, next: 3 };
const fieldBits = 2;

export function createPairSet(): PairSet {
  const list = createUint32List();
  let size = 0;
  /** A hash table with open addressing: the number of a pair plus 1, or 0. */
  let table = new Uint32Array(1024);

  function field(pair: number, place: number): number {
    return list.get((pair << fieldBits) + place);
  }

  function slotOf(one: number, other: number): number {
    const last = table.length - 1;
    // Pairs whose first numbers follow each other stand beside each other: so are they mostly asked for, and memory likes it.
    for (let slot = (8 * one + Math.imul(other, 0x9e3779b1)) & last; ; slot = (slot + 1) & last) {
      const pair = (table[slot] ?? 0) - 1;
      if (pair === -1 || (field(pair, fields.one) === one && field(pair, fields.other) === other))
        return slot;
    }
  }

  function grow(): void {
    table = new Uint32Array(2 * table.length);
    for (let pair = 0; pair < size; pair += 1) {
      table[slotOf(field(pair, fields.one), field(pair, fields.other))] = pair + 1;
    }
  }

  return {
    add(one, other, note) {
      const slot = slotOf(one, other);
      if (table[slot] !== 0) return undefined;
      for (const value of [one, other, note, 0]) list.push(value);
      size += 1;
      table[slot] = size;
      if (2 * size > table.length) grow();
      return size - 1;
    },
    get size() {
      return size;
    },
    other: (pair) => field(pair, fields.other),
    note: (pair) => field(pair, fields.note),
    next: (pair) => field(pair, fields.next),
    setNext(pair, next) {
      list.set((pair << fieldBits) + fields.next, next);
    },
  };
}
