import { expect, test } from 'vitest';

import { simulator } from '../start-simulator.ts';
import { bearer, kick, post } from './http-client.ts';

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const apps = (count: number): string[] => Array.from({ length: count }, (_, index) => `app-${index + 1}`);

test('a kick ends the sessions of that user in those apps, and of nobody else', async () => {
  const server = await simulator();
  const headers = await bearer(server);
  const {
    status,
    headers: replied,
    body,
  } = await kick(server, { userId: 'u1', appIds: ['a', 'b'] }, headers);
  expect(status).toBe(200);
  expect(body).toMatchObject({ statusCode: 200, message: '操作成功', data: { success: true } });
  expect(body.requestId).toMatch(uuid);
  expect(replied['x-request-id']).toBe(body.requestId);
  expect(['a', 'b', 'c'].map((appId) => server.sessions('user_id', 'u1', appId))).toEqual([
    false,
    false,
    true,
  ]);
  expect(server.sessions('user_id', 'u2', 'a')).toBe(true);
  expect(server.sessions('username', 'u1', 'a')).toBe(true);
  expect(server.sessions('user_id', 'unknown-1', 'a')).toBe(false);
});

test('the log tells what arrived and what was answered, in order of arrival', async () => {
  const server = await simulator();
  const headers = await bearer(server);
  const first = await kick(
    server,
    { userId: 'x@y', appIds: ['a'], options: { userIdType: 'email' } },
    headers,
  );
  const second = await kick(server, { userId: 'unknown-2', appIds: ['a'] }, headers);
  expect(server.log).toEqual([
    {
      arrivedAtMs: expect.any(Number),
      answeredAtMs: expect.any(Number),
      userId: 'x@y',
      userIdType: 'email',
      appIds: ['a'],
      accessKeyId: server.accessKeyId,
      userPoolId: server.userPoolId,
      connection: 2,
      inFlight: 1,
      requestId: first.body.requestId,
      httpStatus: 200,
      statusCode: 200,
      apiCode: first.body.apiCode,
      retryAfterMs: undefined,
      kicked: true,
      answered: true,
      fault: undefined,
    },
    expect.objectContaining({
      userId: 'unknown-2',
      userIdType: 'user_id',
      requestId: second.body.requestId,
      statusCode: 404,
      apiCode: 2004,
      kicked: false,
      answered: true,
    }),
  ]);
  expect(server.log[1]!.arrivedAtMs).toBeGreaterThan(server.log[0]!.arrivedAtMs);
  expect(server.counts).toMatchObject({ kickRequests: 2, kicks: 1, tokens: 1, requests: 3, connections: 3 });
});

test('some successes carry apiCode 20001, others none', async () => {
  const server = await simulator();
  const headers = await bearer(server);
  const codes = new Set<number | undefined>();
  for (let n = 0; n < 30; n++) {
    codes.add((await kick(server, { userId: `u${n}`, appIds: ['a'] }, headers)).body.apiCode);
  }
  expect(codes).toEqual(new Set([undefined, 20001]));
});

test.each([
  ['no apps', { userId: 'u', appIds: [] }, '参数 appIds 格式错误'],
  ['apps left out', { userId: 'u' }, '参数 appIds 格式错误'],
  ['a key spelt with a lowercase L', { userId: 'u', applds: ['a'] }, '参数 appIds 格式错误'],
  ['an app that is a number', { userId: 'u', appIds: ['a', 5] }, '参数 appIds 格式错误'],
  ['an empty app', { userId: 'u', appIds: ['a', ''] }, '参数 appIds 格式错误'],
  ['apps in one text', { userId: 'u', appIds: 'a,b' }, '参数 appIds 格式错误'],
  ['51 apps', { userId: 'u', appIds: apps(51) }, '参数 appIds 格式错误'],
  ['no user', { appIds: ['a'] }, '参数 userId 格式错误'],
  ['an empty user', { userId: ' ', appIds: ['a'] }, '参数 userId 格式错误'],
  ['a user that is a number', { userId: 5, appIds: ['a'] }, '参数 userId 格式错误'],
  [
    'an email without @',
    { userId: 'test#x.com', appIds: ['a'], options: { userIdType: 'email' } },
    '参数 userId 格式错误',
  ],
  [
    'an identity in one part',
    { userId: 'x', appIds: ['a'], options: { userIdType: 'identity' } },
    '参数 userId 格式错误',
  ],
  [
    'a sync relation without its second part',
    { userId: 'lark:', appIds: ['a'], options: { userIdType: 'sync_relation' } },
    '参数 userId 格式错误',
  ],
  [
    'a type that does not exist',
    { userId: 'x', appIds: ['a'], options: { userIdType: 'id' } },
    '参数 options.userIdType 格式错误',
  ],
  ['a list', ['x'], '请求体格式错误'],
])('answers 400 in an HTTP 200 to %s', async (_what, body, message) => {
  const server = await simulator();
  const { status, body: reply } = await kick(server, body, await bearer(server));
  expect(status).toBe(200);
  expect(reply).toMatchObject({ statusCode: 400, message });
  expect(reply.requestId).toMatch(uuid);
  expect(reply.data).toBeUndefined();
  expect(server.counts.kicks).toBe(0);
});

