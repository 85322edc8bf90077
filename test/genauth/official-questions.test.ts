import { ManagementClient } from 'authing-node-sdk';
import { expect, onTestFinished, test } from 'vitest';
import { createClient } from '../../src/genauth/client.ts';
import type { Question } from '../../src/genauth/question.ts';
import { checkSessionStatus } from '../../src/genauth/questions/check-session-status.ts';
import { getUserBatch } from '../../src/genauth/questions/get-user-batch.ts';
import { getUserLoggedinApps } from '../../src/genauth/questions/get-user-loggedin-apps.ts';
import { getUserLoginHistory } from '../../src/genauth/questions/get-user-login-history.ts';
import { getUser } from '../../src/genauth/questions/get-user.ts';
import { listApplicationActiveUsers } from '../../src/genauth/questions/list-application-active-users.ts';
import { listApplications } from '../../src/genauth/questions/list-applications.ts';
import { isSignedWith, readRequest } from './check-signature.ts';
import { httpReply, serve } from './scripted-server.ts';

const key = { accessKeyId: 'key-id', accessKeySecret: 'the-access-key-secret' };
const odd = 'quote " & = ? # 100% + [x]';

const user = {
  userId: 'user-1',
  status: 'Activated',
  username: 'ann',
  email: 'ann@example.test',
  phone: '13800000000',
  phoneCountryCode: '+86',
  externalId: 'e-1',
  name: 'Ann Example',
  lastLogin: '2026-01-05T12:00:00.000Z',
  loginsCount: 7,
  password: 'not-to-be-kept',
  salt: 'not-to-be-kept',
  token: 'not-to-be-kept',
};
const kept = {
  userId: 'user-1',
  status: 'Activated',
  username: 'ann',
  email: 'ann@example.test',
  phone: '13800000000',
  phoneCountryCode: '+86',
  externalId: 'e-1',
  name: 'Ann Example',
  lastLogin: Date.UTC(2026, 0, 5, 12),
  loginsCount: 7,
};
const app = { appId: 'app-1', appName: 'Wiki', appLogo: 'logo', appLoginUrl: 'https://wiki.example.test' };

/** What the official SDK is asked, the same of this client, `data` of the reply, and what is kept of it. */
const endpoints: [
  string,
  (official: ManagementClient) => Promise<unknown>,
  Question<unknown>,
  unknown,
  unknown,
][] = [
  [
    'list-applications',
    (official) => official.listApplications({ page: 2, limit: 50 }),
    listApplications({ page: 2 }),
    { totalCount: 51, list: [app] },
    { totalCount: 51, list: [{ appId: 'app-1', appName: 'Wiki' }] },
  ],
  [
    'get-user-batch',
    (official) => official.getUserBatch({ userIds: ['user-1', odd], userIdType: 'external_id' }),
    getUserBatch({ userIds: ['user-1', odd], userIdType: 'external_id' }),
    [user],
    [kept],
  ],
  [
    'get-user-batch of one',
    (official) => official.getUserBatch({ userIds: ['user-1'] }),
    getUserBatch({ userIds: ['user-1'], userIdType: 'user_id' }),
    [],
    [],
  ],
  [
    'get-user',
    (official) => official.getUser({ userId: '+86 138', userIdType: 'phone' }),
    getUser({ userId: '+86 138', userIdType: 'phone' }),
    user,
    kept,
  ],
  [
    'get-user-loggedin-apps',
    (official) => official.getUserLoggedinApps({ userId: odd, userIdType: 'username' }),
    getUserLoggedinApps({ userId: odd, userIdType: 'username' }),
    [app, { appId: 'app-2' }],
    [{ appId: 'app-1', appName: 'Wiki' }, { appId: 'app-2' }],
  ],
  [
    'get-user-login-history',
    (official) =>
      official.getUserLoginHistory({ userId: 'user-1', appId: 'app-1', start: 1, end: 2, page: 1, limit: 9 }),
    getUserLoginHistory({ userId: 'user-1', appId: 'app-1', start: 1, end: 2, page: 1, limit: 9 }),
    { totalCount: 1, list: [{ ...app, clientIp: '192.0.2.1', time: '2026-01-05T13:00:00+01:00' }] },
    { totalCount: 1, list: [{ appId: 'app-1', time: Date.UTC(2026, 0, 5, 12) }] },
  ],
  [
    'check-session-status',
    (official) => official.checkSessionStatus({ appId: 'app-1', userId: 'user-1' }),
    checkSessionStatus({ appId: 'app-1', userId: 'user-1' }),
    { active: true, userId: 'user-1' },
    { active: true },
  ],
  [
    'list-application-active-users',
    (official) =>
      official.listApplicationActiveUsers({
        appId: 'app-1',
        options: { pagination: { page: 3, limit: 50 } },
      }),
    listApplicationActiveUsers({ appId: 'app-1', page: 3 }),
    { totalCount: 101, list: [user] },
    { totalCount: 101, list: [kept] },
  ],
];

test.each(endpoints)(
  '%s is asked as the official SDK asks it, signed, and answered with what is kept',
  async (_name, askOfficially, question, data, answer) => {
    const server = await serve((socket) => socket.write(httpReply({ statusCode: 200, data })));
    const own = createClient({
      ...key,
      host: server.host,
      auth: 'signature',
      brand: 'authing',
      connections: 1,
      timeoutMs: 5000,
      version: '0',
    });
    onTestFinished(() => own.destroy());
    await askOfficially(new ManagementClient({ ...key, host: server.host, timeout: 5000 }));
    const asked = await own.ask(question);

    const [theirs, ours] = server.requests.map((request) => ({
      ...readRequest(request),
      signatureHeaders: Object.keys(request.headers)
        .filter((name) => /^x-authing-signature|^date$|^authorization$/.test(name))
        .sort(),
      query: readRequest(request)
        .query.map((pair) => pair.join('='))
        .sort(),
      length: request.body === '' ? request.headers['content-length'] : 'of its body',
      isSigned: isSignedWith(key.accessKeySecret, request),
    }));
    expect(server.requests).toHaveLength(2);
    expect(ours).toStrictEqual(theirs);
    expect(ours).toMatchObject({ isSigned: true });
    // The official SDK speaks of the type of a body that a GET has not.
    const types = server.requests.map(({ headers }) => headers['content-type']);
    expect(types[1]).toBe(question.method === 'GET' ? undefined : types[0]);
    expect(asked.answer).toStrictEqual(answer);
    expect(asked.reply).toMatchObject({ success: true, statusCode: 200, genauthForm: true });
  },
);
