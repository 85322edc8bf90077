import type { ManagementClient } from 'authing-node-sdk';
import { expect, test } from 'vitest';

import type { Faults } from '../../src/simulator/faults.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { simulator } from '../start-simulator.ts';
import { active, activeUsers, hex, sdk } from './ask.ts';
import { bearer, get } from './http-client.ts';

const [jira, wiki] = [hex(1), hex(2)];
const users = Array.from({ length: 40 }, (_, at) => hex(100 + at));

interface Reply {
  readonly statusCode: number;
  readonly data?: { readonly active?: boolean };
}

/** Without the SDK, which takes milliseconds for each signature. */
async function postAll(
  server: Simulator,
  call: string,
  bodyOf: (userId: string) => object,
): Promise<Reply[]> {
  const headers = { ...(await bearer(server)), 'content-type': 'application/json' };
  const replies: Reply[] = [];
  for (const userId of users) {
    const body = JSON.stringify(bodyOf(userId));
    const reply = await fetch(`${server.url}/api/v3/${call}`, { method: 'POST', headers, body });
    replies.push((await reply.json()) as Reply);
  }
  return replies;
}

async function kickAll(server: Simulator): Promise<void> {
  await postAll(server, 'kick-users', (userId) => ({ userId, appIds: [jira] }));
}

/** Who of the users is signed in, by asking about each. */
async function stillActive(server: Simulator): Promise<string[]> {
  const replies = await postAll(server, 'check-session-status', (userId) => ({ userId, appId: jira }));
  return users.filter((_, at) => replies[at]?.data?.active === true);
}

async function listed(server: Simulator): Promise<Set<string>> {
  const client = sdk(server);
  const { total } = await activeUsers(client, jira, 1);
  const pages = await Promise.all(
    Array.from({ length: Math.ceil(total / 50) }, async (_, at) => activeUsers(client, jira, at + 1)),
  );
  return new Set(pages.flatMap(({ userIds }) => userIds));
}

test('a share of the sessions outlives the first kick, is listed, and ends with the second', async () => {
  const server = await simulator({ faults: { survivors: 0.3 } });
  await kickAll(server);
  const survivors = await stillActive(server);
  expect(survivors.length).toBeGreaterThan(3);
  expect(survivors.length).toBeLessThan(30);
  const found = await listed(server);
  expect(users.filter((userId) => found.has(userId))).toEqual(survivors);
  await kickAll(server);
  expect(await stillActive(server)).toEqual([]);
  const again = await simulator({ faults: { survivors: 0.3 } });
  await kickAll(again);
  expect(await stillActive(again)).toEqual(survivors);
  const otherwise = await simulator({ seed: 2, faults: { survivors: 0.3 } });
  await kickAll(otherwise);
  expect(await stillActive(otherwise)).not.toEqual(survivors);
});

test('a share of the users signs in again, which the history tells in the server’s time', async () => {
  let nowMs = Date.UTC(2030, 0, 1);
  const clockOffsetMs = 60_000;
  const faults: Faults = { returns: { share: 0.3, afterMs: 2000 } };
  const server = await simulator({ faults, clockOffsetMs, now: () => nowMs });
  const headers = await bearer(server);
  const history = async (userId: string, more = '') => {
    const query = `userId=${userId}&appId=${jira}${more}`;
    return (await get(`${server.url}/api/v3/get-user-login-history?${query}`, headers)).body.data;
  };
  await kickAll(server);
  const kickedAtMs = nowMs + clockOffsetMs;
  nowMs += 1999;
  expect(await stillActive(server)).toEqual([]);
  nowMs += 1;
  const back = await stillActive(server);
  expect(back.length).toBeGreaterThan(3);
  expect(back.length).toBeLessThan(30);

  const [one = ''] = back;
  const time = new Date(kickedAtMs + 2000).toISOString();
  expect(await history(one, `&start=${kickedAtMs}`)).toMatchObject({
    totalCount: 1,
    list: [{ appId: jira, time, clientIp: expect.any(String) }],
  });
  expect(await history(one, `&start=${kickedAtMs + 2001}`)).toEqual({ totalCount: 0, list: [] });
  expect(await history(one, `&end=${kickedAtMs}`)).toMatchObject({ totalCount: 1 });
  expect(await history(one, '&limit=1')).toMatchObject({ totalCount: 2, list: [{ time }] });
  const gone = users.find((userId) => !back.includes(userId)) ?? '';
  expect(await history(gone, `&start=${kickedAtMs}`)).toMatchObject({ totalCount: 0 });

  await kickAll(server);
  expect(await stillActive(server)).toEqual([]);
  nowMs += 2000;
  expect(await stillActive(server)).toEqual(back);
});

