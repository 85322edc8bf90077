import { ManagementClient } from 'authing-node-sdk';
import { expect, test } from 'vitest';

import { simulator } from '../start-simulator.ts';

type KickUsers = ManagementClient['kickUsers'];
type Dto = Parameters<KickUsers>[0];

test('the official Node SDK signs users out, unchanged', async () => {
  const server = await simulator();
  const { accessKeyId, accessKeySecret, url: host } = server;
  const client = new ManagementClient({ accessKeyId, accessKeySecret, host });
  const users: Dto[] = [
    { userId: '6319a1504f3xxxxf214dd5b7', appIds: ['app-1', 'app-2'] },
    { userId: '张三', appIds: ['app-3'], options: { userIdType: 'username' as never } },
    { userId: 'lark:ou_1', appIds: ['app-1'], options: { userIdType: 'sync_relation' as never } },
  ];
  const replies = [];
  for (const user of users) replies.push(await client.kickUsers(user));
  expect(replies.map(({ statusCode, data }) => [statusCode, data.success])).toEqual([
    [200, true],
    [200, true],
    [200, true],
  ]);
  expect(server.log).toMatchObject(users.map(({ userId, appIds }) => ({ userId, appIds, kicked: true })));
  expect(server.log.map((record) => record.requestId)).toEqual(
    replies.map((reply) => (reply as { requestId?: string }).requestId),
  );
});

test('the official Node SDK gets business errors as values, and a wrong secret as 1300', async () => {
  const server = await simulator();
  const { accessKeyId, accessKeySecret, url: host } = server;
  const client = new ManagementClient({ accessKeyId, accessKeySecret, host, lang: 'en-US' });
  expect(await client.kickUsers({ userId: 'unknown-1', appIds: ['app-1'] })).toMatchObject({
    statusCode: 404,
    apiCode: 2004,
    message: 'User does not exist',
  });
  const wrong = new ManagementClient({ accessKeyId, accessKeySecret: 'wrong', host });
  expect(await wrong.kickUsers({ userId: 'u', appIds: ['app-1'] })).toMatchObject({ apiCode: 1300 });
  expect(server.counts.kicks).toBe(0);
});

test('the official Node SDK with a tenant, which it signs as a further header, is taken as well', async () => {
  const server = await simulator();
  const { accessKeyId, accessKeySecret, url: host } = server;
  const client = new ManagementClient({ accessKeyId, accessKeySecret, host, tenantId: 'tenant-1' });
  expect(await client.kickUsers({ userId: 'u', appIds: ['app-1'] })).toMatchObject({ statusCode: 200 });
});
