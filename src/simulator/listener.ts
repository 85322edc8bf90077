import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { resetConnection } from './reset-connection.ts';

const loopback = '127.0.0.1';

/** A server's listening socket, which can be closed for a while and opened again on the same port. */
export interface Listener {
  readonly port: number;
  /** The number of a connection, from 1. */
  numberOf(socket: Socket): number;
  /** Resets every connection; new ones are refused until `reopen`. */
  shut(): void;
  reopen(): void;
  /** Ends everything for good. */
  close(): Promise<void>;
}

/**
 * @param port 0 for any that is free.
 * @param onConnection called with how many connections there have been.
 */
export async function openListener(
  server: Server,
  port: number,
  onConnection: (count: number) => void,
): Promise<Listener> {
  const sockets = new Map<Socket, number>();
  let count = 0;
  let wanted = true;
  let opening: Promise<void> | undefined;

  server.on('connection', (socket) => {
    sockets.set(socket, ++count);
    // Clients that go away are no concern of a server.
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    onConnection(count);
  });
  server.listen(port, loopback);
  await once(server, 'listening');
  const { port: actualPort } = server.address() as AddressInfo;

  /** Somebody else may hold the port for a moment: tries until it is open, or no longer wanted. */
  async function openAgain(): Promise<void> {
    if (!wanted || server.listening) return;
    try {
      server.listen(actualPort, loopback);
      await once(server, 'listening');
    } catch {
      await wait(50);
      await openAgain();
    }
  }

  function shut(): void {
    wanted = false;
    if (server.listening) server.close();
    for (const socket of sockets.keys()) resetConnection(socket);
  }

  return {
    port: actualPort,
    numberOf: (socket) => sockets.get(socket) ?? 0,
    shut,
    reopen() {
      wanted = true;
      opening ??= openAgain().finally(() => {
        opening = undefined;
      });
    },
    async close() {
      shut();
      await opening;
      if (server.listening) server.close();
      await Promise.all(
        Array.from(sockets.keys(), async (socket) => new Promise((ended) => socket.once('close', ended))),
      );
    },
  };
}
