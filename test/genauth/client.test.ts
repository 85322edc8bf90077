import { describe, expect, onTestFinished, test } from 'vitest';
import { createClient, type ClientOptions } from '../../src/genauth/client.ts';
import type { KickUsersDto } from '../../src/genauth/kick-users.ts';
import { judge, mayHaveTakenEffect } from '../../src/genauth/verdict.ts';
import { localCertificate } from './certificates.ts';
import { serveProxy } from './scripted-proxy.ts';
import { httpReply, kicked, serve, tokenReply, type Script } from './scripted-server.ts';

const secret = 'the-access-key-secret';
const dto: KickUsersDto = { userId: 'user-1', appIds: ['app1'], options: { userIdType: 'user_id' } };

function clientOf(host: string, options: Partial<ClientOptions> = {}) {
  const client = createClient({
    host,
    accessKeyId: 'key-id',
    accessKeySecret: secret,
    auth: 'token',
    brand: 'authing',
    connections: 16,
    timeoutMs: 5000,
    version: '1.2.3',
    ...options,
  });
  onTestFinished(() => client.destroy());
  return client;
}

/** Gives tokens numbered from 1, and leaves the rest to `kick`. */
function withTokens(kick: Script, lifetime = 7200): { script: Script; tokens: () => number } {
  let tokens = 0;
  return {
    tokens: () => tokens,
    script: (socket, request, count) => {
      if (!request.requestLine.includes('/get-management-token')) return kick(socket, request, count);
      tokens += 1;
      return socket.write(tokenReply({ id: tokens, expiresIn: lifetime }));
    },
  };
}

const kick: Script = (socket) => socket.write(httpReply(kicked));

/** The number of the token that a request carries. */
function tokenOf(authorization: string | undefined): number {
  const claims = Buffer.from((authorization ?? '').split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(claims) as { id: number }).id;
}

