/** Takes a request's body out of the bytes of its connection. */
export interface BodyReader {
  /** @returns what follows the body, or `undefined` while its end has not come. */
  read(bytes: Buffer): Buffer | undefined;
  /** The whole body; `undefined` if it was too long to be kept. */
  body(): Buffer | undefined;
}

/** A body cannot be made sense of. */
export class MalformedBody extends Error {}

/** A line of a chunked body is never so long. */
const maxLineBytes = 1000;

/** Too much is read to its end all the same: a reply in the middle of sending would be lost in a reset. */
function createKeeper(maxBytes: number): { keep(bytes: Buffer): void; body(): Buffer | undefined } {
  const kept: Buffer[] = [];
  let length = 0;
  return {
    keep(bytes) {
      length += bytes.length;
      if (length <= maxBytes) kept.push(bytes);
      else kept.length = 0;
    },
    body() {
      const [first] = kept;
      if (length > maxBytes) return undefined;
      return kept.length === 1 && first ? first : Buffer.concat(kept);
    },
  };
}

/** A body of `content-length` bytes. */
export function createSizedBody(size: number, maxBytes: number): BodyReader {
  const { keep, body } = createKeeper(maxBytes);
  let missing = size;
  return {
    body,
    read(bytes) {
      const taken = Math.min(missing, bytes.length);
      keep(bytes.subarray(0, taken));
      missing -= taken;
      return missing > 0 ? undefined : bytes.subarray(taken);
    },
  };
}

/** A body in `transfer-encoding: chunked`; `read` throws {@link MalformedBody}. */
export function createChunkedBody(maxBytes: number): BodyReader {
  const { keep, body } = createKeeper(maxBytes);
  let unread: Buffer = Buffer.alloc(0);
  /** Of the chunk under way. */
  let missing = 0;
  let expected: 'size' | 'bytes' | 'lineBreak' | 'trailer' = 'size';

  function takeLine(): string | undefined {
    const end = unread.indexOf('\r\n');
    if (end > maxLineBytes || (end === -1 && unread.length > maxLineBytes)) throw new MalformedBody();
    if (end === -1) return undefined;
    const line = unread.toString('latin1', 0, end);
    unread = unread.subarray(end + 2);
    return line;
  }

  function takeBytes(): void {
    const taken = Math.min(missing, unread.length);
    keep(unread.subarray(0, taken));
    unread = unread.subarray(taken);
    missing -= taken;
    if (missing === 0) expected = 'lineBreak';
  }

  /** @returns whether the body ends with this line. */
  function understand(line: string): boolean {
    if (expected === 'trailer') return line === '';
    if (expected === 'lineBreak') {
      if (line !== '') throw new MalformedBody();
      expected = 'size';
      return false;
    }
    const [, size] = /^([\da-f]{1,8})(?:;|$)/i.exec(line) ?? [];
    if (size === undefined) throw new MalformedBody();
    missing = Number.parseInt(size, 16);
    expected = missing === 0 ? 'trailer' : 'bytes';
    return false;
  }

  return {
    body,
    read(bytes) {
      unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes]);
      while (unread.length > 0) {
        if (expected === 'bytes') {
          takeBytes();
          continue;
        }
        const line = takeLine();
        if (line === undefined) return undefined;
        if (understand(line)) return unread;
      }
      return undefined;
    },
  };
}
