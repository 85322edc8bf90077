import { describe, expect, test } from 'vitest';
import type { Authorized } from '../../src/genauth/authorization.ts';
import { encodeKickUsers } from '../../src/genauth/kick-users.ts';
import type { Reply } from '../../src/genauth/reply.ts';
import { createTokenAuthorization } from '../../src/genauth/token.ts';
import type { Exchange } from '../../src/genauth/exchange.ts';
import type { Transport } from '../../src/genauth/transport.ts';
import { judge } from '../../src/genauth/verdict.ts';
import { jwt } from './scripted-server.ts';

const secret = 'the-access-key-secret';
const request = encodeKickUsers({ userId: 'u', appIds: ['a'] });

/** A token endpoint whose replies are given by hand, and a clock that stands still until it is moved. */
function setUp() {
  const asked: ((exchange: Partial<Exchange>) => void)[] = [];
  let monotonic = 1_000_000;
  let wall = 5_000_000;
  const transport: Transport = {
    post: () =>
      new Promise((resolve) => {
        const sentAt = monotonic;
        asked.push((exchange) =>
          resolve({
            delivery: 'answered',
            httpStatus: 200,
            headers: {},
            body: '',
            startedAt: 0,
            durationMs: monotonic - sentAt,
            ...exchange,
          }),
        );
      }),
    get: () => Promise.reject(new Error('a token is asked for by POST')),
    close: () => Promise.resolve(),
    destroy: () => Promise.resolve(),
  };
  const authorization = createTokenAuthorization({
    accessKeyId: 'key-id',
    accessKeySecret: secret,
    headers: { accept: 'application/json' },
    transport,
    clock: { now: () => wall, monotonic: () => monotonic },
  });
  const answer = async (exchange: Partial<Exchange>): Promise<void> => {
    asked.at(-1)?.(exchange);
    await new Promise(setImmediate);
  };
  return {
    authorization,
    /** How often a token was asked for. */
    asked: () => asked.length,
    answer,
    grant: (expiresIn: unknown, claims: unknown = { scoped_userpool_id: 'pool-1' }) =>
      answer({
        body: JSON.stringify({
          statusCode: 200,
          data: { access_token: jwt(claims), expires_in: expiresIn },
        }),
      }),
    pass: (ms: number) => {
      monotonic += ms;
      wall += ms;
    },
    /** The wall clock alone moves on. */
    sleep: (ms: number) => {
      wall += ms;
    },
    number: () => authorization.atHand(request)?.number,
  };
}

function refusedWith(authorization: number | undefined, durationMs = 10): Reply {
  return {
    delivery: 'answered',
    httpStatus: 200,
    genauthForm: true,
    statusCode: 401,
    startedAt: 0,
    durationMs,
    ...(authorization === undefined ? {} : { authorization }),
  };
}

function headerOf(authorized: Authorized | Reply | undefined, name: string): string | undefined {
  if (authorized === undefined || !('headers' in authorized)) return undefined;
  return authorized.headers[authorized.headers.indexOf(name) + 1];
}

