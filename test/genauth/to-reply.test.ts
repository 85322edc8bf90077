import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KickUsersDto } from '../../src/genauth/kick-users.ts';
import type { Reply } from '../../src/genauth/reply.ts';
import { toReply } from '../../src/genauth/to-reply.ts';
import { judge } from '../../src/genauth/verdict.ts';

const dto: KickUsersDto = { userId: 'u', appIds: ['a'] };

function clock() {
  let monotonic = 0;
  return { now: () => 5000, monotonic: () => (monotonic += 20) };
}

const resolving = (value: unknown) => toReply({ kickUsers: () => Promise.resolve(value) }, dto, clock());
const throwing = (error: unknown) =>
  toReply(
    {
      kickUsers: async () => {
        throw error;
      },
    },
    dto,
    clock(),
  );

test('a Reply is passed on as it is', async () => {
  const reply: Reply = {
    delivery: 'answered',
    genauthForm: true,
    statusCode: 200,
    success: true,
    startedAt: 1,
    durationMs: 2,
  };
  expect(await resolving(reply)).toBe(reply);
});

describe('what has the keys of a Reply', () => {
  const reply = { delivery: 'answered', genauthForm: false, startedAt: 1, durationMs: 2 };

  test.each(['answered', 'unanswered', 'unsent'])('is one when it was %s', async (delivery) => {
    const given = { ...reply, delivery };
    expect(await resolving(given)).toBe(given);
  });

  test.each([
    { delivery: 'lost' },
    { delivery: undefined },
    { genauthForm: 'no' },
    { startedAt: '1' },
    { durationMs: undefined },
  ])('is none, and is read like any other body, with %o', async (wrong) => {
    expect(await resolving({ ...reply, ...wrong })).toMatchObject({
      delivery: 'answered',
      genauthForm: false,
      startedAt: 5000,
      durationMs: 20,
    });
  });
});

test("a body of GenAuth's is read, and timed", async () => {
  expect(await resolving({ statusCode: 200, requestId: 'r', data: { success: true } })).toStrictEqual({
    delivery: 'answered',
    genauthForm: true,
    statusCode: 200,
    requestId: 'r',
    requestIds: ['r'],
    success: true,
    startedAt: 5000,
    durationMs: 20,
  });
});

test.each([undefined, null, 7, '', '<html>', [], {}, { delivery: 'answered' }])(
  '%j is no success',
  async (value) => {
    const reply = await resolving(value);
    expect(reply).toMatchObject({ delivery: 'answered', genauthForm: false });
    expect(judge(reply)).toBe('transient');
  },
);

describe('what is thrown', () => {
  test('with a response is read for its status, body and headers, and for nothing else', async () => {
    const headers = {
      Authorization: 'authing key:signature',
      'X-Request-Id': 'r',
      Date: 'Mon, 05 Jan 2026 12:00:00 GMT',
      'Retry-After': 'Mon, 05 Jan 2026 12:00:09 GMT',
    };
    const error = Object.assign(new Error('Request failed with status code 503'), {
      name: 'AxiosError',
      code: 'ERR_BAD_RESPONSE',
      config: { headers },
      response: { status: 503, data: '{"statusCode":503,"message":"busy"}', headers, config: { headers } },
    });
    const reply = await throwing(error);
    expect(reply).toMatchObject({
      delivery: 'answered',
      httpStatus: 503,
      statusCode: 503,
      message: 'busy',
      requestIds: ['r'],
      retryAfterMs: 9000,
    });
    expect(reply.errorCode).toBeUndefined();
    expect(JSON.stringify(reply)).not.toContain('signature');
  });

  test('with the headers of fetch as well', async () => {
    const error = { response: { status: 429, data: '', headers: new Headers({ 'Retry-After': '4' }) } };
    expect(await throwing(error)).toMatchObject({ httpStatus: 429, retryAfterMs: 4000 });
  });

  test.each([
    [{ code: 'ECONNREFUSED' }, 'unsent', 'ECONNREFUSED'],
    [new AggregateError([{ code: 'ECONNREFUSED' }, { code: 'ENETUNREACH' }]), 'unsent', 'ECONNREFUSED'],
    [new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } }), 'unsent', 'ENOTFOUND'],
    [{ code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'unsent', 'SELF_SIGNED_CERT_IN_CHAIN'],
    [{ code: 'ECONNRESET' }, 'unanswered', 'ECONNRESET'],
    [{ code: 'ECONNABORTED' }, 'unanswered', 'ECONNABORTED'],
    [new Error('who knows'), 'unanswered', 'Error'],
    ['a string', 'unanswered', 'ERROR'],
    [undefined, 'unanswered', 'ERROR'],
  ])('%s is %s: %s, and timed', async (error, delivery, errorCode) => {
    expect(await throwing(error)).toMatchObject({
      delivery,
      errorCode,
      genauthForm: false,
      startedAt: 5000,
      durationMs: 20,
    });
  });

  test('and is its own cause ends all the same', async () => {
    const error = new Error('round and round');
    error.cause = error;
    expect(await throwing(error)).toMatchObject({ delivery: 'unanswered', errorCode: 'Error' });
  });

  test('without a code known here keeps its own words', async () => {
    expect((await throwing(new RangeError('my client is out of tokens'))).message).toBe(
      'RangeError: my client is out of tokens',
    );
    // One without words gets some.
    expect((await throwing(new RangeError(''))).message).toBe('the exchange failed (RangeError)');
  });

  test('at once, before there is a promise, is caught as well', async () => {
    const client = {
      kickUsers: () => {
        throw new TypeError('not ready');
      },
    };
    expect(await toReply(client, dto)).toMatchObject({
      delivery: 'unanswered',
      message: 'TypeError: not ready',
    });
  });
});

test('whatever a client gives or throws becomes a reply', async () => {
  await fc.assert(
    fc.asyncProperty(fc.anything(), async (value) => {
      expect((await resolving(value)).delivery).toBe('answered');
      expect(judge(await throwing(value))).not.toBe('succeeded');
    }),
  );
});
