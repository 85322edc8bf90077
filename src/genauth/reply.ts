import { describeConnectionError } from './connection-errors.ts';
import { readRateLimit, type RateLimitHeaders } from './rate-limit-headers.ts';
import { parseHttpDate, parseRetryAfter } from './retry-after.ts';
import type { Exchange } from './transport.ts';

/**
 * `answered`: a whole HTTP reply arrived. `unanswered`: the request was or may have been sent, and no whole reply came.
 * `unsent`: it never left (refused connection, unknown name, no token to send it with).
 */
export type Delivery = 'answered' | 'unanswered' | 'unsent';

/**
 * What came of one HTTP exchange, whatever it was: a client returns it and never throws.
 * A key is absent where the server said nothing.
 */
export interface Reply {
  readonly delivery: Delivery;
  /** Also there when the reply began and was cut short. */
  readonly httpStatus?: number;
  /** The body was a JSON object with a numeric `statusCode`. */
  readonly genauthForm: boolean;
  readonly statusCode?: number;
  readonly apiCode?: number;
  /** The body's `data.success`. */
  readonly success?: boolean;
  /** From the body, else from the `x-request-id` header. */
  readonly requestId?: string;
  /**
   * The body's `message`; for a failed connection, or a reply that is not GenAuth's, a short sentence of ours. At most
   * 500 characters, no credentials in it.
   */
  readonly message?: string;
  /** Wait this long before another attempt, as the server asked (`Retry-After`, RFC 9110 section 10.2.3). */
  readonly retryAfterMs?: number;
  /** What its headers say about the tenant's limit. */
  readonly rateLimit?: RateLimitHeaders;
  /** The server's `Date` header, as ms since the epoch. */
  readonly serverTimeMs?: number;
  /** The error's code where the exchange failed: `ECONNRESET`, `UND_ERR_SOCKET`, `TIMEOUT`, ... */
  readonly errorCode?: string;
  /** Wall-clock time at which the request was handed over, ms since the epoch. */
  readonly startedAt: number;
  /** From there to the last byte of the reply, or to the failure. Monotonic. */
  readonly durationMs: number;
  /** Which authorisation it went out with, to be handed to `renew`; counts up. */
  readonly authorization?: number;
  /** The exchange was for a management token, not for `kick-users`, which was not sent. */
  readonly forToken?: true;
}

/** Names in lower case. */
export type ReplyHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A Reply in the making. */
export type Draft = { -readonly [Key in keyof Reply]: Reply[Key] };

const longestMessage = 500;
const longestRequestId = 200;

/** Never throws, whatever the server sent. The texts in `secrets` are blotted out where the server repeats them. */
export function readReply(exchange: Exchange, secrets: readonly string[] = []): Draft {
  const draft: Draft = {
    delivery: exchange.delivery,
    genauthForm: false,
    startedAt: exchange.startedAt,
    durationMs: exchange.durationMs,
  };
  if (exchange.httpStatus !== undefined) draft.httpStatus = exchange.httpStatus;
  if (exchange.errorCode === undefined) {
    fillIn(draft, exchange.headers, parseJson(exchange.body), secrets);
  } else {
    if (exchange.headers !== undefined) readHeaders(draft, exchange.headers, secrets);
    draft.errorCode = exchange.errorCode;
    draft.message = describeConnectionError(exchange.errorCode);
  }
  return draft;
}

/** What an answer's headers and its body, already parsed, say. */
export function fillIn(
  draft: Draft,
  headers: ReplyHeaders | undefined,
  body: unknown,
  secrets: readonly string[] = [],
): void {
  if (headers !== undefined) readHeaders(draft, headers, secrets);
  if (isObject(body) && isInteger(body['statusCode'])) readBody(draft, body, body['statusCode'], secrets);
  else draft.message = describeStranger(draft.httpStatus, headers);
}

function readBody(
  draft: Draft,
  body: Record<string, unknown>,
  statusCode: number,
  secrets: readonly string[],
): void {
  draft.genauthForm = true;
  draft.statusCode = statusCode;
  const { apiCode, requestId, message, data } = body;
  if (isInteger(apiCode)) draft.apiCode = apiCode;
  if (typeof requestId === 'string' && requestId !== '') {
    draft.requestId = blot(requestId, secrets, longestRequestId);
  }
  if (typeof message === 'string' && message !== '') {
    draft.message = blot(message, secrets, longestMessage);
  }
  if (isObject(data) && typeof data['success'] === 'boolean') draft.success = data['success'];
}

function readHeaders(draft: Draft, headers: ReplyHeaders, secrets: readonly string[]): void {
  const requestId = first(headers['x-request-id']);
  if (requestId !== undefined && requestId !== '') {
    draft.requestId = blot(requestId, secrets, longestRequestId);
  }
  const date = first(headers['date']);
  if (date !== undefined) {
    const serverTimeMs = parseDateCached(date);
    if (serverTimeMs !== undefined) draft.serverTimeMs = serverTimeMs;
  }
  const now = draft.startedAt + draft.durationMs;
  const rateLimit = readRateLimit(headers, draft.serverTimeMs ?? now);
  if (rateLimit !== undefined) draft.rateLimit = rateLimit;
  const retryAfter = first(headers['retry-after']);
  if (retryAfter !== undefined) {
    const retryAfterMs = parseRetryAfter(retryAfter, draft.serverTimeMs, now);
    if (retryAfterMs !== undefined) draft.retryAfterMs = retryAfterMs;
  }
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}

/** An HTML page, an empty body, half a JSON: says what came instead of a GenAuth reply, without quoting it. */
function describeStranger(httpStatus: number | undefined, headers: ReplyHeaders = {}): string {
  const status = httpStatus === undefined ? 'The reply' : `HTTP ${httpStatus}`;
  const location = first(headers['location']);
  if (location !== undefined && URL.canParse(location)) {
    return `${status} is not GenAuth's: a redirect to ${new URL(location).host}, which was not followed`;
  }
  const type = (first(headers['content-type']) ?? '').split(';', 1)[0] ?? '';
  return `${status} is not in GenAuth's form${/^[\w.+-]+\/[\w.+-]+$/.test(type) ? ` (${type})` : ''}`;
}

function blot(text: string, secrets: readonly string[], longest: number): string {
  let clean = text;
  for (const secret of secrets) {
    // Blotting out every "a" would say more about a one-letter secret than it hides.
    if (secret.length >= 6 && clean.includes(secret)) clean = clean.replaceAll(secret, '***');
  }
  if (clean.length <= longest) return clean;
  // Not through the middle of a surrogate pair.
  return clean.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '');
}

let lastDate = '';
let lastDateMs: number | undefined;

/** Thousands of replies come within the same second. */
function parseDateCached(date: string): number | undefined {
  if (date !== lastDate) {
    lastDateMs = parseHttpDate(date);
    lastDate = date;
  }
  return lastDateMs;
}

function first(value: string | string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON allows 1e999, which is read as infinity. */
function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}
