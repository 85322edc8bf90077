import type { IncomingMessage, ServerResponse } from 'node:http';

import type { AccessKeys } from './access-keys.ts';
import { deliver, type Sending } from './deliver.ts';
import { duringOutage } from './kick-outcome.ts';
import type { KickUsers } from './kick-users.ts';
import type { RefusalName } from './refusals.ts';
import { dataReply, type Language, refusalReply, type Reply } from './replies.ts';
import type { Counts } from './request-record.ts';

export interface RequestHandlerOptions {
  readonly keys: AccessKeys;
  readonly kickUsers: KickUsers;
  readonly counts: Counts;
  readonly now: () => number;
  readonly clockOffsetMs: number;
  readonly tokenLifetimeSeconds: number;
}

/** Nothing here is spoiled, so nobody waits. */
const plainly = { dripMs: 0, later: () => {}, done: () => {} };
const maxBodyBytes = 1_000_000;

/** Reads requests and sends them to their endpoints. */
export function createRequestHandler(
  options: RequestHandlerOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { keys, kickUsers, counts, now, clockOffsetMs, tokenLifetimeSeconds } = options;
  const dateOf = createDateHeader();

  function answer(request: IncomingMessage, response: ServerResponse, bytes: Buffer | undefined): void {
    const arrivedAtMs = now();
    counts.requests += 1;
    const path = pathOf(request.url ?? '');
    const language = languageOf(request);
    const clockMs = arrivedAtMs + clockOffsetMs;
    const date = dateOf(clockMs);
    const body = bytes && parseJson(bytes);
    const refusal: RefusalName | undefined = bytes ? undefined : 'tooLarge';

    if (request.method === 'POST' && path === '/api/v3/kick-users') {
      kickUsers.handle({ request, response, path, body, refusal, language, arrivedAtMs, date });
      return;
    }
    const outage = kickUsers.outage(arrivedAtMs);
    const sending: Sending = outage
      ? duringOutage(outage, language)
      : { reply: replyTo(request, path, body, refusal, language, clockMs), delivery: 'whole' };
    deliver(response, sending, { ...plainly, date });
  }

  function replyTo(
    request: IncomingMessage,
    path: string,
    body: unknown,
    refusal: RefusalName | undefined,
    language: Language,
    clockMs: number,
  ): Reply {
    if (refusal) return refusalReply(refusal, language);
    if (request.method !== 'POST' || path !== '/api/v3/get-management-token') {
      return refusalReply('unknownPath', language);
    }
    if (typeof body !== 'object' || body === null) return refusalReply('body', language);
    const { accessKeyId, accessKeySecret } = body as Record<string, unknown>;
    if (typeof accessKeyId !== 'string') return refusalReply('accessKeyId', language);
    if (typeof accessKeySecret !== 'string') return refusalReply('accessKeySecret', language);
    const token = keys.issueToken(accessKeyId, accessKeySecret, clockMs);
    if (token === undefined) return refusalReply('wrongKey', language);
    counts.tokens += 1;
    return dataReply(language, { access_token: token, expires_in: tokenLifetimeSeconds });
  }

  return (request, response) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      // Too much is read to its end all the same: a reply in the middle of sending would be lost in a reset.
      if (length <= maxBodyBytes) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on('end', () => {
      const [first] = chunks;
      const bytes = chunks.length === 1 && first ? first : Buffer.concat(chunks);
      answer(request, response, length > maxBodyBytes ? undefined : bytes);
    });
  };
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

function languageOf({ headers }: IncomingMessage): Language {
  return headers['x-authing-lang'] === 'en-US' || headers['x-genauth-lang'] === 'en-US' ? 'en-US' : 'zh-CN';
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** The `Date` header, worked out once a second. */
function createDateHeader(): (clockMs: number) => string {
  let second = 0;
  let header = '';
  return (clockMs) => {
    const now = Math.floor(clockMs / 1000);
    if (now !== second) {
      second = now;
      header = new Date(now * 1000).toUTCString();
    }
    return header;
  };
}
