import { closeSync, constants, openSync, readSync, rmSync, writeSync } from 'node:fs';

import { openPrivateSync } from '../files/private-file.ts';

/** A private file of lines that is written, read once and deleted. */
export interface ScratchWriter {
  /** @param line ends with its line break. */
  add(line: string): void;
  /** @returns what reads it; nothing can be added any more. */
  end(): ScratchFile;
  /** Gives it up; harmless after `end`. */
  close(): void;
}

export interface ScratchFile {
  readonly path: string;
  /** Its lines without their breaks, many at a time. */
  batches(): Generator<readonly string[]>;
  remove(): void;
}

/** Hundreds of such files may be in use at once. */
const gatheredChars = 16 * 1024;
const readBytes = 32 * 1024;
const lineFeed = 10;

export function createScratch(path: string): ScratchWriter {
  const fd = openPrivateSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
  let gathered = '';
  let isOpen = true;

  function flush(): void {
    const bytes = Buffer.from(gathered);
    gathered = '';
    for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done);
  }

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    closeSync(fd);
  }

  return {
    close,
    add(line) {
      gathered += line;
      if (gathered.length >= gatheredChars) flush();
    },
    end() {
      try {
        flush();
      } finally {
        close();
      }
      return { path, batches: () => readLines(path), remove: () => rmSync(path, { force: true }) };
    },
  };
}

function* readLines(path: string): Generator<readonly string[]> {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const buffer = Buffer.allocUnsafe(readBytes);
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const length = readSync(fd, buffer, 0, readBytes, null);
      if (length === 0) return;
      const read = buffer.subarray(0, length);
      const bytes: Buffer = rest.length === 0 ? read : Buffer.concat([rest, read]);
      const end = bytes.lastIndexOf(lineFeed);
      if (end !== -1) yield bytes.toString('utf8', 0, end).split('\n');
      rest = Buffer.from(bytes.subarray(end + 1));
    }
  } finally {
    closeSync(fd);
  }
}
