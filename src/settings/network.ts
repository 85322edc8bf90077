import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';

import { UserError } from '../errors.ts';
import { text } from './read-flag.ts';
import type { Environment } from './server-options.ts';
import type { Flags, Rules } from './rules.ts';
import { text as textKind, type Kind } from './kinds.ts';

/** How the server is reached from here; given anew with each `resume`, and not kept in `run.json`. */
export interface NetworkOptions {
  /** Certificates (PEM, one after the other) to trust instead of the usual authorities. Default: the usual ones. */
  readonly ca?: string | undefined;
  /**
   * Address of an http or https proxy, with user name and password if it wants them. Default: none; the environment's variables are
   * looked at by the command line only.
   */
  readonly proxy?: string | undefined;
}

const certificates: Kind<string> = (given) => {
  const found = textKind(given).match(certificate) ?? [];
  for (const one of found) parseCertificate(one, `${given.name} holds a damaged certificate`);
  if (found.length > 0) return found.join('\n');
  throw new UserError(`${given.name} holds no certificate in PEM form.`, { hint: howPemLooks });
};

const proxyAddress: Kind<string> = (given) => {
  const url = proxyUrl(textKind(given));
  if (url !== undefined) return url.href;
  throw new UserError(`${given.name} is no address of an http or https proxy.`, { hint: howProxyLooks });
};

/** Messages never show the values: they may hold a password. */
export const networkRules: Rules<NetworkOptions> = {
  ca: {
    flag: 'ca-file',
    kind: certificates,
    value: 'file',
    describe: 'Trust the certificates in this file (PEM) instead of the usual authorities',
  },
  proxy: { kind: proxyAddress },
};

const howPemLooks =
  'Give the certificate of the authority that issued the server’s, in PEM form ("-----BEGIN CERTIFICATE-----").';
const howProxyLooks = 'It looks like http://proxy.example:3128.';

/**
 * From `--ca-file` and the usual proxy variables.
 * @param host the API's base address.
 * @param tell told that a proxy is used, and what is wrong with a certificate that can still be used.
 * @throws {UserError} naming the flag or the variable, never its value: that may hold a password.
 */
export function networkOptions(
  flags: Flags,
  environment: Environment,
  host: string,
  tell: (message: string) => void,
): NetworkOptions {
  const caFile = text(flags, 'ca-file');
  const ca = caFile === undefined ? undefined : readCertificates(caFile, tell);
  const proxy = proxyFor(host, environment);
  if (proxy !== undefined) tell(`Going to ${host} through the proxy ${proxy.shown} (${proxy.variable}).`);
  return { ca, proxy: proxy?.url };
}

const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

function readCertificates(file: string, tell: (message: string) => void): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new UserError(`--ca-file: ${file} cannot be read (${code}).`, { cause: error });
  }
  const found = bytes.toString('latin1').match(certificate) ?? [];
  // A file without PEM text may be the same certificate in binary form (DER).
  const parsed = (found.length === 0 ? [bytes] : found).map((one, place) => {
    const which =
      found.length === 0 ? 'holds no certificate' : `holds a damaged certificate, number ${place + 1}`;
    return parseCertificate(one, `--ca-file: ${file} ${which}`);
  });
  for (const { subject, validTo } of parsed) {
    if (Date.parse(validTo) < Date.now()) {
      tell(
        `--ca-file: the certificate of ${subject.replaceAll('\n', ', ')} was valid until ${validTo} only.`,
      );
    }
  }
  return parsed.map(String).join('');
}

function parseCertificate(one: string | Buffer, otherwise: string): X509Certificate {
  try {
    return new X509Certificate(one);
  } catch (error) {
    throw new UserError(`${otherwise}.`, { hint: howPemLooks, cause: error });
  }
}

interface Proxy {
  readonly url: string;
  /** Without user name and password. */
  readonly shown: string;
  readonly variable: string;
}

/** In this order, as Node and curl have it: lower case first. */
const variables = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const;

/**
 * @returns undefined when the host is reached directly. This machine always is: what goes there is not encrypted, and a proxy
 * would see the credentials. By hand, as `proxy-from-env` knows no ranges, and does not tell which variable is to be mended.
 */
export function proxyFor(host: string, environment: Environment): Proxy | undefined {
  const { protocol, hostname, port } = new URL(host);
  if (protocol !== 'https:') return undefined;
  const variable = variables.find((name) => environment[name]);
  if (variable === undefined) return undefined;
  const noProxy = environment['no_proxy'] || environment['NO_PROXY'] || '';
  if (isExempt(hostname.replaceAll(/[[\]]/g, ''), Number(port || 443), noProxy)) return undefined;
  const value = environment[variable] ?? '';
  const url = proxyUrl(value);
  if (url === undefined) {
    throw new UserError(`${variable} holds no address of an http or https proxy.`, {
      hint: `${howProxyLooks} To go without a proxy, unset it or name the host in NO_PROXY.`,
    });
  }
  return { url: url.href, shown: url.origin, variable };
}

function proxyUrl(value: string): URL | undefined {
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url !== undefined && ['http:', 'https:'].includes(url.protocol) && canDecode(url) ? url : undefined;
}

function canDecode({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** Entries are `*`, a name (its subdomains included), an address, or a range such as `10.0.0.0/8`; with or without a port. */
function isExempt(hostname: string, port: number, noProxy: string): boolean {
  const entries = noProxy.toLowerCase().split(/[,\s]+/);
  return entries.filter(Boolean).some((entry) => {
    const { name, onlyPort } = parseEntry(entry);
    if (onlyPort !== undefined && onlyPort !== port) return false;
    return name === '*' || hostname === name || hostname.endsWith(`.${name}`) || isInRange(hostname, name);
  });
}

function parseEntry(entry: string): { readonly name: string; readonly onlyPort: number | undefined } {
  // An address of IPv6 holds colons of its own, so a port follows it only when it is in brackets.
  const [, bracketed, name, port] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
  return {
    name: (bracketed ?? name ?? entry).replace(/^\*?\./, ''),
    onlyPort: port === undefined ? undefined : Number(port),
  };
}

function isInRange(hostname: string, range: string): boolean {
  const [, network = '', bits = ''] = /^(.+)\/(\d+)$/.exec(range) ?? [];
  const family = isIP(hostname);
  if (family === 0 || isIP(network) !== family || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, Number(bits), kind);
  return list.check(hostname, kind);
}
