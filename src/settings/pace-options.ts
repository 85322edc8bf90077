import { duration, numberFrom, parseDuration } from './kinds.ts';
import { fromFlags, fromOptions, type Flags, type Rules, type Some } from './rules.ts';

/** How fast and how stubbornly; may change with each `resume`. */
export interface PaceOptions {
  /** Requests in flight at most, from 1 to 10,000. Default: 64. */
  readonly concurrency: number;
  /** Attempts per second at most, from 0.01 on. Without it, what the tenant allows is found and held. */
  readonly rate: number | undefined;
  /** Further attempts for a call that fails on its own account while others are accepted, from 0 to 1000. Default: 8. */
  readonly retries: number;
  /** For one attempt, in milliseconds. Default: 10,000. */
  readonly timeoutMs: number;
  /** The run stops, resumable, when nothing is accepted for so long, in milliseconds. Default: 900,000 (15 minutes). */
  readonly giveUpAfterMs: number;
}

const defaults = {
  concurrency: 64,
  retries: 8,
  timeout: '10s',
  giveUpAfter: '15m',
} as const;

export const paceRules: Rules<PaceOptions> = {
  concurrency: {
    flag: 'concurrency',
    kind: numberFrom(1, 10_000),
    value: 'n',
    default: defaults.concurrency,
    describe: 'Requests in flight at most',
  },
  rate: {
    flag: 'rate',
    kind: numberFrom(0.01, 1_000_000, true),
    value: 'n',
    describe: 'Attempts per second at most',
  },
  retries: {
    flag: 'retries',
    kind: numberFrom(0, 1000),
    value: 'n',
    default: defaults.retries,
    describe:
      'Further attempts for a call that fails on its own account, while others are accepted; outages do not count',
  },
  timeoutMs: {
    flag: 'timeout',
    kind: duration,
    value: 'duration',
    default: defaults.timeout,
    describe: 'For one attempt',
  },
  giveUpAfterMs: {
    flag: 'give-up-after',
    kind: duration,
    value: 'duration',
    default: defaults.giveUpAfter,
    describe:
      'Stop, resumable, when for so long nothing is accepted: the server is down, or throttles everything',
  },
};

const paceDefaults: PaceOptions = {
  concurrency: defaults.concurrency,
  rate: undefined,
  retries: defaults.retries,
  timeoutMs: parseDuration(defaults.timeout) ?? Number.NaN,
  giveUpAfterMs: parseDuration(defaults.giveUpAfter) ?? Number.NaN,
};

/** @param before what the run used last, for flags that are not given. */
export function paceOptions(flags: Flags, before: PaceOptions = paceDefaults): PaceOptions {
  return Object.freeze({ ...before, ...fromFlags(paceRules, flags) });
}

/** @param before likewise. */
export function checkedPace(
  options: Some<PaceOptions> | undefined,
  before: PaceOptions = paceDefaults,
): PaceOptions {
  return Object.freeze({ ...before, ...fromOptions(paceRules, options, 'pace') });
}
