const one = '1'.charCodeAt(0);

/**
 * undici gives a connection up on which a `100 Continue` comes that was not asked for, as intermediaries send it; every client has to
 * read past it (RFC 9110, section 15.2). One whose head comes in pieces is left to undici.
 * @param chunk what was read from a connection. @returns null when nothing is left to be read yet.
 */
export function withoutContinue(chunk: Buffer): Buffer | null {
  // All but every reply is another: its status does not begin with a 1.
  if (chunk[9] !== one || !/^HTTP\/1\.[01] 100\b/.test(chunk.toString('latin1', 0, 13))) return chunk;
  const end = chunk.indexOf('\r\n\r\n');
  if (end === -1) return chunk;
  return chunk.length === end + 4 ? null : withoutContinue(chunk.subarray(end + 4));
}
