import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';

import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from 'yauzl';

import { UserError } from '../../errors.ts';
import { readError } from '../../files/disk-error.ts';
import { openProven, type ProvenBytes, type ProvenFile } from '../../files/proven-file.ts';
import { damagedWorkbook, tooBigWorkbook } from './workbook-error.ts';

/** A workbook has some dozens; one with many pictures some hundreds. */
const maxParts = 10_000;
/**
 * Sheets unpack to 5 to 20 times their packed size, and to some 60 times where all rows are alike; what was made to
 * do harm reaches 1000.
 */
const maxRatio = 250;
/** Below this no ratio can do harm. */
const smallBytes = 16 * 1024 * 1024;

const mebibyte = 1024 * 1024;

/** The parts of a workbook: the files in its ZIP file. Their names are compared without regard to case, as Excel does. */
export interface Zip {
  readonly parts: readonly string[];
  has: (part: string) => boolean;
  /**
   * What a part unpacks to. Throws a `UserError` when that is more than `maxBytes`, and after the last byte when it
   * is not what its checksum says.
   */
  read: (part: string, maxBytes: number) => AsyncGenerator<Buffer>;
  /** To be called once, when nothing is read any more. */
  close: () => void;
}

/** @throws {UserError} when it cannot be read as a ZIP file, or has parts of one name. */
export async function openZip(proven: ProvenFile, name: string): Promise<Zip> {
  const file = await openBytes(proven).catch((error: unknown) => {
    throw explain(error, name, 'its end, where the list of its parts stands, is missing or does not fit');
  });
  try {
    const entries = await readEntries(file, name);
    return {
      parts: [...entries.values()].map((entry) => entry.fileName),
      has: (part) => entries.has(key(part)),
      read: (part, maxBytes) => readPart(file, entries.get(key(part)), part, maxBytes, name),
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** How yauzl reads a file that it has not opened itself. */
class ProvenReader extends RandomAccessReader {
  readonly #bytes: ProvenBytes;

  constructor(bytes: ProvenBytes) {
    super();
    this.#bytes = bytes;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#bytes.range(start, end));
  }

  override close(callback: (error: Error | null) => void): void {
    // Nobody is left to be told that a file which was only read could not be closed.
    void this.#bytes.close().catch(() => {});
    setImmediate(callback, null);
  }
}

async function openBytes(proven: ProvenFile): Promise<ZipFile> {
  const bytes = await openProven(proven);
  try {
    return await fromRandomAccessReaderPromise(new ProvenReader(bytes), proven.size, { autoClose: false });
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

async function readEntries(file: ZipFile, name: string): Promise<Map<string, Entry>> {
  if (file.entryCount > maxParts) {
    throw tooBigWorkbook(name, `it has ${file.entryCount} parts, and ${maxParts} are read at most`);
  }
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of file.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      // Two readers would see two workbooks.
      if (entries.has(key(entry.fileName)))
        throw damagedWorkbook(name, 'two of its parts have the same name');
      entries.set(key(entry.fileName), entry);
    }
  } catch (error) {
    throw explain(error, name, 'the list of its parts cannot be read');
  }
  return entries;
}

async function* readPart(
  file: ZipFile,
  entry: Entry | undefined,
  part: string,
  maxBytes: number,
  name: string,
): AsyncGenerator<Buffer> {
  if (entry === undefined) throw damagedWorkbook(name, `its part ${part} is missing`);
  if (entry.isEncrypted()) {
    throw new UserError(`${name} is protected with a password.`, {
      hint: 'Unpack it with the password, and give the workbook that comes out.',
    });
  }
  refuseBomb(entry, part, maxBytes, name);
  let checksum = 0;
  try {
    // yauzl ends with an error as soon as there is more, or in the end less, than the size looked at above.
    const stream: Readable = await file.openReadStreamPromise(entry);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  } catch (error) {
    throw explain(error, name, `its part ${part} cannot be unpacked`);
  }
  if (checksum !== entry.crc32) throw damagedWorkbook(name, `its part ${part} does not fit its checksum`);
}

function refuseBomb(entry: Entry, part: string, maxBytes: number, name: string): void {
  const { compressedSize: packed, uncompressedSize: unpacked } = entry;
  if (unpacked > maxBytes) {
    const [has, limit] = [unpacked, maxBytes].map((bytes) => Math.ceil(bytes / mebibyte));
    throw tooBigWorkbook(name, `its part ${part} unpacks to ${has} MiB, and ${limit} MiB are read at most`);
  }
  if (unpacked > smallBytes && unpacked > packed * maxRatio) {
    const ratio = Math.floor(unpacked / packed);
    throw tooBigWorkbook(
      name,
      `its part ${part} unpacks to ${ratio} times its size, as no table of users does`,
    );
  }
}

function key(part: string): string {
  return part.toLowerCase();
}

/** What yauzl and zlib throw is about the file's bytes, unless a system call failed. */
function explain(error: unknown, name: string, what: string): unknown {
  if (error instanceof UserError) return error;
  if (error instanceof Error && 'syscall' in error) return readError(name, error);
  return damagedWorkbook(name, what, error);
}
