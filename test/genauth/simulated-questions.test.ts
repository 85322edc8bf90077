import { expect, onTestFinished, test } from 'vitest';
import { createClient } from '../../src/genauth/client.ts';
import type { Question } from '../../src/genauth/question.ts';
import { checkSessionStatus } from '../../src/genauth/questions/check-session-status.ts';
import { getUserBatch } from '../../src/genauth/questions/get-user-batch.ts';
import { getUserLoggedinApps } from '../../src/genauth/questions/get-user-loggedin-apps.ts';
import { getUserLoginHistory } from '../../src/genauth/questions/get-user-login-history.ts';
import { getUser } from '../../src/genauth/questions/get-user.ts';
import { isUser } from '../../src/genauth/questions/is-user.ts';
import { listApplicationActiveUsers } from '../../src/genauth/questions/list-application-active-users.ts';
import { listApplications } from '../../src/genauth/questions/list-applications.ts';
import { simulator } from '../start-simulator.ts';

const jira = '66a1bb000000000000000001';
const wiki = '66a1bb000000000000000002';

test.each(['token', 'signature'] as const)(
  'the simulated GenAuth answers each question, and a kick changes what it answers (%s)',
  async (auth) => {
    const server = await simulator({ apps: [`Jira=${jira}`, `Team Wiki=${wiki}`] });
    const { accessKeyId, accessKeySecret, url: host } = server;
    const client = createClient({
      accessKeyId,
      accessKeySecret,
      host,
      auth,
      brand: 'authing',
      version: '0',
      connections: 2,
      timeoutMs: 5000,
    });
    onTestFinished(() => client.destroy());
    const answerTo = async <T>(question: Question<T>): Promise<T> => {
      const { answer, reply } = await client.ask(question);
      if (answer === undefined) throw new Error(JSON.stringify(reply));
      return answer;
    };

    expect(await answerTo(listApplications({ page: 1 }))).toStrictEqual({
      totalCount: 2,
      list: [
        { appId: jira, appName: 'Jira' },
        { appId: wiki, appName: 'Team Wiki' },
      ],
    });
    const emails = ['Alice+1@example.com', 'bob@example.com'];
    const users = await answerTo(getUserBatch({ userIds: emails, userIdType: 'email' }));
    const [alice, bob] = emails.map((userId) =>
      users.find((user) => isUser(user, { userId, userIdType: 'email' })),
    );
    expect([users.length, alice?.status, bob?.status]).toStrictEqual([2, 'Activated', 'Activated']);
    const { userId = '' } = alice ?? {};
    expect(await answerTo(getUser({ userId: 'alice+1@EXAMPLE.com', userIdType: 'email' }))).toMatchObject({
      userId,
    });
    const unknown = await client.ask(getUser({ userId: 'unknown-1', userIdType: 'username' }));
    expect(unknown).toMatchObject({ reply: { statusCode: 404, apiCode: 2004 }, answer: undefined });

    const used = await answerTo(getUserLoggedinApps({ userId, userIdType: 'user_id' }));
    expect(new Set(used.map(({ appName }) => appName))).toStrictEqual(new Set(['Jira', 'Team Wiki']));
    const range = { start: 1, end: Date.now() + 1000, page: 1 };
    const history = await answerTo(getUserLoginHistory({ userId, appId: jira, ...range }));
    expect(history.list.map(({ appId }) => appId)).toStrictEqual([jira]);
    const { list } = await answerTo(listApplicationActiveUsers({ appId: jira, page: 1 }));
    expect(list).toHaveLength(50);

    const isActive = async (appId: string) => (await answerTo(checkSessionStatus({ appId, userId }))).active;
    expect([await isActive(jira), await isActive(wiki)]).toStrictEqual([true, true]);
    await client.kickUsers({ userId, appIds: [jira], options: { userIdType: 'user_id' } });
    expect([await isActive(jira), await isActive(wiki)]).toStrictEqual([false, true]);
  },
);
