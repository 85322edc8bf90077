import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createClient, type ClientOptions } from '../../src/genauth/client.ts';
import type { Asked, Question } from '../../src/genauth/question.ts';
import { checkSessionStatus } from '../../src/genauth/questions/check-session-status.ts';
import { getUserBatch } from '../../src/genauth/questions/get-user-batch.ts';
import { judge } from '../../src/genauth/verdict.ts';
import { isSignedWith } from './check-signature.ts';
import { localCertificate } from './certificates.ts';
import { serveProxy } from './scripted-proxy.ts';
import { httpReply, kicked, serve, tokenReply, type Script } from './scripted-server.ts';

const secret = 'the-access-key-secret';
const batch = getUserBatch({ userIds: ['user-1', 'user-2'], userIdType: 'user_id' });
const status = checkSessionStatus({ appId: 'app-1', userId: 'user-1' });

function clientOf(host: string, options: Partial<ClientOptions> = {}) {
  const client = createClient({
    host,
    accessKeyId: 'key-id',
    accessKeySecret: secret,
    auth: 'signature',
    brand: 'authing',
    connections: 4,
    timeoutMs: 5000,
    version: '0',
    ...options,
  });
  onTestFinished(() => client.destroy());
  return client;
}

/** Asks a server that gives this one reply. */
async function askedOf<T>(question: Question<T>, body: unknown, http = {}): Promise<Asked<T>> {
  const { host } = await serve((socket) => socket.write(httpReply(body, http)));
  return clientOf(host).ask(question);
}

const active = (requestId: unknown, isActive = true) => ({
  statusCode: 200,
  message: 'ok',
  requestId,
  data: { active: isActive },
});

describe('a question', () => {
  test('that is a GET has neither body nor type, and each attempt has a signature of its own', async () => {
    const { host, requests } = await serve((socket) => socket.write(httpReply({ statusCode: 500 })));
    const client = clientOf(host);
    await client.ask(batch);
    await client.ask(batch);
    for (const request of requests) {
      expect(request.requestLine).toMatch(
        /^GET \/api\/v3\/get-user-batch\?userIds%5B%5D=user-1&userIds%5B%5D=user-2&/,
      );
      expect(request.body).toBe('');
      expect(Object.keys(request.headers).filter((name) => name.startsWith('content-'))).toStrictEqual([]);
      expect(isSignedWith(secret, request)).toBe(true);
    }
    expect(new Set(requests.map(({ headers }) => headers['x-authing-signature-nonce'])).size).toBe(2);
  });

  test('goes to the host with its path, which is not signed', async () => {
    const { host, requests } = await serve((socket) =>
      socket.write(httpReply({ statusCode: 200, data: [] })),
    );
    await clientOf(`${host}/base/`).ask(batch);
    const [sent] = requests;
    expect(sent?.requestLine).toMatch(/^GET \/base\/api\/v3\/get-user-batch\?/);
    const asSigned = { ...sent, requestLine: sent?.requestLine.replace('/base', '') ?? '' };
    expect(isSignedWith(secret, { headers: {}, body: '', ...asSigned })).toBe(true);
  });

  test('has the token that kicks have, and gets another once that is refused', async () => {
    let tokens = 0;
    const bodies = [active('r-1'), { statusCode: 401, apiCode: 2020, requestId: 'r-2' }, active('r-3')];
    const { host, requests } = await serve((socket, { requestLine }) => {
      if (requestLine.includes('/get-management-token')) socket.write(tokenReply({ id: (tokens += 1) }));
      else socket.write(httpReply(bodies.shift()));
    });
    const client = clientOf(host, { auth: 'token' });
    expect((await client.ask(status)).answer).toStrictEqual({ active: true });
    const refused = await client.ask(status);
    expect([judge(refused.reply), refused.answer]).toStrictEqual(['unauthorized', undefined]);
    expect(await client.renew(refused.reply)).toBe(true);
    expect((await client.ask(status)).answer).toStrictEqual({ active: true });
    expect(tokens).toBe(2);
    expect(requests.at(-1)?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-authing-userpool-id': 'pool-1',
      authorization: expect.stringMatching(/^Bearer /),
    });
  });

  test('goes through a proxy and by https as kicks do', async () => {
    const { port, requests } = await serve(
      (socket) => socket.write(httpReply({ statusCode: 200, data: [] })),
      localCertificate,
    );
    const { url } = await serveProxy();
    const client = clientOf(`https://localhost:${port}`, { ca: localCertificate.cert, proxy: url });
    expect((await client.ask(batch)).answer).toStrictEqual([]);
    expect(requests.map((request) => isSignedWith(secret, request))).toStrictEqual([true]);
  });

  test('for which no token can be had is not sent, and comes back with the reply that refused it', async () => {
    const { host, requests } = await serve((socket) => socket.write(httpReply({ statusCode: 403 })));
    const { reply, answer } = await clientOf(host, { auth: 'token' }).ask(batch);
    expect(answer).toBeUndefined();
    expect(reply).toMatchObject({ forToken: true, delivery: 'unsent', statusCode: 403 });
    expect(requests).toHaveLength(1);
  });

  test('corrects the clock by the date of a reply that found it wrong', async () => {
    const noon = Date.UTC(2026, 0, 5, 12);
    const { host } = await serve((socket, { headers }) => {
      const isClose = Math.abs(Date.parse(headers['date'] ?? '') - noon) < 60_000;
      const body = isClose ? { statusCode: 200, data: [] } : { statusCode: 400, apiCode: 1305 };
      socket.write(httpReply(body, { headers: { date: new Date(noon).toUTCString() } }));
    });
    const client = clientOf(host, {
      clock: { now: () => noon - 420_000, monotonic: () => performance.now() },
    });
    expect(await client.renew((await client.ask(batch)).reply)).toBe(true);
    expect((await client.ask(batch)).answer).toStrictEqual([]);
  });
});

