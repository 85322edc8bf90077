import { credentialRules, type Credentials } from '../settings/credentials.ts';
import { UserError } from '../errors.ts';
import type { OffboardEvent } from '../events.ts';
import { connectPatiently } from '../execute/connect.ts';
import { stopMessage } from '../execute/stop/stop-message.ts';
import type { Stop } from '../execute/stop/stop.ts';
import { createClient, type GenAuthClient } from '../genauth/client.ts';
import { foreignConnection, ownConnection, type Connection } from '../genauth/connection.ts';
import type { KickUsersClient } from '../genauth/kick-users.ts';
import { createSeenRequestIds } from '../genauth/seen-request-ids.ts';
import { networkRules, type NetworkOptions } from '../settings/network.ts';
import { checkedPace, paceRules, type PaceOptions } from '../settings/pace-options.ts';
import { type ServerOptions, serverDefaults, serverRules } from '../settings/server-options.ts';
import { type Some, fromOptions, nameIn, nested, type Rules } from '../settings/rules.ts';
import type { Confirm } from './confirm.ts';
import { hookRules } from '../settings/hooks.ts';
import { aFunction, having, text, type Kind } from '../settings/kinds.ts';
import { version } from '../version.ts';

/** What `run` and `resume` have in common. */
export interface SessionOptions extends Confirm {
  /** For the client that is made when no other is given; needed then. */
  readonly credentials?: Credentials | undefined;
  /** For that client, too. */
  readonly network?: NetworkOptions | undefined;
  /** A client of the caller's own, such as the official SDK's `ManagementClient`; the caller closes it. */
  readonly client?: KickUsersClient | undefined;
  /** Told what happens, in the moment in which it does. It must not throw. */
  readonly onEvent?: ((event: OffboardEvent) => void) | undefined;
  /** When aborted: no new calls; those in flight end and are kept; reports are written. */
  readonly stopSignal?: AbortSignal | undefined;
  /** When aborted: those in flight are given up too, and become `unknown`. To be aborted after `stopSignal`. */
  readonly abortSignal?: AbortSignal | undefined;
}

const credentials: Kind<Credentials> = ({ value, name }) => {
  const { accessKeyId = '', accessKeySecret = '' } = fromOptions(credentialRules, value, name);
  const missing = [
    ...(accessKeyId === '' ? ['accessKeyId'] : []),
    ...(accessKeySecret === '' ? ['accessKeySecret'] : []),
  ].map((key) => nameIn(name, key));
  if (missing.length === 0) return { accessKeyId, accessKeySecret };
  throw new UserError(`${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing.`, {
    hint: 'Give both; the GenAuth console shows them.',
  });
};

export const sessionRules: Rules<SessionOptions> = {
  credentials: { kind: credentials },
  network: { kind: nested(networkRules) },
  client: { kind: having('an object with kickUsers(dto)', 'kickUsers') },
  ...hookRules,
  confirm: { kind: aFunction() },
  confirmCanary: { kind: aFunction() },
};

/** What a client for single calls is made of. */
export interface ClientOptions extends Credentials, Some<ServerOptions>, NetworkOptions {
  /** For one attempt, in milliseconds. Default: 10,000. */
  readonly timeoutMs?: number | undefined;
  /** Connections open at most; attempts beyond that wait, and their time runs. Default: 64. */
  readonly connections?: number | undefined;
  /** The version of whoever calls, for the `user-agent` header. Default: this program's. */
  readonly version?: string | undefined;
}

const clientRules: Rules<ClientOptions> = {
  ...credentialRules,
  ...serverRules,
  ...networkRules,
  timeoutMs: paceRules.timeoutMs,
  connections: paceRules.concurrency,
  version: { kind: text },
};

export function openOwnClient(given: ClientOptions): GenAuthClient {
  const options = fromOptions(clientRules, given, '');
  const { accessKeyId, accessKeySecret } = credentials({
    value: { accessKeyId: options.accessKeyId, accessKeySecret: options.accessKeySecret },
    name: '',
    isText: false,
  });
  const { timeoutMs, concurrency: connections } = checkedPace({});
  return createClient({
    ...serverDefaults,
    timeoutMs,
    connections,
    version,
    ...options,
    accessKeyId,
    accessKeySecret,
  });
}

/**
 * @param seen which calls the request IDs of the run's sessions before this one were given for.
 * @param mayWrite see the transport's; a client of the caller's own does not ask.
 * @returns what calls are made with: the caller's own client, or one that is made for the server.
 */
export function openConnection(
  server: ServerOptions | null,
  pace: PaceOptions,
  options: SessionOptions,
  seen = createSeenRequestIds(),
  mayWrite?: () => boolean,
): Connection {
  if (server === null || options.client !== undefined) {
    if (options.client === undefined) throw new TypeError('a run without a server needs a client');
    return foreignConnection(options.client, pace.timeoutMs, seen);
  }
  if (options.credentials === undefined) {
    throw new UserError('Neither credentials nor a client is given.', {
      hint: 'Give credentials: { accessKeyId, accessKeySecret }, or a client of your own.',
    });
  }
  const { concurrency, timeoutMs } = pace;
  return ownConnection(
    createClient({
      ...server,
      ...options.credentials,
      ...options.network,
      connections: concurrency,
      timeoutMs,
      version,
      seen,
      mayWrite,
    }),
  );
}

/**
 * Gets through to the server, if need be with patience.
 * @param host undefined with a client of the caller's own.
 * @param serverIsKnown it has taken the key in this run before. @returns why nothing can be sent.
 */
export async function connect(
  connection: Connection,
  host: string | undefined,
  giveUpAfterMs: number,
  serverIsKnown: boolean,
  options: SessionOptions,
): Promise<Stop | undefined> {
  options.abortSignal?.addEventListener('abort', () => void connection.destroy(), { once: true });
  const { onEvent, stopSignal } = options;
  if (host !== undefined) onEvent?.({ type: 'connecting', host, givesUpInMs: giveUpAfterMs });
  const stop = await connectPatiently({
    connect: connection.connect,
    giveUpAfterMs,
    serverIsKnown,
    onServer: (waitsFor) => onEvent?.({ type: 'server', waitsFor }),
    stopSignal,
  });
  if (host !== undefined) onEvent?.({ type: 'connected' });
  return stop;
}

/** A key that has never been taken is a wrong one: nothing was sent, and there is nothing to resume. */
export function refusedKey(stop: Stop): UserError {
  const { message, hint } = stopMessage(stop);
  return new UserError(`${message} Nothing was sent.`, { hint });
}
