import { createHmac } from 'node:crypto';

import type { RefusalName } from './refusals.ts';
import type { RecentCounts } from './recent-counts.ts';

/** The two spellings in use: the scheme of `Authorization`, and how the names of the signed headers begin. */
const brands: Readonly<Record<string, string>> = { authing: 'x-authing-', GenAuth: 'x-genauth-' };

export interface SignedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Names in small letters. */
  readonly headers: ReadonlyMap<string, string>;
  /** The parsed JSON; of a GET what its query asks. */
  readonly body: unknown;
}

export interface SignatureRules {
  /** `undefined` for an access key that does not exist. */
  secretOf(accessKeyId: string): string | undefined;
  /** The server's clock. */
  readonly clockMs: number;
  readonly allowedSkewMs: number;
  readonly used: RecentCounts<string>;
}

export type SignatureCheck =
  | { readonly accessKeyId: string; readonly refusal?: never }
  | { readonly accessKeyId: string | undefined; readonly refusal: RefusalName };

/** Whether `Authorization` holds a signature at all (else it is a token, or nothing). */
export function isSigned(authorization: string): boolean {
  return authorization.startsWith('authing ') || authorization.startsWith('GenAuth ');
}

/** Checks a signature the way GenAuth's error codes 1300 to 1306 describe it. A good one is used up by it. */
export function checkSignature(request: SignedRequest, rules: SignatureRules): SignatureCheck {
  const { headers } = request;
  const authorization = headers.get('authorization') ?? '';
  const [, scheme = '', accessKeyId, signature] = /^(\w+) ([^\s:]+):(\S+)$/.exec(authorization) ?? [];
  const prefix = brands[scheme];
  if (!prefix || !accessKeyId || !signature) return { accessKeyId, refusal: 'badSignature' };

  if (headers.get(`${prefix}signature-method`) !== 'HMAC-SHA1')
    return { accessKeyId, refusal: 'signatureMethod' };
  if (headers.get(`${prefix}signature-version`) !== '1.0')
    return { accessKeyId, refusal: 'signatureVersion' };

  const date = headers.get('date') ?? headers.get(`${prefix}date`);
  if (!date) return { accessKeyId, refusal: 'noDate' };
  const signedAtMs = readDate(date);
  if (signedAtMs === undefined) return { accessKeyId, refusal: 'dateFormat' };
  if (Math.abs(signedAtMs - rules.clockMs) > rules.allowedSkewMs)
    return { accessKeyId, refusal: 'clockSkew' };

  const secret = rules.secretOf(accessKeyId);
  if (secret === undefined || signature !== sign(secret, stringToSign(request, prefix))) {
    return { accessKeyId, refusal: 'badSignature' };
  }
  // The nonce is among what is signed: the same signature means the same nonce.
  if (rules.used.add(`${accessKeyId}:${signature}`, rules.clockMs) > 0) {
    return { accessKeyId, refusal: 'signatureUsed' };
  }
  return { accessKeyId };
}

/** An HTTP date or milliseconds since 1970: SDKs send either. */
function readDate(date: string): number | undefined {
  if (/^\d{13}$/.test(date)) return Number(date);
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(date)) return undefined;
  const ms = Date.parse(date);
  return Number.isNaN(ms) ? undefined : ms;
}

/** What the client must have signed: method, its headers and the date, the path with the keys of the body, or of a GET's query, as a query. */
function stringToSign(request: SignedRequest, prefix: string): string {
  const { headers } = request;
  const lines = [request.method];
  for (const name of [...headers.keys()].sort()) {
    if (name !== 'date' && !name.startsWith(prefix)) continue;
    lines.push(`${name}:${(headers.get(name) ?? '').replaceAll(/[\t\n\r\f]/g, ' ').trim()}`);
  }
  const pairs = isRecord(request.body)
    ? Object.entries(request.body)
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    : [];
  lines.push(pairs.length > 0 ? `${request.path}?${pairs.join('&')}` : request.path);
  return lines.join('\n');
}

function sign(secret: string, text: string): string {
  return createHmac('sha1', secret).update(text, 'utf8').digest('base64');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
