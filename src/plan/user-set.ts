/** A set of users that only counts, at 11 to 32 bytes a user instead of the 250 of a `Set` of strings. */
export interface UserSet {
  /** @returns whether it is the first, the second or a later time that the user is added. */
  add(userIdType: string, userId: string): 'first' | 'second' | 'later';
  has(userIdType: string, userId: string): boolean;
  readonly size: number;
}

/** The bit of the upper half that tells who was added more than once. */
const again = 1;

/**
 * Knows users by 63 bits of hash: of two million users, two are taken for one with a chance of one in five million.
 * So it serves for counting, and never decides whom to sign out.
 */
export function createUserSet(): UserSet {
  let capacity = 1024;
  let lows = new Uint32Array(capacity);
  let highs = new Uint32Array(capacity);
  let size = 0;

  /** The slot that holds the hash, or the free one where it belongs. Zero marks a free slot. */
  function slotOf(low: number, high: number): number {
    let slot = (low ^ (high >>> 7)) & (capacity - 1);
    while (lows[slot] !== 0 && (lows[slot] !== low || (highs[slot] ?? 0) >>> 1 !== high >>> 1))
      slot = (slot + 1) & (capacity - 1);
    return slot;
  }

  function grow(): void {
    const [oldLows, oldHighs] = [lows, highs];
    capacity *= 2;
    lows = new Uint32Array(capacity);
    highs = new Uint32Array(capacity);
    for (let index = 0; index < oldLows.length; index += 1) {
      const low = oldLows[index] ?? 0;
      if (low === 0) continue;
      const high = oldHighs[index] ?? 0;
      const slot = slotOf(low, high);
      lows[slot] = low;
      highs[slot] = high;
    }
  }

  return {
    add(userIdType, userId) {
      const { low, high } = hash(userIdType, userId);
      const slot = slotOf(low, high);
      if (lows[slot] !== 0) {
        const known = highs[slot] ?? 0;
        if ((known & again) !== 0) return 'later';
        highs[slot] = known | again;
        return 'second';
      }
      lows[slot] = low;
      highs[slot] = high & ~again;
      size += 1;
      if (size > capacity * 0.7) grow();
      return 'first';
    },
    has(userIdType, userId) {
      const { low, high } = hash(userIdType, userId);
      return lows[slotOf(low, high)] !== 0;
    },
    get size() {
      return size;
    },
  };
}

/** Two independent multiply-and-xor hashes over UTF-16 units (FNV-1a's step), each mixed at the end. `low` is never 0. */
function hash(userIdType: string, userId: string): { low: number; high: number } {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9 ^ userId.length;
  for (const text of [userIdType, userId]) {
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      a = Math.imul(a ^ unit, 0x01000193);
      b = Math.imul(b ^ unit, 0x85ebca6b);
      b = (b << 13) | (b >>> 19);
    }
    a = Math.imul(a ^ 0xffff, 0x01000193);
  }
  a = Math.imul(a ^ (a >>> 16), 0x7feb352d);
  a = Math.imul(a ^ (a >>> 15), 0x846ca68b);
  b = Math.imul(b ^ (b >>> 16), 0xc2b2ae35);
  return { low: (a ^ (a >>> 16)) >>> 0 || 1, high: (b ^ (b >>> 13)) >>> 0 };
}
