/** Numbers of 32 bits in the order in which they are added: 4 bytes each, and nothing is there twice when it grows. */
export interface Uint32List {
  readonly length: number;
  /** @returns where it stands. */
  push(value: number): number;
  /** @returns 0 for what is not there. */
  get(at: number): number;
  set(at: number, value: number): void;
}

/** A power of two, as bits tell in which piece a number stands. */
const pieceBits = 14;
const pieceLength = 1 << pieceBits;
const withinPiece = pieceLength - 1;

export function createUint32List(): Uint32List {
  const pieces: Uint32Array[] = [];
  let length = 0;

  return {
    get length() {
      return length;
    },
    push(value) {
      const at = length;
      if ((at & withinPiece) === 0) pieces.push(new Uint32Array(pieceLength));
      const piece = pieces[at >>> pieceBits];
      if (piece !== undefined) piece[at & withinPiece] = value;
      length += 1;
      return at;
    },
    get: (at) => pieces[at >>> pieceBits]?.[at & withinPiece] ?? 0,
    set(at, value) {
      const piece = pieces[at >>> pieceBits];
      if (piece === undefined) throw new RangeError(`there is no number ${at} of ${length}`);
      piece[at & withinPiece] = value;
    },
  };
}
