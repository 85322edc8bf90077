import { describe, expect, test } from 'vitest';
import type { Reply } from '../../src/genauth/reply.ts';
import {
  blameOf,
  blamesAnApp,
  judge,
  mayHaveTakenEffect,
  type Blame,
  type Verdict,
} from '../../src/genauth/verdict.ts';

const times = { startedAt: 0, durationMs: 1 };

/** GenAuth's own reply. */
function genauth(fields: Partial<Reply>): Reply {
  return { delivery: 'answered', httpStatus: 200, genauthForm: true, ...times, ...fields };
}

/** A whole reply of somebody else. */
function stranger(httpStatus: number, fields: Partial<Reply> = {}): Reply {
  return { delivery: 'answered', httpStatus, genauthForm: false, ...times, ...fields };
}

function failure(delivery: 'unanswered' | 'unsent', errorCode: string): Reply {
  return { delivery, genauthForm: false, errorCode, ...times };
}

const rows: [string, Reply, Verdict][] = [
  ['HTTP 200, statusCode 200, success', genauth({ statusCode: 200, success: true }), 'succeeded'],
  ['HTTP 201 and the same', genauth({ httpStatus: 201, statusCode: 200, success: true }), 'succeeded'],
  ['the same with apiCode 20001', genauth({ statusCode: 200, success: true, apiCode: 20001 }), 'succeeded'],
  ['the same with apiCode 1300', genauth({ statusCode: 200, success: true, apiCode: 1300 }), 'succeeded'],
  ['success under HTTP 500', genauth({ httpStatus: 500, statusCode: 200, success: true }), 'transient'],
  ...[302, 400, 401, 402, 403, 404, 503].map((httpStatus): [string, Reply, Verdict] => [
    `success under HTTP ${httpStatus}`,
    genauth({ httpStatus, statusCode: 200, success: true }),
    'transient',
  ]),
  ...[401, 403, 404, 500].map((httpStatus): [string, Reply, Verdict] => [
    `statusCode 200 without a word on success under HTTP ${httpStatus}`,
    genauth({ httpStatus, statusCode: 200 }),
    'transient',
  ]),
  ['success under HTTP 429', genauth({ httpStatus: 429, statusCode: 200, success: true }), 'throttled'],
  ['success: false', genauth({ statusCode: 200, success: false }), 'transient'],
  [
    'success: false with apiCode 20001',
    genauth({ statusCode: 200, success: false, apiCode: 20001 }),
    'transient',
  ],
  ['no word on success', genauth({ statusCode: 200 }), 'transient'],
  ['statusCode 201 and success', genauth({ statusCode: 201, success: true }), 'transient'],
  ['statusCode 0', genauth({ statusCode: 0 }), 'transient'],

  ...[400, 403, 404, 409, 413, 422, 499, 418].map((statusCode): [string, Reply, Verdict] => [
    `statusCode ${statusCode}`,
    genauth({ statusCode }),
    'rejected',
  ]),
  ...[400, 403, 404, 409, 422].map((status): [string, Reply, Verdict] => [
    `HTTP ${status} with a statusCode that tells nothing`,
    genauth({ httpStatus: status, statusCode: 0 }),
    'rejected',
  ]),
  ...[2004, 2005, 2011, 2120008, 2130010].map((apiCode): [string, Reply, Verdict] => [
    `apiCode ${apiCode} before its statusCode`,
    genauth({ statusCode: 500, apiCode }),
    'rejected',
  ]),
  [
    'an unlisted apiCode leaves it to statusCode 422',
    genauth({ statusCode: 422, apiCode: 4004 }),
    'rejected',
  ],
  [
    'an unlisted apiCode leaves it to statusCode 500',
    genauth({ statusCode: 500, apiCode: 4004 }),
    'transient',
  ],

  ['statusCode 429 under HTTP 200', genauth({ statusCode: 429 }), 'throttled'],
  ['HTTP 429', stranger(429), 'throttled'],

  ...[500, 501, 502, 503, 504, 599, 601, 602, 603, 408, 425].map((statusCode): [string, Reply, Verdict] => [
    `statusCode ${statusCode}`,
    genauth({ statusCode }),
    'transient',
  ]),
  ['statusCode 500 under HTTP 404', genauth({ httpStatus: 404, statusCode: 500 }), 'transient'],
  ['statusCode 601 under HTTP 404', genauth({ httpStatus: 404, statusCode: 601 }), 'transient'],
  ['a redirect in its form', genauth({ httpStatus: 302, statusCode: 302 }), 'transient'],
  ['apiCode 1306', genauth({ statusCode: 400, apiCode: 1306 }), 'transient'],
  ['a reset', failure('unanswered', 'ECONNRESET'), 'transient'],
  ['a timeout', failure('unanswered', 'TIMEOUT'), 'transient'],
  ['a refused connection', failure('unsent', 'ECONNREFUSED'), 'transient'],
  ['an HTTP 400 cut short', { ...failure('unanswered', 'UND_ERR_SOCKET'), httpStatus: 400 }, 'transient'],

  ['statusCode 401', genauth({ statusCode: 401 }), 'unauthorized'],
  ['apiCode 2020', genauth({ statusCode: 403, apiCode: 2020 }), 'unauthorized'],
  ['apiCode 1305', genauth({ statusCode: 400, apiCode: 1305 }), 'unauthorized'],

  ...[1300, 1301, 1302, 1303, 1304, 2224, 4021].map((apiCode): [string, Reply, Verdict] => [
    `apiCode ${apiCode}`,
    genauth({ statusCode: 400, apiCode }),
    'fatal',
  ]),
  ['statusCode 402', genauth({ statusCode: 402 }), 'fatal'],
  ...[
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ].map((code): [string, Reply, Verdict] => [code, failure('unsent', code), 'fatal']),
  ['a setting that no header can carry', failure('unsent', 'UND_ERR_INVALID_ARG'), 'fatal'],
];

