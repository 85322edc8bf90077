import { createHmac } from 'node:crypto';

import { expect, test } from 'vitest';

import { checkSignature } from '../../src/simulator/signature.ts';
import { createRecentCounts } from '../../src/simulator/recent-counts.ts';
import { readQuery } from '../../src/simulator/query.ts';
import { simulator } from '../start-simulator.ts';
import { active, activeUsers, hex, sdk } from './ask.ts';
import { bearer, get, post } from './http-client.ts';

const [jira, wiki, alice, bob] = [hex(1), hex(2), hex(3), hex(4)];

test('the official Node SDK lists apps by name, in pages', async () => {
  // Those that are named by an ID alone are in no list.
  const server = await simulator({ apps: [`Jira=${jira}`, `Team=Wiki=${wiki}`, 'One=app-1', 'app-2'] });
  const client = sdk(server);
  const first = await client.listApplications({ page: 1, limit: 2 });
  expect(first.data).toMatchObject({
    totalCount: 3,
    list: [
      { appId: jira, appName: 'Jira' },
      { appId: wiki, appName: 'Team=Wiki' },
    ],
  });
  const second = await client.listApplicationSimpleInfo({ page: 2, limit: 2 });
  expect(second.data).toMatchObject({ totalCount: 3, list: [{ appId: 'app-1', appName: 'One' }] });
  for (const wrong of [{ limit: 51 }, { limit: 0 }, { page: 0 }]) {
    expect(await client.listApplications(wrong)).toMatchObject({ statusCode: 400 });
  }
});

test('the official Node SDK looks up many users at once; who does not exist is left out', async () => {
  const client = sdk(await simulator());
  const userIds = ['alice', 'unknown-1', 'bob', 'alice'];
  const { data } = await client.getUserBatch({ userIds, userIdType: 'username' });
  expect(new Set(data.map(({ username }) => username))).toEqual(new Set(['alice', 'bob']));
  expect(data).toHaveLength(2);
  for (const { userId, status } of data) {
    expect(userId).toMatch(/^[\da-f]{24}$/);
    expect(status).toBe('Activated');
  }
  const many = Array.from({ length: 51 }, (_, at) => `user-${at}`);
  expect(await client.getUserBatch({ userIds: many })).toMatchObject({ statusCode: 400 });
  const { data: fifty } = await client.getUserBatch({ userIds: many.slice(1) });
  expect(fifty).toHaveLength(50);
  expect(fifty.map(({ userId }) => userId)).not.toEqual(many.slice(1));
});

test('what is told of a user holds what nobody may keep', async () => {
  const { data } = await sdk(await simulator()).getUser({ userId: alice });
  expect(data).toMatchObject({ password: expect.any(String), salt: expect.any(String) });
  expect(data).toMatchObject({ token: expect.stringContaining('not-a-real') });
});

test('the official Node SDK gets a user by any type of ID, or 2004', async () => {
  const client = sdk(await simulator());
  const { data } = await client.getUser({ userId: 'Alice@example.com', userIdType: 'email' });
  expect(data).toMatchObject({ email: 'Alice@example.com', userId: expect.stringMatching(/^[\da-f]{24}$/) });
  expect(await client.getUser({ userId: alice })).toMatchObject({ data: { userId: alice } });
  expect(await client.getUser({ userId: 'unknown-1' })).toMatchObject({ statusCode: 404, apiCode: 2004 });
  const malformed = client.getUser({ userId: 'nobody', userIdType: 'email' });
  expect(await malformed).toMatchObject({ statusCode: 400 });
});

test('a session is active until it is kicked, by whatever ID, and only the user ID tells', async () => {
  const server = await simulator();
  const client = sdk(server);
  const { data } = await client.getUser({ userId: 'alice@example.com', userIdType: 'email' });
  expect(await active(client, data.userId, jira)).toBe(true);
  expect(await active(client, 'alice@example.com', jira)).toBe(false);
  expect(await active(client, '13800000000', jira)).toBe(false);
  expect(await active(client, 'unknown-1', jira)).toBe(false);
  expect(await active(client, data.userId, 'no-app')).toBe(404);
  const options = { userIdType: 'email' as never };
  await client.kickUsers({ userId: 'ALICE@example.com', appIds: [jira], options });
  expect(await active(client, data.userId, jira)).toBe(false);
  expect(await active(client, data.userId, wiki)).toBe(true);
  expect(server.sessions('email', 'alice@example.com', jira)).toBe(false);
});

