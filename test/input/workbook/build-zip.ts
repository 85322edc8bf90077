import { constants, crc32, deflateRawSync } from 'node:zlib';

/** What is wrong with a part on purpose. */
export interface PartFaults {
  /** Instead of the true one, in the list of parts. */
  readonly checksum?: number;
  readonly unpackedSize?: number;
  readonly isEncrypted?: boolean;
  /** Instead of the content. */
  readonly packed?: Buffer;
}

export interface Part extends PartFaults {
  readonly name: string;
  readonly content: string | Buffer;
}

/** A ZIP file of these parts, in this order. */
export function buildZip(parts: readonly Part[]): Buffer {
  const files: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const { local, central } = buildPart(part, offset);
    files.push(local);
    list.push(central);
    offset += local.length;
  }
  const centralSize = list.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(centralSize, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, ...list, end]);
}

function buildPart(part: Part, offset: number): { local: Buffer; central: Buffer } {
  const content = Buffer.from(part.content);
  const packed = part.packed ?? deflateRawSync(content);
  const name = Buffer.from(part.name);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(part.isEncrypted === true ? 0x801 : 0x800, 2);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(part.checksum ?? crc32(content), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(part.unpackedSize ?? content.length, 18);
  common.writeUInt16LE(name.length, 22);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(20, 4);
  common.copy(central, 6);
  central.writeUInt32LE(offset, 42);
  return {
    local: Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), common, name, packed]),
    central: Buffer.concat([central, name]),
  };
}

/** What unpacks to `start` and then `times` times `repeated`: quick to make, however much that is. */
export function packRepeated(start: string, repeated: string, times: number): PartFaults {
  const flush = { finishFlush: constants.Z_FULL_FLUSH };
  const block = deflateRawSync(repeated, flush);
  const end = deflateRawSync('');
  return {
    packed: Buffer.concat([deflateRawSync(start, flush), ...Array<Buffer>(times).fill(block), end]),
    unpackedSize: Buffer.byteLength(start) + times * Buffer.byteLength(repeated),
  };
}
