import { request as sendRequest, type IncomingHttpHeaders } from 'node:http';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';

import { expect, onTestFinished } from 'vitest';

import { serveUi } from '../../src/commands/ui.ts';
import type { ExitCode } from '../../src/errors.ts';
import type { PlanStep, Refusal, State } from '../../src/page/state.ts';
import type { Flags } from '../../src/settings/rules.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** An answer, whole. */
interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  /** What it holds as JSON: mostly a state. */
  json(): State;
}

type Body = Buffer | string | Readable | object;

/** One request to this machine, with just these headers. */
export function ask(
  port: number,
  method: string,
  place: string,
  headers: Readonly<Record<string, string>> = {},
  body?: Body,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = sendRequest({ host: '127.0.0.1', port, method, path: place, headers, agent: false });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const text = bytes.toString();
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, bytes, text, json: () => JSON.parse(text) as State });
      });
    });
    if (body instanceof Readable) body.pipe(request);
    else if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) request.end(body);
    else request.end(JSON.stringify(body));
  });
}

/** A browser that has opened an address. */
export interface Tab {
  get(place: string): Promise<Answer>;
  /** As the page sends it: an object as JSON, else the bytes of a file. */
  send(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', place: string, body?: Body): Promise<Answer>;
  /** The first state that is told that is so, be it the one there is. */
  until<S extends State>(is: (state: State) => state is S): Promise<S>;
  until(is: (state: State) => boolean): Promise<State>;
  /** Another one in the same browser. */
  another(): Tab;
  /** Loads the page once more. @returns what its first two events bring. */
  reload(): Promise<{ readonly samples: unknown; readonly state: State }>;
  /** What has come as server-sent events. */
  readonly events: readonly TabEvent[];
  readonly cookie: string;
  /** Where data stands for it. */
  at(place: string): string;
}

interface TabEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** `ui`, as it runs in this process. */
export interface OpenPage {
  readonly port: number;
  readonly address: string;
  readonly runsFolder: string;
  /** All that was printed. */
  printed(): string;
  tab(address?: string): Promise<Tab>;
  /** Presses Enter in the terminal. @returns the new address. */
  newAddress(): Promise<string>;
  /** Presses Ctrl-C. */
  stop(): void;
  readonly ended: Promise<ExitCode>;
}

function placeholderPage(): string {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'ui.html'), '<!doctype html><title>The page</title>');
  writeFileSync(path.join(folder, 'ui.js'), '// the script');
  writeFileSync(path.join(folder, 'api.js'), '// none of the page');
  return folder;
}

/** Of `npm run build`. */
export const builtPage = path.resolve(import.meta.dirname, '../../dist/page');

export async function openPage({
  environment = {},
  flags = {},
  runsFolder = temporaryFolder(),
  pageFolder = placeholderPage(),
}: {
  readonly environment?: Readonly<Record<string, string>>;
  readonly flags?: Flags;
  /** Of another one before it. */
  readonly runsFolder?: string;
  /** The page itself; by default one that does nothing. */
  readonly pageFolder?: string;
} = {}): Promise<OpenPage> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const [stop, abort] = [new AbortController(), new AbortController()];
  let printed = '';
  const addresses: string[] = [];
  let told = (): void => {};
  stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    addresses.push(...(chunk.toString().match(/http:\S+/g) ?? []));
    told();
  });
  stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const crash = { secrets: new Set<string>(), resumeCommand: undefined, argv: ['ui'] };
  const signals = { stopSignal: stop.signal, abortSignal: abort.signal, interrupt: () => stop.abort() };
  const terminal = { stdin, stdout, stderr, environment, crash, ...signals };
  const ended = serveUi({ 'no-open': true, ...flags }, terminal, { pageFolder, runsFolder });
  onTestFinished(async () => {
    stop.abort();
    abort.abort();
    await ended.catch(() => {});
  });

  async function nextAddress(count: number): Promise<string> {
    while (addresses.length < count) {
      await Promise.race([new Promise<void>((resolve) => (told = resolve)), ended]);
    }
    return addresses[count - 1] ?? '';
  }

  const address = await nextAddress(1);
  const port = Number(new URL(address).port);
  return {
    port,
    address,
    runsFolder,
    printed: () => printed,
    tab: (other = address) => openTab(port, other),
    newAddress() {
      const count = addresses.length + 1;
      stdin.write('\n');
      return nextAddress(count);
    },
    stop: () => stop.abort(),
    ended,
  };
}

