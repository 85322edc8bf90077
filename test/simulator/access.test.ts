import { createHmac } from 'node:crypto';

import { expect, test } from 'vitest';

import { simulator } from '../start-simulator.ts';
import { askToken, bearer, kick } from './http-client.ts';

const body = { userId: 'user-1', appIds: ['app-1'] };

test('gives out tokens whose claims name the user pool, never the same twice', async () => {
  const server = await simulator({ tokenLifetimeSeconds: 90 });
  const replies = [await askToken(server), await askToken(server)];
  const tokens = replies.map((reply) => reply.body.data?.access_token ?? '');
  expect(new Set(tokens).size).toBe(2);
  expect(replies[0]?.body).toMatchObject({ statusCode: 200, data: { expires_in: 90 } });
  const [header = '', claims = '', signature = ''] = tokens[0]?.split('.') ?? [];
  const decode = (part: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(part, 'base64url').toString());
  expect(decode(header)).toEqual({ alg: 'HS256', typ: 'JWT' });
  const { scoped_userpool_id, iat, exp } = decode(claims);
  expect(scoped_userpool_id).toBe(server.userPoolId);
  expect(Number(exp) - Number(iat)).toBe(90);
  expect(Math.abs(Number(iat) * 1000 - Date.now())).toBeLessThan(2000);
  expect(signature).toMatch(/^[\w-]{43}$/);
});

test('a collaborator has an access key whose ID is not the user pool', async () => {
  const server = await simulator();
  expect(server.accessKeyId).not.toBe(server.userPoolId);
});

test.each([
  ['a wrong secret', { accessKeyId: 'simulated-access-key', accessKeySecret: 'wrong' }, 401],
  ['a key that does not exist', { accessKeyId: 'nobody', accessKeySecret: 'x' }, 401],
  ['no secret', { accessKeyId: 'simulated-access-key' }, 400],
])('gives no token for %s, in an HTTP 200', async (_what, credentials, statusCode) => {
  const server = await simulator();
  const { status, body } = await askToken(server, credentials);
  expect(status).toBe(200);
  expect(body).toMatchObject({ statusCode });
  expect(body.data).toBeUndefined();
  expect(server.counts.tokens).toBe(0);
});

test('takes a token with Bearer, as the Python SDK sends it, and without, as the Java SDK does', async () => {
  const server = await simulator();
  const headers = await bearer(server);
  const bare = { ...headers, authorization: headers['authorization']?.slice('Bearer '.length) ?? '' };
  for (const sent of [headers, bare]) {
    expect((await kick(server, body, sent)).body).toMatchObject({ statusCode: 200, data: { success: true } });
  }
  expect(server.log).toMatchObject([{ accessKeyId: server.accessKeyId, userPoolId: server.userPoolId }, {}]);
});

test('takes the user pool header of either brand', async () => {
  const server = await simulator();
  const { authorization = '' } = await bearer(server);
  const sent = { authorization, 'x-genauth-userpool-id': server.userPoolId };
  expect((await kick(server, body, sent)).body.statusCode).toBe(200);
});

/** A token that the server did not sign, for its own user pool. */
function forgedToken(userPoolId: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ scoped_userpool_id: userPoolId, exp: 9e9 })}`;
  return `${text}.${createHmac('sha256', 'guess').update(text).digest('base64url')}`;
}

test('refuses a missing and a forged token with apiCode 2020', async () => {
  const server = await simulator();
  const headers = await bearer(server);
  for (const authorization of ['', 'Bearer ', `Bearer ${forgedToken(server.userPoolId)}`]) {
    const { status, body: reply } = await kick(server, body, { ...headers, authorization });
    expect(status).toBe(200);
    expect(reply).toMatchObject({ statusCode: 401, apiCode: 2020 });
  }
  expect(server.counts.kicks).toBe(0);
});

test('refuses a user pool that is not the one of the token', async () => {
  const server = await simulator();
  server.addKey('other-key', 'other-secret', 'other-pool');
  const { authorization = '' } = await bearer(server);
  const answers = [];
  for (const pool of ['other-pool', 'no-pool']) {
    answers.push(await kick(server, body, { authorization, 'x-authing-userpool-id': pool }));
  }
  answers.push(await kick(server, body, { authorization }));
  expect(answers.map((answer) => answer.body)).toMatchObject([
    { statusCode: 403 },
    { statusCode: 404, apiCode: 2224 },
    { statusCode: 404, apiCode: 2224 },
  ]);
  expect(server.counts.kicks).toBe(0);
});

test('a token lives as long as it says, by the clock of the server', async () => {
  let nowMs = Date.UTC(2030, 0, 1);
  const server = await simulator({ tokenLifetimeSeconds: 2, now: () => nowMs });
  const headers = await bearer(server);
  nowMs += 1999;
  expect((await kick(server, body, headers)).body.statusCode).toBe(200);
  nowMs += 1;
  expect((await kick(server, body, headers)).body.apiCode).toBe(2020);
  expect((await kick(server, body, await bearer(server))).body.statusCode).toBe(200);
});

test('a revoked key gets no token and its tokens are refused, another key of the pool goes on', async () => {
  const server = await simulator();
  server.addKey('second-key', 'second-secret', server.userPoolId);
  const second = { accessKeyId: 'second-key', accessKeySecret: 'second-secret' };
  const headers = await bearer(server);
  server.revokeKey();
  expect((await kick(server, body, headers)).body).toMatchObject({ statusCode: 401, apiCode: 2020 });
  expect((await askToken(server)).body.statusCode).toBe(401);
  const { body: reply } = await askToken(server, second);
  const sent = { ...headers, authorization: `Bearer ${reply.data?.access_token}` };
  expect((await kick(server, body, sent)).body.statusCode).toBe(200);
});
