import { crc32 } from 'node:zlib';

const beforeChecksum = Buffer.from(',"crc":"');
const checksumDigits = 8;
const afterChecksum = Buffer.from('"}');
const checksumLength = beforeChecksum.length + checksumDigits + afterChecksum.length;

/** @param body a JSON object without the brace at its end. @returns a line of JSON with its checksum inside, line break included. */
export function sealed(body: string): string {
  return `${body},"crc":"${hex(crc32(body))}"}\n`;
}

/**
 * @param bytes hold the line from `start` to `end`, its line break left out.
 * @returns what was sealed; undefined when these are not the bytes that were written.
 */
export function unsealed(bytes: Buffer, start: number, end: number): string | undefined {
  // Before `start` in a line that is too short: a line break is before it, or nothing, and no checksum.
  const bodyEnd = end - checksumLength;
  if (checksumAt(bytes, bodyEnd) !== crc32(bytes.subarray(start, bodyEnd))) return undefined;
  return bytes.toString('utf8', start, bodyEnd);
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Of 32 bits. `toString(16)` divides floats to get there, which takes six times as long, thrice for each call. */
function hex(value: number): string {
  return `${byteOf(value, 24)}${byteOf(value, 16)}${byteOf(value, 8)}${byteOf(value, 0)}`;
}

function byteOf(value: number, shift: number): string {
  return hexOfByte[(value >>> shift) & 0xff] ?? '';
}

const digitOfByte = new Int8Array(256).fill(-1);
for (const [value, digit] of Buffer.from('0123456789abcdef').entries()) digitOfByte[digit] = value;

/** By the byte: a text of it, to be compared, takes as long as the checksum itself. @returns undefined where none stands. */
function checksumAt(bytes: Buffer, at: number): number | undefined {
  let next = at;
  for (const expected of beforeChecksum) if (bytes[next++] !== expected) return undefined;
  let checksum = 0;
  for (const last = next + checksumDigits; next < last; next += 1) {
    const digit = digitOfByte[bytes[next] ?? 0] ?? -1;
    if (digit === -1) return undefined;
    checksum = (checksum << 4) | digit;
  }
  for (const expected of afterChecksum) if (bytes[next++] !== expected) return undefined;
  return checksum >>> 0;
}
