/** Places by what stands there, such as those of lines in a file: 10 bytes for each, and no text of it. */
export interface Places {
  /** @param place from 0 to {@link mostPlace}. */
  add(key: string, place: number): void;
  /** Those where the key may stand: others can have the same hash. */
  candidates(key: string): Generator<number>;
}

export const mostPlace = 2 ** 32 - 2;

/** Fuller tables are slow. */
const mostUsed = 0.8;

/**
 * A hash table with open addressing: side by side the hash, and the place plus 1, where 0 marks a free slot. It does not grow: all that it
 * would have outgrown stays in memory until somebody looks for garbage.
 * @param most so many are added.
 */
export function createPlaces(most: number): Places {
  const size = Math.ceil(most / mostUsed) + 1;
  const slots = new Uint32Array(2 * size);
  let used = 0;
  const firstSlot = (hash: number): number => 2 * Math.floor((hash / 2 ** 32) * size);
  const next = (at: number): number => (at + 2 === slots.length ? 0 : at + 2);

  return {
    add(key, place) {
      if (used === most) throw new Error(`there are more than ${most} places`);
      const hash = hashOf(key);
      let at = firstSlot(hash);
      while (slots[at + 1] !== 0) at = next(at);
      slots[at] = hash;
      slots[at + 1] = place + 1;
      used += 1;
    },
    *candidates(key) {
      const hash = hashOf(key);
      for (let at = firstSlot(hash); slots[at + 1] !== 0; at = next(at)) {
        if (slots[at] === hash) yield (slots[at + 1] ?? 0) - 1;
      }
    },
  };
}

/** FNV-1a over UTF-16 units, and a last mixing, as all bits count. Of 32 bits, without a sign. */
function hashOf(key: string): number {
  let mixed = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) mixed = Math.imul(mixed ^ key.charCodeAt(at), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
