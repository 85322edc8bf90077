import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

import type { HttpRequest } from './http-reader.ts';
import type { Reply } from './replies.ts';
import { resetConnection } from './reset-connection.ts';

/** How a reply is carried to the client. */
export type ReplyDelivery = 'whole' | 'huge' | 'drip' | 'half' | 'cut' | 'resetInside' | 'stallInside';

/** What happens to the connection where there is no reply. */
export type SilentDelivery = 'garbage' | 'reset' | 'close' | 'stall';

export interface DeliverOptions {
  /** The server's clock, as the `Date` header has it. */
  readonly date: string;
  readonly dripMs: number;
  /** Timers go through this, so that they end with the server. */
  later(ms: number, action: () => void): void;
  /** Called once: nothing more will be sent. `answered`: a whole reply in HTTP was. */
  done(answered: boolean): void;
}

/** A reply and its way, or none. */
export type Sending =
  | { readonly reply: Reply; readonly delivery: ReplyDelivery }
  | { readonly reply: undefined; readonly delivery: SilentDelivery };

/** Ends an exchange as decided: with a reply, with one that is spoilt on purpose, or without. */
export function deliver(request: HttpRequest, sending: Sending, options: DeliverOptions): void {
  const { socket } = request;
  const { reply, delivery } = sending;
  if (!socket.writable) {
    options.done(false);
  } else if (reply === undefined) {
    keepSilent(socket, delivery, options);
  } else if (delivery === 'whole') {
    sendWhole(request, reply, options);
  } else if (delivery === 'huge') {
    sendWhole(request, inflate(reply), options);
  } else {
    spoil(socket, reply, delivery, options);
  }
}

function keepSilent(socket: Socket, delivery: SilentDelivery, options: DeliverOptions): void {
  if (delivery === 'stall') {
    socket.once('close', () => options.done(false));
    return;
  }
  if (delivery === 'reset') resetConnection(socket);
  if (delivery === 'close') socket.end();
  if (delivery === 'garbage') socket.end(noHttp);
  options.done(false);
}

const noHttp = Buffer.from([0, 255, 13, 10, 7, 80, 79, 83, 84, 13, 10, 13, 10, 200, 1]);

function sendWhole(request: HttpRequest, reply: Reply, options: DeliverOptions): void {
  const sized = `${headOf(reply, options.date)}content-length: ${Buffer.byteLength(reply.body)}\r\n`;
  if (request.keepAlive) request.socket.write(`${sized}\r\n${reply.body}`);
  else request.socket.end(`${sized}connection: close\r\n\r\n${reply.body}`);
  options.done(true);
  request.replied();
}

/** So long after half a reply the connection is reset. */
const resetAfterMs = 20;

function spoil(
  socket: Socket,
  reply: Reply,
  delivery: Exclude<ReplyDelivery, 'whole' | 'huge'>,
  options: DeliverOptions,
): void {
  const body = Buffer.from(reply.body);
  const half = body.subarray(0, Math.floor(body.length / 2));
  const length = delivery === 'cut' ? '' : `content-length: ${body.length}\r\n`;
  socket.write(`${headOf(reply, options.date)}${length}connection: close\r\n\r\n`);

  if (delivery === 'drip') {
    drip(socket, body, 0, options);
    return;
  }
  if (delivery === 'half' || delivery === 'cut') {
    socket.end(half);
    options.done(false);
    return;
  }
  socket.write(half);
  socket.once('close', () => options.done(false));
  // Together with the bytes before it, clients built on libuv would take an RST for an ordinary end.
  if (delivery === 'resetInside') options.later(resetAfterMs, () => resetConnection(socket));
}

function drip(socket: Socket, body: Buffer, at: number, options: DeliverOptions): void {
  if (socket.destroyed || at === body.length) {
    socket.end();
    options.done(at === body.length);
    return;
  }
  options.later(options.dripMs, () => {
    socket.write(body.subarray(at, at + 1));
    drip(socket, body, at + 1, options);
  });
}

/** The status line and the headers that every reply has. */
function headOf(reply: Reply, date: string): string {
  const { httpStatus, contentType, requestId, headers } = reply;
  let head = `HTTP/1.1 ${httpStatus} ${STATUS_CODES[httpStatus]}\r\ncontent-type: ${contentType}\r\ndate: ${date}\r\n`;
  if (requestId !== undefined) head += `x-request-id: ${requestId}\r\n`;
  for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
  return head;
}

/** How long the body of a `huge` reply is. */
const hugeBytes = 10_000_000;
let hugePadding: string | undefined;

/** The same JSON with a field of megabytes in front. */
function inflate(reply: Reply): Reply {
  hugePadding ??= 'x'.repeat(hugeBytes);
  return { ...reply, body: `{"padding":"${hugePadding}",${reply.body.slice(1)}` };
}
