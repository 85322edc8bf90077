import { UserError } from '../errors.ts';
import { list, number, oneOf, text } from '../settings/read-flag.ts';
import { oneOf as oneOfKind, parseDuration } from '../settings/kinds.ts';
import type { Flags, Flag } from '../settings/rules.ts';
import {
  checkFaults,
  faultSets,
  faultSetWords,
  shareFaults,
  type Faults,
  type ShareFault,
} from '../simulator/faults.ts';
import type { RateLimit } from '../simulator/rate-limit.ts';

const setNames = Object.keys(faultSets) as (keyof typeof faultSets)[];
const outages = ['http503', 'refuse', 'reset', 'html502', 'stall', 'body500'] as const;
const throttledAs = ['body', 'status', 'both'] as const;
const retryAfterForms = ['none', 'seconds', 'date', 'garbage', 'hour'] as const;

export const faultSetFlag = {
  faults: {
    value: 'set,...',
    describe: `What goes wrong: ${setNames.map((name) => `${name} (${faultSetWords[name]})`).join(', ')}`,
  },
} as const satisfies Record<string, Flag>;

/** From 0 to 1. */
const aShare = /^(0|1|0?\.\d+|1\.0+)$/;

/** What the simulated server does wrong, one thing a flag. */
export const faultFlags = {
  ...faultSetFlag,
  limit: { value: 'n', describe: 'Calls a second that the tenant allows; more are throttled' },
  'limit-kind': {
    value: 'kind',
    default: 'bucket',
    describe: 'bucket (strict and even) or window (so many in each second)',
  },
  'limit-changes': { value: 'list', describe: 'The limit changes after the first call: 10s=125,30s=500' },
  'throttled-as': {
    value: 'form',
    default: 'body',
    describe: `Where a throttled reply says 429: ${throttledAs.join(', ')}`,
  },
  'retry-after': {
    value: 'form',
    default: 'none',
    describe: `Of throttled replies: ${retryAfterForms.join(', ')}, or seconds`,
  },
  latency: { value: 'duration', describe: 'Of each reply: 50ms, or 10ms-150ms' },
  outage: { value: 'after,for,as', describe: `Such as 5s,60s,reset; as one of ${outages.join(', ')}` },
  missing: { value: 'share', describe: 'Part of the users that does not exist: 0.05' },
  survivors: { value: 'share', describe: 'Part of the sessions that outlive the first kick: 0.05' },
  returns: {
    value: 'share,after',
    describe: 'Part of the users who sign in again, and how long after each kick: 0.05,2s',
  },
  unreadable: {
    value: 'share',
    describe: 'Part of the users about whose sessions questions are refused: 0.05',
  },
  share: {
    value: 'fault=share,...',
    describe: `Such as http500=0.02,resetAfter=0.01; of ${Object.keys(shareFaults).join(', ')}`,
  },
} as const satisfies Record<string, Flag>;

/** Of several sets the later one decides what both name. @throws {UserError} naming the flag. */
export function faultSet(flags: Flags): Faults | undefined {
  const names = list(flags, 'faults').map((value) =>
    oneOfKind(setNames)({ value, name: '--faults', isText: true }),
  );
  if (names.length === 0) return undefined;
  return names.reduce((faults, name): Faults => ({ ...faults, ...faultSets[name] }), {});
}

/** Sets where some are named, changed by the single flags. @throws {UserError} naming the flag. */
export function faultsFrom(flags: Flags): Faults {
  const rate = rateLimit(flags);
  const form = oneOf(flags, 'throttled-as', throttledAs);
  const retryAfter = retryAfterForm(flags);
  const latencyMs = latency(flags);
  const outage = outageFrom(flags);
  const shares = sharesFrom(flags);
  const returns = returnsFrom(flags);
  const part = (name: string) => number(flags, name, { from: 0, to: 1, fraction: true });
  const parts = { missing: part('missing'), survivors: part('survivors'), unreadable: part('unreadable') };
  const given = Object.fromEntries(Object.entries(parts).filter(([, share]) => share !== undefined));
  const faults: Faults = {
    ...faultSet(flags),
    ...(rate === undefined ? {} : { rate }),
    ...(form === undefined ? {} : { throttledAs: form }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(outage === undefined ? {} : { outage }),
    ...(shares === undefined ? {} : { shares }),
    ...(returns === undefined ? {} : { returns }),
    ...given,
  };
  try {
    checkFaults(faults);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`These faults cannot be simulated: ${error.message}.`, { cause: error });
  }
  return faults;
}

function rateLimit(flags: Flags): RateLimit | undefined {
  const perSecond = number(flags, 'limit', { from: 0, to: 1_000_000, fraction: true });
  const changes = text(flags, 'limit-changes');
  const kind = oneOf(flags, 'limit-kind', ['bucket', 'window'] as const) ?? 'bucket';
  if (perSecond === undefined) {
    if (changes === undefined) return undefined;
    throw new UserError('--limit-changes needs the limit that changes.', { hint: 'Give it with --limit.' });
  }
  const schedule = changes?.split(',').map((change) => {
    const [after = '', limit = ''] = change.split('=');
    const afterMs = parseDuration(after);
    if (afterMs === undefined || !/^\d+(\.\d+)?$/.test(limit))
      throw wrong('limit-changes', changes, '10s=125,30s=500');
    return { afterMs, perSecond: Number(limit) };
  });
  return { kind, perSecond, ...(schedule === undefined ? {} : { schedule }) };
}

function retryAfterForm(flags: Flags): Faults['retryAfter'] {
  const value = text(flags, 'retry-after');
  if (value !== undefined && /^\d+$/.test(value)) return Number(value);
  return oneOf(flags, 'retry-after', retryAfterForms);
}

function latency(flags: Flags): Faults['latencyMs'] {
  const value = text(flags, 'latency');
  if (value === undefined) return undefined;
  const [min, max] = value.split('-').map((part) => parseDuration(part));
  if (min === undefined || (value.includes('-') && max === undefined))
    throw wrong('latency', value, '50ms or 10ms-150ms');
  return max === undefined ? min : { min, max };
}

function outageFrom(flags: Flags): Faults['outage'] {
  const value = text(flags, 'outage');
  if (value === undefined) return undefined;
  const [after = '', duration = '', form = ''] = value.split(',');
  const afterMs = parseDuration(after);
  const forMs = parseDuration(duration);
  const as = outages.find((each) => each === form);
  if (afterMs === undefined || forMs === undefined || as === undefined)
    throw wrong('outage', value, '5s,60s,reset');
  return { afterMs, forMs, as };
}

function sharesFrom(flags: Flags): Faults['shares'] {
  const value = text(flags, 'share');
  if (value === undefined) return undefined;
  const shares = value.split(',').map((each) => {
    const [name = '', share = ''] = each.split('=');
    if (!aShare.test(share)) throw wrong('share', value, 'http500=0.02,resetAfter=0.01');
    return [name as ShareFault, Number(share)] as const;
  });
  return Object.fromEntries(shares);
}

function returnsFrom(flags: Flags): Faults['returns'] {
  const value = text(flags, 'returns');
  if (value === undefined) return undefined;
  const [share = '', after = ''] = value.split(',');
  const afterMs = parseDuration(after);
  if (!aShare.test(share) || afterMs === undefined) throw wrong('returns', value, '0.05,2s');
  return { share: Number(share), afterMs };
}

function wrong(flag: string, value: string, example: string): UserError {
  return new UserError(`--${flag} takes a value such as ${example}, not "${value}".`);
}
