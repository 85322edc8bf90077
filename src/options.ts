import ms, { type StringValue } from 'ms';

import { UserError } from './errors.ts';
import type { ColumnChoice } from './input/columns.ts';
import { encodings, type Encoding } from './input/encoding.ts';
import { isCountryCode } from './input/phone.ts';
import { userIdTypes, type UserIdType } from './input/user-id-type.ts';

/** Flags as the command line has them, by name without dashes; an absent one is undefined. */
export type Flags = Readonly<Record<string, unknown>>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** Decides, together with the input, what the calls are. The same for the whole life of a run. */
export interface PlanOptions {
  /** Which sheet of a workbook; undefined for the first one that is shown. */
  readonly sheet?: string | undefined;
  readonly columns: ColumnChoice;
  /** Of the input; told from its beginning when undefined. */
  readonly encoding: Encoding | undefined;
  /** For rows that name none; told by the name of the user ID's column when undefined. */
  readonly userIdType: UserIdType | undefined;
  /** For rows that name none; empty when each row has to. */
  readonly appIds: readonly string[];
  /** Go on although some rows are invalid. */
  readonly skipInvalid: boolean;
  /** The path of a list of users who are never sent. A run pins a copy, and keeps to that. */
  readonly protect: string | undefined;
  /** Phone numbers are sent without this country's code and what stands before it, as in +86 and 0086. */
  readonly phoneCountry: string | undefined;
  /**
   * Send IDs that look damaged as they are, with a warning: all but what stands for nothing, or those that are named, whatever
   * they look like.
   */
  readonly allowDamagedIds: boolean | readonly string[];
}

/** Where the calls go and how they are authorised. The same for the whole life of a run. */
export interface ServerOptions {
  /** Base address without a slash at its end. */
  readonly host: string;
  readonly auth: 'token' | 'signature';
  readonly brand: 'authing' | 'genauth';
  readonly tenantId: string | undefined;
  readonly tenantHeader: string;
}

/** How fast and how stubbornly; may change with each `resume`. */
export interface PaceOptions {
  /** Requests in flight at most. */
  readonly concurrency: number;
  /** Attempts per second at most. */
  readonly rate: number | undefined;
  /** Further attempts for a call that may still succeed. */
  readonly retries: number;
  /** For one attempt. */
  readonly timeoutMs: number;
  /** A run whose server is down for so long stops, resumable. */
  readonly giveUpAfterMs: number;
}

export const defaults = {
  host: 'https://api.genauth.ai',
  auth: 'token',
  brand: 'authing',
  tenantHeader: 'x-authing-tenant-id',
  concurrency: 64,
  retries: 8,
  timeout: '10s',
  giveUpAfter: '15m',
  logLevel: 'info',
} as const;

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** @throws {UserError} naming the flag, like all readers of flags here. */
export function planOptions(flags: Flags): PlanOptions {
  const columns: ColumnChoice = {
    ...given('userIdColumn', text(flags, 'user-id-column')),
    ...given('userIdTypeColumn', text(flags, 'user-id-type-column')),
    ...given('appIdsColumn', text(flags, 'app-ids-column')),
  };
  return Object.freeze({
    ...given('sheet', text(flags, 'sheet')),
    columns,
    encoding: encodingOf(flags),
    userIdType: oneOf(flags, 'user-id-type', userIdTypes),
    appIds: list(flags, 'app-ids'),
    skipInvalid: flags['skip-invalid'] === true,
    protect: text(flags, 'protect'),
    phoneCountry: countryCode(flags),
    allowDamagedIds: allowedIds(flags),
  });
}

/** The flags that mean these options, for a table of the same columns in another file. */
export function planFlags(plan: PlanOptions): string[] {
  const { columns, userIdType, appIds, protect, phoneCountry, allowDamagedIds } = plan;
  const values: readonly (readonly [flag: string, value: string | undefined])[] = [
    ['--user-id-column', columns.userIdColumn],
    ['--user-id-type-column', columns.userIdTypeColumn],
    ['--app-ids-column', columns.appIdsColumn],
    ['--user-id-type', userIdType],
    ['--app-ids', appIds.length === 0 ? undefined : appIds.join(',')],
    ['--protect', protect],
    ['--phone-country', phoneCountry],
  ];
  const given = values.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
  return [...given, ...allowFlags(allowDamagedIds)];
}

/** The flag without which IDs that look damaged are refused. */
export function allowFlags(allowed: PlanOptions['allowDamagedIds']): string[] {
  if (allowed === false) return [];
  return ['--allow-damaged-ids', ...(allowed === true ? [] : [[...new Set(allowed)].join(',')])];
}

export function serverOptions(flags: Flags, environment: Environment): ServerOptions {
  const fromFlag = text(flags, 'host');
  const host = fromFlag ?? (environment['GENAUTH_HOST'] || defaults.host);
  return Object.freeze({
    host: checkedHost(host, fromFlag === undefined ? 'GENAUTH_HOST' : '--host'),
    auth: oneOf(flags, 'auth', ['token', 'signature'] as const) ?? defaults.auth,
    brand: oneOf(flags, 'brand', ['authing', 'genauth'] as const) ?? defaults.brand,
    tenantId: text(flags, 'tenant-id'),
    tenantHeader: headerName(text(flags, 'tenant-header') ?? defaults.tenantHeader),
  });
}

