import { numberFrom, wrong, type Kind } from './kinds.ts';
import { fromFlags, fromOptions, type Flags, type Rules, type Some } from './rules.ts';

/**
 * When more calls than this have ended without success, the run stops: a number, or a share of the calls that have ended,
 * which are counted as at least a hundred.
 */
export type FailureLimit = number | `${number}%`;

/** What keeps a run from doing harm that nobody meant. */
export interface GuardOptions {
  /** A file that names more users is refused. */
  readonly maxUsers: number | undefined;
  /** Any file but the one with this SHA-256, in hexadecimal as `check` prints it, is refused. */
  readonly expectSha256: string | undefined;
  /** The run signs out so many users, and asks before it goes on with the others. */
  readonly canary: number | undefined;
  /** The run stops when more of its calls end without success: a number, or a share such as `5%`. */
  readonly stopAfterFailures: FailureLimit | undefined;
}

const failureLimitKind: Kind<FailureLimit> = (given) => {
  const { value, isText } = given;
  const text = typeof value === 'string' ? value.trim() : '';
  if (isText && /^\d{1,9}$/.test(text)) return Number(text);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return `${Number(percent)}%`;
  throw wrong(given, 'a whole number of calls, or a share from 0% to 100%', undefined, '<n or n%>');
};

const sha256: Kind<string> = (given) => {
  const text = typeof given.value === 'string' ? given.value.trim().toLowerCase() : '';
  if (/^[\da-f]{64}$/.test(text)) return text;
  throw wrong(
    given,
    'a whole SHA-256, which is 64 hexadecimal digits',
    '`check` prints that of the file; copy all of it.',
    '<SHA-256>',
  );
};

export const failureLimitRule = {
  flag: 'stop-after-failures',
  kind: failureLimitKind,
  value: 'n|n%',
  describe:
    'Stop, resumable, when more calls than this have ended without success in this session; n% is of the calls that have ended, counted as 100 at least',
};

export const guardRules: Rules<GuardOptions> = {
  maxUsers: {
    flag: 'max-users',
    kind: numberFrom(1, 1_000_000_000),
    value: 'n',
    describe: 'Refuse a file that names more users',
  },
  expectSha256: {
    flag: 'expect-sha256',
    kind: sha256,
    value: 'hex',
    describe: 'Refuse any file but the one with this SHA-256, which `check` prints',
  },
  canary: {
    flag: 'canary',
    kind: numberFrom(1, 1_000_000),
    value: 'n',
    describe:
      'Sign out the first n users, then stop and ask before going on; with --yes go on only when all of them succeeded',
  },
  stopAfterFailures: failureLimitRule,
};

const noGuards: GuardOptions = {
  maxUsers: undefined,
  expectSha256: undefined,
  canary: undefined,
  stopAfterFailures: undefined,
};

/** @throws {UserError} naming the flag. */
export function guardOptions(flags: Flags): GuardOptions {
  return Object.freeze({ ...noGuards, ...fromFlags(guardRules, flags) });
}

/** @throws {UserError} naming the option. */
export function checkedGuards(options: Some<GuardOptions> | undefined): GuardOptions {
  return Object.freeze({ ...noGuards, ...fromOptions(guardRules, options, 'guards') });
}

/** @returns undefined when the flag is absent. @throws {UserError} naming it. */
export function failureLimit(flags: Flags): FailureLimit | undefined {
  return fromFlags({ stopAfterFailures: failureLimitRule }, flags).stopAfterFailures;
}
