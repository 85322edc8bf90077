import type { AccessKeys } from './access-keys.ts';
import { deliver, type Sending } from './deliver.ts';
import type { HttpRequest } from './http-reader.ts';
import type { Exchange, Exchanges } from './exchanges.ts';
import { duringOutage } from './outcome.ts';
import { readQuery } from './query.ts';
import type { RefusalName } from './refusals.ts';
import { dataReply, type Language, refusalReply, type Reply } from './replies.ts';
import type { Counts } from './request-record.ts';

export interface RequestHandlerOptions {
  readonly keys: AccessKeys;
  readonly exchanges: Exchanges;
  readonly kickUsers: (exchange: Exchange) => void;
  /** @returns whether it is a question. */
  readonly questions: (exchange: Exchange) => boolean;
  readonly counts: Counts;
  readonly now: () => number;
  readonly clockOffsetMs: number;
  readonly tokenLifetimeSeconds: number;
}

/** Nothing here is spoiled, so nobody waits. */
const plainly = { dripMs: 0, later: () => {}, done: () => {} };

/** Brings requests to their endpoints. */
export function createRequestHandler(options: RequestHandlerOptions): (request: HttpRequest) => void {
  const { keys, exchanges, kickUsers, questions, counts, now, clockOffsetMs, tokenLifetimeSeconds } = options;
  const dateOf = createDateHeader();

  function handle(request: HttpRequest): void {
    const arrivedAtMs = now();
    counts.requests += 1;
    const language = languageOf(request);
    const clockMs = arrivedAtMs + clockOffsetMs;
    const date = dateOf(clockMs);
    const body = request.body && parseJson(request.body);
    const refusal: RefusalName | undefined = request.body ? undefined : 'tooLarge';

    if (request.method === 'POST' && request.path === '/api/v3/kick-users') {
      kickUsers({ request, asked: body, refusal, language, arrivedAtMs, date });
      return;
    }
    const asked = request.method === 'GET' ? readQuery(request.query) : body;
    if (questions({ request, asked, refusal, language, arrivedAtMs, date })) return;
    const outage = exchanges.outage(arrivedAtMs);
    const sending: Sending = outage
      ? duringOutage(outage, language)
      : { reply: replyTo(request, body, refusal, language, clockMs), delivery: 'whole' };
    deliver(request, sending, { ...plainly, date });
  }

  function replyTo(
    request: HttpRequest,
    body: unknown,
    refusal: RefusalName | undefined,
    language: Language,
    clockMs: number,
  ): Reply {
    if (refusal) return refusalReply(refusal, language);
    if (request.method !== 'POST' || request.path !== '/api/v3/get-management-token') {
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

  return handle;
}

function languageOf({ headers }: HttpRequest): Language {
  const language = headers.get('x-authing-lang') ?? headers.get('x-genauth-lang');
  return language === 'en-US' ? 'en-US' : 'zh-CN';
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
