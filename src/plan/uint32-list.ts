/** Numbers of 32 bits in the order in which they are added: 4 bytes each, and nothing is there twice when it grows. */
export interface Uint32List {
  readonly length: number;
  push(value: number): void;
  get(at: number): number;
  set(at: number, value: number): void;
}

const pieceLength = 1 << 16;

export function createUint32List(): Uint32List {
  const pieces: Uint32Array[] = [];
  let length = 0;

  function pieceOf(at: number): Uint32Array {
    const piece = pieces[Math.floor(at / pieceLength)];
    if (piece === undefined || at >= length) throw new RangeError(`there is no number ${at} of ${length}`);
    return piece;
  }

  return {
    get length() {
      return length;
    },
    push(value) {
      if (length % pieceLength === 0) pieces.push(new Uint32Array(pieceLength));
      length += 1;
      pieceOf(length - 1)[(length - 1) % pieceLength] = value;
    },
    get: (at) => pieceOf(at)[at % pieceLength] ?? 0,
    set(at, value) {
      pieceOf(at)[at % pieceLength] = value;
    },
  };
}
