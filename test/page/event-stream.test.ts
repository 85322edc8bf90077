import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import type { State } from '../../src/page/state.ts';
import { createEventStream } from '../../src/page/server/event-stream.ts';
import { firstState } from '../../src/page/server/next-state.ts';

const sample = { atMs: 0, attempts: 0, throttled: 0 };

function stateOf(id: number, bytes: number): State {
  const version = 'x'.repeat(bytes);
  return { ...firstState({ version, runsFolder: '/runs', host: 'https://h', hasKey: false }), id };
}

test('a tab whose computer slept takes up no memory meanwhile, and is told how it stands then', async () => {
  let state = stateOf(1, 1);
  const stream = createEventStream(() => ({ state, samples: [] }));
  let answer: ServerResponse | undefined;
  const server = createServer((_, response) => {
    answer = response;
    stream.add(response);
  });
  onTestFinished(() => {
    stream.close();
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const tab = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent: false }, resolve).on('error', reject);
  });
  tab.pause();
  const bytes = 2 ** 16;
  const big = { ...sample, notes: 'x'.repeat(bytes) };
  // What the sockets hold back is not in this process; then comes more.
  for (let more = 0; more < 50; more += answer?.writableNeedDrain === true ? 1 : 0) {
    stream.sample(big);
    stream.state();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(answer?.writableNeedDrain).toBe(true);
  expect(answer?.writableLength).toBeLessThan(3 * bytes);
  state = stateOf(2000, 1);
  const chunks: string[] = [];
  const told = new Promise<void>((resolve) => {
    tab.setEncoding('utf8').on('data', (chunk: string) => {
      chunks.push(chunk);
      if (chunks.slice(-2).join('').includes('"id":2000,')) resolve();
    });
  });
  stream.state();
  tab.resume();
  await told;
  const ids = [...chunks.join('').matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  expect(new Set(ids).size).toBe(ids.length);
});
