import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants as zlibConstants, crc32, createDeflateRaw } from 'node:zlib';

/**
 * Makes a ZIP archive of files as they are read, in constant memory; a package for it would be more than this. Sizes stand behind each
 * file, as they are not known before; in 64 bits only where they need it, as not every program reads those.
 */

interface Entry {
  readonly name: Buffer;
  readonly at: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly time: number;
  readonly isBig: boolean;
}

const signatures = {
  local: 0x04034b50,
  descriptor: 0x08074b50,
  central: 0x02014b50,
  end: 0x06054b50,
} as const;
const signatures64 = { end: 0x06064b50, locator: 0x07064b50 } as const;
/** Sizes follow the data; names are UTF-8. */
const flags = (1 << 3) | (1 << 11);
const deflated = 8;
const version = 45;
/** Read from the 64-bit field. */
const seeExtra = 0xffffffff;
/** What is packed may take a little more room than before. */
const usualLimit = 0xf0000000;

/**
 * The archive, piece by piece.
 * @param inside the folder's name in the archive. @param limit from so many bytes on 64 bits are needed.
 * @throws what a disk does; the archive is cut then.
 */
export async function* zipped(
  folder: string,
  names: readonly string[],
  inside: string,
  limit = usualLimit,
): AsyncGenerator<Buffer> {
  let at = 0;
  const entries: Entry[] = [];
  for (const name of names) {
    const handle = await open(path.join(folder, name), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const found = await handle.stat();
      if (!found.isFile()) continue;
      const isBig = found.size >= limit || at >= limit;
      const head = { name: Buffer.from(`${inside}/${name}`), at, time: dosTime(found), isBig };
      const header = localHeader(head);
      yield header;
      // What is appended while it is read is left out.
      const source =
        found.size === 0
          ? Readable.from([])
          : handle.createReadStream({ autoClose: false, start: 0, end: found.size - 1 });
      const sums = yield* deflate(source);
      const sizes = descriptor(sums, isBig);
      yield sizes;
      at += header.length + sums.packed + sizes.length;
      entries.push({ ...head, ...sums });
    } finally {
      await handle.close();
    }
  }
  const central = Buffer.concat(entries.map(centralHeader));
  yield central;
  yield endOf(entries.length, at, central.length, at + central.length >= limit);
}

type Sums = Pick<Entry, 'crc' | 'packed' | 'size'>;

async function* deflate(source: Readable): AsyncGenerator<Buffer, Sums> {
  let [crc, size, packed] = [0, 0, 0];
  async function* summed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      yield chunk;
    }
  }
  const packer = createDeflateRaw({ level: zlibConstants.Z_BEST_SPEED });
  // What goes wrong with it ends the packer, too.
  pipeline(source, summed, packer).catch(() => {});
  for await (const chunk of packer as AsyncIterable<Buffer>) {
    packed += chunk.length;
    yield chunk;
  }
  return { crc, packed, size };
}

function localHeader({ name, time, isBig }: Pick<Entry, 'name' | 'time' | 'isBig'>): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(signatures.local, 0);
  writeCommon(header, 4, time);
  const extra = isBig ? sizes64(0, 0) : Buffer.alloc(0);
  if (isBig) header.writeUInt32LE(seeExtra, 18);
  if (isBig) header.writeUInt32LE(seeExtra, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

function writeCommon(header: Buffer, at: number, time: number): void {
  header.writeUInt16LE(version, at);
  header.writeUInt16LE(flags, at + 2);
  header.writeUInt16LE(deflated, at + 4);
  header.writeUInt32LE(time, at + 6);
}

function descriptor({ crc, packed, size }: Sums, isBig: boolean): Buffer {
  const bytes = Buffer.alloc(isBig ? 24 : 16);
  bytes.writeUInt32LE(signatures.descriptor, 0);
  bytes.writeUInt32LE(crc, 4);
  if (isBig) {
    bytes.writeBigUInt64LE(BigInt(packed), 8);
    bytes.writeBigUInt64LE(BigInt(size), 16);
  } else {
    bytes.writeUInt32LE(packed, 8);
    bytes.writeUInt32LE(size, 12);
  }
  return bytes;
}

function centralHeader({ name, at, crc, packed, size, time, isBig }: Entry): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(signatures.central, 0);
  header.writeUInt16LE(version, 4);
  writeCommon(header, 6, time);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(isBig ? seeExtra : packed, 20);
  header.writeUInt32LE(isBig ? seeExtra : size, 24);
  header.writeUInt16LE(name.length, 28);
  const extra = isBig ? sizes64(size, packed, at) : Buffer.alloc(0);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(isBig ? seeExtra : at, 42);
  return Buffer.concat([header, name, extra]);
}

function sizes64(...numbers: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * numbers.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * numbers.length, 2);
  for (const [place, number] of numbers.entries()) extra.writeBigUInt64LE(BigInt(number), 4 + 8 * place);
  return extra;
}

function endOf(count: number, start: number, length: number, isBig: boolean): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(signatures.end, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(isBig ? seeExtra : length, 12);
  end.writeUInt32LE(isBig ? seeExtra : start, 16);
  return isBig ? Buffer.concat([end64(count, start, length), end]) : end;
}

function end64(count: number, start: number, length: number): Buffer {
  const end = Buffer.alloc(56);
  end.writeUInt32LE(signatures64.end, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(version, 12);
  end.writeUInt16LE(version, 14);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(length), 40);
  end.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(signatures64.locator, 0);
  locator.writeBigUInt64LE(BigInt(start + length), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end, locator]);
}

/** Time and date as MS-DOS has them, in UTC. */
function dosTime({ mtime }: Pick<Stats, 'mtime'>): number {
  const year = Math.max(1980, mtime.getUTCFullYear()) - 1980;
  const date = (year << 9) | ((mtime.getUTCMonth() + 1) << 5) | mtime.getUTCDate();
  const time =
    (mtime.getUTCHours() << 11) | (mtime.getUTCMinutes() << 5) | Math.floor(mtime.getUTCSeconds() / 2);
  return ((date << 16) | time) >>> 0;
}
