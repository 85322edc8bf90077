/**
 * Which call each of the last request IDs was given for. GenAuth gives every request an ID of its own: one that stands in the reply to
 * another call was made for that one, and came again out of a cache or a connection that is a reply behind.
 */
export interface SeenRequestIds {
  /**
   * Keeps it for this call unless another has it already.
   * @param call what tells the call from all others.
   * @returns whether another has it.
   */
  isOfAnother(requestId: string, call: string): boolean;
}

/** At least so many are known, and at most twice as many. */
export const knownRequestIds = 65_536;
/** A power of two: places are found by masking. */
const places = 2 * knownRequestIds;
const wordsOfPlace = 3;

/** What a gateway fills in that has no ID. */
const placeholder = /^(?:[0-]*|null|none|undefined|unknown|n\/?a)$/i;

/**
 * Two tables: the one that fills up and, when it is full, the one before it. Each place holds 64 bits of the ID's hash and 32 of the
 * call's. That takes 3 MiB, and no work of the garbage collector's.
 */
export function createSeenRequestIds(): SeenRequestIds {
  let current: Int32Array | undefined;
  let former: Int32Array | undefined;
  let count = 0;

  function room(): Int32Array {
    if (current !== undefined && count < knownRequestIds) return current;
    const emptied = former?.fill(0) ?? new Int32Array(places * wordsOfPlace);
    former = current;
    current = emptied;
    count = 0;
    return current;
  }

  return {
    isOfAnother(requestId, call) {
      const low = hash(requestId, 0x9e3779b9, 0x01000193);
      // A place of zeros is free.
      const high = hash(requestId, 0x85ebca6b, 0x5bd1e995) | 1;
      const callHash = hash(call, 0x9e3779b9, 0x01000193);
      const table = room();
      const at = find(table, high, low);
      if (table[at] === 0) {
        const older = former === undefined ? 0 : find(former, high, low);
        const isKnown = former !== undefined && former[older] !== 0;
        table[at] = high;
        table[at + 1] = low;
        table[at + 2] = isKnown ? (former?.[older + 2] ?? 0) : callHash;
        count += 1;
      }
      return table[at + 2] !== callHash && !placeholder.test(requestId);
    },
  };
}

/** Where the hash stands, or the free place that it would take. */
function find(table: Int32Array, high: number, low: number): number {
  for (let place = low & (places - 1); ; place = (place + 1) & (places - 1)) {
    const at = place * wordsOfPlace;
    const known = table[at];
    if (known === 0 || (known === high && table[at + 1] === low)) return at;
  }
}

/** FNV-1a by pairs of characters, and a last mixing so that each bit of the result hangs on all that went in. Of 32 bits, signed. */
function hash(text: string, start: number, factor: number): number {
  const { length } = text;
  let mixed = start ^ length;
  for (let at = 1; at < length; at += 2) {
    mixed = Math.imul(mixed ^ (text.charCodeAt(at - 1) | (text.charCodeAt(at) << 16)), factor);
    mixed ^= mixed >>> 15;
  }
  if (length % 2 === 1) mixed = Math.imul(mixed ^ text.charCodeAt(length - 1), factor);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}
