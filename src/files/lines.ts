/** Takes a file in pieces, and hands its lines out. */
export interface Lines {
  /** @param piece may be overwritten afterwards. */
  add(piece: Buffer): void;
  /** How many bytes were added. */
  readonly size: number;
}

/**
 * @param bytes hold the line from `start` to `end`, its line break left out, until this returns; of one that is too long only the end.
 * @param offset where in the file it begins.
 */
type OnLine = (bytes: Buffer, start: number, end: number, offset: number, isTooLong: boolean) => void;

const lineFeed = 10;
const nothing = Buffer.alloc(0);

/**
 * What comes after the last line break is not handed out.
 * @param maxLength a line that is longer than this and a piece is not kept. @default any line is
 */
export function createLines(onLine: OnLine, maxLength = Infinity): Lines {
  let size = 0;
  /** The line that goes on in the next piece. Only that one is copied, as copies of all took a fifth of a long file's time. */
  let begun: Buffer = nothing;
  let begunAt = 0;
  let isTooLong = false;

  function endBegun(end: Buffer): void {
    const line = Buffer.concat([begun, end]);
    onLine(line, 0, line.length, begunAt, isTooLong);
    isTooLong = false;
    begun = nothing;
  }

  return {
    get size() {
      return size;
    },
    add(piece) {
      let start = 0;
      for (let feed = piece.indexOf(lineFeed); feed !== -1; feed = piece.indexOf(lineFeed, start)) {
        if (start === 0 && begunAt < size) endBegun(piece.subarray(0, feed));
        else onLine(piece, start, feed, size + start, false);
        start = feed + 1;
        begunAt = size + start;
      }
      begun = Buffer.concat([begun, piece.subarray(start)]);
      size += piece.length;
      if (begun.length <= maxLength) return;
      isTooLong = true;
      begun = nothing;
    },
  };
}
