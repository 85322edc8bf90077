import { callKey } from './draw.ts';

/** A set of pairs of texts that takes some 15 bytes a pair: two in 10^15 are taken for the same. */
export interface PairSet {
  /** @returns whether it is new. */
  add(first: string, second: string): boolean;
  has(first: string, second: string): boolean;
}

interface Table {
  /** A number of a pair, or 0 for a free place. */
  places: Float64Array;
  taken: number;
}

/** So many tables grow one at a time, so that none makes a request wait for long. */
const tableCount = 256;

export function createPairSet(): PairSet {
  const tables = new Map<number, Table>();
  const keyOf = (first: string, second: string): number => callKey(0, first, second) || 1;

  function tableOf(key: number): Table {
    const known = tables.get(key % tableCount);
    if (known) return known;
    const table = { places: new Float64Array(16), taken: 0 };
    tables.set(key % tableCount, table);
    return table;
  }

  return {
    add(first, second) {
      const key = keyOf(first, second);
      const table = tableOf(key);
      const at = placeOf(table.places, key);
      if (table.places[at] === key) return false;
      table.places[at] = key;
      table.taken += 1;
      if (table.taken * 4 > table.places.length * 3) table.places = doubled(table.places);
      return true;
    },
    has(first, second) {
      const key = keyOf(first, second);
      const { places } = tableOf(key);
      return places[placeOf(places, key)] === key;
    },
  };
}

/** Where the key is, or is to be put. */
function placeOf(places: Float64Array, key: number): number {
  let at = Math.floor(key / tableCount) % places.length;
  while (places[at] !== 0 && places[at] !== key) at = (at + 1) % places.length;
  return at;
}

function doubled(places: Float64Array): Float64Array {
  const next = new Float64Array(places.length * 2);
  for (const key of places) if (key !== 0) next[placeOf(next, key)] = key;
  return next;
}
