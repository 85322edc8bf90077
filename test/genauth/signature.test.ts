import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeKickUsers, type KickUsersDto } from '../../src/genauth/kick-users.ts';
import { encodeQuestion } from '../../src/genauth/question.ts';
import { createSigner, type Brand } from '../../src/genauth/signature.ts';
import { isSignedWith } from './check-signature.ts';

const date = 'Wed, 01 Jan 2025 00:00:00 GMT';
const nonce = '0123456789abcdef0123456789abcdef';
const path = '/api/v3/kick-users';
const dto: KickUsersDto = {
  appIds: ['app1', 'app2'],
  userId: 'user-1',
  options: { userIdType: 'user_id' },
};

/** Follows `docs/genauth-api.md`, section 2b, word by word and without a thought for speed. */
function referenceAuthorization(
  brand: Brand,
  key: { id: string; secret: string },
  headers: Record<string, string>,
  body: Record<string, unknown>,
): string {
  const prefix = brand === 'authing' ? 'x-authing-' : 'x-genauth-';
  const signed = Object.keys(headers)
    .filter((name) => name === 'date' || name.startsWith(prefix))
    .sort();
  const query = Object.keys(body)
    .sort()
    .filter((name) => body[name] !== undefined)
    .map((name) => `${name}=${typeof body[name] === 'string' ? body[name] : JSON.stringify(body[name])}`);
  const text = [
    'POST',
    ...signed.map((name) => `${name}:${headers[name]?.replaceAll(/[\t\n\r\f]/g, ' ').trim()}`),
    `${path}?${query.join('&')}`,
  ].join('\n');
  const signature = createHmac('sha1', key.secret).update(text).digest('base64');
  return `${brand === 'authing' ? 'authing' : 'GenAuth'} ${key.id}:${signature}`;
}

describe('the signature', () => {
  test("is the fixed vector's for the fixed vector's request", () => {
    const sign = createSigner({
      brand: 'authing',
      accessKeyId: 'AK',
      accessKeySecret: 'SK',
      headers: {
        'x-authing-lang': 'en-US',
        'x-authing-signature-method': 'HMAC-SHA1',
        'x-authing-signature-version': '1.0',
      },
    });
    expect(sign(date, nonce, encodeKickUsers(dto))).toBe('authing AK:oQalEzR0eiOSffNsBBUbyApKTj0=');
  });

  test('takes the header prefix and the scheme of the brand', () => {
    const headers = { 'x-genauth-lang': 'en-US', 'x-authing-userpool-id': 'not signed under this brand' };
    const sign = createSigner({ brand: 'genauth', accessKeyId: 'AK', accessKeySecret: 'SK', headers });
    expect(sign(date, nonce, encodeKickUsers(dto))).toBe(
      referenceAuthorization(
        'genauth',
        { id: 'AK', secret: 'SK' },
        { ...headers, date, 'x-genauth-signature-nonce': nonce },
        { ...dto },
      ),
    );
  });

  test('equals an independent reference for any user, apps, type, key and headers', () => {
    fc.assert(
      fc.property(
        fc.record({
          brand: fc.constantFrom<Brand>('authing', 'genauth'),
          id: fc.string(),
          secret: fc.string({ unit: 'binary' }),
          userId: fc.string({ unit: 'binary' }),
          appIds: fc.array(fc.string({ unit: 'binary' }), { maxLength: 50 }),
          userIdType: fc.constantFrom('user_id', 'phone', 'identity', undefined),
          headers: fc.dictionary(
            fc.stringMatching(/^(?:x-authing-|x-genauth-|x-other-|da|)[a-z-]{1,12}$/),
            fc.string(),
          ),
        }),
        ({ brand, id, secret, userId, appIds, userIdType, headers }) => {
          const sign = createSigner({ brand, accessKeyId: id, accessKeySecret: secret, headers });
          const dto: KickUsersDto = {
            userId,
            appIds,
            ...(userIdType === undefined ? {} : { options: { userIdType } }),
          };
          const request = encodeKickUsers(dto);
          const prefix = brand === 'authing' ? 'x-authing-' : 'x-genauth-';
          expect(sign(date, nonce, request)).toBe(
            referenceAuthorization(
              brand,
              { id, secret },
              { ...headers, date, [`${prefix}signature-nonce`]: nonce },
              JSON.parse(request.body) as Record<string, unknown>,
            ),
          );
        },
      ),
    );
  });
});

test('a question is signed as a server reads it, whatever stands in its query or its body', () => {
  // Half a surrogate pair is in no address.
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom('\ud83d', '\udc00'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  });
  const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text, { minLength: 1 }));
  const fields = fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z]{0,9}$/), value, { maxKeys: 6 });
  fc.assert(
    fc.property(fields, fc.constantFrom('GET' as const, 'POST' as const), (given, method) => {
      const request = encodeQuestion({
        method,
        path: '/api/v3/get-anything',
        ...(method === 'GET'
          ? { query: given }
          : { body: { ...given, options: { page: 1, all: null }, none: undefined } }),
        read: () => true,
      });
      const sign = createSigner({ brand: 'genauth', accessKeyId: 'AK', accessKeySecret: 'SK', headers: {} });
      const headers = {
        date,
        'x-genauth-signature-nonce': nonce,
        authorization: sign(date, nonce, request),
      };
      const requestLine = `${request.method} ${request.address} HTTP/1.1`;
      expect(request.address).toMatch(/^[!-~]+$/);
      expect(isSignedWith('SK', { requestLine, headers, body: request.body ?? '' })).toBe(true);
    }),
  );
});

describe('the body', () => {
  test("has GenAuth's own keys, to the letter", () => {
    expect(encodeKickUsers(dto).body).toBe(
      '{"appIds":["app1","app2"],"userId":"user-1","options":{"userIdType":"user_id"}}',
    );
  });

  test('leaves the options out where no type is given', () => {
    expect(encodeKickUsers({ userId: 'u', appIds: ['a'] }).body).toBe('{"appIds":["a"],"userId":"u"}');
  });
});