test.each(['identity', 'sync_relation'])(
  'knows users of the type %s by their second part too',
  async (type) => {
    const server = await simulator();
    const headers = await bearer(server);
    const options = { userIdType: type };
    const known = await kick(server, { userId: 'lark:ou_1', appIds: ['a'], options }, headers);
    const unknown = await kick(server, { userId: 'lark:unknown-1', appIds: ['a'], options }, headers);
    expect([known.body.statusCode, unknown.body.apiCode]).toEqual([200, 2004]);
  },
);

test('50 apps are taken', async () => {
  const server = await simulator();
  await kick(server, { userId: 'u', appIds: apps(50) }, await bearer(server));
  expect(server.log).toMatchObject([{ kicked: true }]);
});

test.each([
  [{ userId: 'unknown-1', appIds: ['a'] }, 2004, '用户不存在', 'User does not exist'],
  [{ userId: 'deleted-1', appIds: ['a'] }, 2004, '用户不存在', 'User does not exist'],
  [{ userId: 'locked-1', appIds: ['a'] }, 2005, '用户已被锁定', 'User is locked'],
  [{ userId: 'u', appIds: ['a', 'unknown-app'] }, 2011, '应用不存在', 'Application does not exist'],
])('refuses %j with apiCode %d, in Chinese unless English is asked for', async (body, apiCode, zh, en) => {
  const server = await simulator();
  const headers = await bearer(server);
  const chinese = await kick(server, body, headers);
  const english = await kick(server, body, { ...headers, 'x-authing-lang': 'en-US' });
  const brand = await kick(server, body, { ...headers, 'x-genauth-lang': 'en-US' });
  expect(chinese.status).toBe(200);
  expect([chinese, english, brand].map((answer) => answer.body)).toMatchObject([
    { apiCode, message: zh },
    { apiCode, message: en },
    { apiCode, message: en },
  ]);
});

test('one app that does not exist keeps the call from ending any session', async () => {
  const server = await simulator();
  await kick(server, { userId: 'u', appIds: ['a', 'unknown-app'] }, await bearer(server));
  expect(server.sessions('user_id', 'u', 'a')).toBe(true);
});

test('users named throttled-first- are told 429 once, without apiCode and requestId', async () => {
  const server = await simulator();
  const headers = await bearer(server);
  const body = { userId: 'throttled-first-1', appIds: ['a'] };
  const first = await kick(server, body, headers);
  expect(first.status).toBe(200);
  expect(first.body).toEqual({ statusCode: 429, message: '您的请求已超过最大数量限制，请稍后重试' });
  expect(first.headers['x-request-id']).toBeUndefined();
  expect((await kick(server, body, headers)).body.statusCode).toBe(200);
  expect(server.log).toMatchObject([
    { kicked: false, fault: 'throttledFirst', requestId: undefined },
    { kicked: true, fault: undefined },
  ]);
});

test('an unknown path is a 404 in the form of GenAuth', async () => {
  const server = await simulator();
  const { status, body } = await post(`${server.url}/api/v3/kick-user`, '{}');
  expect(status).toBe(404);
  expect(body).toMatchObject({ statusCode: 404, requestId: expect.stringMatching(uuid) });
});

test('a body that is no JSON is a 400', async () => {
  const server = await simulator();
  const { body } = await post(`${server.url}/api/v3/kick-users`, '{"userId":', await bearer(server));
  expect(body.statusCode).toBe(400);
});

test('a body over a megabyte is a 413, and is recorded', async () => {
  const server = await simulator();
  const { status, body } = await kick(
    server,
    { userId: 'x'.repeat(1_000_001), appIds: ['a'] },
    await bearer(server),
  );
  expect([status, body.statusCode]).toEqual([413, 413]);
  expect(server.log).toMatchObject([{ userId: '', httpStatus: 413, kicked: false }]);
});

test('keeps no records unless asked, and hands each one to onRequest', async () => {
  const seen: string[] = [];
  const server = await simulator({ log: false, onRequest: (record) => seen.push(record.userId) });
  await kick(server, { userId: 'u', appIds: ['a'] }, await bearer(server));
  expect(seen).toEqual(['u']);
  expect(server.log).toEqual([]);
  expect(server.sessions('user_id', 'u', 'a')).toBe(false);
});