test('a list of active users has those who have come back as soon as they have', async () => {
  let nowMs = Date.now();
  const faults: Faults = { returns: { share: 1, afterMs: 5000 } };
  const server = await simulator({ faults, now: () => nowMs });
  await kickAll(server);
  expect((await listed(server)).has(users[0] ?? '')).toBe(false);
  nowMs += 5000;
  expect((await listed(server)).has(users[0] ?? '')).toBe(true);
});

test('a part of the users does not exist, for kicks and look-ups alike', async () => {
  const server = await simulator({ faults: { missing: 0.3 } });
  const client = sdk(server);
  const { data } = await client.getUserBatch({ userIds: users });
  expect(data.length).toBeGreaterThan(15);
  expect(data.length).toBeLessThan(38);
  const known = new Set(data.map(({ userId }) => userId));
  for (const userId of users.slice(0, 10)) {
    const expected = known.has(userId) ? { statusCode: 200 } : { apiCode: 2004 };
    expect(await client.getUser({ userId })).toMatchObject(expected);
    expect(await client.kickUsers({ userId, appIds: [jira] })).toMatchObject(
      known.has(userId) ? { statusCode: 200 } : { apiCode: 2004 },
    );
  }
});

test('of a part of the users nothing is told about sessions', async () => {
  const server = await simulator({ faults: { unreadable: 0.3 } });
  const client = sdk(server);
  const replies = await postAll(server, 'check-session-status', (userId) => ({ userId, appId: jira }));
  const refused = users.filter((_, at) => replies[at]?.statusCode === 403);
  expect(refused.length).toBeGreaterThan(3);
  expect(replies.filter((reply) => reply.data?.active === true)).toHaveLength(users.length - refused.length);
  const [userId = ''] = refused;
  expect(await client.getUserLoginHistory({ userId })).toMatchObject({ statusCode: 403 });
  expect(await client.getUser({ userId })).toMatchObject({ statusCode: 200 });
});

test('a key without the right to read may kick, and is refused each question', async () => {
  const client = sdk(await simulator({ faults: { noReading: true } }));
  const [userId = ''] = users;
  expect(await client.kickUsers({ userId, appIds: [jira] })).toMatchObject({ statusCode: 200 });
  expect(await active(client, userId, jira)).toBe(403);
  for (const reply of [
    await client.listApplications({}),
    await client.getUserBatch({ userIds: users.slice(0, 2) }),
    await client.listApplicationActiveUsers({ appId: jira }),
  ]) {
    expect(reply).toMatchObject({ statusCode: 403 });
  }
});

test('a server that does not know a question answers as its framework does', async () => {
  const server = await simulator({ faults: { noSuchCall: ['get-user-batch'] } });
  const headers = await bearer(server);
  const path = '/api/v3/get-user-batch?userIds[]=a';
  const { status, body } = await get(`${server.url}${path}`, headers);
  expect([status, body]).toEqual([
    404,
    { statusCode: 404, message: `Cannot GET ${path}`, error: 'Not Found' },
  ]);
  expect((await get(`${server.url}/api/v3/get-user?userId=a`, headers)).status).toBe(200);
  server.setFaults({ noSuchCall: 'all' });
  expect((await get(`${server.url}/api/v3/get-user?userId=a`, headers)).status).toBe(404);
  expect((await get(`${server.url}/api/v3/list-applications`, headers)).status).toBe(404);
});

test('a blind server calls every session ended, and lists those who are signed in', async () => {
  const server = await simulator({ faults: { blind: true } });
  const client = sdk(server);
  const { userIds } = await activeUsers(client, jira, 1);
  expect(userIds).toHaveLength(50);
  expect(await active(client, userIds[0] ?? '', jira)).toBe(false);
});

test('a list that moves on between its pages misses some of those on it', async () => {
  const moving = await simulator({ faults: { shifting: 3 } });
  const still = await simulator();
  for (const [server, missed] of [
    [moving, 3],
    [still, 0],
  ] as const) {
    const client = sdk(server);
    const pages = [await activeUsers(client, jira, 1), await activeUsers(client, jira, 2)];
    const seen = new Set(pages.flatMap(({ userIds }) => userIds));
    expect((pages[0]?.total ?? 0) - seen.size).toBe(missed);
  }
});

type IdType = NonNullable<Parameters<ManagementClient['getUserBatch']>[0]['userIdType']>;

const directory = {
  apps: [
    { appId: jira, appName: 'Jira' },
    { appId: wiki, appName: 'Wiki', unreadable: true },
  ],
  users: [
    { userId: hex(11), username: 'alice', email: 'Alice@example.com', phone: '13800000000', name: 'Alice' },
    { userId: hex(12), externalId: 'E-12', status: 'Suspended' as const, apps: [jira], survives: true },
    { userId: hex(13), identity: 'idp:1', apps: [], usedApps: [wiki], returnsAfterMs: 0 },
    { userId: hex(14), syncRelation: 'lark:1', unreadable: true },
    {
      userId: hex(15),
      customField: 'c15',
      logins: [{ appId: jira, time: '2026-01-01T08:00:00.000Z', clientIp: '192.0.2.1' }],
    },
  ],
};