describe('with a token', () => {
  test('asks for it with the access key, then sends it with the user pool of its claim', async () => {
    const { host, requests } = await serve(withTokens(kick).script);
    const reply = await clientOf(host).kickUsers(dto);
    expect(judge(reply)).toBe('succeeded');
    expect(reply).toMatchObject({ authorization: 1, requestId: 'req-1', delivery: 'answered' });
    const [token, kicks] = requests;
    expect(token?.requestLine).toBe('POST /api/v3/get-management-token HTTP/1.1');
    expect(JSON.parse(token?.body ?? '')).toStrictEqual({ accessKeyId: 'key-id', accessKeySecret: secret });
    expect(token?.headers['authorization']).toBeUndefined();
    expect(kicks?.requestLine).toBe('POST /api/v3/kick-users HTTP/1.1');
    expect(kicks?.body).toBe('{"appIds":["app1"],"userId":"user-1","options":{"userIdType":"user_id"}}');
    expect(kicks?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'genauth-offboard/1.2.3',
      'accept-encoding': 'identity',
      'cache-control': 'no-store',
      'x-authing-lang': 'en-US',
      'x-authing-userpool-id': 'pool-1',
      authorization: expect.stringMatching(/^Bearer \S+$/),
    });
  });

  test('asks for one token when a hundred calls start at once', async () => {
    const { script, tokens } = withTokens(kick);
    const { host } = await serve(script);
    const client = clientOf(host);
    const replies = await Promise.all(Array.from({ length: 100 }, () => client.kickUsers(dto)));
    expect(replies.every((reply) => judge(reply) === 'succeeded')).toBe(true);
    expect(tokens()).toBe(1);
  });

  test('knows the user pool before the first call', async () => {
    const { host, requests } = await serve(withTokens(kick).script);
    const client = clientOf(host);
    expect(await client.connect()).toStrictEqual({ identity: { userPoolId: 'pool-1' } });
    expect(requests).toHaveLength(1);
  });

  test('asks for one new token when many calls find theirs revoked, and none of them is lost', async () => {
    let revoked = 0;
    const { script, tokens } = withTokens((socket, request) => {
      const isGood = tokenOf(request.headers['authorization']) > revoked;
      socket.write(httpReply(isGood ? kicked : { statusCode: 401, apiCode: 2020, message: 'not logged in' }));
    });
    const { host } = await serve(script);
    const client = clientOf(host);
    expect(judge(await client.kickUsers(dto))).toBe('succeeded');
    revoked = 1;
    const verdicts = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const reply = await client.kickUsers(dto);
        expect(judge(reply)).toBe('unauthorized');
        expect(await client.renew(reply)).toBe(true);
        return judge(await client.kickUsers(dto));
      }),
    );
    expect(new Set(verdicts)).toStrictEqual(new Set(['succeeded']));
    expect(tokens()).toBe(2);
  });

  test.each([
    ['a refusal of the one user', { statusCode: 404, apiCode: 2004 }, 2],
    ['being throttled', { statusCode: 429 }, 1],
    ['an error of the server', { statusCode: 500 }, 1],
  ])(
    '%s shows whether the token was good: once it was, a refusal replaces it',
    async (_name, body, asked) => {
      const bodies = [body, { statusCode: 401 }];
      const { script, tokens } = withTokens((socket) => socket.write(httpReply(bodies.shift() ?? kicked)));
      const { host } = await serve(script);
      const client = clientOf(host);
      await client.kickUsers(dto);
      const refused = await client.kickUsers(dto);
      expect(judge(refused)).toBe('unauthorized');
      expect(await client.renew(refused)).toBe(true);
      await client.kickUsers(dto);
      expect(tokens()).toBe(asked);
    },
  );

  test('replaces a token that a gateway refuses with a page, which is no word on the user', async () => {
    const replies = [httpReply(kicked), httpReply('<html>', { status: 401 }), httpReply(kicked)];
    const { script, tokens } = withTokens((socket) => socket.write(replies.shift() ?? ''));
    const { host } = await serve(script);
    const client = clientOf(host);
    const verdicts = [];
    for (const _ of [1, 2, 3]) verdicts.push(judge(await client.kickUsers(dto)));
    expect(verdicts).toStrictEqual(['succeeded', 'transient', 'succeeded']);
    expect(tokens()).toBe(2);
  });

  test('a token endpoint that is down or refuses comes back as the reply of the call, and the kick is not sent', async () => {
    const replies = [
      httpReply('<html>', { status: 502, headers: { 'retry-after': '3' } }),
      httpReply({ statusCode: 403, message: `no: ${secret}` }),
    ];
    const { host, requests } = await serve((socket) => socket.write(replies.shift() ?? ''));
    const client = clientOf(host);
    const down = await client.kickUsers(dto);
    expect(down).toMatchObject({ forToken: true, delivery: 'unsent', httpStatus: 502, retryAfterMs: 3000 });
    expect(judge(down)).toBe('transient');
    const refused = await client.connect();
    expect(refused).toMatchObject({ refused: { forToken: true, statusCode: 403 } });
    expect('refused' in refused && judge(refused.refused)).toBe('fatal');
    expect(requests.map(({ requestLine }) => requestLine.split('/').at(3))).toStrictEqual([
      'get-management-token HTTP',
      'get-management-token HTTP',
    ]);
  });

  test('sends the tenant under the name that was asked for', async () => {
    const { host, requests } = await serve(withTokens(kick).script);
    await clientOf(host, { tenantId: 'tenant-1' }).kickUsers(dto);
    await clientOf(host, { tenantId: 'tenant-2', tenantHeader: 'X-Authing-App-Tenant-Id' }).kickUsers(dto);
    expect(requests[1]?.headers['x-authing-tenant-id']).toBe('tenant-1');
    expect(requests[3]?.headers['x-authing-app-tenant-id']).toBe('tenant-2');
    expect(requests[3]?.headers['x-authing-tenant-id']).toBeUndefined();
  });
});

