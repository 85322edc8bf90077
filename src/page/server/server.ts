import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { UserError } from '../../errors.ts';
import { admit, createDoor, placeIn, secretName, type Admission, type Door } from './door.ts';
import { createEventStream, type EventStream } from './event-stream.ts';
import { createJob, stopWork, type Job, type Surroundings } from './job.ts';
import { readPageFiles, type PageFile } from './page-files.ts';
import { RequestError } from './request-error.ts';
import { answerTo } from './routes.ts';
import { refusalOf } from './shown.ts';
import { stopSurvey } from './survey.ts';
import { forgetFiles } from './take-file.ts';
import { removeLeftUploads } from './upload-folder.ts';

export interface PageOptions extends Surroundings {
  /** 0 takes any that is free. */
  readonly port: number;
  /** The built page. */
  readonly pageFolder: string;
}

/** The page as it is served. */
export interface Page {
  /** A new address with a secret that opens the page once; whoever used the one before has to leave then. */
  newAddress(): string;
  /** What Ctrl-C does: stops what is under way. @param now the second time. */
  stop(now: boolean): void;
  /** Resolves when nothing is under way any more, nothing is served, and no file is left. */
  close(): Promise<void>;
}

const lastWordsMs = 500;

/** What each answer has. A page of another origin can neither show nor read it, and nothing of it is kept. */
const headers = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Serves the page on the loopback address. @throws {UserError} when the port cannot be had. */
export async function servePage(options: PageOptions): Promise<Page> {
  const files = readPageFiles(options.pageFolder);
  await removeLeftUploads(options.runsFolder);
  const stream = createEventStream(() => ({ state: job.state, samples: job.samples.list() }));
  const job = createJob(options, stream.state, stream.sample);
  const server = createServer(
    (request, response) => void handle({ door, files, stream, job }, request, response),
  );
  // A file may take its time, and none has to come whole within minutes.
  server.requestTimeout = 0;
  await listen(server, options.port);
  const door = createDoor((server.address() as AddressInfo).port);
  return {
    newAddress: () => door.newAddress(),
    stop: (now) => stopWork(job, now),
    async close() {
      job.tell({ is: 'closing' });
      void stopSurvey(job);
      // A run that has just begun may still read the file.
      await job.idle();
      forgetFiles(job);
      await job.idle();
      stream.close();
      server.close();
      server.closeIdleConnections();
      // What is sent last gets through, and what is left open by a tab is not waited for.
      await Promise.race([once(server, 'close'), delay(lastWordsMs, undefined, { ref: false })]);
      server.closeAllConnections();
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EADDRINUSE' ? 'is in use' : 'may not be used';
    throw new UserError(`--port: port ${port} ${why}.`, {
      hint: 'Give another one, or leave it away for any that is free.',
      ways: [['--port', '0']],
    });
  }
}

interface Serving {
  readonly door: Door;
  readonly files: ReadonlyMap<string, PageFile>;
  readonly stream: EventStream;
  readonly job: Job;
}

async function handle(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { surroundings } = serving.job;
  try {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    await serve(serving, request, response);
  } catch (error) {
    if (response.headersSent) {
      // What is cut must not look whole.
      response.destroy();
    } else {
      sendJson(response, statusOf(error), refusalOf(error));
    }
    const isLost = response.destroyed || request.destroyed;
    if (!(error instanceof UserError) && !isLost) surroundings.onBug(error);
  }
}

function statusOf(error: unknown): number {
  if (error instanceof RequestError) return error.status;
  return error instanceof UserError ? 422 : 500;
}

async function serve(
  { door, files, stream, job }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '' } = request;
  const url = urlOf(request);
  const { host, origin, cookie, 'sec-fetch-site': fetchSite } = request.headers;
  const place = placeIn(url.pathname);
  url.pathname = place.path;
  const comer = { method, ...place, host, origin, cookie, fetchSite: fetchSite?.toString() };
  const admission = admit(comer, door);
  const secret = url.searchParams.get(secretName);
  if (admission === 'no_session' && method === 'GET' && url.pathname === '/' && secret !== null) {
    letIn(door, stream, secret, response);
    return;
  }
  if (admission !== 'in') {
    turnAway(admission, url.pathname, response);
    return;
  }
  const file = method === 'GET' ? files.get(url.pathname) : undefined;
  if (url.pathname === '/' && secret !== null) {
    goToPage(response);
  } else if (file !== undefined) {
    response.writeHead(200, { 'content-type': file.type }).end(file.bytes);
  } else if (method === 'GET' && url.pathname === '/api/events') {
    stream.add(response);
  } else {
    const answer = await answerTo(job, { request, response, url });
    if (!response.headersSent) sendJson(response, 200, answer);
  }
}

function urlOf({ url = '/' }: IncomingMessage): URL {
  const base = 'http://127.0.0.1';
  if (!URL.canParse(url, base)) throw new RequestError(400, 'This is no address.');
  return new URL(url, base);
}

/** Whoever came in before goes: who has a new address has it from the terminal. */
function letIn(door: Door, stream: EventStream, secret: string, response: ServerResponse): void {
  const pass = door.open(secret);
  if (pass === undefined) {
    turnAway('no_session', '/', response);
    return;
  }
  stream.closeAll();
  response.setHeader('set-cookie', `${door.cookieName}=${pass.cookie}; HttpOnly; SameSite=Strict; Path=/`);
  goToPage(response, `#${pass.key}`);
}

/** Not by a redirect: after a link on another site the browser would go there without the cookie. @param hash which no server is told. */
function goToPage(response: ServerResponse, hash = ''): void {
  sendPage(
    response,
    200,
    `<meta http-equiv="refresh" content="0; url=/${hash}"><p><a href="/${hash}">genauth-offboard</a></p>`,
  );
}

const reasons: Readonly<
  Record<Exclude<Admission, 'in'>, readonly [status: number, message: string, hint: string]>
> = {
  other_host: [
    403,
    'This address is not the one that was printed.',
    'Open the address that genauth-offboard has printed, as it is.',
  ],
  other_origin: [
    403,
    'This was asked for by another page.',
    'Open the address that genauth-offboard has printed.',
  ],
  no_session: [
    401,
    'This address was used already, or is another one’s.',
    'Press Enter in the window in which genauth-offboard runs: it prints a new address, and whoever opened the one before is shut out.',
  ],
};

const chinese = '此地址已被使用过。请在运行 genauth-offboard 的窗口中按回车键，以获取新的地址。';

function turnAway(why: Exclude<Admission, 'in'>, path: string, response: ServerResponse): void {
  const [status, message, hint] = reasons[why];
  if (path.startsWith('/api/')) sendJson(response, status, { message, hint, ways: [] });
  else
    sendPage(
      response,
      status,
      `<h1>${message}</h1><p>${hint}</p>${why === 'no_session' ? `<p lang="zh-CN">${chinese}</p>` : ''}`,
    );
}

function sendPage(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>genauth-offboard</title>${body}`);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