test('with a directory just its apps and users exist, each user under every ID', async () => {
  const server = await simulator({ directory });
  const client = sdk(server);
  expect((await client.listApplications({ limit: 50 })).data.list.map(({ appName }) => appName)).toEqual([
    'Jira',
    'Wiki',
  ]);
  const find = async (userId: string, userIdType: IdType) =>
    (await client.getUserBatch({ userIds: [userId], userIdType })).data.map((user) => user.userId);
  expect(await find('alice@EXAMPLE.com', 'email')).toEqual([hex(11)]);
  expect(await find('alice', 'username')).toEqual([hex(11)]);
  expect(await find('13800000000', 'phone')).toEqual([hex(11)]);
  expect(await find('E-12', 'external_id')).toEqual([hex(12)]);
  expect(await find('idp:1', 'identity')).toEqual([hex(13)]);
  expect(await find('lark:1', 'sync_relation')).toEqual([hex(14)]);
  expect(await find('c15', 'custom_field')).toEqual([hex(15)]);
  expect(await find('bob', 'username')).toEqual([]);
  expect(await client.kickUsers({ userId: hex(99), appIds: [jira] })).toMatchObject({ apiCode: 2004 });
  expect(await client.kickUsers({ userId: hex(11), appIds: [hex(99)] })).toMatchObject({ apiCode: 2011 });
  expect(await client.getUser({ userId: hex(12) })).toMatchObject({
    data: { status: 'Suspended', externalId: 'E-12', email: null },
  });
});

test('a directory says who is signed in where, and what becomes of it', async () => {
  const client = sdk(await simulator({ directory }));
  const inJira = async () => new Set((await activeUsers(client, jira, 1)).userIds);
  expect(await inJira()).toEqual(new Set([hex(11), hex(12), hex(14), hex(15)]));
  for (const at of [11, 12, 13, 14, 15]) await client.kickUsers({ userId: hex(at), appIds: [jira] });
  const states = await Promise.all([11, 12, 13, 14, 15].map(async (at) => active(client, hex(at), jira)));
  expect(states).toEqual([false, true, true, 403, false]);
  expect(await inJira()).toEqual(new Set([hex(12), hex(13)]));
  expect(await active(client, hex(11), wiki)).toBe(403);
  expect(await client.getUserLoggedinApps({ userId: hex(13) })).toMatchObject({
    data: [{ appId: wiki, appName: 'Wiki' }],
  });
  const { data } = await client.getUserLoginHistory({ userId: hex(15), appId: jira });
  expect(data).toMatchObject({
    totalCount: 1,
    list: [{ appId: jira, appName: 'Jira', clientIp: '192.0.2.1', time: '2026-01-01T08:00:00.000Z' }],
  });
});

test.each([
  [{ apps: [] }, 'lists named apps and users'],
  [{ apps: [{ appId: jira }], users: [] }, 'apps[0] needs an appId and an appName'],
  [{ apps: [], users: [{ email: 'a@example.com' }] }, 'users[0] needs text as userId'],
  [{ apps: [], users: [{ userId: 'u', apps: [jira] }] }, 'an app that there is not'],
  [{ apps: [], users: [{ userId: 'u' }, { userId: 'u' }] }, 'two users have the ID u'],
])('a directory that makes no sense is refused: %j', async (wrong, message) => {
  await expect(simulator({ directory: wrong as never })).rejects.toThrow(message);
});

test('questions are throttled and spoiled like kicks, and an outage waits for the first kick', async () => {
  const rate = { kind: 'bucket', perSecond: 0, burst: 1 } as const;
  const outage = { afterMs: 0, forMs: 60_000, as: 'http503' } as const;
  const server = await simulator({ faults: { rate } });
  const client = sdk(server);
  const [userId = ''] = users;
  expect(await active(client, userId, jira)).toBe(true);
  expect(await active(client, userId, jira)).toBe(429);
  server.setFaults({ shares: { successFalse: 1 } });
  expect((await client.checkSessionStatus({ appId: jira, userId })).data).toEqual({ success: false });
  server.setFaults({ outage });
  expect(await active(client, userId, jira)).toBe(true);
  await expect(client.kickUsers({ userId, appIds: [jira] })).rejects.toThrow('503');
  await expect(client.getUser({ userId })).rejects.toThrow('503');
  expect(server.questions.map(({ fault }) => fault)).toEqual([
    undefined,
    'rate',
    'successFalse',
    undefined,
    'outage',
  ]);
});