describe('a kick-users reply', () => {
  test.each(rows)('%s', (_name, reply, verdict) => {
    expect(judge(reply)).toBe(verdict);
  });
});

test('whatever its HTTP status, a reply that is not in GenAuth form says nothing about a user, and may hide a kick; but for 429', () => {
  for (let status = 200; status <= 599; status += 1) {
    const reply = stranger(status);
    expect([status, judge(reply), blameOf(reply), mayHaveTakenEffect(reply, judge(reply))]).toStrictEqual(
      status === 429 ? [429, 'throttled', 'throttle', false] : [status, 'transient', 'unavailable', true],
    );
  }
});

const unsent = { forToken: true, delivery: 'unsent' } as const;

describe('a token reply', () => {
  test.each<[string, Reply, Verdict]>([
    ['401 in GenAuth form', genauth({ ...unsent, statusCode: 401 }), 'fatal'],
    ['400 in GenAuth form', genauth({ ...unsent, statusCode: 400 }), 'fatal'],
    ['403 in GenAuth form', genauth({ ...unsent, statusCode: 403 }), 'fatal'],
    ['apiCode 2224', genauth({ ...unsent, statusCode: 404, apiCode: 2224 }), 'fatal'],
    ['429 in GenAuth form', genauth({ ...unsent, statusCode: 429 }), 'throttled'],
    ['HTTP 429', stranger(429, unsent), 'throttled'],
    ['500 in GenAuth form', genauth({ ...unsent, statusCode: 500 }), 'transient'],
    ['200 without a token', genauth({ ...unsent, statusCode: 200 }), 'transient'],
    ['an HTML 404 of a wrong host', stranger(404, unsent), 'transient'],
    ['an HTML 401', stranger(401, unsent), 'transient'],
    ['an HTML 502', stranger(502, unsent), 'transient'],
    ['a 429 cut short', { ...failure('unsent', 'ECONNRESET'), httpStatus: 429, ...unsent }, 'transient'],
    ['a reset', { ...failure('unsent', 'ECONNRESET'), ...unsent }, 'transient'],
    ['a certificate', { ...failure('unsent', 'CERT_HAS_EXPIRED'), ...unsent }, 'fatal'],
  ])('%s', (_name, reply, verdict) => {
    expect(judge(reply)).toBe(verdict);
  });
});

describe('may have taken effect', () => {
  test.each<[string, Reply, boolean]>([
    ['a reset after sending', failure('unanswered', 'ECONNRESET'), true],
    ['a reply cut short', { ...failure('unanswered', 'UND_ERR_SOCKET'), httpStatus: 200 }, true],
    ['200 without a word on success', genauth({ statusCode: 200 }), true],
    ['201 without a word on success', genauth({ statusCode: 201 }), true],
    ['success under HTTP 500', genauth({ httpStatus: 500, statusCode: 200, success: true }), true],
    ['success under HTTP 429', genauth({ httpStatus: 429, statusCode: 200, success: true }), true],
    ['success with statusCode 404', genauth({ statusCode: 404, success: true }), true],
    ['a success', genauth({ statusCode: 200, success: true }), false],
    ['a user that does not exist, with 200', genauth({ statusCode: 200, apiCode: 2004 }), false],
    ['success: false', genauth({ statusCode: 200, success: false }), false],
    ["GenAuth's own 500", genauth({ statusCode: 500 }), false],
    ['throttled', stranger(429), false],
    ['rejected', genauth({ statusCode: 404 }), false],
    ['unauthorized', genauth({ statusCode: 401 }), false],
    ['a refused connection', failure('unsent', 'ECONNREFUSED'), false],
    ['no token', stranger(502, unsent), false],
  ])('%s: %s', (_name, reply, expected) => {
    expect(mayHaveTakenEffect(reply, judge(reply))).toBe(expected);
  });
});

