import { readFile } from 'node:fs/promises';

/** What the simulated server wrote of one request, as far as the pace is concerned. */
interface LoggedRequest {
  readonly arrivedAtMs: number;
  readonly userId: string;
  readonly statusCode?: number;
  readonly fault?: string;
  /** Of questions only. */
  readonly path?: string;
}

/** One request: when it came, in seconds after the first, and whether the limit let it pass. */
export interface Arrival {
  readonly at: number;
  readonly isThrottled: boolean;
  readonly isOutage: boolean;
  readonly userId: string;
}

/** The server's own record of kicks, in order of arrival. */
export async function readServerLog(file: string): Promise<Arrival[]> {
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  const requests = lines
    .map((line) => JSON.parse(line) as LoggedRequest)
    .filter(({ path }) => path === undefined)
    .sort((a, b) => a.arrivedAtMs - b.arrivedAtMs);
  const start = requests[0]?.arrivedAtMs ?? 0;
  return requests.map(({ arrivedAtMs, statusCode, fault, userId }) => ({
    at: (arrivedAtMs - start) / 1000,
    isThrottled: statusCode === 429,
    isOutage: fault === 'outage',
    userId,
  }));
}

/** What share of a limit was used between two times in seconds, and what share of the requests was throttled. */
export function useOf(
  arrivals: readonly Arrival[],
  perSecond: number,
  from: number,
  to: number,
): { used: number; throttled: number } {
  const between = arrivals.filter(({ at, isOutage }) => at >= from && at < to && !isOutage);
  const throttled = between.filter(({ isThrottled }) => isThrottled).length;
  return {
    used: (between.length - throttled) / (perSecond * (to - from)),
    throttled: throttled / Math.max(1, between.length),
  };
}

/** When, in seconds after `from`, at least `share` of the limit was used for a whole second for the first time. */
export function reachedAfter(
  arrivals: readonly Arrival[],
  perSecond: number,
  from: number,
  share: number,
): number {
  const last = arrivals.at(-1)?.at ?? 0;
  for (let at = from; at + 1 <= last; at += 0.1) {
    if (useOf(arrivals, perSecond, at, at + 1).used >= share) return at + 1 - from;
  }
  return Number.POSITIVE_INFINITY;
}
