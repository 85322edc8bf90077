import { ManagementClient } from 'authing-node-sdk';
import { expect, test } from 'vitest';

import type { Simulator } from '../../src/simulator/simulator.ts';
import { simulator } from '../start-simulator.ts';
import { bearer, get, post } from './http-client.ts';

const jira = '66a1bb000000000000000001';
const wiki = '66a1bb000000000000000002';
const alice = '65f0aa000000000000000001';
const bob = '65f0aa000000000000000002';

/** The official SDK, to be used as its documentation says. */
function sdk({ accessKeyId, accessKeySecret, url: host }: Simulator): ManagementClient {
  return new ManagementClient({ accessKeyId, accessKeySecret, host, lang: 'en-US' });
}

test('the official Node SDK lists apps by name, in pages', async () => {
  const server = await simulator({ apps: [`Jira=${jira}`, `Team Wiki=${wiki}`, 'app-1'] });
  const client = sdk(server);
  const first = await client.listApplications({ page: 1, limit: 2 });
  expect(first.data).toMatchObject({
    totalCount: 3,
    list: [
      { appId: jira, appName: 'Jira' },
      { appId: wiki, appName: 'Team Wiki' },
    ],
  });
  const second = await client.listApplicationSimpleInfo({ page: 2, limit: 2 });
  expect(second.data).toMatchObject({ totalCount: 3, list: [{ appId: 'app-1', appName: 'app-1' }] });
  expect(await client.listApplications({ limit: 51 })).toMatchObject({ statusCode: 400 });
});

test('the official Node SDK looks up many users at once; who does not exist is left out', async () => {
  const client = sdk(await simulator());
  const userIds = ['alice', 'unknown-1', 'bob'];
  const { data } = await client.getUserBatch({ userIds, userIdType: 'username' });
  expect(new Set(data.map(({ username }) => username))).toEqual(new Set(['alice', 'bob']));
  for (const { userId, status } of data) {
    expect(userId).toMatch(/^[\da-f]{24}$/);
    expect(status).toBe('Activated');
  }
  const many = Array.from({ length: 51 }, (_, at) => `user-${at}`);
  expect(await client.getUserBatch({ userIds: many })).toMatchObject({ statusCode: 400 });
  expect((await client.getUserBatch({ userIds: many.slice(1) })).data).toHaveLength(50);
});

test('the official Node SDK gets a user by any type of ID, or 2004', async () => {
  const client = sdk(await simulator());
  const { data } = await client.getUser({ userId: 'Alice@example.com', userIdType: 'email' });
  expect(data).toMatchObject({ email: 'Alice@example.com', userId: expect.stringMatching(/^[\da-f]{24}$/) });
  expect(await client.getUser({ userId: alice })).toMatchObject({ data: { userId: alice } });
  expect(await client.getUser({ userId: 'unknown-1' })).toMatchObject({ statusCode: 404, apiCode: 2004 });
});

test('a session is active until it is kicked, by whatever ID, and only the user ID tells', async () => {
  const server = await simulator();
  const client = sdk(server);
  const active = async (userId: string, appId: string) =>
    (await client.checkSessionStatus({ appId, userId })).data.active;
  const { data } = await client.getUser({ userId: 'alice@example.com', userIdType: 'email' });
  expect(await active(data.userId, jira)).toBe(true);
  expect(await active('alice@example.com', jira)).toBe(false);
  expect(await active('13800000000', jira)).toBe(false);
  const options = { userIdType: 'email' as never };
  await client.kickUsers({ userId: 'ALICE@example.com', appIds: [jira], options });
  expect(await active(data.userId, jira)).toBe(false);
  expect(await active(data.userId, wiki)).toBe(true);
  expect(server.sessions('email', 'alice@example.com', jira)).toBe(false);
});

test('the official Node SDK lists who is signed in to an app, in pages of 50', async () => {
  const client = sdk(await simulator());
  const page = async (number: number) => {
    const pagination = { page: number, limit: 50 };
    const reply = await client.listApplicationActiveUsers({ appId: jira, options: { pagination } });
    return { total: reply.data.totalCount, ids: reply.data.list.map(({ userId }) => userId) };
  };
  const [first, second] = [await page(1), await page(2)];
  expect([first.ids.length, second.ids.length]).toEqual([50, first.total - 50]);
  expect(new Set([...first.ids, ...second.ids]).size).toBe(first.total);
  const [one = '', two = ''] = second.ids;
  expect((await client.checkSessionStatus({ appId: jira, userId: one })).data.active).toBe(true);
  await client.kickUsers({ userId: one, appIds: [jira] });
  const after = await page(2);
  expect(after.total).toBe(first.total - 1);
  expect(after.ids).toContain(two);
  expect(after.ids).not.toContain(one);
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
});
