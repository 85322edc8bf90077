import { createHmac } from 'node:crypto';

import { expect, test } from 'vitest';

import { createRecentCounts } from '../../src/simulator/recent-counts.ts';
import { checkSignature, type SignatureRules } from '../../src/simulator/signature.ts';
import { simulator } from '../start-simulator.ts';
import { kick } from './http-client.ts';

const body = { appIds: ['app1', 'app2'], userId: 'user-1', options: { userIdType: 'user_id' } };
const vectorTimeMs = Date.UTC(2025, 0, 1);

/** The fixed test vector, made with the official SDK's own functions. */
const vector = {
  method: 'POST',
  path: '/api/v3/kick-users',
  body,
  headers: new Map([
    ['authorization', 'authing AK:oQalEzR0eiOSffNsBBUbyApKTj0='],
    ['date', 'Wed, 01 Jan 2025 00:00:00 GMT'],
    ['x-authing-lang', 'en-US'],
    ['x-authing-signature-method', 'HMAC-SHA1'],
    ['x-authing-signature-nonce', '0123456789abcdef0123456789abcdef'],
    ['x-authing-signature-version', '1.0'],
    ['content-type', 'application/json'],
  ]),
};

function rules(changed: Partial<SignatureRules> = {}): SignatureRules {
  return {
    secretOf: (accessKeyId) => (accessKeyId === 'AK' ? 'SK' : undefined),
    clockMs: vectorTimeMs,
    allowedSkewMs: 300_000,
    used: createRecentCounts(100),
    ...changed,
  };
}

test('accepts the fixed test vector', () => {
  expect(checkSignature(vector, rules())).toEqual({ accessKeyId: 'AK' });
});

test('accepts no signature twice', () => {
  const sameRules = rules();
  checkSignature(vector, sameRules);
  expect(checkSignature(vector, sameRules).refusal).toBe('signatureUsed');
});

test.each([
  ['another app', { body: { ...body, appIds: ['app1', 'app3'] } }],
  ['another user', { body: { ...body, userId: 'user-2' } }],
  ['another type of ID', { body: { ...body, options: { userIdType: 'phone' } } }],
  ['a further field', { body: { ...body, more: 1 } }],
  ['another method', { method: 'PUT' }],
  ['another path', { path: '/api/v3/kick-user' }],
  ['another language', { headers: new Map([...vector.headers, ['x-authing-lang', 'zh-CN']]) }],
  ['a further signed header', { headers: new Map([...vector.headers, ['x-authing-app-id', 'x']]) }],
])('refuses the test vector with %s', (_what, changed) => {
  expect(checkSignature({ ...vector, ...changed }, rules()).refusal).toBe('badSignature');
});

test.each([
  [1301, 'signatureMethod', 'x-authing-signature-method', 'HMAC-SHA256'],
  [1302, 'signatureVersion', 'x-authing-signature-version', '2.0'],
  [1303, 'dateFormat', 'date', 'yesterday'],
  [1304, 'noDate', 'date', ''],
  [1305, 'clockSkew', 'date', 'Wed, 01 Jan 2025 00:05:01 GMT'],
  [1305, 'clockSkew', 'date', 'Tue, 31 Dec 2024 23:54:59 GMT'],
])('refuses with %s: %s', (_apiCode, refusal, name, value) => {
  const headers = new Map([...vector.headers, [name, value] as const]);
  expect(checkSignature({ ...vector, headers }, rules()).refusal).toBe(refusal);
});

test('a refused signature is not used up', () => {
  const used = createRecentCounts<string>(100);
  checkSignature(vector, rules({ used, secretOf: () => 'another' }));
  expect(checkSignature(vector, rules({ used })).refusal).toBeUndefined();
});

let nonces = 0;

