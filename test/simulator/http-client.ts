import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { connect } from 'node:net';

import type { Simulator } from '../../src/simulator/simulator.ts';

/** A body in GenAuth's form. */
interface Body {
  readonly statusCode: number;
  readonly message: string;
  readonly apiCode?: number;
  readonly requestId?: string;
  readonly data?: {
    readonly success?: boolean;
    readonly active?: boolean;
    readonly access_token?: string;
    readonly expires_in?: number;
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  /** The parsed text; empty if it is not JSON. */
  readonly body: Partial<Body>;
}

export type Headers = Readonly<Record<string, string>>;

/** One request on a connection of its own, through Node's client. Rejects if the reply is not whole. */
export async function post(url: string, body: string, headers: Headers = {}): Promise<Answer> {
  const length = String(Buffer.byteLength(body));
  const sent = request(url, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', 'content-length': length, ...headers },
  });
  sent.end(body);
  return answerTo(sent);
}

/** A question without a body. */
export async function get(url: string, headers: Headers = {}): Promise<Answer> {
  const sent = request(url, { agent: false, headers });
  sent.end();
  return answerTo(sent);
}

async function answerTo(sent: ClientRequest): Promise<Answer> {
  const [reply] = await once(sent, 'response');
  const parts: Buffer[] = [];
  for await (const part of reply) parts.push(part);
  const text = Buffer.concat(parts).toString();
  const isJson = String(reply.headers['content-type']).startsWith('application/json');
  return { status: reply.statusCode, headers: reply.headers, text, body: isJson ? JSON.parse(text) : {} };
}

export async function askToken(server: Simulator, credentials: object = server): Promise<Answer> {
  const { accessKeyId, accessKeySecret } = credentials as Simulator;
  return post(`${server.url}/api/v3/get-management-token`, JSON.stringify({ accessKeyId, accessKeySecret }));
}

/** The headers of a client that has a token. */
export async function bearer(server: Simulator): Promise<Headers> {
  const { body } = await askToken(server);
  return {
    authorization: `Bearer ${body.data?.access_token}`,
    'x-authing-userpool-id': server.userPoolId,
  };
}

export async function kick(server: Simulator, body: unknown, headers: Headers): Promise<Answer> {
  return post(`${server.url}/api/v3/kick-users`, JSON.stringify(body), headers);
}

export interface RawReply {
  readonly text: string;
  /** How the connection ended; `open` if it had not after `patienceMs`. */
  readonly ended: 'fin' | 'reset' | 'open';
}

/** Sends bytes as they are and takes down what comes back. */
export async function exchange(port: number, sent: string, patienceMs = 10_000): Promise<RawReply> {
  const socket = connect({ port, host: '127.0.0.1' });
  let text = '';
  socket.on('data', (bytes) => (text += bytes.toString('latin1')));
  const ended = new Promise<RawReply['ended']>((resolve) => {
    socket.once('end', () => resolve('fin'));
    socket.once('error', (error) =>
      resolve('code' in error && error.code === 'ECONNRESET' ? 'reset' : 'open'),
    );
    setTimeout(() => resolve('open'), patienceMs).unref();
  });
  socket.write(sent);
  const how = await ended;
  socket.destroy();
  return { text, ended: how };
}

/** The bytes of a kick. */
export function kickText(body: unknown, headers: Headers): string {
  const json = JSON.stringify(body);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /api/v3/kick-users HTTP/1.1\r\nHost: localhost\r\n${lines.join('')}Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
}
