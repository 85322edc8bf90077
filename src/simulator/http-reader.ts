import type { Socket } from 'node:net';

import { type BodyReader, createChunkedBody, createSizedBody, MalformedBody } from './http-body.ts';

/** One HTTP request, read to its end. */
export interface HttpRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** As it was sent, without the question mark. */
  readonly query: string;
  /** Names in small letters. */
  readonly headers: ReadonlyMap<string, string>;
  /** `undefined` if it was too long. */
  readonly body: Buffer | undefined;
  /** Whether the connection serves further requests after this one. */
  readonly keepAlive: boolean;
  readonly socket: Socket;
  /** The reply has been written: the next request may come. */
  replied(): void;
}

type Head = Pick<HttpRequest, 'method' | 'path' | 'query' | 'headers' | 'keepAlive'>;

const tlsHandshake = 0x16;
const maxHeadBytes = 32_000;
const maxBodyBytes = 1_000_000;
const nothing: Buffer = Buffer.alloc(0);

/**
 * Reads HTTP/1.1 off one connection, one request after the other. Node's own server spends three times as long on a request as
 * the simulator needs for it, and puts right what the simulator wants to get wrong.
 */
export function readRequests(socket: Socket, handle: (request: HttpRequest) => void): void {
  let unread = nothing;
  let head: Head | undefined;
  let body: BodyReader | undefined;
  let replying = false;
  let reading = false;

  function refuse(): void {
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    replying = true;
  }

  /** @returns whether a further step may find something to do. */
  function step(): boolean {
    if (!head || !body) {
      const end = unread.indexOf('\r\n\r\n');
      // A greeting in TLS has no end that could be waited for.
      if (end === -1 && unread.length <= maxHeadBytes && unread[0] !== tlsHandshake) return false;
      head = end === -1 ? undefined : readHead(unread.toString('latin1', 0, end));
      body = head && bodyReaderFor(head.headers);
      if (!head || !body) {
        refuse();
        return false;
      }
      unread = unread.subarray(end + 4);
      if (head.headers.get('expect')?.toLowerCase() === '100-continue') {
        socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      }
    }
    const rest = body.read(unread);
    unread = rest ?? nothing;
    if (!rest) return false;
    const { method, path, query, headers, keepAlive } = head;
    const request = { method, path, query, headers, body: body.body(), keepAlive, socket, replied };
    head = undefined;
    body = undefined;
    replying = true;
    handle(request);
    return true;
  }

  function advance(): void {
    reading = true;
    try {
      while (!replying && step());
    } catch (error) {
      if (!(error instanceof MalformedBody)) throw error;
      refuse();
    }
    reading = false;
  }

  function replied(): void {
    replying = false;
    if (!reading && unread.length > 0) advance();
  }

  socket.on('data', (bytes: Buffer) => {
    unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes]);
    if (!replying) advance();
    else if (unread.length > maxBodyBytes) socket.destroy();
  });
}

/** `undefined` if it is not HTTP/1. */
function readHead(text: string): Head | undefined {
  const lines = text.split('\r\n');
  const [method = '', target = '', version = '', more] = lines[0]?.split(' ') ?? [];
  const isHttp1 = version === 'HTTP/1.1' || version === 'HTTP/1.0';
  if (method === '' || !target.startsWith('/') || !isHttp1 || more !== undefined) return undefined;
  const headers = new Map<string, string>();
  for (let at = 1; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon < 1 || name.includes(' ') || name.includes('\t')) return undefined;
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark + 1);
  const keepAlive = version === 'HTTP/1.1' && headers.get('connection')?.toLowerCase() !== 'close';
  return { method, path, query, headers, keepAlive };
}

/** `undefined` if the headers contradict each other. */
function bodyReaderFor(headers: ReadonlyMap<string, string>): BodyReader | undefined {
  const encoding = headers.get('transfer-encoding');
  const length = headers.get('content-length');
  if (encoding !== undefined) {
    const chunked = encoding.toLowerCase() === 'chunked' && length === undefined;
    return chunked ? createChunkedBody(maxBodyBytes) : undefined;
  }
  if (length === undefined) return createSizedBody(0, maxBodyBytes);
  return /^\d{1,15}$/.test(length) ? createSizedBody(Number(length), maxBodyBytes) : undefined;
}