describe('with signatures', () => {
  test('sends nothing to know who it is', async () => {
    const { host, requests } = await serve(kick);
    expect(await clientOf(host, { auth: 'signature' }).connect()).toStrictEqual({
      identity: { accessKeyId: 'key-id' },
    });
    expect(requests).toStrictEqual([]);
  });

  test('never uses a nonce twice', async () => {
    const { host, requests } = await serve(kick);
    const client = clientOf(host, { auth: 'signature' });
    await Promise.all(Array.from({ length: 200 }, () => client.kickUsers(dto)));
    const nonces = requests.map(({ headers }) => headers['x-authing-signature-nonce'] ?? '');
    expect(new Set(nonces).size).toBe(200);
    expect(nonces[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  test('under the genauth brand sends its headers and its scheme', async () => {
    const { host, requests } = await serve(kick);
    await clientOf(host, { auth: 'signature', brand: 'genauth' }).kickUsers(dto);
    expect(requests[0]?.headers).toMatchObject({
      'x-genauth-lang': 'en-US',
      'x-genauth-signature-method': 'HMAC-SHA1',
      'x-genauth-signature-version': '1.0',
      authorization: expect.stringMatching(/^GenAuth key-id:\S+$/),
    });
    expect(
      Object.keys(requests[0]?.headers ?? {}).filter((name) => name.startsWith('x-authing-')),
    ).toStrictEqual([]);
  });

  const noon = Date.UTC(2026, 0, 5, 12);

  /** Refuses every date that is more than a minute from noon. */
  const strictAboutTime: Script = (socket, request) => {
    const isClose = Math.abs(Date.parse(request.headers['date'] ?? '') - noon) < 60_000;
    socket.write(
      httpReply(isClose ? kicked : { statusCode: 400, apiCode: 1305 }, {
        headers: { date: new Date(noon).toUTCString() },
      }),
    );
  };

  test('corrects its clock by the date of a reply that found it wrong, once for all calls', async () => {
    const { host } = await serve(strictAboutTime);
    const clock = { now: () => noon - 7 * 60_000, monotonic: () => performance.now() };
    const client = clientOf(host, { auth: 'signature', clock });
    const refused = await Promise.all([client.kickUsers(dto), client.kickUsers(dto)]);
    for (const reply of refused) {
      expect(judge(reply)).toBe('unauthorized');
      expect(await client.renew(reply)).toBe(true);
    }
    expect(judge(await client.kickUsers(dto))).toBe('succeeded');
  });

  test('refuses to go on when the corrected clock is found wrong as well', async () => {
    const { host } = await serve((socket) =>
      socket.write(
        httpReply({ statusCode: 400, apiCode: 1305 }, { headers: { date: new Date(noon).toUTCString() } }),
      ),
    );
    const client = clientOf(host, { auth: 'signature' });
    expect(await client.renew(await client.kickUsers(dto))).toBe(true);
    expect(await client.renew(await client.kickUsers(dto))).toBe(false);
  });

  test('corrects it again when the clock of this computer jumps later on', async () => {
    const { host } = await serve(strictAboutTime);
    let now = noon - 7 * 60_000;
    const client = clientOf(host, {
      auth: 'signature',
      clock: { now: () => now, monotonic: () => performance.now() },
    });
    expect(await client.renew(await client.kickUsers(dto))).toBe(true);
    expect(judge(await client.kickUsers(dto))).toBe('succeeded');
    now += 60 * 60_000;
    expect(await client.renew(await client.kickUsers(dto))).toBe(true);
    expect(judge(await client.kickUsers(dto))).toBe('succeeded');
  });

  test('signs anew after a refusal for other reasons, as a node may not know the key yet', async () => {
    const { host } = await serve((socket) => socket.write(httpReply({ statusCode: 401, apiCode: 2020 })));
    const client = clientOf(host, { auth: 'signature' });
    expect(await client.renew(await client.kickUsers(dto))).toBe(true);
  });
});

describe("another call's reply", () => {
  const dtoOf = (user: string): KickUsersDto => ({ userId: user, appIds: ['app1'] });
  const replyWith = (requestId: unknown): string => httpReply({ ...kicked, requestId });

  test('out of a cache is no word on this call, whatever it says', async () => {
    const bodies = [
      { statusCode: 200, requestId: 'r', data: { success: true } },
      { statusCode: 404, apiCode: 2004, requestId: 'r' },
      { statusCode: 401, requestId: 'r' },
      { statusCode: 429, requestId: 'r' },
    ];
    const { host } = await serve((socket, _request, count) =>
      socket.write(httpReply(bodies[count - 2] ?? kicked, { headers: { 'x-request-id': 'h' } })),
    );
    const client = clientOf(host, { auth: 'signature' });
    await client.kickUsers(dtoOf('before'));
    expect(judge(await client.kickUsers(dtoOf('first')))).toBe('succeeded');
    for (const user of ['a', 'b', 'c']) {
      const reply = await client.kickUsers(dtoOf(user));
      expect([judge(reply), mayHaveTakenEffect(reply, judge(reply))]).toStrictEqual(['transient', true]);
      expect(reply).toMatchObject({
        httpStatus: 200,
        requestIds: ['h'],
        message: "the reply carries the request ID of another call's reply (r)",
      });
      expect(reply.statusCode ?? reply.apiCode ?? reply.success).toBeUndefined();
    }
  });

  test("is told by user and apps: for the same ones again it is this call's", async () => {
    const { host } = await serve((socket) => socket.write(replyWith(7)));
    const client = clientOf(host, { auth: 'signature' });
    const verdictOf = async (request: KickUsersDto) => judge(await client.kickUsers(request));
    expect(await verdictOf({ userId: 'u', appIds: ['a', 'b'] })).toBe('succeeded');
    expect(await verdictOf({ userId: 'u', appIds: ['a', 'b'] })).toBe('succeeded');
    expect(await verdictOf({ userId: 'u', appIds: ['a'] })).toBe('transient');
    expect(await verdictOf({ userId: 'v', appIds: ['a', 'b'] })).toBe('transient');
  });

  test.each([undefined, '', null, 0])('cannot be told by %j, which is no ID', async (requestId) => {
    const { host } = await serve((socket) => socket.write(replyWith(requestId)));
    const client = clientOf(host, { auth: 'signature' });
    for (const user of ['a', 'b']) expect(judge(await client.kickUsers(dtoOf(user)))).toBe('succeeded');
  });

  test('is not told by its header', async () => {
    const { host } = await serve((socket) =>
      socket.write(
        httpReply({ statusCode: 200, data: { success: true } }, { headers: { 'x-request-id': 'h' } }),
      ),
    );
    const client = clientOf(host, { auth: 'signature' });
    for (const user of ['a', 'b']) expect(judge(await client.kickUsers(dtoOf(user)))).toBe('succeeded');
  });

  test.each(['http', 'https', 'proxy'] as const)(
    'closes the connection that brought it before the next call can be given what was meant for this one (%s)',
    async (way) => {
      const users: string[] = [];
      // Each connection is one reply behind from its second request on.
      const queues = new Map<unknown, string[]>();
      const script: Script = (socket, request, count) => {
        const { userId } = JSON.parse(request.body) as { userId: string };
        users.push(userId);
        const queue = queues.get(socket) ?? [];
        if (queue.length === 0) queue.push(replyWith(`r-${count}`));
        queue.push(replyWith(`r-${count}`));
        queues.set(socket, queue);
        socket.write(queue.shift() ?? '');
      };
      const server = await serve(script, way === 'http' ? undefined : localCertificate);
      const proxy = way === 'proxy' ? { proxy: (await serveProxy()).url } : {};
      const client = clientOf(server.host, {
        auth: 'signature',
        connections: 1,
        ...(way === 'http' ? {} : { ca: localCertificate.cert }),
        ...proxy,
      });
      const verdicts: string[] = [];
      // All at once: the next request waits for the very connection.
      await Promise.all(
        ['a', 'b', 'c', 'd', 'e'].map(async (user) =>
          verdicts.push(judge(await client.kickUsers(dtoOf(user)))),
        ),
      );
      expect(users).toStrictEqual(['a', 'b', 'c', 'd', 'e']);
      expect(verdicts).toStrictEqual(['succeeded', 'transient', 'succeeded', 'transient', 'succeeded']);
      expect(server.connections()).toBe(3);
    },
  );

  test('leaves all other connections alone', async () => {
    let second: () => void = () => undefined;
    const held: (() => void)[] = [];
    const { host, connections } = await serve((socket, request) => {
      const { userId } = JSON.parse(request.body) as { userId: string };
      if (userId === 'slow') held.push(() => socket.write(replyWith('slow')));
      else socket.write(replyWith('same'));
      if (userId === 'slow' && held.length === 3) second();
    });
    const client = clientOf(host, { auth: 'signature', connections: 4 });
    const threeAreHeld = new Promise<void>((resolve) => (second = resolve));
    const slow = [1, 2, 3].map(() => client.kickUsers(dtoOf('slow')));
    await threeAreHeld;
    expect(judge(await client.kickUsers(dtoOf('a')))).toBe('succeeded');
    expect(judge(await client.kickUsers(dtoOf('b')))).toBe('transient');
    for (const answer of held) answer();
    expect((await Promise.all(slow)).map(judge)).toStrictEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(connections()).toBe(4);
  });

  test.each(['end', 'resetAndDestroy'] as const)(
    'leaves them alone, too, when it ends with its own connection (%s)',
    async (ending) => {
      let answerSlow = (): void => undefined;
      let endOld = (): void => undefined;
      const { host } = await serve((socket, request) => {
        const { userId } = JSON.parse(request.body) as { userId: string };
        if (userId === 'old') {
          socket.write(`HTTP/1.1 200 X\r\n\r\n${JSON.stringify({ ...kicked, requestId: 'first' })}`);
          endOld = () => socket[ending]();
        } else if (userId === 'slow') {
          answerSlow = () => socket.write(replyWith('slow'));
          endOld();
        } else socket.write(replyWith(userId));
      });
      const client = clientOf(host, { auth: 'signature', connections: 2 });
      await client.kickUsers(dtoOf('first'));
      const old = client.kickUsers(dtoOf('old'));
      // Over the other connection, which is then the last one that was read.
      await client.kickUsers(dtoOf('second'));
      const slow = client.kickUsers(dtoOf('slow'));
      expect(judge(await old)).toBe('transient');
      answerSlow();
      expect(judge(await slow)).toBe('succeeded');
    },
  );
});

describe('secrets', () => {
  test.each(['token', 'signature'] as const)(
    'are in no reply, %s, even where the server repeats all it got',
    async (auth) => {
      const scripts: Script[] = [
        (socket, request) =>
          socket.write(
            httpReply(
              {
                statusCode: 400,
                message: `${request.headers['authorization']} ${secret}`,
                requestId: `${secret} ${request.headers['authorization']}`,
              },
              { headers: { 'x-request-id': secret } },
            ),
          ),
        (socket, request) =>
          socket.write(
            httpReply(`<html>${secret} ${request.headers['authorization']}`, {
              headers: { 'x-request-id': secret },
            }),
          ),
        (socket) => socket.end(`HTTP/1.1 200 ${secret}\r\ncontent-length: 90\r\n\r\n${secret}`),
        (socket) => socket.write(`${secret} is no HTTP\r\n`),
        (socket) => socket.resetAndDestroy(),
      ];
      let next = 0;
      const { script } = withTokens((socket, request, count) => scripts[next++]?.(socket, request, count));
      const server = await serve(script);
      const client = clientOf(server.host, { auth });
      const replies = [];
      for (const _ of scripts) replies.push(await client.kickUsers(dto));
      const sent = server.requests
        .map(({ headers }) => headers['authorization'] ?? '')
        .filter((text) => text !== '');
      expect(sent).toHaveLength(scripts.length);
      const text = JSON.stringify(replies);
      expect(text).not.toContain(secret);
      // A signature is good for one use, and used up by now; the token is not.
      const tokens = sent.flatMap((header) => (header.startsWith('Bearer ') ? [header.slice(7)] : []));
      expect(tokens.filter((token) => text.includes(token))).toStrictEqual([]);
      expect(tokens).toHaveLength(auth === 'token' ? scripts.length : 0);
    },
  );
});

test('nothing that comes in makes a call reject', async () => {
  const client = clientOf('http://127.0.0.1:1', { auth: 'signature', accessKeyId: 'key\nid' });
  const reply = await client.kickUsers(dto);
  expect(reply).toMatchObject({ delivery: 'unsent', errorCode: 'UND_ERR_INVALID_ARG' });
  await client.destroy();
  expect(await client.kickUsers(dto)).toMatchObject({ delivery: 'unsent' });
});
