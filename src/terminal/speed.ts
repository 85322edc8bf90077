/** How fast a run goes while it goes: waiting for a server that is down is no part of it. */
export interface Speed {
  /** How much is done by now. @param waitedMs for how long nothing was accepted; 0 while something is. */
  add(at: number, calls: number, attempts: number, waitedMs: number): void;
  /** Over the last seconds in which it went; undefined while that is too short to tell. */
  readonly callsPerSecond: number | undefined;
  readonly attemptsPerSecond: number | undefined;
  /** Over all of it, for a run that has ended; undefined where it was too short to tell. */
  readonly attemptsPerSecondInAll: number | undefined;
}

/** Of the first attempts as many go at once as may be in flight, or as a bucket holds, which is no rate. */
const burstMs = 2000;
const windowMs = 10_000;
const leastMs = 1000;
/** A single failure is answered for sooner than that. */
const shortestWaitMs = 500;

interface Sample {
  readonly at: number;
  /** How long it has gone until then. */
  readonly wentMs: number;
  readonly calls: number;
  readonly attempts: number;
}

export function createSpeed(): Speed {
  let samples: Sample[] = [];
  let first: Sample | undefined;
  let isWaiting = false;

  function rate(of: 'calls' | 'attempts', from: Sample | undefined): number | undefined {
    const last = samples.at(-1);
    if (from === undefined || last === undefined || last.wentMs - from.wentMs < leastMs) return undefined;
    return ((last[of] - from[of]) * 1000) / (last.wentMs - from.wentMs);
  }

  return {
    add(at, calls, attempts, waitedMs) {
      if (waitedMs > shortestWaitMs) {
        // What came since nothing is accepted is no sample of how fast it goes.
        samples = samples.filter((sample, place) => place === 0 || sample.at <= at - waitedMs);
        isWaiting = true;
        return;
      }
      const last = samples.at(-1);
      const wentMs = last === undefined ? 0 : last.wentMs + (isWaiting ? 0 : at - last.at);
      // What was done while it waited, by probes, is passed over with the time.
      if (isWaiting && last !== undefined)
        samples = movedBy(samples, calls - last.calls, attempts - last.attempts);
      isWaiting = false;
      const sample = { at, wentMs, calls, attempts };
      first ??= sample;
      samples.push(sample);
      const from = Math.max(wentMs - windowMs, Math.min(wentMs, burstMs));
      while (samples.length > 1 && (samples[0]?.wentMs ?? wentMs) < from) samples.shift();
    },
    get callsPerSecond() {
      return rate('calls', samples[0]);
    },
    get attemptsPerSecond() {
      return rate('attempts', samples[0]);
    },
    get attemptsPerSecondInAll() {
      return rate('attempts', first);
    },
  };
}

function movedBy(samples: readonly Sample[], calls: number, attempts: number): Sample[] {
  return samples.map((sample) => ({
    ...sample,
    calls: sample.calls + calls,
    attempts: sample.attempts + attempts,
  }));
}
