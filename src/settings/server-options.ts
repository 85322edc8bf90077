import { UserError, hostPlaceholder } from '../errors.ts';
import { oneOf, text, waysTo, wrong, type Kind } from './kinds.ts';
import { fromFlags, fromOptions, type Flags, type Rules, type Some } from './rules.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the calls go and how they are authorised. The same for the whole life of a run. */
export interface ServerOptions {
  /** The API's base address: https, or plain http to this machine. Default: `https://api.genauth.ai`. */
  readonly host: string;
  /** A management token for all calls, or a signature on each. Default: `token`. */
  readonly auth: 'token' | 'signature';
  /** Of signatures: header prefix and scheme. Default: `authing`. */
  readonly brand: 'authing' | 'genauth';
  /** For user pools with several tenants. */
  readonly tenantId: string | undefined;
  /** The header that carries it, as clients disagree about its name. Default: `x-authing-tenant-id`. */
  readonly tenantHeader: string;
}

const host: Kind<string> = (given) => checkedHost(text(given), given.name);

const headerName: Kind<string> = (given) => {
  const name = text(given);
  if (/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return name.toLowerCase();
  throw wrong(given, 'the name of an HTTP header');
};

const headerValue: Kind<string> = (given) => {
  const value = text(given).trim();
  if (/^[\x20-\x7e]+$/.test(value)) return value;
  throw wrong(given, 'ASCII characters that an HTTP header can hold');
};

export const serverDefaults = {
  host: 'https://api.genauth.ai',
  auth: 'token',
  brand: 'authing',
  tenantId: undefined,
  tenantHeader: 'x-authing-tenant-id',
} as const satisfies ServerOptions;

export const serverRules: Rules<ServerOptions> = {
  host: {
    flag: 'host',
    kind: host,
    value: 'url',
    default: serverDefaults.host,
    describe: "The API's base address, also GENAUTH_HOST; https, or http to this machine",
  },
  auth: {
    flag: 'auth',
    kind: oneOf(['token', 'signature']),
    value: 'way',
    default: serverDefaults.auth,
    describe: 'token (a management token for all calls) or signature (each call is signed)',
  },
  brand: {
    flag: 'brand',
    kind: oneOf(['authing', 'genauth']),
    value: 'brand',
    default: serverDefaults.brand,
    describe: 'When signing: authing or genauth, for header prefix and scheme',
  },
  tenantId: {
    flag: 'tenant-id',
    kind: headerValue,
    value: 'id',
    describe: 'Tenant, for user pools with several',
  },
  tenantHeader: {
    flag: 'tenant-header',
    kind: headerName,
    value: 'name',
    default: serverDefaults.tenantHeader,
    describe: 'Header that carries the tenant',
  },
};

/** @throws {UserError} naming the flag or the variable. */
export function serverOptions(flags: Flags, environment: Environment): ServerOptions {
  const fromEnvironment = environment['GENAUTH_HOST'] || undefined;
  const host =
    flags['host'] === undefined && fromEnvironment !== undefined
      ? { host: checkedHost(fromEnvironment, 'GENAUTH_HOST') }
      : {};
  return Object.freeze({ ...serverDefaults, ...fromFlags(serverRules, flags), ...host });
}

/** @throws {UserError} naming the option. */
export function checkedServer(options: Some<ServerOptions> | undefined): ServerOptions {
  return Object.freeze({ ...serverDefaults, ...fromOptions(serverRules, options, 'server') });
}

/**
 * https, or plain http to this machine: credentials must not cross a network unprotected.
 * @param from what messages call the place that it comes from.
 * @returns the base address without a slash at its end.
 */
export function checkedHost(value: string, from: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const hint = `Give the API's base address, such as ${serverDefaults.host}.`;
  const whole = withScheme(value);
  if (whole !== undefined) {
    throw new UserError(`${from} takes a whole address, with its https:// or http://, not "${value}".`, {
      hint: `Probably it is ${whole}.`,
      ways: waysTo({ name: from }, whole),
    });
  }
  const ways = waysTo({ name: from }, hostPlaceholder);
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new UserError(`${from} takes an https address, not "${value}".`, { hint, ways });
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new UserError(`${from} takes a plain address, without user, query or fragment.`, { hint, ways });
  }
  if (url.protocol === 'http:' && !isThisMachine(url)) {
    throw new UserError(
      `${from} is plain http to ${url.hostname}, which would show the credentials to the network.`,
      {
        hint: 'Use https. Plain http is taken for this machine only, as for the simulator.',
        ways,
      },
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** Plain http to it crosses no network. */
export function isThisMachine({ hostname }: Pick<URL, 'hostname'>): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** @returns a name or number of a host that was given without one, with the scheme that it can have; undefined for all else. */
function withScheme(value: string): string | undefined {
  const bare = /^(?:[\w-]+(?:\.[\w-]+)*|\[[\da-f:.]+\])(?::\d+)?(?:\/[^?#]*)?$/i.exec(value.trim())?.[0];
  if (bare === undefined || !URL.canParse(`https://${bare}`)) return undefined;
  const scheme = isThisMachine(new URL(`https://${bare}`)) ? 'http' : 'https';
  return `${scheme}://${bare}`;
}
