import { createHmac } from 'node:crypto';
import type { RequestText } from './request.ts';

/** Which of the two names the signature goes by (`docs/genauth-api.md`, section 2c). */
export type Brand = 'authing' | 'genauth';

export const brands = {
  authing: { headerPrefix: 'x-authing-', scheme: 'authing' },
  genauth: { headerPrefix: 'x-genauth-', scheme: 'GenAuth' },
} as const satisfies Record<Brand, { headerPrefix: string; scheme: string }>;

export interface SignerOptions {
  brand: Brand;
  accessKeyId: string;
  accessKeySecret: string;
  /** The headers that are the same on every request, names in lower case. Those of the brand are signed. */
  headers: Readonly<Record<string, string>>;
}

/**
 * Gives the `authorization` header of one request.
 * `date` is its `date` header, `nonce` its `<prefix>signature-nonce`.
 */
export type Signer = (
  date: string,
  nonce: string,
  request: Pick<RequestText, 'method' | 'resource'>,
) => string;

export function createSigner(options: SignerOptions): Signer {
  const { headerPrefix, scheme } = brands[options.brand];
  const nonceName = `${headerPrefix}signature-nonce`;
  const fixed = Object.entries(options.headers).filter(([name]) => name.startsWith(headerPrefix));

  // Sorted once: of what is signed only the date, which comes first, and the nonce change from request to request.
  const lines = (names: typeof fixed): string =>
    names
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, value]) => `${name}:${canonical(value)}\n`)
      .join('');
  const beforeDate = { GET: 'GET\ndate:', POST: 'POST\ndate:' };
  const beforeNonce = `\n${lines(fixed.filter(([name]) => name < nonceName))}${nonceName}:`;
  const afterNonce = `\n${lines(fixed.filter(([name]) => name > nonceName))}`;
  const beforeSignature = `${scheme} ${options.accessKeyId}:`;
  const { accessKeySecret } = options;

  return (date, nonce, { method, resource }) =>
    beforeSignature +
    createHmac('sha1', accessKeySecret)
      .update(beforeDate[method] + date + beforeNonce + nonce + afterNonce + resource, 'utf8')
      .digest('base64');
}

function canonical(value: string): string {
  return value.replace(/[\t\n\r\f]/g, ' ').trim();
}
