import { ManagementClient, type Models } from 'authing-node-sdk';
import { expect, onTestFinished, test } from 'vitest';
import { createClient } from '../../src/genauth/client.ts';
import { encodeKickUsers, type KickUsersClient, type KickUsersDto } from '../../src/genauth/kick-users.ts';
import { createSigner } from '../../src/genauth/signature.ts';
import { toReply } from '../../src/genauth/to-reply.ts';
import { judge } from '../../src/genauth/verdict.ts';
import { httpReply, kicked, serve, type Script } from './scripted-server.ts';

const key = { accessKeyId: 'key-id', accessKeySecret: 'the-access-key-secret' };
const dtos: KickUsersDto[] = [
  { userId: 'user-1', appIds: ['app1', 'app2'], options: { userIdType: 'user_id' } },
  { userId: '62f20932716fbcc10d966ee5:ou_8bae', appIds: ['a'], options: { userIdType: 'identity' } },
  { userId: 'quote " & = ? 100%', appIds: ['a&b', 'c=d'], options: { userIdType: 'username' } },
  { userId: 'plain', appIds: ['a'] },
];

/** Typed as what the library takes: the official client has to fit without a cast. */
function officialClient(host: string): KickUsersClient {
  return new ManagementClient({ ...key, host, timeout: 500 });
}

test('the official SDK and this client sign the same request the same way', async () => {
  const server = await serve((socket) => socket.write(httpReply(kicked)));
  const official = officialClient(server.host);
  for (const dto of dtos) {
    await official.kickUsers(dto);
    const sent = server.requests.at(-1);
    const {
      date = '',
      'x-authing-signature-nonce': nonce = '',
      authorization,
      ...others
    } = sent?.headers ?? {};
    const sign = createSigner({ ...key, brand: 'authing', headers: others });
    expect(others).toHaveProperty('x-authing-sdk-version');
    expect(sign(date, nonce, encodeKickUsers(dto))).toBe(authorization);
    expect(JSON.parse(sent?.body ?? '')).toStrictEqual(JSON.parse(encodeKickUsers(dto).body));
  }
});

test('this client sends what the official SDK sends, but for the names of the program', async () => {
  const server = await serve((socket) => socket.write(httpReply(kicked)));
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
  const [dto] = dtos as [KickUsersDto];
  await officialClient(server.host).kickUsers(dto);
  await own.kickUsers(dto);
  const [theirs, ours] = server.requests.map(({ requestLine, headers }) => ({
    requestLine,
    signatureHeaders: Object.keys(headers)
      .filter((name) => /^x-authing-signature|^date$|^authorization$/.test(name))
      .sort(),
    method: headers['x-authing-signature-method'],
    version: headers['x-authing-signature-version'],
    type: headers['content-type'],
    nonceLength: headers['x-authing-signature-nonce']?.length,
    dateForm: headers['date']?.replaceAll(/[A-Z][a-z]{2}(?=[, ])/g, 'Xxx').replaceAll(/\d/g, '0'),
  }));
  expect(ours).toStrictEqual(theirs);
});

const scripts: [string, Script, object, string][] = [
  [
    'a success',
    (socket) => socket.write(httpReply(kicked)),
    { requestId: 'req-1', genauthForm: true },
    'succeeded',
  ],
  [
    'a business error under HTTP 200',
    (socket) =>
      socket.write(httpReply({ statusCode: 404, apiCode: 2004, message: 'no such user', requestId: 'r' })),
    { statusCode: 404, apiCode: 2004, message: 'no such user', requestId: 'r' },
    'rejected',
  ],
  [
    'an HTTP error in GenAuth form',
    (socket) =>
      socket.write(
        httpReply({ statusCode: 429 }, { status: 429, headers: { 'retry-after': '7', 'x-request-id': 'r' } }),
      ),
    { httpStatus: 429, statusCode: 429, retryAfterMs: 7000, requestIds: ['r'] },
    'throttled',
  ],
  [
    'an HTML page under HTTP 200',
    (socket) => socket.write(httpReply('<html>log in</html>', { headers: { 'content-type': 'text/html' } })),
    { delivery: 'answered', genauthForm: false },
    'transient',
  ],
  [
    'an HTML page under HTTP 502',
    (socket) => socket.write(httpReply('<html>', { status: 502 })),
    { delivery: 'answered', httpStatus: 502, genauthForm: false },
    'transient',
  ],
  [
    'a reset',
    (socket) => socket.resetAndDestroy(),
    { delivery: 'unanswered', errorCode: 'ECONNRESET' },
    'transient',
  ],
  ['no reply', () => undefined, { delivery: 'unanswered', errorCode: 'ECONNABORTED' }, 'transient'],
];

test.each(scripts)(
  'through the official SDK, %s becomes a reply',
  async (_name, script, expected, verdict) => {
    const { host, requests } = await serve(script);
    const reply = await toReply(officialClient(host), { userId: 'u', appIds: ['a'] });
    expect(reply).toMatchObject(expected);
    expect(judge(reply)).toBe(verdict);
    const text = JSON.stringify(reply);
    expect(text).not.toContain(key.accessKeySecret);
    expect(text).not.toContain(requests[0]?.headers['authorization']);
  },
);

test('through the official SDK, a refused connection was never sent', async () => {
  const server = await serve(() => undefined);
  server.stop();
  expect(await toReply(officialClient(server.host), { userId: 'u', appIds: ['a'] })).toMatchObject({
    delivery: 'unsent',
    errorCode: 'ECONNREFUSED',
  });
});

test("the official SDK's own types fit a client of the caller's", () => {
  const reply: Models.IsSuccessRespDto = {
    statusCode: 200,
    message: 'ok',
    apiCode: 0,
    requestId: 'r',
    data: { success: true },
  };
  const client: KickUsersClient = { kickUsers: () => Promise.resolve(reply) };
  return expect(toReply(client, { userId: 'u', appIds: ['a'] })).resolves.toMatchObject({ success: true });
});