describe('a reply', () => {
  test.each<[object, object, string]>([
    [{ statusCode: 404, apiCode: 2004, message: 'no such user' }, {}, 'rejected'],
    [{ statusCode: 403, message: 'no right', data: { success: true } }, {}, 'rejected'],
    [{ statusCode: 429 }, {}, 'throttled'],
    [{ statusCode: 401 }, {}, 'unauthorized'],
    [{ statusCode: 402 }, {}, 'fatal'],
    [{ statusCode: 500, data: [] }, {}, 'transient'],
    [{ statusCode: 200, data: [] }, { status: 500 }, 'transient'],
    [{ statusCode: 200, data: [] }, { status: 429 }, 'throttled'],
  ])(
    '%j under %j is no answer, and its verdict is that of the one table: %s',
    async (body, http, verdict) => {
      const { reply, answer } = await askedOf(batch, body, http);
      expect([judge(reply), answer, reply.success]).toStrictEqual([verdict, undefined, undefined]);
      expect(reply.genauthForm).toBe(true);
    },
  );

  test("keeps GenAuth's words and codes where it refuses", async () => {
    const body = { statusCode: 404, apiCode: 2004, message: `no such user: ${secret}`, requestId: 'r-1' };
    expect((await askedOf(batch, body, { headers: { 'x-request-id': 'h-1' } })).reply).toMatchObject({
      statusCode: 404,
      apiCode: 2004,
      message: 'no such user: ***',
      requestId: 'r-1',
      requestIds: ['r-1', 'h-1'],
    });
  });

  test.each([
    [undefined, 'missing'],
    [null, 'null'],
    [{ success: true }, 'an object'],
    [{ list: [], totalCount: 0 }, 'an object'],
    [[{ userId: 'user-1' }, { email: 'no ID' }], 'a list'],
    ['text', 'a text'],
  ])('that speaks of success with data %j says nothing, and is no answer', async (data, kind) => {
    const { reply, answer } = await askedOf(batch, {
      statusCode: 200,
      message: 'Success',
      requestId: 'r',
      data,
    });
    expect([judge(reply), answer]).toStrictEqual(['transient', undefined]);
    const { delivery, httpStatus, genauthForm, requestIds, message, ...rest } = reply;
    expect({ delivery, httpStatus, genauthForm, requestIds, message }).toStrictEqual({
      delivery: 'answered',
      httpStatus: 200,
      genauthForm: false,
      requestIds: ['r'],
      message: `the reply is no answer to what was asked: statusCode is 200, data is ${kind} ("Success")`,
    });
    expect(Object.keys(rest).sort()).toStrictEqual(['authorization', 'durationMs', 'startedAt']);
  });

  test('that cannot be read without an error is no answer', async () => {
    const question: Question<string> = {
      ...batch,
      read: () => {
        throw new Error('what is this?');
      },
    };
    const { reply, answer } = await askedOf(question, { statusCode: 200, data: [] });
    expect([judge(reply), answer]).toStrictEqual(['transient', undefined]);
  });

  test('from a server that has no such address is not in the form of GenAuth', async () => {
    const body = { statusCode: 404, message: 'Cannot GET /api/v3/get-user-batch', error: 'Not Found' };
    const { reply } = await askedOf(batch, body, { status: 404 });
    expect(reply).toMatchObject({ httpStatus: 404, genauthForm: false });
    expect(reply.statusCode).toBeUndefined();
  });
});

