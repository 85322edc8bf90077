import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import type * as undici from 'undici';

const load = createRequire(import.meta.url);

// The package's own entrance loads its fetch, caches, WebSockets and mocks as well, which made a run of 100,000 calls take 5 % more CPU and
// 11 MiB more at its peak. Only what goes through a proxy needs it, as it gives the dispatchers their `connect`. Its files have no types.
export const Pool = load('undici/lib/dispatcher/pool.js') as typeof undici.Pool;
const buildConnector = load('undici/lib/core/connect.js') as typeof undici.buildConnector;

export type Connector = undici.buildConnector.connector;

/** Makes connections; @param onSocket is told of each one before anything is read from it. */
export function connector(
  options: undici.buildConnector.BuildOptions,
  onSocket: (socket: Socket) => void,
): Connector {
  return telling(buildConnector(options), onSocket);
}

export function telling(connect: Connector, onSocket: (socket: Socket) => void): Connector {
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      onSocket(socket);
      callback(null, socket);
    });
}

export function proxyAgent(options: undici.ProxyAgent.Options): undici.ProxyAgent {
  const { ProxyAgent } = load('undici') as typeof undici;
  return new ProxyAgent(options);
}

export type { Dispatcher } from 'undici';
