import { readFileSync } from 'node:fs';

import type { PaceOptions } from '../settings/pace-options.ts';

/** What a run has open besides its connections: Node's own, input, journal, log and reports, with some to spare. */
const others = 64;

/** @returns how many files this process may have open at once; undefined where the system does not tell. */
function openFileLimit(): number | undefined {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/**
 * Each request in flight is a connection, and a connection is an open file: what is beyond the limit would fail as if the server
 * were down.
 * @param share how many files a connection takes: two where the server is in the same process.
 */
export function withinOpenFiles(pace: PaceOptions, share = 1, limit = openFileLimit()): PaceOptions {
  if (limit === undefined) return pace;
  const most = Math.max(1, Math.floor((limit - others) / share));
  return pace.concurrency <= most ? pace : { ...pace, concurrency: most };
}

/** @returns what is to be said when fewer requests are in flight than were asked for. */
export function fewerInFlight(asked: PaceOptions): string | undefined {
  const { concurrency } = withinOpenFiles(asked);
  if (concurrency === asked.concurrency) return undefined;
  return `At most ${concurrency} requests are in flight and not ${asked.concurrency}, as this process may have no more files open at once. For more, raise the limit first: ulimit -n ${2 ** Math.ceil(Math.log2(asked.concurrency + others))}`;
}
