import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { createRecentCounts } from '../../src/simulator/recent-counts.ts';
import { resetConnection } from '../../src/simulator/reset-connection.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { simulator } from '../start-simulator.ts';
import { bearer, exchange, kickText } from './http-client.ts';

test('listens on loopback only, on the port that is asked for', async () => {
  const first = await startSimulator();
  const { port } = first;
  expect(first.url).toBe(`http://127.0.0.1:${port}`);
  await first.close();
  const second = await simulator({ port });
  expect(second.port).toBe(port);
});

test('a port in use is an error with the code EADDRINUSE', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await expect(startSimulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

function active(kind: string): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith(kind)).length;
}

test('closing ends stalled requests, delayed ones and idle connections, and leaves nothing', async () => {
  const before = { sockets: active('TCP'), timers: active('Timeout') };
  const server = await startSimulator({ faults: { latencyMs: 60_000 } });
  const text = kickText({ userId: 'u', appIds: ['a'] }, await bearer(server));
  const sockets = Array.from({ length: 30 }, () => connect({ port: server.port, host: '127.0.0.1' }));
  const ends = sockets.map(async (socket, index) => {
    socket.on('error', () => {});
    await once(socket, 'connect');
    if (index % 3 > 0) socket.write(text);
    // Some clients are leaving at that moment.
    if (index % 3 > 1) socket.end();
  });
  await Promise.all(ends);
  await expect.poll(() => server.counts.connections).toBeGreaterThanOrEqual(30);
  await expect.poll(() => active('Timeout')).toBeGreaterThan(before.timers + 10);
  await server.close();
  expect(active('Timeout')).toBeLessThanOrEqual(before.timers);
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => active('TCP')).toBeLessThanOrEqual(before.sockets);
});

test('a connection that is reset while it is ending lets go of its socket', async () => {
  const listening = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void listening.close());
  await once(listening, 'listening');
  const address = listening.address();
  const client = connect({ port: typeof address === 'object' ? (address?.port ?? 0) : 0, host: '127.0.0.1' });
  client.on('error', () => {});
  const [socket] = (await once(listening, 'connection')) as [Socket];
  socket.end();
  const closed = once(socket, 'close');
  resetConnection(socket);
  await expect(closed).resolves.toBeDefined();
});

test('closing while the port is shut by an outage leaves it shut', async () => {
  const server = await startSimulator({ faults: { outage: { afterMs: 0, forMs: 50, as: 'refuse' } } });
  await exchange(server.port, kickText({ userId: 'u', appIds: ['a'] }, await bearer(server)));
  await server.close();
  const again = await simulator({ port: server.port });
  expect(again.port).toBe(server.port);
});

test('what was seen is forgotten in the end, but not before its time', () => {
  const counts = createRecentCounts<string>(1000, 100);
  expect(counts.add('a', 0)).toBe(0);
  expect(counts.add('a', 99)).toBe(1);
  expect(counts.add('b', 150)).toBe(0);
  expect(counts.add('b', 249)).toBe(1);
  expect(counts.add('b', 348)).toBe(2);
  expect(counts.add('a', 500)).toBe(0);
});

test('what was seen takes no more memory than its limit', () => {
  const counts = createRecentCounts<number>(10);
  for (let key = 0; key < 21; key++) counts.add(key, 0);
  expect([20, 11, 0].map((key) => counts.add(key, 0))).toEqual([1, 1, 0]);
});