describe('the first token', () => {
  test('is asked for once, however many calls wait for it', async () => {
    const { authorization, asked, grant } = setUp();
    const waiting = Array.from({ length: 100 }, () => authorization.fetched(request));
    expect(asked()).toBe(1);
    await grant(7200);
    const authorized = await Promise.all(waiting);
    expect(new Set(authorized).size).toBe(1);
    expect(headerOf(authorized[0], 'authorization')).toBe(`Bearer ${jwt({ scoped_userpool_id: 'pool-1' })}`);
    expect(headerOf(authorized[0], 'x-authing-userpool-id')).toBe('pool-1');
    expect(headerOf(authorized[0], 'accept')).toBe('application/json');
    expect(authorization.atHand(request)).toBe(authorized[0]);
  });

  test("tells the user pool by the token's own claim", async () => {
    const { authorization, grant } = setUp();
    const identity = authorization.identify();
    await grant(7200, { scoped_userpool_id: 'pool-of-the-claim' });
    expect(await identity).toStrictEqual({ identity: { userPoolId: 'pool-of-the-claim' } });
  });

  test.each([null, {}, 'no object', { scoped_userpool_id: 'a\nb' }])(
    'with claims %j is taken for one of the pool that the key ID names',
    async (claims) => {
      const { authorization, grant } = setUp();
      const identity = authorization.identify();
      await grant(7200, claims);
      expect(await identity).toStrictEqual({ identity: { userPoolId: 'key-id' } });
    },
  );

  test('that is refused gives the reply to every call that waits, and says nothing of the secret', async () => {
    const { authorization, answer } = setUp();
    const waiting = [authorization.fetched(request), authorization.fetched(request)];
    await answer({
      body: JSON.stringify({ statusCode: 401, message: `key-id with ${secret} is wrong`, requestId: 'r' }),
    });
    const replies = await Promise.all(waiting);
    for (const reply of replies) {
      expect(reply).toMatchObject({ forToken: true, delivery: 'unsent', statusCode: 401, requestId: 'r' });
      expect(judge(reply as Reply)).toBe('fatal');
      expect(JSON.stringify(reply)).not.toContain(secret);
    }
  });

  test('that could not be fetched is asked for again by the next call', async () => {
    const { authorization, asked, answer, grant } = setUp();
    const first = authorization.fetched(request);
    await answer({ delivery: 'unanswered', errorCode: 'ECONNRESET' });
    const reply = await first;
    expect(reply).toMatchObject({ forToken: true, delivery: 'unsent', errorCode: 'ECONNRESET' });
    expect(judge(reply as Reply)).toBe('transient');
    const second = authorization.fetched(request);
    expect(asked()).toBe(2);
    await grant(7200);
    expect(await second).toMatchObject({ number: 1 });
  });

  test.each([
    ['{"statusCode":200}'],
    ['{"statusCode":200,"data":{}}'],
    ['{"statusCode":200,"data":{"access_token":7}}'],
    ['{"statusCode":200,"data":{"access_token":"two\\nlines"}}'],
    ['{"statusCode":200,"data":{"access_token":""}}'],
  ])('in a reply without a usable one, %s, is none', async (body) => {
    const { authorization, answer } = setUp();
    const waiting = authorization.fetched(request);
    await answer({ body });
    const reply = await waiting;
    expect(reply).toMatchObject({
      forToken: true,
      genauthForm: false,
      message: 'the reply to the token request holds no access_token',
    });
    expect(judge(reply as Reply)).toBe('transient');
  });
});

describe('a token that comes to its end', () => {
  test('is renewed in the background, 60 s before, while calls go on with it', async () => {
    const { authorization, asked, grant, pass, number } = setUp();
    void authorization.fetched(request);
    await grant(7200);
    pass(7_139_000);
    expect(number()).toBe(1);
    expect(asked()).toBe(1);
    pass(1_500);
    expect(number()).toBe(1);
    expect(number()).toBe(1);
    expect(asked()).toBe(2);
    await grant(7200);
    expect(number()).toBe(2);
    expect(asked()).toBe(2);
  });

  test('of two seconds is renewed a tenth of them before', async () => {
    const { authorization, asked, grant, pass, number } = setUp();
    void authorization.fetched(request);
    await grant(2);
    pass(1790);
    expect([number(), asked()]).toStrictEqual([1, 1]);
    pass(20);
    expect([number(), asked()]).toStrictEqual([1, 2]);
  });

  test('is not used when it is over', async () => {
    const { authorization, grant, pass, number } = setUp();
    void authorization.fetched(request);
    await grant(2);
    pass(2000);
    expect(number()).toBeUndefined();
  });

  test('counts from when it was asked for, and is given to those who waited however late it comes', async () => {
    const { authorization, grant, pass, number } = setUp();
    const waiting = authorization.fetched(request);
    pass(3000);
    await grant(2);
    expect(await waiting).toMatchObject({ number: 1 });
    expect(number()).toBeUndefined();
  });

  test('and cannot be renewed is used to its end, and not asked for with every call', async () => {
    const { authorization, asked, grant, answer, pass, number } = setUp();
    void authorization.fetched(request);
    await grant(100);
    pass(91_000);
    expect([number(), asked()]).toStrictEqual([1, 2]);
    await answer({ delivery: 'unanswered', errorCode: 'ECONNRESET' });
    expect([number(), number(), asked()]).toStrictEqual([1, 1, 2]);
    pass(1000);
    expect([number(), asked()]).toStrictEqual([1, 3]);
  });

  test.each([
    [undefined, { exp: 1600, iat: 1500 }, 100],
    ['90', { exp: 1600, iat: 1500 }, 100],
    [-1, {}, 7200],
    [0, { exp: 'x' }, 7200],
  ])('expires_in %j and claims %j: lives %i s', async (expiresIn, claims, seconds) => {
    const { authorization, grant, pass, number } = setUp();
    void authorization.fetched(request);
    await grant(expiresIn, claims);
    pass(seconds * 1000 - 1);
    expect(number()).toBe(1);
    pass(1);
    expect(number()).toBeUndefined();
  });
});

