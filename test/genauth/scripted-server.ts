import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { Certificate } from './certificates.ts';

/** A request as it came over the wire. */
export interface WireRequest {
  /** `POST /api/v3/kick-users HTTP/1.1` */
  readonly requestLine: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ScriptedServer {
  readonly host: string;
  readonly port: number;
  readonly requests: WireRequest[];
  /** Connections accepted so far. */
  readonly connections: () => number;
  readonly stop: () => void;
}

/** What the server does with one whole request; `count` starts at 1. */
export type Script = (socket: Socket, request: WireRequest, count: number) => void;

/** A server on a loopback port that speaks just as much HTTP as the script does. It ends with the test. */
export async function serve(script: Script, certificate?: Certificate, port = 0): Promise<ScriptedServer> {
  const requests: WireRequest[] = [];
  const sockets = new Set<Socket>();
  let accepted = 0;
  const onConnection = (socket: Socket): void => {
    accepted += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    let received = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      received += text;
      for (;;) {
        const request = readRequest(received);
        if (request === undefined) return;
        received = received.slice(request.length);
        requests.push(request);
        script(socket, request, requests.length);
      }
    });
  };
  const server: Server =
    certificate === undefined
      ? createServer(onConnection)
      : createTlsServer({ ...certificate }, onConnection);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  const stop = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(stop);
  const scheme = certificate === undefined ? 'http' : 'https';
  return { host: `${scheme}://127.0.0.1:${bound}`, port: bound, requests, connections: () => accepted, stop };
}

/** The tests send ASCII only, so that characters are bytes. */
function readRequest(received: string): (WireRequest & { length: number }) | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const [requestLine = '', ...lines] = received.slice(0, headEnd).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const length = headEnd + 4 + Number(headers['content-length'] ?? 0);
  if (received.length < length) return undefined;
  return { requestLine, headers, body: received.slice(headEnd + 4, length), length };
}

/** An HTTP reply with a length. */
export function httpReply(
  body: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const lines = Object.entries({ 'content-type': 'application/json', ...headers });
  return `HTTP/1.1 ${status} X\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

export const kicked = { statusCode: 200, message: 'ok', requestId: 'req-1', data: { success: true } };

/** A management token as GenAuth's: a JWT whose signature nobody checks here. */
export function tokenReply({
  userPoolId = 'pool-1',
  expiresIn = 7200,
  id = 1,
}: { userPoolId?: string; expiresIn?: number; id?: number } = {}): string {
  return httpReply({
    statusCode: 200,
    data: { access_token: jwt({ scoped_userpool_id: userPoolId, id }), expires_in: expiresIn },
  });
}

export function jwt(claims: unknown): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'RS256' })}.${encode(claims)}.c2ln`;
}
