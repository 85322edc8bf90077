import type { LookupFunction, Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { exchangeErrorCode } from './connection-errors.ts';
import { unpack } from './content-encoding.ts';
import { createDeadlines, type Timed } from './deadlines.ts';
import { withoutContinue } from './without-continue.ts';
import type { Delivery, Exchange } from './exchange.ts';
import type { ReplyHeaders } from './request-ids.ts';
import { connector, Pool, proxyAgent, telling, type Connector, type Dispatcher } from './undici.ts';

/** No reply of GenAuth to `kick-users`, or to a request for a token, comes near this size. */
const usualReplyBytes = 64 * 1024;
/** The bound for all, whatever is asked: 50 users with all that is known of them. */
export const longestReplyBytes = 2 * 1024 * 1024;

const longestConnectMs = 10_000;

export interface TransportOptions {
  /** The API's base address, with or without a path and a slash at its end. */
  host: string;
  /** Connections open at most. Exchanges beyond that wait, and their time runs. */
  connections: number;
  /** For a whole exchange: connecting, sending, and the reply to its last byte. */
  timeoutMs: number;
  /** Certificates (PEM) to trust instead of the usual authorities. */
  ca?: string | string[] | undefined;
  /** An http or https proxy: `http://user:password@host:port`. */
  proxy?: string | undefined;
  /**
   * How the names of host and proxy become addresses.
   * @default the system's way
   */
  lookup?: LookupFunction | undefined;
  /**
   * Asked at the moment in which a request would be written; false: it is not sent any more.
   * @default it always may
   */
  mayWrite?: (() => boolean) | undefined;
}

export interface Transport {
  /**
   * POSTs to the host's base path + `address`. Never rejects. `headers` holds names and values in turn, and is not kept.
   * Redirects are not followed: they would carry the credentials away.
   * @param mostBytes of the reply. Default: 64 KiB; 2 MiB at most.
   */
  post(address: string, headers: string[], body: string, mostBytes?: number): Promise<Exchange>;
  /** The same without a body. @param address with its query. */
  get(address: string, headers: string[], mostBytes?: number): Promise<Exchange>;
  /** Waits for what is in flight, then closes the connections. */
  close(): Promise<void>;
  /** Ends what is in flight at once, each with its own `Exchange`, and closes the connections. */
  destroy(): Promise<void>;
}

/** undici calls the handler's methods on this very object, so one allocation serves the whole exchange. */
interface InFlight extends Dispatcher.DispatchHandler, Timed<InFlight> {
  readonly settle: (exchange: Exchange) => void;
  readonly startedAt: number;
  readonly startedMono: number;
  /** Of the reply, as it comes. */
  readonly mostBytes: number;
  bytes: number;
  settled: boolean;
  /** Set once the request is written to a connection: from here on it may have been sent. */
  controller: Dispatcher.DispatchController | undefined;
  httpStatus: number | undefined;
  headers: ReplyHeaders | undefined;
  chunk: Buffer | undefined;
  furtherChunks: Buffer[] | undefined;
}

/** Keeps connections open; the caller closes it. */
export function createTransport(options: TransportOptions): Transport {
  const base = new URL(options.host);
  // Worked out anew at each access.
  const { origin } = base;
  const basePath = base.pathname.replace(/\/+$/, '');
  const { timeoutMs } = options;
  let destroyed = false;

  /** undici does not say which connection a reply came on; but it reads from one, and hears what came, in the same turn. */
  let beingRead: Socket | undefined;
  const dispatcher = createDispatcher(origin, options, (socket) =>
    watchReads(socket, () => {
      beingRead = socket;
    }),
  );
  const deadlines = createDeadlines<InFlight>((inFlight) => fail(inFlight, 'TIMEOUT'));

  function settle(inFlight: InFlight, delivery: Delivery, errorCode?: string): void {
    if (inFlight.settled) return;
    inFlight.settled = true;
    deadlines.delete(inFlight);
    inFlight.settle({
      delivery,
      httpStatus: inFlight.httpStatus,
      headers: inFlight.headers,
      body: textOf(inFlight),
      errorCode,
      connection: errorCode === undefined ? beingRead : undefined,
      startedAt: inFlight.startedAt,
      durationMs: Math.round((performance.now() - inFlight.startedMono) * 10) / 10,
    });
  }

  /** Settles first, so that what the abort itself reports is no longer heard. */
  function fail(inFlight: InFlight, code: string): void {
    settle(inFlight, inFlight.controller === undefined ? 'unsent' : 'unanswered', code);
    inFlight.controller?.abort(new Error(code));
  }

  const heard = listeners(settle, fail, options.mayWrite);

  function send(
    method: 'GET' | 'POST',
    address: string,
    headers: string[],
    body: string | null,
    mostBytes: number,
  ): Promise<Exchange> {
    return new Promise((resolve) => {
      const inFlight = begin(resolve, timeoutMs, mostBytes, heard);
      deadlines.add(inFlight);
      dispatcher.dispatch({ origin, path: basePath + address, method, headers, body }, inFlight);
    });
  }

  return {
    post: (address, headers, body, mostBytes = usualReplyBytes) =>
      send('POST', address, headers, body, mostBytes),
    get: (address, headers, mostBytes = usualReplyBytes) => send('GET', address, headers, null, mostBytes),
    async close() {
      // undici rejects a close after a destroy.
      if (!destroyed) await dispatcher.close();
    },
    async destroy() {
      destroyed = true;
      for (let next = deadlines.oldest(); next !== undefined; next = deadlines.oldest()) {
        fail(next, 'CLIENT_DESTROYED');
      }
      await dispatcher.destroy();
    },
  };
}

/** @param note is called before whatever comes from this socket is heard of. */
function watchReads(socket: Socket, note: () => void): void {
  const read = socket.read.bind(socket);
  socket.read = (size) => {
    note();
    const chunk: unknown = read(size);
    return chunk instanceof Buffer ? withoutContinue(chunk) : chunk;
  };
  // A reply may end with these without another read. A listener to `readable` would cost something with each reply.
  for (const event of ['end', 'error', 'close']) socket.on(event, note);
}

/** In one literal, as objects that get their fields one by one are slower. */
function begin(
  settle: InFlight['settle'],
  timeoutMs: number,
  mostBytes: number,
  {
    onRequestStart,
    onResponseStart,
    onResponseData,
    onResponseEnd,
    onResponseError,
  }: ReturnType<typeof listeners>,
): InFlight {
  const startedMono = performance.now();
  return {
    settle,
    startedAt: Date.now(),
    startedMono,
    mostBytes,
    bytes: 0,
    dueAt: startedMono + timeoutMs,
    older: undefined,
    newer: undefined,
    settled: false,
    controller: undefined,
    httpStatus: undefined,
    headers: undefined,
    chunk: undefined,
    furtherChunks: undefined,
    onRequestStart,
    onResponseStart,
    onResponseData,
    onResponseEnd,
    onResponseError,
  };
}

/** What undici calls while an exchange goes on: the same functions for all of them. */
function listeners(
  settle: (inFlight: InFlight, delivery: Delivery) => void,
  fail: (inFlight: InFlight, code: string) => void,
  mayWrite: TransportOptions['mayWrite'],
) {
  function onRequestStart(this: InFlight, controller: Dispatcher.DispatchController): void {
    if (mayWrite?.() === false) fail(this, 'NOT_ITS_OWN');
    // It waited for a connection until its time was up: what nobody waits for is not sent.
    if (this.settled) controller.abort(new Error('TIMEOUT'));
    else this.controller = controller;
  }

  function onResponseStart(
    this: InFlight,
    _controller: Dispatcher.DispatchController,
    httpStatus: number,
    headers: ReplyHeaders,
  ): void {
    // 103 and alike only announce it.
    if (httpStatus < 200) return;
    this.httpStatus = httpStatus;
    this.headers = headers;
  }

  function onResponseData(this: InFlight, _controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length;
    // As undici says it of what is too long for all exchanges.
    if (this.bytes > this.mostBytes) return fail(this, 'UND_ERR_RES_EXCEEDED_MAX_SIZE');
    if (this.chunk === undefined) this.chunk = chunk;
    else (this.furtherChunks ??= []).push(chunk);
  }

  function onResponseEnd(this: InFlight): void {
    settle(this, 'answered');
  }

  function onResponseError(this: InFlight, _controller: Dispatcher.DispatchController, error: Error): void {
    fail(this, exchangeErrorCode(error));
  }

  return { onRequestStart, onResponseStart, onResponseData, onResponseEnd, onResponseError };
}

function textOf({ chunk, furtherChunks, headers, mostBytes }: InFlight): string {
  if (chunk === undefined) return '';
  const bytes = furtherChunks === undefined ? chunk : Buffer.concat([chunk, ...furtherChunks]);
  const codings = headers?.['content-encoding'];
  return (codings === undefined ? bytes : unpack(bytes, String(codings), mostBytes)).toString();
}

function createDispatcher(
  origin: string,
  options: TransportOptions,
  onSocket: (socket: Socket) => void,
): Dispatcher {
  const { connections, timeoutMs, ca, proxy, lookup } = options;
  const connectMs = Math.min(timeoutMs, longestConnectMs);
  const connect = {
    timeout: connectMs,
    // For each address but the last. Node's own quarter of a second is too short for a host on the other side of the world.
    autoSelectFamilyAttemptTimeout: Math.ceil(connectMs / 4),
    ...(ca === undefined ? {} : { ca }),
    ...(lookup === undefined ? {} : { lookup }),
  };
  const settings = {
    connections,
    pipelining: 1,
    maxResponseSize: longestReplyBytes,
    // The deadline above covers both, and is exact where undici's timers are coarse.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  if (proxy === undefined) return new Pool(origin, { ...settings, connect: connector(connect, onSocket) });
  const { username, password, origin: uri } = new URL(proxy);
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return proxyAgent({
    ...settings,
    uri,
    // undici itself sends nothing for a user name without a password.
    ...(login === ':' ? {} : { token: `Basic ${Buffer.from(login).toString('base64')}` }),
    factory: (address, settingsOfAgent: { connect: Connector }) =>
      new Pool(address, { ...settingsOfAgent, connect: telling(settingsOfAgent.connect, onSocket) }),
    requestTls: connect,
    proxyTls: connect,
    // A proxy that says nothing to CONNECT would else hold a connection for 300 seconds.
    clientFactory: (proxyOrigin, settingsOfProxy) =>
      new Pool(proxyOrigin, { ...settingsOfProxy, headersTimeout: connectMs }),
  });
}
