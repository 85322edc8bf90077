import { UserError } from '../errors.ts';
import { duration, numberFrom, parseDuration, yesOrNo } from './kinds.ts';
import { fromFlags, type Flags, type Rules } from './rules.ts';

/** How sessions are looked for. */
export interface VerifyOptions {
  /** Sessions that are looked for at most; of more a sample. Default: as many as the run has calls, and 5,000 at least. */
  readonly maxChecks: number;
  /** Ends sessions that have survived once more. Default: false. */
  readonly rekick: boolean;
  /** Looks again until somebody is back, for so long, in milliseconds. Default: once. */
  readonly watchMs: number;
  /** From one look to the next, in milliseconds. Default: 300,000 (5 minutes). */
  readonly everyMs: number;
}

const every = '5m';
export const usualEveryMs = parseDuration(every) ?? Number.NaN;

export const verifyRules: Rules<VerifyOptions> = {
  maxChecks: {
    flag: 'max-checks',
    kind: numberFrom(1, 1_000_000_000),
    value: 'n',
    describe:
      'Sessions to look for at most; of more a sample is taken [as many as the run has calls, and 5000 at least]',
  },
  rekick: {
    flag: 'rekick',
    kind: yesOrNo,
    describe:
      'End sessions that have survived once more, up to three times; never those of users who have signed in again',
  },
  watchMs: {
    flag: 'watch',
    kind: duration,
    value: 'duration',
    describe: 'Look again until the time is over or somebody is back',
  },
  everyMs: {
    flag: 'every',
    kind: duration,
    value: 'duration',
    default: every,
    describe: 'With --watch: from one look to the next',
  },
};

/** @throws {UserError} naming the flag. */
export function verifyOptions(flags: Flags): Partial<VerifyOptions> {
  const options = fromFlags(verifyRules, flags);
  if (options.everyMs === undefined || options.watchMs !== undefined) return options;
  throw new UserError('--every says how often --watch looks, and --watch was not given.', {
    hint: 'Say for how long:',
    ways: [['--watch', '2h']],
  });
}
