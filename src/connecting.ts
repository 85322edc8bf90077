import type { Credentials } from './credentials.ts';
import type { OffboardEvent } from './events.ts';
import { connectPatiently } from './execute/connect.ts';
import { createPauses } from './execute/pauses.ts';
import type { Stop } from './execute/stop/stop.ts';
import { createClient } from './genauth/client.ts';
import { foreignConnection, ownConnection, type Connection } from './genauth/connection.ts';
import type { KickUsersClient } from './genauth/kick-users.ts';
import { createSeenRequestIds } from './genauth/seen-request-ids.ts';
import type { NetworkOptions } from './network.ts';
import { checkedHost, type PaceOptions, type ServerOptions } from './options.ts';
import type { Confirm } from './question.ts';
import { version } from './version.ts';

/** What `run` and `resume` have in common. */
export interface SessionOptions extends Confirm {
  /** For the client that is made when no other is given. */
  readonly credentials?: Credentials | undefined;
  /** For that client, too. */
  readonly network?: NetworkOptions | undefined;
  /** A client of the caller's own, such as the official SDK's `ManagementClient`; the caller closes it. */
  readonly client?: KickUsersClient | undefined;
  readonly onEvent?: ((event: OffboardEvent) => void) | undefined;
  /** When aborted: no new calls; those in flight end and are kept; reports are written. */
  readonly stopSignal?: AbortSignal | undefined;
  /** When aborted: those in flight are given up too, and become `unknown`. To be aborted after `stopSignal`. */
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * @param seen which calls the request IDs of the run's sessions before this one were given for.
 * @returns what calls are made with: the caller's own client, or one that is made for the server.
 */
export function openConnection(
  server: ServerOptions | null,
  pace: PaceOptions,
  options: SessionOptions,
  seen = createSeenRequestIds(),
): Connection {
  if (server === null || options.client !== undefined) {
    if (options.client === undefined) throw new TypeError('a run without a server needs a client');
    return foreignConnection(options.client, pace.timeoutMs, seen);
  }
  if (options.credentials === undefined) throw new TypeError('either credentials or a client is needed');
  checkedHost(server.host, 'server.host');
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
    }),
  );
}

/**
 * Gets through to the server, if need be with patience.
 * @param serverIsKnown it has taken the key in this run before. @returns why nothing can be sent.
 */
export function connect(
  connection: Connection,
  giveUpAfterMs: number,
  serverIsKnown: boolean,
  options: SessionOptions,
): Promise<Stop | undefined> {
  const pauses = createPauses();
  options.stopSignal?.addEventListener('abort', () => pauses.cancel(), { once: true });
  options.abortSignal?.addEventListener('abort', () => void connection.destroy(), { once: true });
  const { onEvent, stopSignal } = options;
  return connectPatiently({
    connect: connection.connect,
    wait: pauses.wait,
    giveUpAfterMs,
    serverIsKnown,
    onServer: (waitsFor) => onEvent?.({ type: 'server', waitsFor }),
    stopSignal,
  });
}
