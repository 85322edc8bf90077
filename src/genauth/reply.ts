import { describeConnectionError } from './connection-errors.ts';
import { describeStranger, first, messageOf } from './reply-message.ts';
import { readRequestIds, type ReplyHeaders } from './request-ids.ts';
import { parseHttpDate, parseRetryAfter } from './retry-after.ts';
import { blot } from './secrets.ts';
import type { Delivery, Exchange } from './exchange.ts';

/**
 * What came of one HTTP exchange, whatever it was: a client returns it and never throws.
 * A key is absent where the server said nothing.
 */
export interface Reply {
  readonly delivery: Delivery;
  /** Also there when the reply began and was cut short. */
  readonly httpStatus?: number;
  /** The body was a JSON object with a numeric `statusCode`, and is no reply to another call: GenAuth has answered this one. */
  readonly genauthForm: boolean;
  readonly statusCode?: number;
  readonly apiCode?: number;
  /** The body's `data.success`. */
  readonly success?: boolean;
  /** The `requestId` of a body in GenAuth's form; a number as text. */
  readonly requestId?: string;
  /**
   * All that the server gave for this request, that one first: from `x-request-id` headers, and from whatever stands in the place
   * of GenAuth's own reply. At least one.
   */
  readonly requestIds?: readonly string[];
  /**
   * The body's `message`; a short sentence of ours where there is none: for a failed connection, a reply that is not GenAuth's, one
   * without words, or one that speaks of success and is none. At most 500 characters, no credentials in it.
   */
  readonly message?: string;
  /** Wait this long before another attempt, as the server asked (`Retry-After`, RFC 9110 section 10.2.3). */
  readonly retryAfterMs?: number;
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

/** What a reply says without words. */
export interface ReplyCodes {
  readonly httpStatus: number | undefined;
  readonly statusCode: number | undefined;
  readonly apiCode: number | undefined;
  readonly errorCode: string | undefined;
}

export function codesOf({ httpStatus, statusCode, apiCode, errorCode }: Reply): ReplyCodes {
  return { httpStatus, statusCode, apiCode, errorCode };
}

/** Also of a Reply that a client of the caller's own put together. */
export function requestIdsOf({ requestId, requestIds }: Reply): readonly string[] {
  return requestIds ?? (requestId === undefined ? [] : [requestId]);
}

/** A Reply in the making. */
export type Draft = { -readonly [Key in keyof Reply]: Reply[Key] };

export const longestMessage = 500;

/** Never throws, whatever the server sent. What `secrets` lists (see `formsOf`) is blotted out where the server repeats it. */
export function readReply(exchange: Exchange, secrets: readonly string[] = []): Draft {
  const draft: Draft = {
    delivery: exchange.delivery,
    genauthForm: false,
    startedAt: exchange.startedAt,
    durationMs: exchange.durationMs,
  };
  if (exchange.httpStatus !== undefined) draft.httpStatus = exchange.httpStatus;
  if (exchange.errorCode === undefined) {
    fillIn(draft, exchange.headers, exchange.body, secrets);
  } else {
    if (exchange.headers !== undefined) readHeaders(draft, exchange.headers);
    readIds(draft, undefined, exchange.headers, exchange.body, secrets);
    draft.errorCode = exchange.errorCode;
    draft.message = describeConnectionError(exchange.errorCode);
  }
  return draft;
}

/** @returns what is left of a reply that was made for another call, whose ID is no ID of this one. */
export function disowned(reply: Reply): Reply {
  const { statusCode: _, apiCode: __, success: ___, requestId, requestIds: ____, ...rest } = reply;
  const ids = requestIdsOf(reply).filter((id) => id !== requestId);
  return {
    ...rest,
    genauthForm: false,
    ...(ids.length > 0 ? { requestIds: ids } : {}),
    message: `the reply carries the request ID of another call's reply (${requestId})`,
  };
}

/** What an answer's headers and its content say: a text, or what a client has parsed already. */
export function fillIn(
  draft: Draft,
  headers: ReplyHeaders | undefined,
  content: unknown,
  secrets: readonly string[] = [],
): void {
  if (headers !== undefined) readHeaders(draft, headers);
  const body = typeof content === 'string' ? parseJson(content) : content;
  if (isObject(body) && isInteger(body['statusCode']) && !isOfRouter(body)) {
    readBody(draft, body, body['statusCode'], secrets);
    readIds(draft, body['requestId'], headers, content, secrets);
  } else {
    draft.message = describeStranger(draft.httpStatus, headers);
    readIds(draft, undefined, headers, content, secrets);
  }
}

/** A router that has no such address has the form of GenAuth's own, and says nothing about a user. */
function isOfRouter({ statusCode, message }: Record<string, unknown>): boolean {
  return statusCode === 404 && typeof message === 'string' && /^Cannot [A-Z]+ \//.test(message);
}

function readBody(
  draft: Draft,
  body: Record<string, unknown>,
  statusCode: number,
  secrets: readonly string[],
): void {
  draft.genauthForm = true;
  draft.statusCode = statusCode;
  const { apiCode, message, data } = body;
  if (isInteger(apiCode)) draft.apiCode = apiCode;
  const words = typeof message === 'string' && message !== '' ? message : undefined;
  const told = messageOf({ httpStatus: draft.httpStatus, statusCode, message: words, data });
  if (told !== undefined) draft.message = blot(told, secrets, longestMessage);
  if (isObject(data) && typeof data['success'] === 'boolean') draft.success = data['success'];
}

function readIds(
  draft: Draft,
  own: unknown,
  headers: ReplyHeaders | undefined,
  content: unknown,
  secrets: readonly string[],
): void {
  // Nearly all replies are this one, and have nothing to search for.
  const isPlain = draft.success === true && typeof own === 'string';
  const ids = readRequestIds(own, isPlain ? undefined : () => textOf(content), headers, secrets);
  if (ids.own !== undefined) draft.requestId = ids.own;
  if (ids.all.length > 0) draft.requestIds = ids.all;
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  try {
    return JSON.stringify(content) ?? '';
  } catch {
    return '';
  }
}

function readHeaders(draft: Draft, headers: ReplyHeaders): void {
  const date = first(headers['date']);
  if (date !== undefined) {
    const serverTimeMs = parseDateCached(date);
    if (serverTimeMs !== undefined) draft.serverTimeMs = serverTimeMs;
  }
  const retryAfter = first(headers['retry-after']);
  if (retryAfter !== undefined) {
    const retryAfterMs = parseRetryAfter(retryAfter, draft.serverTimeMs, draft.startedAt + draft.durationMs);
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

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON allows 1e999, which is read as infinity. */
function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}
