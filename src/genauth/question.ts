import type { Reply } from './reply.ts';
import type { RequestText } from './request.ts';

/** One question to GenAuth. Those that it is asked are in `questions/`. */
export interface Question<T> {
  readonly method: 'GET' | 'POST';
  /** Such as `/api/v3/get-user-batch`. */
  readonly path: string;
  /** Of a GET: sent and signed. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  /** Of a POST. */
  readonly body?: Readonly<Record<string, unknown>>;
  /**
   * Takes the named fields out of the reply's `data`; undefined, or an error, where it has not the form of an answer. Nothing else of
   * it is kept.
   */
  readonly read: (data: unknown) => T | undefined;
}

export interface Asked<T> {
  readonly reply: Reply;
  /** There when the reply's verdict is `succeeded`, and only then. */
  readonly answer: T | undefined;
}

/** As the official SDK sends and signs it: a list as `name[]=a&name[]=b`, signed as `name=["a","b"]`. */
export function encodeQuestion({ method, path, query, body }: Question<unknown>): RequestText {
  if (method === 'POST') {
    return { method, address: path, body: JSON.stringify(body ?? {}), resource: resourceOf(path, body) };
  }
  const fields = Object.fromEntries(
    Object.entries(query ?? {}).map(([name, value]) => [
      name,
      typeof value === 'object' ? value.map(wellFormed) : wellFormed(String(value)),
    ]),
  );
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'object'
      ? value.map((each) => `${encodeURIComponent(`${name}[]`)}=${encodeURIComponent(each)}`)
      : `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return { method, address: withPairs(path, pairs), body: undefined, resource: resourceOf(path, fields) };
}

/** No address can carry half a surrogate pair; what is sent in its place has to be signed, too. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

function resourceOf(path: string, fields: Readonly<Record<string, unknown>> = {}): string {
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return withPairs(path, pairs);
}

function withPairs(path: string, pairs: readonly string[]): string {
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}
