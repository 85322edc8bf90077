import { randomUUID } from 'node:crypto';
import { closeSync, constants, readSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

import { openPrivateSync } from './private-file.ts';

/** Lines that are added and read again as long as a process works, in a private file without a name. */
export interface NamelessLines {
  /** @param line ends with its line break. @returns the byte where it begins. */
  add(line: string): number;
  /** @param at where a line begins. @returns it without its line break. */
  line(at: number): string;
  /** Gives the file up. */
  close(): void;
}

/** Where such a file is put. */
export interface Scratch {
  readonly folder: string;
  /** What to throw when the disk refuses. */
  readonly told: (folder: string, error: unknown) => unknown;
}

/** So much is gathered before it is written, and read at once: mostly lines are read in their order. */
const pieceBytes = 16 * 1024;
/** Pieces that are kept, as lines from elsewhere come in between. */
const maxPieces = 4;
const lineFeed = 10;

/** Of those that nobody has closed, and nobody has any more. */
const forgotten = new FinalizationRegistry<number>((fd) => closeSync(fd));

export function openNamelessLines({ folder, told }: Scratch): NamelessLines {
  const file = path.join(folder, `${randomUUID()}.partial`);
  const fd = telling(() => openPrivateSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL));
  // Whatever ends the process, nothing is left. Where no file that is open can be deleted it goes at the end.
  removeIfPossible(file);
  const read = createPieces((bytes, at) => telling(() => readSync(fd, bytes, 0, bytes.length, at)));
  // Written over again and again: what is new for each piece piles up until somebody looks for garbage.
  const gathered = Buffer.allocUnsafeSlow(pieceBytes);
  let used = 0;
  let written = 0;
  let isOpen = true;

  function telling<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw told(folder, error);
    }
  }

  function write(bytes: Buffer): void {
    for (let done = 0; done < bytes.length;) {
      done += telling(() => writeSync(fd, bytes, done, bytes.length - done, written + done));
    }
    written += bytes.length;
  }

  function flush(): void {
    write(gathered.subarray(0, used));
    used = 0;
  }

  const lines: NamelessLines = {
    add(line) {
      const length = Buffer.byteLength(line);
      if (used + length > pieceBytes) flush();
      const at = written + used;
      if (length > pieceBytes) write(Buffer.from(line));
      else used += gathered.write(line, used);
      return at;
    },
    line(at) {
      if (at >= written) flush();
      return read(at);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      forgotten.unregister(lines);
      closeSync(fd);
      removeIfPossible(file);
    },
  };
  forgotten.register(lines, fd, lines);
  return lines;
}

function removeIfPossible(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // On a disk that has become read-only nothing goes away.
  }
}

/** @returns what reads the line at a place. @param readInto returns how many bytes there were. */
function createPieces(readInto: (bytes: Buffer, at: number) => number): (at: number) => string {
  const pieces = Array.from({ length: maxPieces }, () => ({
    buffer: Buffer.allocUnsafeSlow(pieceBytes),
    from: 0,
    length: 0,
  }));
  let oldest = 0;

  /** Longer than a piece. */
  function longLine(at: number): string {
    for (let length = 2 * pieceBytes; ; length *= 2) {
      const bytes = Buffer.allocUnsafe(length);
      const read = readInto(bytes, at);
      const end = bytes.subarray(0, read).indexOf(lineFeed);
      if (end !== -1) return bytes.toString('utf8', 0, end);
      if (read < length) throw new Error(`no line begins at ${at}`);
    }
  }

  return (at) => {
    for (const { buffer, from, length } of pieces) {
      if (at < from || at >= from + length) continue;
      const end = buffer.subarray(0, length).indexOf(lineFeed, at - from);
      if (end !== -1) return buffer.toString('utf8', at - from, end);
    }
    const piece = pieces[oldest] as (typeof pieces)[number];
    oldest = (oldest + 1) % maxPieces;
    piece.from = at;
    piece.length = readInto(piece.buffer, at);
    const end = piece.buffer.subarray(0, piece.length).indexOf(lineFeed);
    return end === -1 ? longLine(at) : piece.buffer.toString('utf8', 0, end);
  };
}
