import { draw, drawFor } from './draw.ts';
import type { Faults, FaultName, ShareFault } from './faults.ts';
import { createRateLimiter } from './rate-limit.ts';
import { createRecentCounts } from './recent-counts.ts';
import { isNamed } from './user-id.ts';

/** What befalls one request. */
export interface Chosen {
  readonly fault: FaultName;
  /** For throttled ones: when the limit would let the call pass. */
  readonly waitMs: number;
}

interface NamedUser {
  readonly userId: string;
  readonly userIdType: string;
}

export interface FaultChooser {
  /** @param key the call's, see `callKey`. */
  choose(user: NamedUser, key: number, nowMs: number): Chosen | undefined;
  /** @param nth which of the kicks that arrived it is, to vary the latency of repeats. */
  latencyMs(key: number, nth: number): number;
  inOutage(nowMs: number): boolean;
}

/** So many calls are remembered at least, to know which attempt of a call it is. */
const callsRemembered = 2_000_000;

/**
 * @param startMs the arrival of the first kick: outage and schedule count from there.
 * @param has before the first kick there is no outage.
 */
export function createFaultChooser(
  faults: Faults,
  startMs: number,
  has: { readonly outage: boolean },
): FaultChooser {
  const limiter = faults.rate && createRateLimiter(faults.rate, startMs);
  const sightings = createRecentCounts<number>(callsRemembered);
  const shares = Object.entries(faults.shares ?? {}) as [ShareFault, number][];
  const throttledFirst = faults.throttledFirst ?? 0;
  const { latencyMs = 0 } = faults;
  const outage = has.outage ? faults.outage : undefined;
  const latency = typeof latencyMs === 'number' ? { min: latencyMs, max: latencyMs } : latencyMs;

  function shareFault(luck: number): ShareFault | undefined {
    let bound = 0;
    for (const [name, share] of shares) {
      bound += share;
      if (luck < bound) return name;
    }
    return undefined;
  }

  function inOutage(nowMs: number): boolean {
    if (!outage) return false;
    const sinceMs = nowMs - startMs - outage.afterMs;
    return sinceMs >= 0 && sinceMs < outage.forMs;
  }

  return {
    inOutage,
    choose(user, key, nowMs) {
      if (inOutage(nowMs)) return { fault: 'outage', waitMs: 0 };
      const waitMs = limiter?.take(nowMs) ?? 0;
      if (waitMs > 0) return { fault: 'rate', waitMs };

      const named = isNamed(user.userId, user.userIdType, 'throttled-first-');
      if (!named && throttledFirst === 0 && shares.length === 0) return undefined;
      const nth = sightings.add(key, nowMs);
      if (nth === 0 && (named || draw(key, 0, drawFor.throttledFirst) < throttledFirst)) {
        return { fault: 'throttledFirst', waitMs: 0 };
      }
      const fault = shareFault(draw(key, nth, drawFor.share));
      return fault && { fault, waitMs: 0 };
    },
    latencyMs: (key, nth) => {
      if (latency.max === 0) return 0;
      return latency.min + (latency.max - latency.min) * draw(key, nth, drawFor.latency);
    },
  };
}
