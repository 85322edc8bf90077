import { crc32 } from 'node:zlib';

import type { Call } from './call.ts';

/**
 * A short digest (unsigned 32 bits) of whom a call signs out of what: journal records carry it, so that a
 * plan that no longer fits its journal is noticed. IDs hold no control characters, so the joined text is unambiguous.
 */
export function digestOf(call: Call): number {
  return crc32(`${call.userIdType}\n${call.userId}\n${call.appIds.join('\n')}`);
}
