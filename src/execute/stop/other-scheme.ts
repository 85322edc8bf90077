import type { Reply } from '../../genauth/reply.ts';
import { isThisMachine } from '../../settings/server-options.ts';

/** What came to a greeting in TLS was something else. */
const surelyPlain: ReadonlySet<string> = new Set([
  'EPROTO',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_WRONG_VERSION_NUMBER',
]);
/** Who speaks another language waits for more, or hangs up; so does who is not well. */
const perhapsEither: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
]);

/** The address with the other of https and http, where nothing but that may be wrong with it, and what to say of it. */
export interface OtherScheme {
  /** Undefined where plain http would show the credentials to a network. */
  readonly host: string | undefined;
  readonly hint: string;
}

/** @param reply the last one to a host that has never answered as GenAuth does. */
export function otherScheme({ errorCode = '', httpStatus }: Reply, host: string): OtherScheme | undefined {
  const url = new URL(host);
  if (url.protocol === 'http:') {
    const isSure = errorCode === 'HTTPParserError';
    // What a web server says to plain http on its port for https.
    if (!isSure && httpStatus !== 400 && !perhapsEither.has(errorCode)) return undefined;
    return propose(isSure, 'https', host.replace(/^http:/, 'https:'));
  }
  const isSure = surelyPlain.has(errorCode);
  if (!isSure && !perhapsEither.has(errorCode)) return undefined;
  if (isThisMachine(url)) return propose(isSure, 'plain http', host.replace(/^https:/, 'http:'));
  const doubt = isSure ? 'Nothing at this port speaks https' : 'Perhaps nothing at this port speaks https';
  return {
    host: undefined,
    hint: `${doubt}: check the port of --host (or GENAUTH_HOST), the network and the proxy. Plain http is taken for this machine only.`,
  };
}

function propose(isSure: boolean, speaks: string, host: string): OtherScheme {
  return {
    host,
    hint: `${isSure ? 'Probably' : 'Perhaps'} this port is one for ${speaks}: try --host ${host}`,
  };
}