/** @param before what the run used last, for flags that are not given. */
export function paceOptions(flags: Flags, before?: PaceOptions): PaceOptions {
  return Object.freeze({
    concurrency:
      number(flags, 'concurrency', { from: 1, to: 10_000 }) ?? before?.concurrency ?? defaults.concurrency,
    rate: number(flags, 'rate', { from: 0.01, to: 1_000_000, fraction: true }) ?? before?.rate,
    retries: number(flags, 'retries', { from: 0, to: 1000 }) ?? before?.retries ?? defaults.retries,
    timeoutMs: duration(flags, 'timeout') ?? before?.timeoutMs ?? ms(defaults.timeout),
    giveUpAfterMs: duration(flags, 'give-up-after') ?? before?.giveUpAfterMs ?? ms(defaults.giveUpAfter),
  });
}

export function logLevel(flags: Flags): LogLevel {
  return oneOf(flags, 'log-level', logLevels) ?? defaults.logLevel;
}

/** @returns undefined when the flag is absent. */
export function text(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value))
    throw new UserError(`--${name} was given more than once.`, { hint: 'Give it once.' });
  if (typeof value !== 'string' || value.trim() === '') {
    throw new UserError(`--${name} needs a value.`, { hint: `Write --${name}=<value>.` });
  }
  return value;
}

export function number(
  flags: Flags,
  name: string,
  range: { readonly from: number; readonly to: number; readonly fraction?: boolean },
): number | undefined {
  const value = text(flags, name);
  if (value === undefined) return undefined;
  const parsed = /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : Number.NaN;
  const fits =
    parsed >= range.from && parsed <= range.to && (range.fraction === true || Number.isInteger(parsed));
  if (fits) return parsed;
  const kind = range.fraction === true ? 'a number' : 'a whole number';
  throw new UserError(`--${name} takes ${kind} from ${range.from} to ${range.to}, not "${value}".`);
}

/** @returns milliseconds. */
export function duration(flags: Flags, name: string): number | undefined {
  const value = text(flags, name);
  if (value === undefined) return undefined;
  const parsed = parseDuration(value);
  if (parsed !== undefined && parsed >= 1) return parsed;
  throw new UserError(`--${name} takes a duration with its unit, such as 500ms, 10s or 15m, not "${value}".`);
}

/** @returns milliseconds; undefined when the text is no duration from 0 to 24 days. */
export function parseDuration(value: string): number | undefined {
  // Without a unit `ms` takes milliseconds, and who writes 10 means seconds.
  const parsed = /^[\d.]+ ?[a-z]+$/i.test(value) ? ms(value as StringValue) : Number.NaN;
  return parsed >= 0 && parsed <= ms('24d') ? parsed : undefined;
}

export function oneOf<const T extends string>(
  flags: Flags,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = text(flags, name);
  if (value === undefined) return undefined;
  const chosen = choices.find((choice) => choice === value);
  if (chosen !== undefined) return chosen;
  throw new UserError(`--${name} takes one of ${choices.join(', ')}, not "${value}".`);
}

/** GBK is what GB18030 was before it grew; Windows has it as its code page. */
function encodingOf(flags: Flags): Encoding | undefined {
  const encoding = oneOf(flags, 'encoding', [...encodings, 'gbk']);
  return encoding === 'gbk' ? 'gb18030' : encoding;
}

/** @returns none when the flag is absent. */
export function list(flags: Flags, name: string): readonly string[] {
  const value = text(flags, name);
  if (value === undefined) return [];
  const items = value.split(',').map((item) => item.trim());
  if (items.includes(''))
    throw new UserError(`--${name} has an empty name in "${value}".`, { hint: 'Write a,b,c.' });
  return [...new Set(items)];
}

/** The flag may stand without a value. */
function allowedIds(flags: Flags): boolean | readonly string[] {
  const value = flags['allow-damaged-ids'];
  if (value === undefined || value === true || value === '') return value !== undefined;
  return list(flags, 'allow-damaged-ids');
}

function countryCode(flags: Flags): string | undefined {
  const value = text(flags, 'phone-country');
  const code = value?.trim().replace(/^\+/, '');
  if (code === undefined || isCountryCode(code)) return code;
  throw new UserError(`--phone-country takes the code that a country's numbers begin with, not "${value}".`, {
    hint: 'Write 86 for China.',
  });
}

function given<K extends string>(key: K, value: string | undefined): { [key in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]: string });
}

function headerName(name: string): string {
  if (/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return name.toLowerCase();
  throw new UserError(`--tenant-header takes the name of an HTTP header, not "${name}".`);
}

/**
 * https, or plain http to this machine: credentials must not cross a network unprotected.
 * @param from what messages call the place that it comes from.
 * @returns the base address without a slash at its end.
 */
export function checkedHost(value: string, from: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const hint = `Give the API's base address, such as ${defaults.host}.`;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new UserError(`${from} takes an https address, not "${value}".`, { hint });
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new UserError(`${from} takes a plain address, without user, query or fragment.`, { hint });
  }
  if (url.protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) {
    throw new UserError(
      `${from} is plain http to ${url.hostname}, which would show the credentials to the network.`,
      {
        hint: 'Use https. Plain http is taken for this machine only, as for the simulator.',
      },
    );
  }
  return url.href.replace(/\/+$/, '');
}