test('the official Node SDK lists who is signed in to an app, in pages of 50', async () => {
  const client = sdk(await simulator());
  const first = await activeUsers(client, jira, 1);
  const second = await activeUsers(client, jira, 2);
  expect([first.userIds.length, second.userIds.length]).toEqual([50, first.total - 50]);
  expect(new Set([...first.userIds, ...second.userIds]).size).toBe(first.total);
  const [one = '', two = ''] = second.userIds;
  expect(await active(client, one, jira)).toBe(true);
  await client.kickUsers({ userId: one, appIds: [jira] });
  const after = await activeUsers(client, jira, 2);
  expect(after.total).toBe(first.total - 1);
  expect(after.userIds).toContain(two);
  expect(after.userIds).not.toContain(one);
});

test('a bearer token asks the same questions', async () => {
  const server = await simulator({ apps: [`Jira=${jira}`] });
  const headers = await bearer(server);
  const api = `${server.url}/api/v3`;
  const users = await get(`${api}/get-user-batch?userIds[]=${alice}&userIds[]=${bob}`, headers);
  expect(users.body.data).toHaveLength(2);
  const apps = await get(`${api}/list-applications?page=1&limit=50`, headers);
  expect(apps.body.data).toMatchObject({ totalCount: 1 });
  const body = JSON.stringify({ appId: jira, userId: alice });
  expect((await post(`${api}/check-session-status`, body, headers)).body.data).toEqual({ active: true });
  expect((await get(`${api}/get-user?userId=${alice}`)).body).toMatchObject({ apiCode: 2020 });
  expect((await get(`${api}/get-user-batch?userIds[]=`, headers)).body).toMatchObject({ data: [] });
  expect((await get(`${api}/get-user-batch?userIds=${alice}`, headers)).body.statusCode).toBe(400);
});

/** A question signed by the rules as they are written down: lists as JSON, though they are sent one by one. */
const signedText = [
  'GET',
  'date:Wed, 01 Jan 2025 00:00:00 GMT',
  'x-authing-signature-method:HMAC-SHA1',
  'x-authing-signature-nonce:0123456789abcdef0123456789abcdef',
  'x-authing-signature-version:1.0',
  '/api/v3/get-user-batch?userIdType=email&userIds=["a+b@example.com","张三@example.com"]',
].join('\n');
const signature = createHmac('sha1', 'SK').update(signedText, 'utf8').digest('base64');
const sentQuery = 'userIds[]=a%2Bb@example.com&userIds[]=%E5%BC%A0%E4%B8%89%40example.com&userIdType=email';

test.each([
  ['as it was signed', sentQuery, undefined],
  ['another user', sentQuery.replace('a%2B', 'a%2D'), 'badSignature'],
  ['one user less', sentQuery.replace('userIds[]=a%2Bb@example.com&', ''), 'badSignature'],
  ['another type', sentQuery.replace('=email', '=phone'), 'badSignature'],
  ['more than was signed', `${sentQuery}&page=2`, 'badSignature'],
  ['a plus that is a space', sentQuery.replace('%2B', '+'), 'badSignature'],
])('of a signed question the whole query counts: %s', (_what, query, refusal) => {
  const headers = new Map([
    ['authorization', `authing AK:${signature}`],
    ...signedText
      .split('\n')
      .slice(1, 5)
      .map((line) => line.split(/:(.*)/).slice(0, 2) as [string, string]),
  ]);
  const request = { method: 'GET', path: '/api/v3/get-user-batch', body: readQuery(query), headers };
  const check = checkSignature(request, {
    secretOf: () => 'SK',
    clockMs: Date.UTC(2025, 0, 1),
    allowedSkewMs: 0,
    used: createRecentCounts(10),
  });
  expect(check.refusal).toBe(refusal);
});

test('a question with a wrong signature is refused with 1300, and both kinds of it are recorded', async () => {
  const server = await simulator({ apps: [`Jira=${jira}`] });
  await sdk(server).getUserBatch({ userIds: [alice, bob] });
  expect(await sdk({ ...server, accessKeySecret: 'wrong' }).getUser({ userId: bob })).toMatchObject({
    apiCode: 1300,
  });
  await sdk(server).kickUsers({ userId: alice, appIds: [jira] });
  expect(server.questions).toMatchObject([
    {
      path: '/api/v3/get-user-batch',
      asked: { userIds: [alice, bob], userIdType: 'user_id' },
      accessKeyId: server.accessKeyId,
      statusCode: 200,
      answered: true,
    },
    { path: '/api/v3/get-user', accessKeyId: undefined, apiCode: 1300 },
  ]);
  expect(server.log).toHaveLength(1);
  expect(server.counts).toMatchObject({ questions: 2, kickRequests: 1 });
});
