import { callKey } from './draw.ts';

/** A set of pairs of texts that takes some 15 bytes a pair: two in 10^15 are taken for the same. */
export interface PairSet {
  /** @returns whether it is new. */
  add(first: string, second: string): boolean;
  has(first: string, second: string): boolean;
}

interface Table {
  /** The numbers of pairs, and 0 in a free place. There are 2^n places. */
  places: Float64Array;
  taken: number;
}

/** So many tables grow one at a time, so that none makes a request wait for long. */
const tableCount = 256;

export function createPairSet(): PairSet {
  const tables = Array.from({ length: tableCount }, (): Table => ({
    places: new Float64Array(16),
    taken: 0,
  }));
  const numberOf = (first: string, second: string): number => callKey(0, first, second) || 1;
  // The remainder of a division always finds one.
  const tableOf = (number: number): Table => tables[(number >>> 0) % tableCount] as Table;

  return {
    add(first, second) {
      const number = numberOf(first, second);
      const table = tableOf(number);
      const at = placeOf(table.places, number);
      if (table.places[at] === number) return false;
      table.places[at] = number;
      table.taken += 1;
      if (table.taken * 4 > table.places.length * 3) table.places = doubled(table.places);
      return true;
    },
    has(first, second) {
      const number = numberOf(first, second);
      const { places } = tableOf(number);
      return places[placeOf(places, number)] === number;
    },
  };
}

/** Where the number is, or is to be put. */
function placeOf(places: Float64Array, number: number): number {
  const mask = places.length - 1;
  // The last bits have chosen the table already.
  let at = ((number >>> 0) / tableCount) & mask;
  while (places[at] !== 0 && places[at] !== number) at = (at + 1) & mask;
  return at;
}

function doubled(places: Float64Array): Float64Array {
  const next = new Float64Array(places.length * 2);
  for (const number of places) if (number !== 0) next[placeOf(next, number)] = number;
  return next;
}
