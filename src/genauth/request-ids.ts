import { blot } from './secrets.ts';

/** Names in lower case. */
export type ReplyHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What a reply gives as IDs of the request: its own one in GenAuth's form, and all there are. */
export interface RequestIds {
  /** The body's `requestId`. */
  own: string | undefined;
  /** The own one first, each once. */
  readonly all: string[];
}

const longest = 200;
/** A server that names a thousand does not fill the journal. */
const most = 8;

/**
 * As GenAuth, gateways and clouds spell it, wherever in a text it stands: also in an error's object, and in half a JSON. A number at the
 * very end of one may have lost its last digits.
 */
const named = /"(?:x[-_])?request[-_]?id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d[\d.e+-]*(?![\d.e+-]|$))/gi;

/**
 * @param own the `requestId` of a body in GenAuth's form, as it was parsed. A number keeps all its digits.
 * @param text gives the body as it came, to be searched; undefined where `own` is all there is.
 */
export function readRequestIds(
  own: unknown,
  text: (() => string) | undefined,
  headers: ReplyHeaders | undefined,
  secrets: readonly string[],
): RequestIds {
  const found: RequestIds = { own: undefined, all: [] };
  if (typeof own === 'string' && own !== '') found.own = add(found.all, own, secrets);
  if (text !== undefined) {
    const values = Array.from(text().matchAll(named), ([, value = '']) => value);
    if (typeof own === 'number' || typeof own === 'bigint') {
      const digits = values.find((value) => Number(value) === Number(own));
      found.own = add(found.all, digits ?? String(own), secrets);
    }
    for (const value of values) add(found.all, value.startsWith('"') ? unquoted(value) : value, secrets);
  }
  const header = headers?.['x-request-id'];
  if (typeof header === 'string') add(found.all, header, secrets);
  else if (header !== undefined) for (const each of header) add(found.all, each, secrets);
  return found;
}

function add(all: string[], value: string, secrets: readonly string[]): string | undefined {
  const id = blot(value, secrets, longest);
  if (id !== '' && all.length < most && !all.includes(id)) all.push(id);
  return id;
}

function unquoted(value: string): string {
  try {
    return String(JSON.parse(value));
  } catch {
    return value.slice(1, -1);
  }
}