describe('of what GenAuth knows of a person', () => {
  const hidden = ['hidden-password', 'hidden-salt', 'hidden-token', 'hidden-id', 'hidden-sister'];
  const user = {
    userId: 'user-1',
    password: 'hidden-password',
    salt: 'hidden-salt',
    token: 'hidden-token',
    customData: { requestId: 'hidden-id', 'x-request-id': 'hidden-id' },
    identities: [{ request_id: 'hidden-id', name: 'hidden-sister' }],
  };
  const whole = { statusCode: 200, requestId: 'r-1', data: [user] };

  test.each<[string, unknown, object]>([
    ['an answer', whole, {}],
    ['an answer whose ID is a number', { ...whole, requestId: 738529527931269425n }, {}],
    ['an answer without an ID', { statusCode: 200, data: [user] }, {}],
    ['an answer to another question', { ...whole, data: { totalCount: 1, list: [user] } }, {}],
    ['a refusal', { ...whole, statusCode: 403, message: 'no' }, {}],
    ['a refusal with odd fields', { statusCode: 500, message: user, apiCode: user, requestId: user }, {}],
    ['a contradiction', whole, { status: 500 }],
    ['an older form', { code: 200, message: 'ok', data: [user] }, {}],
    ['a statusCode that is a text', { ...whole, statusCode: '200' }, {}],
    ['half of it', JSON.stringify({ data: [user] }).slice(0, -2), {}],
  ])('nothing else is kept from %s', async (_name, body, http) => {
    const text =
      typeof body === 'string'
        ? body
        : JSON.stringify(body, (_key, value: unknown) => (typeof value === 'bigint' ? `#${value}#` : value));
    const asked = await askedOf(batch, text.replaceAll(/"#|#"/g, ''), http);
    const kept = JSON.stringify(asked);
    expect(hidden.filter((each) => kept.includes(each))).toStrictEqual([]);
  });

  test.each<[string, Script]>([
    [
      'is cut short',
      (socket) => socket.end(`HTTP/1.1 200 X\r\ncontent-length: 9999\r\n\r\n${JSON.stringify(whole)}`),
    ],
    [
      'does not end',
      (socket) => socket.write(`HTTP/1.1 200 X\r\ncontent-length: 9999\r\n\r\n${JSON.stringify(whole)}`),
    ],
  ])('nothing is kept from a reply that %s', async (_name, script) => {
    const { host } = await serve(script);
    const asked = await clientOf(host, { timeoutMs: 500 }).ask(batch);
    expect(asked).toMatchObject({
      reply: { delivery: 'unanswered', requestIds: ['r-1'] },
      answer: undefined,
    });
    expect(hidden.filter((each) => JSON.stringify(asked).includes(each))).toStrictEqual([]);
  });
});

