import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { Reply } from './replies.ts';

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
export function deliver(response: ServerResponse, sending: Sending, options: DeliverOptions): void {
  const { socket } = response;
  if (sending.reply === undefined) {
    keepSilent(socket, sending.delivery, options);
    return;
  }
  const { reply, delivery } = sending;
  if (!socket || socket.destroyed) {
    options.done(false);
  } else if (delivery === 'whole') {
    sendWhole(response, reply, options.date);
    options.done(true);
  } else if (delivery === 'huge') {
    sendWhole(response, inflate(reply), options.date);
    options.done(true);
  } else {
    spoil(socket, reply, delivery, options);
  }
}

function keepSilent(socket: Socket | null, delivery: SilentDelivery, options: DeliverOptions): void {
  if (delivery === 'stall' && socket && !socket.destroyed) {
    socket.once('close', () => options.done(false));
    return;
  }
  if (delivery === 'reset') socket?.resetAndDestroy();
  if (delivery === 'close') socket?.end();
  if (delivery === 'garbage') socket?.end(noHttp);
  options.done(false);
}

const noHttp = Buffer.from([0, 255, 13, 10, 7, 80, 79, 83, 84, 13, 10, 13, 10, 200, 1]);

function sendWhole(response: ServerResponse, reply: Reply, date: string): void {
  const headers = headersOf(reply, date);
  headers.push('content-length', String(Buffer.byteLength(reply.body)));
  response.writeHead(reply.httpStatus, headers);
  response.end(reply.body);
}

/** Writes to the socket itself, past Node's HTTP, which would put things right. */
function spoil(
  socket: Socket,
  reply: Reply,
  delivery: Exclude<ReplyDelivery, 'whole' | 'huge'>,
  options: DeliverOptions,
): void {
  const body = Buffer.from(reply.body);
  const half = body.subarray(0, Math.floor(body.length / 2));
  const fields = headersOf(reply, options.date);
  if (delivery !== 'cut') fields.push('content-length', String(body.length));
  if (delivery === 'cut' || delivery === 'drip') fields.push('connection', 'close');
  let head = `HTTP/1.1 ${reply.httpStatus} Simulated\r\n`;
  for (let at = 0; at < fields.length; at += 2) head += `${fields[at]}: ${fields[at + 1]}\r\n`;
  socket.write(`${head}\r\n`);

  if (delivery === 'drip') {
    drip(socket, body, 0, options);
    return;
  }
  if (delivery === 'stallInside') {
    socket.write(half);
    socket.once('close', () => options.done(false));
    return;
  }
  if (delivery === 'resetInside') socket.write(half, () => socket.resetAndDestroy());
  else socket.end(half);
  options.done(false);
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

function headersOf(reply: Reply, date: string): string[] {
  const headers = ['content-type', reply.contentType, 'date', date];
  if (reply.requestId !== undefined) headers.push('x-request-id', reply.requestId);
  if (reply.headers.length > 0) headers.push(...reply.headers);
  return headers;
}

/** How long the body of a `huge` reply is. */
const hugeBytes = 10_000_000;
let hugePadding: string | undefined;

/** The same JSON with a field of megabytes in front. */
function inflate(reply: Reply): Reply {
  hugePadding ??= 'x'.repeat(hugeBytes);
  return { ...reply, body: `{"padding":"${hugePadding}",${reply.body.slice(1)}` };
}
