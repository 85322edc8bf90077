import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeKickUsers, type KickUsersDto } from '../../src/genauth/kick-users.ts';
import { createSigner, type Brand } from '../../src/genauth/signature.ts';

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
      path,
      headers: {
        'x-authing-lang': 'en-US',
        'x-authing-signature-method': 'HMAC-SHA1',
        'x-authing-signature-version': '1.0',
      },
    });
    expect(sign(date, nonce, encodeKickUsers(dto).query)).toBe('authing AK:oQalEzR0eiOSffNsBBUbyApKTj0=');
  });

  test('takes the header prefix and the scheme of the brand', () => {
    const headers = { 'x-genauth-lang': 'en-US', 'x-authing-userpool-id': 'not signed under this brand' };
    const sign = createSigner({ brand: 'genauth', accessKeyId: 'AK', accessKeySecret: 'SK', path, headers });
    expect(sign(date, nonce, encodeKickUsers(dto).query)).toBe(
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
          const sign = createSigner({ brand, accessKeyId: id, accessKeySecret: secret, path, headers });
          const dto: KickUsersDto = {
            userId,
            appIds,
            ...(userIdType === undefined ? {} : { options: { userIdType } }),
          };
          const request = encodeKickUsers(dto);
          const prefix = brand === 'authing' ? 'x-authing-' : 'x-genauth-';
          expect(sign(date, nonce, request.query)).toBe(
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
