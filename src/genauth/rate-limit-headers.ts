import type { ReplyHeaders } from './request-ids.ts';

/**
 * What a reply's headers say about the tenant's limit. GenAuth documents none; gateways before it have them. A key is absent
 * where nothing was said.
 */
export interface RateLimitHeaders {
  /** Requests in each window. */
  readonly limit?: number;
  readonly windowMs?: number;
  /** Requests left until the window ends. */
  readonly remaining?: number;
  /** Until the window ends, from the reply on. */
  readonly resetMs?: number;
}

/** What a header of one of the usual families is called, without its end. */
const families = ['x-ratelimit', 'ratelimit', 'x-rate-limit'] as const;

const windowsMs = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** Larger numbers of seconds are moments: those since 1970, of GitHub's kind. In milliseconds they are larger still. */
const firstMoment = 1_000_000_000;
const firstMomentMs = 1_000_000_000_000;

/**
 * Reads the usual spellings: `X-RateLimit-Limit`, `-Remaining`, `-Reset` (seconds, or a moment), `X-RateLimit-Limit-Minute` and
 * alike, and the IETF's (draft-ietf-httpapi-ratelimit-headers): `RateLimit-Policy: "p";q=100;w=60`, `RateLimit: "p";r=50;t=30`,
 * or in its older form `RateLimit: limit=100, remaining=50, reset=30`.
 * @param serverTimeMs the same reply's `Date`. @returns undefined where there are none.
 */
export function readRateLimit(headers: ReplyHeaders, serverTimeMs: number): RateLimitHeaders | undefined {
  // Most replies have none, and each name looked up costs as much as this look at all names.
  if (!Object.keys(headers).some((name) => name.includes('limit'))) return undefined;
  const standard = text(headers['ratelimit']);
  const policy = text(headers['ratelimit-policy']);
  if (standard !== undefined || policy !== undefined) {
    const found = readStandard(standard ?? '', policy ?? '');
    if (Object.keys(found).length > 0) return found;
  }
  for (const family of families) {
    const found = readFamily(headers, family, serverTimeMs);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readFamily(
  headers: ReplyHeaders,
  family: (typeof families)[number],
  serverTimeMs: number,
): RateLimitHeaders | undefined {
  const limitText = text(headers[`${family}-limit`]);
  if (limitText === undefined) return readByUnit(headers, family);
  const limit = number(/^\s*\d+/.exec(limitText)?.[0]);
  // "100, 100;w=60" names the window behind the limit.
  const seconds = number(/;\s*w=(\d+)/.exec(limitText)?.[1]);
  return given({
    limit,
    windowMs: seconds === undefined ? undefined : seconds * 1000,
    remaining: number(text(headers[`${family}-remaining`])),
    resetMs: untilReset(number(text(headers[`${family}-reset`])), serverTimeMs),
  });
}

/** Of several windows the one that allows least a second. */
function readByUnit(headers: ReplyHeaders, family: (typeof families)[number]): RateLimitHeaders | undefined {
  let strictest: { limit: number; windowMs: number } | undefined;
  for (const [unit, windowMs] of Object.entries(windowsMs)) {
    const limit = number(text(headers[`${family}-limit-${unit}`]));
    if (limit === undefined) continue;
    if (strictest === undefined || limit / windowMs < strictest.limit / strictest.windowMs) {
      strictest = { limit, windowMs };
    }
  }
  return strictest;
}

function readStandard(standard: string, policy: string): RateLimitHeaders {
  const field = (source: string, name: string): number | undefined =>
    number(new RegExp(`(?:^|[;,\\s])${name}=(\\d+)`).exec(source)?.[1]);
  const seconds = field(policy, 'w') ?? field(standard, 'w');
  const reset = field(standard, 't') ?? field(standard, 'reset');
  return given({
    limit: field(policy, 'q') ?? field(standard, 'limit') ?? number(/^\s*\d+/.exec(policy)?.[0]),
    windowMs: seconds === undefined ? undefined : seconds * 1000,
    remaining: field(standard, 'r') ?? field(standard, 'remaining'),
    resetMs: reset === undefined ? undefined : reset * 1000,
  });
}

function untilReset(reset: number | undefined, serverTimeMs: number): number | undefined {
  if (reset === undefined) return undefined;
  if (reset >= firstMomentMs) return Math.max(0, reset - serverTimeMs);
  if (reset >= firstMoment) return Math.max(0, reset * 1000 - serverTimeMs);
  return reset * 1000;
}

function text(value: string | string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value;
}

function number(value: string | undefined): number | undefined {
  return value !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}

function given(all: { [key in keyof RateLimitHeaders]: number | undefined }): RateLimitHeaders {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
