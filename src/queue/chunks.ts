/** Calls that one worker takes at once, by `seq`, both included. */
export interface ChunkRange {
  readonly chunk: number;
  readonly from: number;
  readonly to: number;
}

/** A claim on a chunk: from its commit on its calls may be sent, as far as its marks say. */
export interface Claim {
  readonly chunk: number;
  /** Counts the claims on the chunk: a higher one ends this one. */
  readonly epoch: number;
}

/** Small ones are shared evenly and taken over quickly; large ones cost less to claim. */
const sizes = { least: 10, most: 500, ofCalls: 200 };

/**
 * Cuts a plan into chunks, numbered from 1.
 * @param canaryCalls the first calls, which go alone until somebody says that the others may follow: no chunk has some of both.
 */
export function* cutIntoChunks(calls: number, canaryCalls: number): Generator<ChunkRange> {
  const size = Math.min(sizes.most, Math.max(sizes.least, Math.ceil(calls / sizes.ofCalls)));
  let chunk = 0;
  for (let from = 1; from <= calls;) {
    const end = from <= canaryCalls ? canaryCalls : calls;
    const to = Math.min(from + size - 1, end);
    chunk += 1;
    yield { chunk, from, to };
    from = to + 1;
  }
}
