import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  type BrotliOptions,
  type ZlibOptions,
} from 'node:zlib';

/** Of what was cut short all is wanted that came. */
const partial = { finishFlush: constants.Z_SYNC_FLUSH } as const satisfies ZlibOptions;
const partialBrotli = { finishFlush: constants.BROTLI_OPERATION_FLUSH } as const satisfies BrotliOptions;

/**
 * @param codings a `Content-Encoding` header: `gzip`, or several in the order in which they were applied.
 * @param mostBytes what unpacks to more is not unpacked.
 * @returns the bytes unpacked; as they are where they cannot be.
 */
export function unpack(bytes: Buffer, codings: string, mostBytes: number): Buffer {
  try {
    return codings
      .toLowerCase()
      .split(',')
      .reduceRight((packed, coding) => unpackOne(packed, coding.trim(), mostBytes), bytes);
  } catch {
    return bytes;
  }
}

function unpackOne(bytes: Buffer, coding: string, maxOutputLength: number): Buffer {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return gunzipSync(bytes, { ...partial, maxOutputLength });
    case 'br':
      return brotliDecompressSync(bytes, { ...partialBrotli, maxOutputLength });
    case 'deflate':
      // Some mean the bare stream. The head of the other begins with the number of its method, 8.
      return ((bytes[0] ?? 0) & 0x0f) === 8
        ? inflateSync(bytes, { ...partial, maxOutputLength })
        : inflateRawSync(bytes, { ...partial, maxOutputLength });
    default:
      return bytes;
  }
}
