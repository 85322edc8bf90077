import { createHmac } from 'node:crypto';
import type { WireRequest } from './scripted-server.ts';

/** A request's parts as a server reads them. */
export interface ReadRequest {
  readonly method: string;
  readonly path: string;
  /** Decoded, in the order of the address. */
  readonly query: readonly (readonly [string, string])[];
  readonly body: unknown;
}

export function readRequest({ requestLine, body }: WireRequest): ReadRequest {
  const [method = '', address = ''] = requestLine.split(' ');
  const [path = '', query = ''] = address.split('?');
  return {
    method,
    path,
    query: [...new URLSearchParams(query)],
    body: body === '' ? undefined : (JSON.parse(body) as unknown),
  };
}

/**
 * Whether a request that came over the wire is signed as `docs/genauth-api.md` says in section 2b: worked out word by word, without a
 * thought for speed, and from nothing but what a server gets.
 */
export function isSignedWith(secret: string, request: WireRequest): boolean {
  const { method, path, query, body } = readRequest(request);
  const { headers } = request;
  const [, scheme = '', signature] = /^(\w+) [^:]*:(.*)$/s.exec(headers['authorization'] ?? '') ?? [];
  const prefix = `x-${scheme.toLowerCase()}-`;
  const lines = Object.keys(headers)
    .filter((name) => name === 'date' || name.startsWith(prefix))
    .sort()
    .map((name) => `${name}:${headers[name]?.replaceAll(/[\t\n\r\f]/g, ' ').trim()}`);
  const fields = new Map(Object.entries(method === 'GET' ? gather(query) : Object(body)));
  const pairs = [...fields.keys()].sort().map((name) => {
    const value = fields.get(name);
    return `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  const text = [method, ...lines, pairs.length === 0 ? path : `${path}?${pairs.join('&')}`].join('\n');
  return createHmac('sha1', secret).update(text).digest('base64') === signature;
}

/** `name[]` is one of a list. */
function gather(query: ReadRequest['query']): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = {};
  const lists = new Map<string, string[]>();
  for (const [name, value] of query) {
    if (name.endsWith('[]')) lists.set(name, [...(lists.get(name) ?? []), value]);
    else fields[name] = value;
  }
  for (const [name, list] of lists) fields[name.slice(0, -2)] = list;
  return fields;
}