describe('the blame', () => {
  test.each<[Blame, [string, Reply][]]>([
    [
      'call',
      [
        ['a bad argument', genauth({ statusCode: 400 })],
        ['an unknown user', genauth({ statusCode: 404, apiCode: 2004 })],
        ['a locked user under 403', genauth({ statusCode: 403, apiCode: 2005 })],
      ],
    ],
    [
      'server',
      [
        ['an error of its own', genauth({ statusCode: 500 })],
        ['the same under its HTTP status', genauth({ httpStatus: 500, statusCode: 500 })],
        ['501', genauth({ statusCode: 501 })],
        ['408', genauth({ statusCode: 408 })],
        ['425', genauth({ statusCode: 425 })],
        ['success: false', genauth({ statusCode: 200, success: false })],
        ['no word on success', genauth({ statusCode: 200 })],
        ['success under HTTP 500', genauth({ httpStatus: 500, statusCode: 200, success: true })],
        ['a signature already used', genauth({ statusCode: 400, apiCode: 1306 })],
        ['a reset', failure('unanswered', 'ECONNRESET')],
        ['no reply', failure('unanswered', 'TIMEOUT')],
        ['a reply of 503 cut short', { ...failure('unanswered', 'UND_ERR_SOCKET'), httpStatus: 503 }],
      ],
    ],
    [
      'unavailable',
      [
        ['a refused connection', failure('unsent', 'ECONNREFUSED')],
        ['a certificate', failure('unsent', 'CERT_HAS_EXPIRED')],
        ['502', genauth({ statusCode: 502 })],
        ['503', genauth({ statusCode: 503 })],
        ['504', genauth({ statusCode: 504 })],
        ['HTTP 503', genauth({ httpStatus: 503, statusCode: 500 })],
        ['an error at the token', genauth({ ...unsent, statusCode: 500 })],
        ['a reset at the token', { ...failure('unsent', 'ECONNRESET'), ...unsent }],
        ['a page at the token', stranger(403, unsent)],
      ],
    ],
    [
      'throttle',
      [
        ['429', genauth({ statusCode: 429 })],
        ['HTTP 429', stranger(429)],
        ['429 at the token', genauth({ ...unsent, statusCode: 429 })],
      ],
    ],
    [
      'credentials',
      [
        ['401', genauth({ statusCode: 401 })],
        ['not logged in', genauth({ statusCode: 403, apiCode: 2020 })],
        ['a wrong clock', genauth({ statusCode: 400, apiCode: 1305 })],
        ['a bad signature', genauth({ statusCode: 400, apiCode: 1300 })],
        ['401 at the token', genauth({ ...unsent, statusCode: 401 })],
      ],
    ],
    [
      'right',
      [
        ['403', genauth({ statusCode: 403 })],
        ['HTTP 403', genauth({ httpStatus: 403, statusCode: 403 })],
        ['403 with a code that is not listed', genauth({ statusCode: 403, apiCode: 4004 })],
      ],
    ],
  ])('%s', (blame, replies) => {
    for (const [name, reply] of replies) expect([name, blameOf(reply)]).toStrictEqual([name, blame]);
  });
});

test.each<[apiCode: number | undefined, statusCode: number, message: string, isApp: boolean]>([
  [2011, 404, 'App not found', true],
  [2004, 400, 'appIds: user not found', false],
  [undefined, 400, '"appIds" must be an array', true],
  [undefined, 400, 'userId is required', false],
  [undefined, 400, 'myappIdsList', false],
  [undefined, 404, 'appIds', false],
])(
  'a rejection with apiCode %s, statusCode %s and "%s" is for one of the apps: %s',
  (apiCode, statusCode, message, isApp) => {
    expect(blamesAnApp({ apiCode, statusCode, message })).toBe(isApp);
  },
);
