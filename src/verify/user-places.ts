/** Which calls are about a user: 11 to 22 bytes a call, and no text of them. */
export interface UserPlaces {
  add(userId: string, seq: number): void;
  /** Those that may be about the user: others can have the same hash. */
  candidates(userId: string): Generator<number>;
}

/** @param calls so many are added at most. */
export function createUserPlaces(calls: number): UserPlaces {
  const size = 2 ** Math.ceil(Math.log2((4 * calls) / 3 + 2));
  const hashes = new Int32Array(size);
  const seqs = new Uint32Array(size);

  return {
    add(userId, seq) {
      const wanted = hash(userId);
      let at = wanted & (size - 1);
      while (seqs[at] !== 0) at = (at + 1) & (size - 1);
      hashes[at] = wanted;
      seqs[at] = seq;
    },
    *candidates(userId) {
      const wanted = hash(userId);
      for (let at = wanted & (size - 1); seqs[at] !== 0; at = (at + 1) & (size - 1)) {
        if (hashes[at] === wanted) yield seqs[at] ?? 0;
      }
    },
  };
}

/** FNV-1a, and a last mixing. Of 32 bits, signed. */
function hash(text: string): number {
  let mixed = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) mixed = Math.imul(mixed ^ text.charCodeAt(at), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  return mixed ^ (mixed >>> 15);
}
