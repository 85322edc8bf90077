import type { Socket } from 'node:net';

/**
 * undici gives a connection up on which a `100 Continue` comes that was not asked for, as intermediaries send it; every client has to
 * read past it (RFC 9110, section 15.2). One whose head comes in pieces is left to undici.
 */
export function passOverContinue(socket: Socket): void {
  const read = socket.read.bind(socket);
  socket.read = (size) => {
    const chunk: unknown = read(size);
    return chunk instanceof Buffer ? afterContinue(chunk) : chunk;
  };
}

const one = '1'.charCodeAt(0);

/** @returns null when nothing is left to be read yet. */
function afterContinue(chunk: Buffer): Buffer | null {
  // All but every reply is another: its status does not begin with a 1.
  if (chunk[9] !== one || !/^HTTP\/1\.[01] 100\b/.test(chunk.toString('latin1', 0, 13))) return chunk;
  const end = chunk.indexOf('\r\n\r\n');
  if (end === -1) return chunk;
  return chunk.length === end + 4 ? null : afterContinue(chunk.subarray(end + 4));
}
