import { randomUUID } from 'node:crypto';

import { type Refusal, type RefusalName, refusals } from './refusals.ts';

export type Language = 'zh-CN' | 'en-US';

export type Header = readonly [name: string, value: string];

/** One HTTP reply, not yet sent. */
export interface Reply {
  readonly httpStatus: number;
  /** The body's `statusCode`; `undefined` if the body is not in GenAuth's form. */
  readonly statusCode: number | undefined;
  readonly apiCode: number | undefined;
  readonly requestId: string | undefined;
  readonly contentType: string;
  readonly body: string;
  readonly headers: readonly Header[];
}

const json = 'application/json; charset=utf-8';
const none: readonly Header[] = [];

/** The reply to a kick that worked. */
export function kickedReply(language: Language, apiCode: 20001 | undefined): Reply {
  const requestId = randomUUID();
  const message = language === 'en-US' ? 'Success' : '操作成功';
  const code = apiCode === undefined ? '' : `"apiCode":${apiCode},`;
  return {
    httpStatus: 200,
    statusCode: 200,
    apiCode,
    requestId,
    contentType: json,
    body: `{"statusCode":200,"message":"${message}",${code}"requestId":"${requestId}","data":{"success":true}}`,
    headers: none,
  };
}

export function dataReply(
  language: Language,
  data: object,
  requestId: string | undefined = randomUUID(),
): Reply {
  const message = language === 'en-US' ? 'Success' : '操作成功';
  return {
    httpStatus: 200,
    statusCode: 200,
    apiCode: undefined,
    requestId,
    contentType: json,
    body: JSON.stringify({ statusCode: 200, message, requestId, data }),
    headers: none,
  };
}

/** The same reply without any ID to find it by. */
export function withoutRequestId(reply: Reply): Reply {
  const body = reply.body.replace(`"requestId":"${reply.requestId}",`, '');
  return { ...reply, requestId: undefined, body };
}

/** A business error in GenAuth's form. */
export function refusalReply(name: RefusalName, language: Language, httpStatus?: number): Reply {
  const refusal: Refusal = refusals[name];
  const { statusCode, apiCode, zh, en } = refusal;
  const message = language === 'en-US' ? en : zh;
  const requestId = randomUUID();
  return {
    httpStatus: httpStatus ?? refusal.httpStatus ?? 200,
    statusCode,
    apiCode,
    requestId,
    contentType: json,
    body: JSON.stringify({ statusCode, message, apiCode, requestId }),
    headers: none,
  };
}

/** Being throttled: neither `apiCode` nor `requestId`. */
export function throttledReply(
  language: Language,
  throttledAs: 'body' | 'status' | 'both',
  headers: readonly Header[],
): Reply {
  const { statusCode, zh, en } = refusals.throttled;
  const message = language === 'en-US' ? en : zh;
  const inBody = throttledAs !== 'status';
  return {
    httpStatus: throttledAs === 'body' ? 200 : 429,
    statusCode: inBody ? statusCode : undefined,
    apiCode: undefined,
    requestId: undefined,
    contentType: inBody ? json : 'text/plain; charset=utf-8',
    body: inBody ? JSON.stringify({ statusCode, message }) : 'Too Many Requests',
    headers,
  };
}

/** What a server says that has no such endpoint: its framework's words, with all of the address in them. */
export function noSuchCallReply(method: string, target: string): Reply {
  return {
    httpStatus: 404,
    statusCode: 404,
    apiCode: undefined,
    requestId: undefined,
    contentType: json,
    body: JSON.stringify({ statusCode: 404, message: `Cannot ${method} ${target}`, error: 'Not Found' }),
    headers: none,
  };
}

/** A page of whatever stands between: a gateway, a login page. */
export function htmlReply(httpStatus: number, title: string): Reply {
  return {
    httpStatus,
    statusCode: undefined,
    apiCode: undefined,
    requestId: undefined,
    contentType: 'text/html; charset=utf-8',
    body: `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
    headers: none,
  };
}