describe("another request's reply", () => {
  test('is no answer, whether that was a kick, a question, or the same question before', async () => {
    const bodies = [{ ...kicked, requestId: 'a' }, active('a'), active('b'), active('b', false), active('c')];
    const { host, connections } = await serve((socket) => socket.write(httpReply(bodies.shift())));
    const client = clientOf(host, { connections: 1 });
    await client.kickUsers({ userId: 'user-1', appIds: ['app-1'] });
    const answers = [];
    for (const _ of bodies.slice()) answers.push(await client.ask(status));
    expect(answers.map(({ answer }) => answer)).toStrictEqual([
      undefined,
      { active: true },
      undefined,
      { active: true },
    ]);
    expect(answers[2]?.reply).toMatchObject({
      genauthForm: false,
      message: "the reply carries the request ID of another call's reply (b)",
    });
    expect(answers.map(({ reply }) => judge(reply))).toStrictEqual([
      'transient',
      'succeeded',
      'transient',
      'succeeded',
    ]);
    // What is a reply behind is not used again.
    expect(connections()).toBe(3);
  });

  test('to a question is none to a kick', async () => {
    const bodies = [active('a'), { ...kicked, requestId: 'a' }];
    const { host } = await serve((socket) => socket.write(httpReply(bodies.shift())));
    const client = clientOf(host);
    await client.ask(status);
    expect(judge(await client.kickUsers({ userId: 'user-1', appIds: ['app-1'] }))).toBe('transient');
  });

  test('is told by all digits of a long number', async () => {
    const numbers = ['738529527931269425', '738529527931269426', '738529527931269426'];
    const { host } = await serve((socket) =>
      socket.write(httpReply(`{"statusCode":200,"data":{"active":true},"requestId":${numbers.shift()}}`)),
    );
    const client = clientOf(host);
    const answers = [];
    for (const _ of numbers.slice()) answers.push((await client.ask(status)).answer);
    expect(answers).toStrictEqual([{ active: true }, { active: true }, undefined]);
  });

  test('that answers something else closes its connection, as the next one on it may be a reply behind', async () => {
    const bodies = [kicked, { ...active('b') }];
    const { host, connections } = await serve((socket) => socket.write(httpReply(bodies.shift())));
    const client = clientOf(host, { connections: 1 });
    await client.ask(status);
    expect((await client.ask(status)).answer).toStrictEqual({ active: true });
    expect(connections()).toBe(2);
  });
});

