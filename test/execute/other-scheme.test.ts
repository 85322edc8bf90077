import { expect, test } from 'vitest';

import { stopMessage } from '../../src/execute/stop/stop-message.ts';
import { broken, page } from './replies.ts';

const failed = (errorCode: string) => ({ ...broken('unsent'), errorCode });

test.each([
  ['https://127.0.0.1:8787', 'EPROTO', 'Probably', 'http://127.0.0.1:8787'],
  ['https://127.0.0.1:8787', 'ERR_SSL_WRONG_VERSION_NUMBER', 'Probably', 'http://127.0.0.1:8787'],
  ['https://localhost/api', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'Probably', 'http://localhost/api'],
  ['https://[::1]:8787', 'TIMEOUT', 'Perhaps', 'http://[::1]:8787'],
  ['https://localhost', 'UND_ERR_CONNECT_TIMEOUT', 'Perhaps', 'http://localhost'],
  ['http://localhost:8443', 'HTTPParserError', 'Probably', 'https://localhost:8443'],
  ['http://localhost:8443', 'UND_ERR_SOCKET', 'Perhaps', 'https://localhost:8443'],
  ['http://127.0.0.1:8443', 'ECONNRESET', 'Perhaps', 'https://127.0.0.1:8443'],
])(
  'where nothing of GenAuth came from %s, but %s, it is said that %s %s is meant',
  (host, code, word, other) => {
    const stop = stopMessage({ reason: 'unreachable', reply: failed(code) }, false, host);
    expect(stop).toMatchObject({ otherHost: other });
    expect(stop.hint).toMatch(new RegExp(`^${word} this port is one for (https|plain http): try --host `));
    expect(stop.hint.endsWith(other)).toBe(true);
  },
);

test('a page that a web server has for plain http on its port for https is known', () => {
  const stop = stopMessage({ reason: 'unreachable', reply: page(400) }, false, 'http://localhost:443');
  expect(stop.otherHost).toBe('https://localhost:443');
});

test.each(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'TIMEOUT', 'UND_ERR_SOCKET'])(
  'plain http is proposed for no other machine, whatever came from it (%s)',
  (code) => {
    const stop = stopMessage({ reason: 'unreachable', reply: failed(code) }, false, 'https://10.1.2.3:8080');
    expect(stop.otherHost).toBeUndefined();
    expect(stop.hint).toMatch(/othing at this port speaks https.*--host.*for this machine only/);
  },
);

test.each([
  ['https://127.0.0.1:8787', failed('ECONNREFUSED')],
  ['https://127.0.0.1:8787', page(400)],
  ['http://127.0.0.1:8787', failed('ECONNREFUSED')],
  ['http://127.0.0.1:8787', page(404)],
])('what has nothing to do with it is told as before: %s, %j', (host, reply) => {
  const stop = stopMessage({ reason: 'unreachable', reply }, false, host);
  expect(stop).toEqual(stopMessage({ reason: 'unreachable', reply }));
});
