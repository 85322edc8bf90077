import { connect } from 'node:net';

import { expect, test } from 'vitest';

import { simulator } from '../start-simulator.ts';
import { bearer, exchange, kickText } from './http-client.ts';

const body = { userId: 'u1', appIds: ['a'] };
const close = { Connection: 'close' };

/** The status of each reply in a connection's bytes. */
function statuses(text: string): string[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status!);
}

test('serves one request after the other on a connection, also when they come at once', async () => {
  const server = await simulator({ faults: { latencyMs: { min: 1, max: 20 } } });
  const headers = await bearer(server);
  const users = ['u1', 'u2', 'u3', 'u4'];
  const texts = users.map((userId) => kickText({ ...body, userId }, userId === 'u4' ? { ...headers, ...close } : headers)); // prettier-ignore
  const { text, ended } = await exchange(server.port, texts.join(''));
  expect(statuses(text)).toEqual(['200', '200', '200', '200']);
  expect(ended).toBe('fin');
  expect(server.log.map((record) => record.userId)).toEqual(users);
  expect(new Set(server.log.map((record) => record.connection)).size).toBe(1);
  expect(text.match(/x-request-id: (\S+)/g)).toEqual(
    server.log.map((record) => `x-request-id: ${record.requestId}`),
  );
});

test('reads a request that comes byte by byte', async () => {
  const server = await simulator();
  const text = kickText(body, { ...(await bearer(server)), ...close });
  const socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true });
  const ended = new Promise((resolve) => socket.once('end', resolve));
  socket.resume();
  for (const byte of Buffer.from(text)) {
    await new Promise((resolve) => socket.write(Buffer.of(byte), resolve));
  }
  await ended;
  socket.destroy();
  expect(server.log).toMatchObject([{ userId: 'u1', kicked: true }]);
});

test('reads a chunked body', async () => {
  const server = await simulator();
  const { authorization, 'x-authing-userpool-id': pool } = await bearer(server);
  const json = JSON.stringify(body);
  const chunks = [json.slice(0, 3), json.slice(3, 20), json.slice(20)];
  const { text } = await exchange(
    server.port,
    [
      'POST /api/v3/kick-users?x=1 HTTP/1.1\r\n',
      `AUTHORIZATION:${authorization}\r\nX-Authing-UserPool-Id:  ${pool}  \r\n`,
      'Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n',
      ...chunks.map((chunk) => `${chunk.length.toString(16)};name=value\r\n${chunk}\r\n`),
      '0\r\nTrailer: x\r\n\r\n',
    ].join(''),
  );
  expect(statuses(text)).toEqual(['200']);
  expect(server.log).toMatchObject([{ userId: 'u1', kicked: true }]);
});

test('asks for the body of a client that waits to be asked', async () => {
  const server = await simulator();
  const headers = { ...(await bearer(server)), ...close, Expect: '100-continue' };
  const { text } = await exchange(server.port, kickText(body, headers));
  expect(statuses(text)).toEqual(['100', '200']);
});

test('ends a connection of HTTP/1.0 after its reply', async () => {
  const server = await simulator();
  const { text, ended } = await exchange(server.port, 'GET / HTTP/1.0\r\n\r\n');
  expect([statuses(text), ended]).toEqual([['404'], 'fin']);
});

test.each([
  ['no HTTP', 'hello\r\n\r\n'],
  ['the greeting of a client that speaks https', '\u0016\u0003\u0001'],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\n'],
  ['a header without a colon', 'GET / HTTP/1.1\r\nhost\r\n\r\n'],
  ['a header name with a space', 'GET / HTTP/1.1\r\nho st: x\r\n\r\n'],
  ['a folded header', 'GET / HTTP/1.1\r\na: b\r\n c: d\r\n\r\n'],
  ['a length that is no number', 'POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n'],
  ['two lengths', 'POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\na'],
  [
    'a length and chunks',
    'POST / HTTP/1.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['a chunk without a size', 'POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nx\r\n'],
  ['a chunk longer than its size', 'POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n'],
  ['a head without an end', `GET / HTTP/1.1\r\na: ${'x'.repeat(40_000)}`],
])('answers 400 to %s, and closes', async (_what, sent) => {
  const server = await simulator();
  const { text, ended } = await exchange(server.port, sent);
  expect([statuses(text), ended]).toEqual([['400'], 'fin']);
});
