import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readReply } from '../../src/genauth/reply.ts';
import type { ReplyHeaders } from '../../src/genauth/request-ids.ts';
import { formsOf } from '../../src/genauth/secrets.ts';
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
      requestIds: ['r-1'],
      success: false,
      serverTimeMs: Date.UTC(2026, 0, 5, 12),
      retryAfterMs: 2000,
      startedAt: 1000,
      durationMs: 5,
    });
  });

  test('leaves out what it does not say', () => {
    expect(read('{"statusCode":200,"data":{"success":true}}')).toStrictEqual({
      delivery: 'answered',
      httpStatus: 200,
      genauthForm: true,
      statusCode: 200,
      success: true,
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
      requestId: ['r'],
      data: { success: 'true' },
    };
    expect(Object.keys(read(JSON.stringify(body))).sort()).toStrictEqual([
      'delivery',
      'durationMs',
      'genauthForm',
      'httpStatus',
      'message',
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
    '{"statusCode":404,"message":"Cannot POST /wrong/api/v3/kick-users","error":"Not Found"}',
    '<html>',
    '',
  ])('%j is not in its form', (body) => {
    expect(read(body)).toMatchObject({ genauthForm: false });
    expect(read(body).statusCode).toBeUndefined();
  });
});

describe('the request IDs', () => {
  test.each<[string, string, ReplyHeaders, string | undefined, string[]]>([
    ['of the body', '{"statusCode":200,"requestId":"b"}', {}, 'b', ['b']],
    [
      'of body and header',
      '{"statusCode":200,"requestId":"b","data":{"success":true}}',
      { 'x-request-id': 'h' },
      'b',
      ['b', 'h'],
    ],
    [
      'of the body and of what stands in it, where it is no success',
      '{"statusCode":502,"requestId":"b","data":{"requestId":"of the part that failed"}}',
      {},
      'b',
      ['b', 'of the part that failed'],
    ],
    ['that are the same', '{"statusCode":200,"requestId":"b"}', { 'x-request-id': 'b' }, 'b', ['b']],
    ['of the header', '{"statusCode":200}', { 'x-request-id': 'h' }, undefined, ['h']],
    ['of two headers', '<html>', { 'x-request-id': ['h1', 'h2'] }, undefined, ['h1', 'h2']],
    ['that are empty', '{"statusCode":200,"requestId":""}', { 'x-request-id': ['', 'h'] }, undefined, ['h']],
    ['that are numbers', '{"statusCode":200,"requestId":7}', {}, '7', ['7']],
    [
      'that are long numbers',
      '{"data":{"requestId":1},"statusCode" : 404, "requestId" : 738529527931269425 }',
      {},
      '738529527931269425',
      ['738529527931269425', '1'],
    ],
    [
      'that are long numbers, of a success',
      '{"statusCode":200,"requestId":738529527931269425,"data":{"success":true}}',
      {},
      '738529527931269425',
      ['738529527931269425'],
    ],
    ['of an error in its form', '{"statusCode":500,"error":{"request_id":"e"}}', {}, undefined, ['e']],
    ['beside a statusCode of another type', '{"statusCode":"200","requestId":"b"}', {}, undefined, ['b']],
    ['of a gateway', '{"message":"An unexpected error","request_id":"kong-1"}', {}, undefined, ['kong-1']],
    [
      'of a cloud',
      '{"Code":"Throttling","RequestId":"A-1","X-Request-ID":"A-2"}',
      {},
      undefined,
      ['A-1', 'A-2'],
    ],
    ['in an array', '[{"statusCode":200,"requestId":"b"}]', {}, undefined, ['b']],
    [
      'before something that is no JSON',
      '{"statusCode":200,"requestId":"b"}\n<!-- cached -->',
      {},
      undefined,
      ['b'],
    ],
    ['in a JSON cut short', '{"statusCode":200,"requestId":"b","da', {}, undefined, ['b']],
    ['with escapes', '{"code":1,"requestId":"b\\u0022\\/c"}', {}, undefined, ['b"/c']],
    ['with an escape that there is not', '{"code":1,"requestId":"b\\qc"', {}, undefined, ['b\\qc']],
    ['only spoken of', '{"statusCode":400,"message":"\\"requestId\\":\\"x\\""}', {}, undefined, []],
  ])('%s are kept', (_name, body, headers, own, all) => {
    const { requestId, requestIds = [] } = read(body, headers);
    expect([requestId, requestIds]).toStrictEqual([own, all]);
  });

  test('of a reply that was cut short are kept', () => {
    const reply = readReply({
      delivery: 'unanswered',
      httpStatus: 200,
      headers: { 'x-request-id': 'h' },
      body: '{"requestId":"b","statu',
      errorCode: 'ECONNRESET',
      startedAt: 1000,
      durationMs: 5,
    });
    expect(reply).toMatchObject({ requestIds: ['b', 'h'], genauthForm: false });
    expect(reply.requestId).toBeUndefined();
  });

  test('are bounded in length and number', () => {
    const ids = Array.from({ length: 1000 }, (_, number) => `"requestId":"${number}-${'x'.repeat(1000)}"`);
    const { requestIds = [] } = read(`{${ids.join(',')}}`);
    expect(requestIds.map(({ length }) => length)).toStrictEqual(Array.from({ length: 8 }, () => 200));
  });
});

test('a secret is blotted out in whatever form the server repeats it', () => {
  const secret = `q7"Zx\\9&k+v/Y=<p>t%w4'R`;
  const forms: [string, string][] = [
    ['as it is', secret],
    ['JSON', JSON.stringify(secret).slice(1, -1)],
    ['JSON within JSON', JSON.stringify(JSON.stringify(secret)).slice(1, -1)],
    ['JSON with escaped slashes', JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/')],
    [
      'JSON for pages',
      JSON.stringify(secret).slice(1, -1).replaceAll('<', '\\u003c').replaceAll('&', '\\u0026'),
    ],
    ['URL', encodeURIComponent(secret)],
    ['URL in lower case', encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase())],
    ['form', new URLSearchParams({ s: secret }).toString().slice(2)],
    ['HTML', secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')],
    ['HTML by numbers', secret.replaceAll(/[&<>"'/=]/g, (sign) => `&#x${sign.charCodeAt(0).toString(16)};`)],
    ['HTML by decimal numbers', secret.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)],
    ['base64', Buffer.from(secret).toString('base64')],
    ['base64url', Buffer.from(secret).toString('base64url')],
    ['basic credentials', Buffer.from(`ak:${secret}`).toString('base64')],
    ['basic credentials of a longer name', Buffer.from(`key:${secret}`).toString('base64')],
  ];
  for (const [name, form] of forms) {
    const message = `not accepted: ${form}.`;
    const reply = read(JSON.stringify({ statusCode: 400, message, requestId: form }), {}, [
      ...formsOf(secret),
    ]);
    const told = [name, reply.message, reply.requestId];
    // Of base64 a character at either end may be half the secret's and half its neighbour's.
    expect(told).toStrictEqual([
      name,
      expect.stringMatching(/^not accepted: \S{0,8}\*\*\*\S{0,4}$/),
      expect.stringMatching(/^\S{0,8}\*\*\*\S{0,4}$/),
    ]);
  }
});

test('a text with signs of escapes and no secret in it stays as it is', () => {
  const message = String.raw`50 % of a&b \o/ &lt;x&gt; %41 \u0041 &#99999999; &#xfffff; %ff`;
  expect(read(JSON.stringify({ statusCode: 400, message }), {}, [...formsOf('the-secret')]).message).toBe(
    message,
  );
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
    expect(read('', { location: '/login/?next=secret' }).message).toBe(
      "HTTP 200 is not GenAuth's: a redirect to /login/ of the same host, which was not followed",
    );
  });

  test.each<[string, unknown, string | undefined]>([
    ['a plain success', { statusCode: 200, message: 'Success', data: { success: true } }, 'Success'],
    ['a plain success without words', { statusCode: 200, data: { success: true } }, undefined],
    [
      'data: null',
      { statusCode: 200, message: 'Success', data: null },
      'the reply has no data.success: data is null ("Success")',
    ],
    ['no data', { statusCode: 200 }, 'the reply has no data.success: data is missing'],
    [
      'success as a text',
      { statusCode: 200, message: 'Success', data: { success: 'true' } },
      'the reply does not say whether it succeeded: data.success is a text ("Success")',
    ],
    [
      'no success',
      { statusCode: 200, data: {} },
      'the reply does not say whether it succeeded: data.success is missing',
    ],
    [
      'success: false',
      { statusCode: 200, message: 'ok', data: { success: false } },
      'the reply says that it did not succeed: data.success is false ("ok")',
    ],
    [
      'statusCode 201',
      { statusCode: 201, data: { success: true } },
      'the reply has statusCode 201, and a success has 200',
    ],
    ['a refusal', { statusCode: 404, message: 'no such user', data: null }, 'no such user'],
    ['a refusal without words', { statusCode: 404 }, 'GenAuth refused it and gave no message'],
    ['an error without words', { statusCode: 500, message: '' }, 'GenAuth failed at it and gave no message'],
  ])('of %s says what is wrong with it', (_name, body, message) => {
    expect(read(JSON.stringify(body)).message).toBe(message);
  });

  test('of a success under an HTTP status of failure names the contradiction', () => {
    const body = JSON.stringify({ statusCode: 200, message: 'ok', data: { success: true } });
    const exchange = { delivery: 'answered', httpStatus: 500, body, startedAt: 0, durationMs: 1 } as const;
    expect(readReply(exchange).message).toBe(
      'the reply contradicts itself: statusCode 200 came with HTTP 500 ("ok")',
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