/** Signs by the rules as they are written down, with the given spelling of headers and scheme. */
function signed(
  brand: { prefix: string; scheme: string },
  key: { accessKeyId: string; accessKeySecret: string },
  sentBody: Record<string, unknown>,
  dateHeader: Record<string, string>,
): Record<string, string> {
  nonces += 1;
  const headers: Record<string, string> = {
    ...dateHeader,
    [`${brand.prefix}signature-method`]: 'HMAC-SHA1',
    [`${brand.prefix}signature-nonce`]: `nonce-${nonces}`,
    [`${brand.prefix}signature-version`]: '1.0',
  };
  const lines = Object.keys(headers)
    .sort()
    .map((name) => `${name}:${headers[name]}\n`);
  const query = Object.keys(sentBody)
    .sort()
    .map((name) => {
      const value = sentBody[name];
      return `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
    });
  const text = `POST\n${lines.join('')}/api/v3/kick-users?${query.join('&')}`;
  const signature = createHmac('sha1', key.accessKeySecret).update(text).digest('base64');
  return { ...headers, authorization: `${brand.scheme} ${key.accessKeyId}:${signature}` };
}

const authing = { prefix: 'x-authing-', scheme: 'authing' };
const genAuth = { prefix: 'x-genauth-', scheme: 'GenAuth' };
/** Those of the test vectors. */
const apps = ['app1', 'app2', '应用-1'];
const chinese = { appIds: ['应用-1'], userId: '张三', options: { userIdType: 'username' } };

test.each([
  ['Authing, HTTP date', authing, () => ({ date: new Date().toUTCString() })],
  ['GenAuth, HTTP date', genAuth, () => ({ date: new Date().toUTCString() })],
  ['Authing, milliseconds in date', authing, () => ({ date: String(Date.now()) })],
  ['Authing, milliseconds in x-authing-date', authing, () => ({ 'x-authing-date': String(Date.now()) })],
])('takes signed kicks over HTTP: %s', async (_what, brand, date) => {
  const server = await simulator({ apps });
  const { body: reply } = await kick(server, chinese, signed(brand, server, chinese, date()));
  expect(reply).toMatchObject({ statusCode: 200, data: { success: true } });
  expect(server.log).toMatchObject([
    { userId: '张三', kicked: true, accessKeyId: server.accessKeyId, userPoolId: server.userPoolId },
  ]);
});

test('refuses signed kicks with the apiCode of their fault, and kicks nobody', async () => {
  const server = await simulator({ apps });
  const now = { date: new Date().toUTCString() };
  const once = signed(authing, server, chinese, now);
  const attempts = [
    once,
    once,
    signed(authing, { ...server, accessKeySecret: 'wrong' }, chinese, now),
    signed(authing, { ...server, accessKeyId: 'nobody' }, chinese, now),
    signed({ ...authing, scheme: 'GenAuth' }, server, chinese, now),
    { ...signed(authing, server, chinese, now), 'x-authing-signature-method': 'MD5' },
    { ...signed(authing, server, chinese, now), 'x-authing-signature-version': '3' },
    signed(authing, server, chinese, { date: '2025-01-01' }),
    signed(authing, server, chinese, {}),
    signed(authing, server, chinese, { date: new Date(Date.now() - 400_000).toUTCString() }),
  ];
  const replies = [];
  for (const headers of attempts) replies.push(await kick(server, chinese, headers));
  // With the wrong scheme the method header of that brand is not found.
  expect(replies.map(({ body: { apiCode } }) => apiCode ?? 200)).toEqual([
    expect.toSatisfy((code) => code === 200 || code === 20001),
    1306,
    1300,
    1300,
    1301,
    1301,
    1302,
    1303,
    1304,
    1305,
  ]);
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
  expect(server.counts.kicks).toBe(1);
});

test('a server whose clock is wrong says so in its Date header, and expects that time', async () => {
  const server = await simulator({ apps, clockOffsetMs: -3_600_000 });
  const right = signed(authing, server, chinese, { date: new Date().toUTCString() });
  const refused = await kick(server, chinese, right);
  expect(refused.body.apiCode).toBe(1305);
  const serverTime = String(refused.headers['date']);
  expect(Math.abs(Date.parse(serverTime) - (Date.now() - 3_600_000))).toBeLessThan(2000);
  const accepted = await kick(server, chinese, signed(authing, server, chinese, { date: serverTime }));
  expect(accepted.body.statusCode).toBe(200);
});
