import type { Socket } from 'node:net';

/**
 * Ends a connection with RST. One that is about to end anyway just goes: Node 20 never lets go of a socket that is reset while its FIN
 * is on the way, and the process would hang at its end.
 */
export function resetConnection(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