describe('the end of an attempt', () => {
  /** A list of users of so many bytes in all. */
  const longBody = (bytes: number): string => {
    const [head, tail] = ['{"statusCode":200,"data":[{"userId":"u","name":"', '"}]}'];
    return `${head}${'x'.repeat(bytes - head.length - tail.length)}${tail}`;
  };
  const mebibyte = 1024 * 1024;

  test('comes with up to 2 MiB of reply, be it a GET or a POST', async () => {
    const { host } = await serve((socket, { requestLine }, count) =>
      socket.write(
        httpReply(longBody(2 * mebibyte + (count > 2 ? 1 : 0)), { headers: { 'x-for': requestLine } }),
      ),
    );
    const client = clientOf(host, { timeoutMs: 20_000 });
    const posted: Question<readonly unknown[]> = { ...batch, method: 'POST', body: {} };
    for (const question of [batch, posted]) {
      expect((await client.ask(question)).answer).toMatchObject([{ userId: 'u' }]);
    }
    for (const question of [batch, posted]) {
      expect(await client.ask(question)).toMatchObject({
        reply: { delivery: 'unanswered', errorCode: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' },
        answer: undefined,
      });
    }
  });

  test('comes for a kick with more than 64 KiB, on the same connections', async () => {
    const { host } = await serve((socket) =>
      socket.write(httpReply({ ...kicked, requestId: undefined, padding: 'x'.repeat(64 * 1024) })),
    );
    const reply = await clientOf(host).kickUsers({ userId: 'user-1', appIds: ['app-1'] });
    expect(reply).toMatchObject({ delivery: 'unanswered', errorCode: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' });
  });

  test.each(['end', 'resetAndDestroy'] as const)(
    'comes with its connection (%s), and what was lost so is never sent again by itself',
    async (ending) => {
      const { host, requests } = await serve((socket, _request, count) =>
        count % 2 === 0 ? socket[ending]() : socket.write(httpReply({ statusCode: 200, data: [] })),
      );
      const client = clientOf(host, { connections: 1 });
      // All at once: the last ones wait for the very connection, and are not lost with it.
      const asked = await Promise.all([1, 2, 3, 4].map(() => client.ask(batch)));
      expect(asked.map(({ reply }) => reply.delivery)).toStrictEqual([
        'answered',
        'unanswered',
        'answered',
        'unanswered',
      ]);
      expect(requests).toHaveLength(4);
      const signatures = requests.map(({ headers }) => headers['authorization']);
      expect(new Set(signatures).size).toBe(4);
    },
  );

  test('comes when the time is up', async () => {
    const { host } = await serve(() => undefined);
    const { reply, answer } = await clientOf(host, { timeoutMs: 50 }).ask(batch);
    expect(reply).toMatchObject({ delivery: 'unanswered', errorCode: 'TIMEOUT' });
    expect([judge(reply), answer]).toStrictEqual(['transient', undefined]);
  });

  test('comes when the client is destroyed, and after that nothing is sent', async () => {
    let arrived = (): void => undefined;
    const { host, requests } = await serve(() => arrived());
    const client = clientOf(host);
    const hasArrived = new Promise<void>((resolve) => (arrived = resolve));
    const asking = client.ask(batch);
    await hasArrived;
    await client.destroy();
    expect((await asking).reply).toMatchObject({ delivery: 'unanswered', errorCode: 'CLIENT_DESTROYED' });
    expect((await client.ask(status)).reply.delivery).toBe('unsent');
    expect(requests).toHaveLength(1);
  });

  test('comes by a setting that no header can carry, or a refused connection, without an error', async () => {
    const { host, stop } = await serve(() => undefined);
    stop();
    expect((await clientOf(host).ask(batch)).reply).toMatchObject({
      delivery: 'unsent',
      errorCode: 'ECONNREFUSED',
    });
    const { reply } = await clientOf(host, { accessKeyId: 'key\nid' }).ask(batch);
    expect(reply).toMatchObject({ delivery: 'unsent', errorCode: 'UND_ERR_INVALID_ARG' });
  });
});

test('whatever the server sends is read without throwing, and answers only as a plain success', async () => {
  const bodies: string[] = [];
  const { host } = await serve((socket) => socket.write(httpReply(bodies.at(-1) ?? '')));
  const client = clientOf(host);
  const ascii = (value: unknown): string =>
    JSON.stringify(value).replaceAll(
      /[^ -~]/g,
      (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  const data = fc.oneof(fc.array(fc.record({ userId: fc.string({ minLength: 1 }) })), fc.jsonValue());
  const body = fc.oneof(
    fc.stringMatching(/^[ -~]*$/),
    fc
      .record(
        {
          statusCode: fc.oneof(fc.constant(200), fc.integer({ min: 100, max: 699 }), fc.jsonValue()),
          message: fc.jsonValue(),
          requestId: fc.oneof(fc.uuid(), fc.jsonValue()),
          data,
        },
        { requiredKeys: ['data'] },
      )
      .map(ascii),
  );
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      bodies.push(text);
      const { reply, answer } = await client.ask(batch);
      expect(answer === undefined).toBe(judge(reply) !== 'succeeded');
      expect(answer === undefined || /"statusCode":200,.*"data":\[/.test(text)).toBe(true);
    }),
  );
});