describe('a token that the server refuses', () => {
  async function withToken(expiresIn = 7200) {
    const place = setUp();
    void place.authorization.fetched(request);
    await place.grant(expiresIn);
    return place;
  }

  test('before it was accepted is used for three seconds more, as it may not be known everywhere, then replaced', async () => {
    const { authorization, pass, number } = await withToken();
    expect(authorization.renew(refusedWith(1))).toBe(true);
    pass(2900);
    expect([authorization.renew(refusedWith(1)), number()]).toStrictEqual([true, 1]);
    pass(100);
    expect([authorization.renew(refusedWith(1)), number()]).toStrictEqual([true, undefined]);
  });

  test('after it was accepted is replaced once, for all calls that were refused with it', async () => {
    const { authorization, asked, grant, pass, number } = await withToken();
    authorization.accepted(1);
    pass(20);
    for (let i = 0; i < 100; i += 1) {
      expect(authorization.renew(refusedWith(1))).toBe(true);
      expect(number()).toBeUndefined();
      void authorization.fetched(request);
    }
    expect(asked()).toBe(2);
    await grant(7200);
    expect(number()).toBe(2);
    expect([authorization.renew(refusedWith(1)), number()]).toStrictEqual([true, 2]);
    expect(asked()).toBe(2);
  });

  test('is kept where another request came through with it after the refused one had gone', async () => {
    const { authorization, pass, number } = await withToken();
    authorization.accepted(1);
    pass(60_000);
    authorization.accepted(1);
    pass(5);
    expect([authorization.renew(refusedWith(1, 10)), number()]).toStrictEqual([true, 1]);
    pass(5);
    expect([authorization.renew(refusedWith(1, 9)), number()]).toStrictEqual([true, undefined]);
  });

  test('again and again while others are accepted costs at most one token a second', async () => {
    const { authorization, asked, grant, pass, number } = await withToken();
    for (let ms = 0; ms < 10_000; ms += 10) {
      const used = number();
      if (used === undefined) {
        void authorization.fetched(request);
        await grant(7200);
      } else if (ms % 20 === 0) {
        authorization.accepted(used);
      } else {
        authorization.renew(refusedWith(used, 5));
      }
      pass(10);
    }
    expect(asked()).toBeLessThanOrEqual(12);
    expect(asked()).toBeGreaterThanOrEqual(9);
  });

  test('when it was about to end is replaced, though it was never accepted', async () => {
    const { authorization, pass, number } = await withToken(2);
    pass(1950);
    expect([authorization.renew(refusedWith(1, 10)), number()]).toStrictEqual([true, undefined]);
  });

  test('gains nothing from an acceptance of an older one', async () => {
    const { authorization, grant, pass, number } = await withToken();
    authorization.accepted(1);
    pass(20);
    authorization.renew(refusedWith(1));
    void authorization.fetched(request);
    await grant(7200);
    authorization.accepted(1);
    pass(2000);
    expect([authorization.renew(refusedWith(2)), number()]).toStrictEqual([true, 2]);
  });

  test('in a reply that names no authorisation is not replaced, and nothing else is tried', async () => {
    const { authorization, pass, number } = await withToken();
    authorization.accepted(1);
    pass(20);
    expect([authorization.renew(refusedWith(undefined)), number()]).toStrictEqual([false, 1]);
  });
});

describe('a computer that slept', () => {
  test('does not use a token that ended meanwhile, also where the monotonic clock stood still', async () => {
    const { authorization, asked, grant, sleep, number } = setUp();
    const waiting = authorization.fetched(request);
    await grant(7200);
    await waiting;
    sleep(7_199_000);
    expect(number()).toBe(1);
    sleep(1000);
    expect(number()).toBeUndefined();
    const renewed = authorization.fetched(request);
    await grant(7200);
    await renewed;
    expect(number()).toBe(2);
    expect(asked()).toBe(2);
  });

  test('whose clock was set back still uses its token, and no longer than it lasts', async () => {
    const { authorization, grant, pass, sleep, number } = setUp();
    const waiting = authorization.fetched(request);
    await grant(7200);
    await waiting;
    sleep(-100_000_000);
    expect(number()).toBe(1);
    pass(7_200_000);
    expect(number()).toBeUndefined();
  });
});
