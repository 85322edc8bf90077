import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readReply, type ReplyHeaders } from '../../src/genauth/reply.ts';
import { judge } from '../../src/genauth/verdict.ts';

function read(body: string, headers: ReplyHeaders = {}, secrets: string[] = []) {
  return readReply(
    { delivery: 'answered', httpStatus: 200, headers, body, startedAt: 1000, durationMs: 5 },
    secrets,
  );
}

describe("GenAuth's reply", () => {
  test('gives all that it says', () => {
    const body = {
      statusCode: 404,
      apiCode: 2004,
      message: 'User not found',
      requestId: 'r-1',
      data: { success: false },
    };
    expect(
      read(JSON.stringify(body), { date: 'Mon, 05 Jan 2026 12:00:00 GMT', 'retry-after': '2' }),
    ).toStrictEqual({
      delivery: 'answered',
      httpStatus: 200,
      genauthForm: true,
      statusCode: 404,
      apiCode: 2004,
      message: 'User not found',
      requestId: 'r-1',
      success: false,
      serverTimeMs: Date.UTC(2026, 0, 5, 12),
      retryAfterMs: 2000,
      startedAt: 1000,
      durationMs: 5,
    });
  });

  test('leaves out what it does not say', () => {
    expect(read('{"statusCode":200}')).toStrictEqual({
      delivery: 'answered',
      httpStatus: 200,
      genauthForm: true,
      statusCode: 200,
      startedAt: 1000,
      durationMs: 5,
    });
  });

  test('may begin with a byte order mark', () => {
    expect(read('\uFEFF{"statusCode":200}').genauthForm).toBe(true);
  });

  test('fields of the wrong type are passed over', () => {
    const body = {
      statusCode: 200,
      apiCode: '2004',
      message: ['a'],
      requestId: 7,
      data: { success: 'true' },
    };
    expect(Object.keys(read(JSON.stringify(body))).sort()).toStrictEqual([
      'delivery',
      'durationMs',
      'genauthForm',
      'httpStatus',
      'startedAt',
      'statusCode',
    ]);
  });

  test.each([
    'null',
    '[]',
    '"text"',
    '42',
    '{}',
    '{"statusCode":"200"}',
    '{"statusCode":1e999}',
    '{"statusCode":200',
    '<html>',
    '',
  ])('%j is not in its form', (body) => {
    expect(read(body)).toMatchObject({ genauthForm: false });
    expect(read(body).statusCode).toBeUndefined();
  });
});

describe('the request ID', () => {
  test('comes from the body first', () => {
    expect(read('{"statusCode":200,"requestId":"body"}', { 'x-request-id': 'header' }).requestId).toBe(
      'body',
    );
  });

  test('else from the header, also of a reply that is not in GenAuth form', () => {
    expect(read('{"statusCode":200}', { 'x-request-id': 'header' }).requestId).toBe('header');
    expect(read('<html>', { 'x-request-id': ['header', 'second'] }).requestId).toBe('header');
  });
});

describe('the message', () => {
  test('is cut to 500 characters, and not through a surrogate pair', () => {
    const message = `${'x'.repeat(499)}😀 and more`;
    expect(read(JSON.stringify({ statusCode: 400, message })).message).toBe('x'.repeat(499));
  });

  test('does not repeat a secret, not even half of one at the cut', () => {
    const secret = 'the-access-key-secret';
    const message = `${secret} is wrong ${'x'.repeat(470)}${secret}`;
    const reply = read(
      JSON.stringify({ statusCode: 400, message, requestId: secret }),
      { 'x-request-id': secret },
      [secret],
    );
    expect(reply.message).toMatch(/^\*\*\* is wrong x+\*\*\*$/);
    expect(JSON.stringify(reply)).not.toContain(secret.slice(0, 6));
  });

  test('says what came instead of a GenAuth reply', () => {
    expect(read('<html>', { 'content-type': 'text/html; charset=utf-8' }).message).toBe(
      "HTTP 200 is not in GenAuth's form (text/html)",
    );
    expect(read('', { location: 'https://login.example/?next=secret' }).message).toBe(
      "HTTP 200 is not GenAuth's: a redirect to login.example, which was not followed",
    );
  });
});

const someBody = fc.oneof(
  fc.string(),
  fc.json(),
  fc
    .record(
      {
        statusCode: fc.oneof(fc.integer(), fc.constantFrom(200, 401, 429), fc.jsonValue()),
        apiCode: fc.oneof(fc.integer(), fc.jsonValue()),
        message: fc.oneof(fc.string({ maxLength: 2000 }), fc.jsonValue()),
        requestId: fc.oneof(fc.string(), fc.jsonValue()),
        data: fc.oneof(fc.record({ success: fc.oneof(fc.boolean(), fc.jsonValue()) }), fc.jsonValue()),
      },
      { requiredKeys: [] },
    )
    .map((body) => JSON.stringify(body)),
);

test('whatever the server sends is read without throwing, and only a plain success succeeds', () => {
  fc.assert(
    fc.property(
      someBody,
      fc.dictionary(
        fc.constantFrom('date', 'retry-after', 'x-request-id', 'content-type', 'location', '__proto__'),
        fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 1 })),
      ),
      (body, headers) => {
        const reply = read(body, headers);
        expect(reply.message?.length ?? 0).toBeLessThanOrEqual(500);
        const isPlainSuccess =
          reply.genauthForm && /"statusCode":200[,}]/.test(body) && /"success":true[,}]/.test(body);
        expect(judge(reply) !== 'succeeded' || isPlainSuccess).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});
