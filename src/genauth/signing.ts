import { randomUUID } from 'node:crypto';
import type { Authorization, Authorized, Clock } from './authorization.ts';
import type { RequestText } from './request.ts';
import { formsOf } from './secrets.ts';
import { brands, createSigner, type Brand } from './signature.ts';

export interface SigningOptions {
  accessKeyId: string;
  accessKeySecret: string;
  brand: Brand;
  /** Those of every request, names in lower case. */
  headers: Readonly<Record<string, string>>;
  clock: Clock;
}

/** A signature on each request, good for one use. Nothing is fetched. */
export function createSigningAuthorization(options: SigningOptions): Authorization {
  const { accessKeyId, clock } = options;
  const secrets = formsOf(options.accessKeySecret);
  const { headerPrefix } = brands[options.brand];
  const fixed = {
    ...options.headers,
    [`${headerPrefix}signature-method`]: 'HMAC-SHA1',
    [`${headerPrefix}signature-version`]: '1.0',
  };
  const sign = createSigner({
    brand: options.brand,
    accessKeyId,
    accessKeySecret: options.accessKeySecret,
    headers: fixed,
  });
  const fixedHeaders = Object.entries(fixed).flat();
  const nonceName = `${headerPrefix}signature-nonce`;

  let offsetMs = 0;
  /** Counts the corrections of the clock. */
  let number = 0;
  /** A reply told that the present clock is good, or no correction was made yet. */
  let trusted = true;

  let dateSecond = Number.NaN;
  let date = '';
  function dateNow(): string {
    const now = clock.now() + offsetMs;
    const second = Math.floor(now / 1000);
    if (second !== dateSecond) {
      dateSecond = second;
      date = new Date(now).toUTCString();
    }
    return date;
  }

  function authorize(request: RequestText): Authorized {
    const date = dateNow();
    const nonce = randomUUID().replaceAll('-', '');
    const authorization = sign(date, nonce, request);
    return {
      headers: fixedHeaders.concat('date', date, nonceName, nonce, 'authorization', authorization),
      number,
      secrets,
    };
  }

  return {
    atHand: authorize,
    fetched: (request) => Promise.resolve(authorize(request)),
    accepted(accepted) {
      if (accepted === number) trusted = true;
    },
    renew(reply) {
      if (reply.authorization === undefined) return false;
      // Each attempt is signed anew. A node that lags may not know the key yet.
      if (reply.apiCode !== 1305) return true;
      if (reply.authorization !== number) return true;
      if (!trusted || reply.serverTimeMs === undefined) return false;
      offsetMs = reply.serverTimeMs - clock.now();
      number += 1;
      trusted = false;
      return true;
    },
    identify: () => Promise.resolve({ identity: { accessKeyId } }),
  };
}