async function openTab(port: number, address: string): Promise<Tab> {
  const url = new URL(address);
  const host = `127.0.0.1:${port}`;
  const first = await ask(port, 'GET', url.pathname + url.search, { host });
  const [cookie = ''] = first.headers['set-cookie']?.[0]?.split(';') ?? [];
  if (cookie === '') throw new Error(`not let in: ${first.status} ${first.text}`);
  const [, key = ''] = /url=\/#([\w-]+)/.exec(first.text) ?? [];
  return tabWith(port, host, cookie, key);
}

function tabWith(port: number, host: string, cookie: string, key: string): Tab {
  const at = (place: string): string => place.replace(/^\/api\//, `/api/${key}/`);
  const events = at('/api/events');
  const listener = listen(port, events, { host, cookie });
  return {
    get: (place) => ask(port, 'GET', at(place), { host, cookie, 'sec-fetch-site': 'same-origin' }),
    send(method, place, body) {
      const isData = body === undefined || body instanceof Readable || Buffer.isBuffer(body);
      const type = isData ? 'application/octet-stream' : 'application/json';
      const length = Buffer.isBuffer(body) ? { 'content-length': String(body.length) } : {};
      const headers = { host, cookie, origin: `http://${host}`, 'content-type': type, ...length };
      return ask(port, method, at(place), headers, body);
    },
    until: listener.until,
    another: () => tabWith(port, host, cookie, key),
    async reload() {
      const anew = listen(port, events, { host, cookie });
      const state = await anew.until(() => true);
      anew.close();
      return { samples: anew.events[0]?.data, state };
    },
    events: listener.events,
    cookie,
    at,
  };
}

/** An `EventSource`, as far as it is needed. */
function listen(port: number, path: string, headers: Readonly<Record<string, string>>) {
  const events: TabEvent[] = [];
  let at = 0;
  let told = (): void => {};
  const request = sendRequest({ host: '127.0.0.1', port, path, headers, agent: false });
  request.on('error', () => {});
  request.on('response', (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('error', () => {});
    response.on('data', (chunk: string) => {
      const parts = (text + chunk).split('\n\n');
      text = parts.pop() ?? '';
      events.push(...parts.flatMap((part) => readEvent(part) ?? []));
      told();
    });
  });
  request.end();
  onTestFinished(() => void request.destroy());
  return {
    events,
    close: () => void request.destroy(),
    async until(is: (state: State) => boolean): Promise<State> {
      for (; ; at += 1) {
        while (at >= events.length) await new Promise<void>((resolve) => (told = resolve));
        const event = events[at];
        if (event?.event === 'state' && is(event.data as State)) return event.data as State;
      }
    },
  };
}

function readEvent(text: string): TabEvent | undefined {
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1] ?? '';
  return text.startsWith(':')
    ? undefined
    : { id: field('id'), event: field('event'), data: JSON.parse(field('data')) as unknown };
}

/** The key of a simulator, as the page sends it. */
export function keyOf(server: {
  readonly url: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}): object {
  return { host: server.url, accessKeyId: server.accessKeyId, accessKeySecret: server.accessKeySecret };
}

/** Rows of users who are to leave one app. */
export function leavers(count: number): Buffer {
  const rows = Array.from({ length: count }, (_, at) => `user-${at + 1},66a1bb000000000000000001`);
  return Buffer.from(`external_id,app_ids\n${rows.join('\n')}\n`);
}

/** Gives key and file, and waits for the plan. */
export async function toPlan(
  tab: Tab,
  server: Parameters<typeof keyOf>[0],
  file: Buffer,
  name = 'leavers.csv',
): Promise<PlanStep> {
  await tab.send('POST', '/api/connection', keyOf(server));
  await tab.until(isStep('file'));
  return surveyed(tab, await tab.send('PUT', `/api/file?name=${encodeURIComponent(name)}`, file));
}

/** The plan once the file was read, or refused. @param answer to what had it read. */
export async function surveyed(tab: Tab, answer: Answer): Promise<PlanStep> {
  expect([answer.status, answer.text]).toEqual([200, expect.anything()]);
  const { id } = answer.json();
  const isRead = (state: State): state is PlanStep =>
    state.id >= id && state.step === 'plan' && state.survey.is !== 'reading';
  return tab.until(isRead);
}

export function isStep<S extends State['step']>(step: S) {
  return (state: State): state is Extract<State, { readonly step: S }> => state.step === step;
}

export function refusalIn({ text }: Answer): Refusal {
  return JSON.parse(text) as Refusal;
}

/** Names of the run folders, without what belongs to a file that is still looked at. */
export function runsIn(runsFolder: string): string[] {
  return readdirSync(runsFolder).filter((name) => !name.startsWith('.'));
}
