/** Places in a file by what stands there: 10 to 13 bytes for each, and no text of it. */
export interface Places {
  /** @param place from 0 to {@link mostPlace}. */
  add(key: string, place: number): void;
  /** @param isMeant says whether the key stands there: others may have the same hash. */
  find(key: string, isMeant: (place: number) => boolean): number | undefined;
}

export const mostPlace = 2 ** 32 - 2;

/** As each grows by itself, hardly more than one is there twice at a time. */
const segmentCount = 64;
/** Fuller ones are slow, and those that have just grown take the more room the less full they are. */
const mostUsed = 0.8;
const growth = 1.25;

/** A hash table with open addressing: side by side the hash, and the place plus 1; 0 marks a free one. */
interface Segment {
  slots: Uint32Array;
  used: number;
}

export function createPlaces(): Places {
  const segments = Array.from({ length: segmentCount }, (): Segment => ({
    slots: new Uint32Array(32),
    used: 0,
  }));
  const segmentOf = (hash: number): Segment => segments[hash & (segmentCount - 1)] as Segment;

  return {
    add(key, place) {
      const hash = hashOf(key);
      const segment = segmentOf(hash);
      if (segment.used >= (segment.slots.length / 2) * mostUsed) grow(segment);
      put(segment.slots, hash, place + 1);
      segment.used += 1;
    },
    find(key, isMeant) {
      const hash = hashOf(key);
      const { slots } = segmentOf(hash);
      for (let at = slotOf(slots, hash); slots[at + 1] !== 0; at = next(slots, at)) {
        const place = (slots[at + 1] ?? 0) - 1;
        if (slots[at] === hash && isMeant(place)) return place;
      }
      return undefined;
    },
  };
}

function put(slots: Uint32Array, hash: number, taken: number): void {
  let at = slotOf(slots, hash);
  while (slots[at + 1] !== 0) at = next(slots, at);
  slots[at] = hash;
  slots[at + 1] = taken;
}

function grow(segment: Segment): void {
  const { slots } = segment;
  segment.slots = new Uint32Array(2 * Math.ceil((slots.length / 2) * growth));
  for (let at = 0; at < slots.length; at += 2) {
    const taken = slots[at + 1] ?? 0;
    if (taken !== 0) put(segment.slots, slots[at] ?? 0, taken);
  }
}

/** By the upper bits of the hash, as the lower ones are the segment's. */
function slotOf(slots: Uint32Array, hash: number): number {
  return 2 * Math.floor((hash / 2 ** 32) * (slots.length / 2));
}

function next(slots: Uint32Array, at: number): number {
  return at + 2 === slots.length ? 0 : at + 2;
}

/** FNV-1a over UTF-16 units, and a last mixing, as all bits count. Of 32 bits, without a sign. */
function hashOf(key: string): number {
  let mixed = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) mixed = Math.imul(mixed ^ key.charCodeAt(at), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
