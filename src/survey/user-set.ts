/** A set of users that only counts, at 11 to 23 bytes a user instead of the 250 of a `Set` of strings; with marks at 14 to 29. */
export interface UserSet {
  /** @returns whether it is the first, the second or a later time that the user is added. */
  add(userIdType: string, userId: string): 'first' | 'second' | 'later';
  has(userIdType: string, userId: string): boolean;
  /**
   * Marks a user, who need not have been added, with a choice of {@link markBits} bits; those from before stay.
   * @returns those from before.
   */
  mark(userIdType: string, userId: string, bits: number): number;
  /** How many users were added. */
  readonly size: number;
}

export const markBits = 16;

/** The bits of the upper half that tell who was added, and who more than once; the others are of the hash. */
const added = 1;
const again = 2;
const ofHash = ~(added | again);

/** As each grows by itself, hardly more than one is there twice at a time. */
const segmentCount = 16;

/**
 * Knows users by 62 bits of hash: of two million users, two are taken for one with a chance of one in two million.
 * So it serves for counting, and never decides whom to sign out.
 */
export function createUserSet(): UserSet {
  const segments = Array.from({ length: segmentCount }, createSegment);
  let size = 0;

  function segmentOf(high: number): Segment {
    return segments[high >>> 28] as Segment;
  }

  return {
    add(userIdType, userId) {
      const { low, high } = hash(userIdType, userId);
      const segment = segmentOf(high);
      const bucket = put(segment, low, high);
      const { hashes } = segment;
      const known = hashes[2 * bucket + 1] ?? 0;
      if ((known & added) === 0) {
        hashes[2 * bucket + 1] = known | added;
        size += 1;
        return 'first';
      }
      hashes[2 * bucket + 1] = known | again;
      return (known & again) === 0 ? 'second' : 'later';
    },
    has(userIdType, userId) {
      const { low, high } = hash(userIdType, userId);
      const segment = segmentOf(high);
      return ((segment.hashes[2 * bucketOf(segment, low, high) + 1] ?? 0) & added) !== 0;
    },
    mark(userIdType, userId, bits) {
      const { low, high } = hash(userIdType, userId);
      const segment = segmentOf(high);
      const bucket = put(segment, low, high);
      // Nearly all sets have no marks, and no room for them.
      segment.marks ??= new Uint16Array(segment.buckets);
      const before = segment.marks[bucket] ?? 0;
      segment.marks[bucket] = before | bits;
      return before;
    },
    get size() {
      return size;
    },
  };
}

/** A hash table with open addressing. */
interface Segment {
  /** A power of two. */
  buckets: number;
  /** For each bucket the lower and the upper half, side by side, as each look at a large table costs time; a lower half of zero marks a free bucket. */
  hashes: Int32Array;
  marks: Uint16Array | undefined;
  used: number;
}

function createSegment(): Segment {
  return { buckets: 64, hashes: new Int32Array(128), marks: undefined, used: 0 };
}

/** The bucket that holds the hash, or the free one where it belongs. */
function bucketOf({ buckets, hashes }: Segment, low: number, high: number): number {
  for (let bucket = (low ^ (high >>> 7)) & (buckets - 1); ; bucket = (bucket + 1) & (buckets - 1)) {
    const known = hashes[2 * bucket];
    if (known === 0) return bucket;
    if (known === low && (((hashes[2 * bucket + 1] ?? 0) ^ high) & ofHash) === 0) return bucket;
  }
}

/** Puts the hash there where it is not. @returns its bucket. */
function put(segment: Segment, low: number, high: number): number {
  const bucket = bucketOf(segment, low, high);
  if (segment.hashes[2 * bucket] !== 0) return bucket;
  if (segment.used >= segment.buckets * 0.7) {
    grow(segment);
    return put(segment, low, high);
  }
  segment.hashes[2 * bucket] = low;
  segment.hashes[2 * bucket + 1] = high & ofHash;
  segment.used += 1;
  return bucket;
}

function grow(segment: Segment): void {
  const { buckets, hashes, marks } = segment;
  segment.buckets = 2 * buckets;
  segment.hashes = new Int32Array(2 * segment.buckets);
  segment.marks = marks === undefined ? undefined : new Uint16Array(segment.buckets);
  for (let former = 0; former < buckets; former += 1) {
    const low = hashes[2 * former] ?? 0;
    if (low === 0) continue;
    const high = hashes[2 * former + 1] ?? 0;
    const bucket = bucketOf(segment, low, high);
    segment.hashes[2 * bucket] = low;
    segment.hashes[2 * bucket + 1] = high;
    if (segment.marks !== undefined) segment.marks[bucket] = marks?.[former] ?? 0;
  }
}

/**
 * Two independent multiply-and-xor hashes over pairs of UTF-16 units (FNV-1a's step), each mixed on the way and at the end. `low` is never
 * 0.
 */
function hash(userIdType: string, userId: string): { low: number; high: number } {
  const { length } = userId;
  const start = startOf(userIdType);
  let a = start ^ length;
  let b = start ^ 0x9e3779b9;
  for (let at = 0; at < length; at += 2) {
    // Behind an odd end stands nothing, which is no character: the length tells it from one of zero.
    const pair = userId.charCodeAt(at) | (at + 1 < length ? userId.charCodeAt(at + 1) << 16 : 0);
    a = Math.imul(a ^ pair, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b ^ pair, 0x85ebca6b);
    b = (b << 13) | (b >>> 19);
  }
  a = Math.imul(a ^ (a >>> 16), 0x7feb352d);
  a = Math.imul(a ^ (a >>> 15), 0x846ca68b);
  b = Math.imul(b ^ (b >>> 16), 0xc2b2ae35);
  // With a sign: a number beyond 31 bits would be an object of its own wherever it is passed on.
  return { low: a ^ (a >>> 16) || 1, high: b ^ (b >>> 13) };
}

/** Types are few, and asked for with every user. */
const starts = new Map<string, number>();

function startOf(userIdType: string): number {
  let start = starts.get(userIdType);
  if (start === undefined) {
    start = 0x811c9dc5;
    for (let at = 0; at < userIdType.length; at += 1) {
      start = Math.imul(start ^ userIdType.charCodeAt(at), 0x01000193);
    }
    starts.set(userIdType, start);
  }
  return start;
}
