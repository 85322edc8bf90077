import { expect, test } from 'vitest';
import type { Reply } from '../../src/genauth/reply.ts';
import { whatToDo, whereToLook } from '../../src/genauth/stop-advice.ts';

function reply(fields: Partial<Reply>): Reply {
  return { delivery: 'answered', genauthForm: true, startedAt: 0, durationMs: 0, ...fields };
}

const noon = Date.UTC(2026, 0, 5, 12);

test.each<[string, Reply, RegExp, RegExp]>([
  [
    'a bad signature',
    reply({ statusCode: 400, apiCode: 1300 }),
    /signature \(apiCode 1300\)\.$/,
    /GENAUTH_ACCESS_KEY_SECRET.*--brand.*--auth token/,
  ],
  ['a signature method', reply({ statusCode: 400, apiCode: 1301 }), /kind of signature/, /--auth token/],
  ['a signature version', reply({ statusCode: 400, apiCode: 1302 }), /kind of signature/, /--auth token/],
  ['a timestamp format', reply({ statusCode: 400, apiCode: 1303 }), /date/, /--auth token.*proxy/],
  ['no date header', reply({ statusCode: 400, apiCode: 1304 }), /date/, /--auth token.*proxy/],
  ['an unknown pool', reply({ statusCode: 404, apiCode: 2224 }), /user pool/, /--host/],
  [
    'an unknown pool, for the token',
    reply({ statusCode: 404, apiCode: 2224, forToken: true, delivery: 'unsent' }),
    /user pool/,
    /--host/,
  ],
  ['billing', reply({ statusCode: 400, apiCode: 4021 }), /plan/, /billing/],
  ['a plan', reply({ statusCode: 402 }), /plan/, /billing/],
  [
    'a token refused',
    reply({ statusCode: 401, forToken: true, delivery: 'unsent' }),
    /token for this access key \(statusCode 401\)/,
    /GENAUTH_ACCESS_KEY_ID and GENAUTH_ACCESS_KEY_SECRET/,
  ],
  [
    'a wrong path',
    reply({ statusCode: 404, message: 'no such path', forToken: true, delivery: 'unsent' }),
    /nothing to get a token from.*no such path/,
    /path in --host/,
  ],
  [
    'no words',
    reply({ statusCode: 401, message: 'GenAuth refused it and gave no message', requestIds: ['r-1', 'r-2'] }),
    /\(statusCode 401, request ID r-1, r-2\)\.$/,
    /revoked/,
  ],
  ['not logged in', reply({ statusCode: 403, apiCode: 2020 }), /authorization/, /revoked/],
  [
    '401',
    reply({ statusCode: 401, message: 'Unauthorized', requestId: 'r-1' }),
    /\(statusCode 401, "Unauthorized", request ID r-1\)\.$/,
    /revoked/,
  ],
  [
    'an authority of their own',
    reply({ genauthForm: false, delivery: 'unsent', errorCode: 'SELF_SIGNED_CERT_IN_CHAIN' }),
    /certificate/,
    /--ca-file/,
  ],
  [
    'another name',
    reply({ genauthForm: false, delivery: 'unsent', errorCode: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
    /certificate/,
    /--host/,
  ],
  [
    'an expired one',
    reply({ genauthForm: false, delivery: 'unsent', errorCode: 'CERT_HAS_EXPIRED' }),
    /certificate/,
    /date/,
  ],
  [
    'stray characters',
    reply({ genauthForm: false, delivery: 'unsent', errorCode: 'UND_ERR_INVALID_ARG' }),
    /characters/,
    /GENAUTH_ACCESS_KEY_ID/,
  ],
  [
    'a clock behind',
    reply({ apiCode: 1305, serverTimeMs: noon, startedAt: noon - 7 * 60_000 }),
    /clock is 7 minutes behind the server's/,
    /clock/,
  ],
  [
    'a clock ahead',
    reply({ apiCode: 1305, serverTimeMs: noon, startedAt: noon + 59_000, durationMs: 1000 }),
    /clock is 1 minute ahead of the server's/,
    /clock/,
  ],
  [
    'a clock that agrees',
    reply({ apiCode: 1305, serverTimeMs: noon, startedAt: noon }),
    /agrees/,
    /--auth token/,
  ],
  ['a clock and no date', reply({ apiCode: 1305 }), /too far/, /clock/],
  ['anything else', reply({ statusCode: 418 }), /refused/, /--host/],
])('%s says what happened and what to do', (_name, reply, message, hint) => {
  expect(whatToDo(reply).message).toMatch(message);
  expect(whatToDo(reply).hint).toMatch(hint);
});

test.each<[string, Partial<Reply>, RegExp]>([
  ['a page that says that there is nothing', { httpStatus: 404 }, /path in --host.*\/api\/v3/],
  ['a redirect', { httpStatus: 308 }, /redirects to/],
  ['a port of another protocol', { errorCode: 'ERR_SSL_WRONG_VERSION_NUMBER' }, /https:\/\/ or http:\/\//],
  ['no HTTP', { errorCode: 'HTTPParserError' }, /https:\/\/ or http:\/\//],
  ['anything else', { errorCode: 'ECONNREFUSED' }, /--host.*network.*proxy/],
])('where nobody has answered as GenAuth does, %s shows where to look', (_name, fields, hint) => {
  expect(whereToLook(reply({ genauthForm: false, ...fields }))).toMatch(hint);
});
