import { createServer } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { resume, run } from '../src/index.ts';
import type { ShareFault } from '../src/simulator/faults.ts';
import { readCsvFile } from './read-report.ts';
import { startSimulator, type Simulator } from '../src/simulator/simulator.ts';
import { against, apps, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A folder with an input of so many users, and where its run goes. */
function workplace(users: number): { input: string; folder: string } {
  const cwd = temporaryFolder();
  const input = path.join(cwd, 'leavers.csv');
  writeFileSync(
    input,
    ['user_id,app_ids', ...Array.from({ length: users }, (_, index) => `user-${index},app-1`)].join('\n'),
  );
  return { input, folder: path.join(cwd, 'run') };
}

test.each(['http503', 'html502', 'body500', 'reset', 'refuse', 'stall'] as const)(
  'an outage (%s) in the middle costs no row, and few attempts are made while it lasts',
  async (as) => {
    const server = await simulator({ faults: { outage: { afterMs: 300, forMs: 1200, as }, latencyMs: 5 } });
    const { input, folder } = workplace(300);
    const states: string[] = [];
    let downAt = Infinity;
    let probes = 0;
    const outcome = await run(
      input,
      against(server, {
        folder,
        pace: { concurrency: 8, timeoutMs: 500 },
        onEvent: (event) => {
          // Who had gone by then and waited for the disk (a mark of what may be sent) is no probe: none comes before 500 ms.
          if (
            event.type === 'attempt' &&
            event.reply.startedAt > downAt + 250 &&
            event.verdict !== 'succeeded'
          )
            probes += 1;
          if (event.type !== 'server') return;
          states.push(event.waitsFor === undefined ? 'back' : 'down');
          if (event.waitsFor !== undefined) downAt = Date.now();
        },
      }),
    );
    expect(outcome.summary?.rows).toMatchObject({ succeeded: 300 });
    expect(states).toEqual(['down', 'back']);
    // A probe after 0.5 and 1 second, and the one after it on a machine that hears late.
    expect(probes).toBeLessThanOrEqual(3);
    // Beside those that told it. Untold it would be 1,900.
    const extra = (outcome.summary?.attempts ?? 0) - 300;
    expect(extra).toBeLessThanOrEqual(4 * 8);
  },
);

test('a server that stays down stops the run, resumable, with no row failed', async () => {
  const server = await simulator({ faults: { outage: { afterMs: 100, forMs: 60_000, as: 'http503' } } });
  const { input, folder } = workplace(200);
  const pace = { concurrency: 4, giveUpAfterMs: 1500 };
  const stopped = await run(input, against(server, { folder, pace }));
  expect(stopped).toMatchObject({ exitCode: 4, stop: { reason: 'server_down' } });
  server.setFaults({});
  const { server: _, ...again } = against(server);
  const resumed = await resume(folder, again);
  expect(resumed.summary?.rows).toMatchObject({ succeeded: 200 });
});

/** Faults of a single exchange: whether the kick may have taken effect without an answer. */
const faults: readonly [ShareFault, boolean][] = [
  ['http500', false],
  ['body500', false],
  ['successFalse', false],
  ['resetBefore', true],
  ['resetAfter', true],
  ['resetInReply', true],
  ['forget', true],
  ['halfReply', true],
  ['garbage', true],
  ['stall', true],
  ['stallBody', true],
  ['drip', true],
  ['huge', true],
];

test.each(faults)(
  '%s is tried again; a call that ends with it alone is unknown: %s',
  async (fault, isUnknown) => {
    const server = await simulator({ faults: { shares: { [fault]: 1 } } });
    const { input, folder } = workplace(1);
    // A single call: there is nobody to tell an outage from.
    const outcome = await run(input, against(server, { folder, pace: { retries: 2, timeoutMs: 300 } }));
    expect(server.log).toHaveLength(3);
    expect(readCsvFile(folder, 'report.csv').map((row) => row['status'])).toEqual([
      isUnknown ? 'unknown' : 'failed',
    ]);
    expect(outcome.exitCode).toBe(3);
    server.setFaults({});
    const { server: _, ...again } = against(server);
    const retried = await resume(folder, { ...again, retryFailed: true });
    expect(retried.exitCode).toBe(0);
  },
);

test('a call that is refused after an attempt without an answer is unknown still', async () => {
  const server = await simulator();
  const cwd = temporaryFolder();
  const [input, folder] = [path.join(cwd, 'one.csv'), path.join(cwd, 'run')];
  writeFileSync(input, 'user_id,app_ids\ndeleted-1,app-1\n');
  await run(
    input,
    against(server, {
      folder,
      // Not from the begin: the list of apps would be asked for ten seconds.
      confirm: async () => {
        server.setFaults({ shares: { forget: 1 } });
        return true;
      },
      onEvent: (event) => {
        if (event.type === 'attempt') server.setFaults({});
      },
    }),
  );
  expect(readCsvFile(folder, 'report.csv')[0]).toMatchObject({
    status: 'unknown',
    api_code: '2004',
    attempts: '2',
  });
});

test('a token that lasts two seconds is renewed before it ends, and no row is burnt', async () => {
  const server = await simulator({ tokenLifetimeSeconds: 2, faults: { latencyMs: 10 } });
  const { input, folder } = workplace(400);
  const outcome = await run(input, against(server, { folder, pace: { rate: 100 } }));
  expect(outcome.summary?.rows).toMatchObject({ succeeded: 400 });
  const seconds = outcome.summary?.seconds ?? 0;
  // One for each lifetime less its margin of a tenth, and the first.
  expect(server.counts.tokens).toBeLessThanOrEqual(Math.ceil(seconds / 1.8) + 1);
});

test('a key that is revoked in the middle stops the run; a new key of the same pool finishes it, another pool’s is refused', async () => {
  const server = await simulator({ faults: { latencyMs: 5 } });
  server.addKey('new-key', 'new-secret', server.userPoolId);
  server.addKey('other-key', 'other-secret', 'other-pool');
  const { input, folder } = workplace(300);
  let attempts = 0;
  const stopped = await run(
    input,
    against(server, {
      folder,
      pace: { concurrency: 4 },
      onEvent: (event) => {
        if (event.type === 'attempt' && (attempts += 1) === 100) server.revokeKey();
      },
    }),
  );
  expect(stopped).toMatchObject({ exitCode: 4, stop: { reason: 'unauthorized' } });
  expect(stopped.summary?.rows).toMatchObject({ unknown: 0 });
  const kicked = server.counts.kicks;
  await expect(
    resume(folder, {
      host: server.url,
      credentials: { accessKeyId: 'other-key', accessKeySecret: 'other-secret' },
    }),
  ).rejects.toThrow('user pool other-pool');
  expect(server.counts.kicks).toBe(kicked);
  const resumed = await resume(folder, {
    host: server.url,
    credentials: { accessKeyId: 'new-key', accessKeySecret: 'new-secret' },
  });
  expect(resumed.summary?.rows).toMatchObject({ succeeded: 300 });
  expect(server.counts.kicks).toBe(300);
});

test.each(['html', 'html502', 'http504', 'cutReply'] as const)(
  '%s is nobody’s word, and waited out with a single call that may not be retried, too',
  async (fault) => {
    const server = await simulator();
    const { input, folder } = workplace(1);
    async function confirm(): Promise<boolean> {
      server.setFaults({ shares: { [fault]: 1 } });
      setTimeout(() => server.setFaults({}), 1000);
      return true;
    }
    const outcome = await run(input, against(server, { folder, pace: { retries: 0 }, confirm }));
    expect(outcome.summary?.rows).toMatchObject({ succeeded: 1 });
    expect(server.log.length).toBeGreaterThan(2);
  },
);

test('a key without the right to sign out stops the run after a few users, some from far on, and burns no row', async () => {
  const server = await simulator({ faults: { shares: { forbidden: 1 } } });
  const { input, folder } = workplace(100);
  const stopped = await run(input, against(server, { folder, pace: { concurrency: 1 } }));
  expect(stopped).toMatchObject({ exitCode: 4, stop: { reason: 'forbidden' } });
  expect(stopped.summary?.rows).toMatchObject({ failed: 0, not_attempted: 100 });
  const asked = new Set(server.log.map(({ userId }) => Number(userId.slice(5))));
  expect(asked.size).toBeLessThan(30);
  expect(Math.max(...asked)).toBeGreaterThan(50);
  server.setFaults({});
  const { server: _, ...again } = against(server);
  expect((await resume(folder, again)).summary?.rows).toMatchObject({ succeeded: 100 });
});

test('a server that is not GenAuth stops the run within seconds, and burns no row', async () => {
  const page = createServer((request, response) => {
    request.resume();
    response.writeHead(404, { 'content-type': 'text/html' }).end('<html>Not Found</html>');
  });
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void page.close());
  const host = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
  const { input, folder } = workplace(20);
  const outcomes = (['token', 'signature'] as const).map((auth) =>
    run(input, {
      folder: `${folder}-${auth}`,
      server: { host, auth },
      credentials: { accessKeyId: 'fake-key', accessKeySecret: 'fake-secret' },
    }),
  );
  for (const outcome of await Promise.all(outcomes)) {
    expect(outcome).toMatchObject({ exitCode: 4, stop: { reason: 'unreachable' } });
    expect(outcome.summary?.rows.succeeded).toBe(0);
  }
});

test.each(['token', 'signature'] as const)(
  'a clock that is wrong by an hour is said once, and corrected when signing (%s)',
  async (auth) => {
    const server = await simulator({ clockOffsetMs: 3_600_000 });
    const { input, folder } = workplace(20);
    const said: number[] = [];
    const outcome = await run(
      input,
      against(server, {
        folder,
        server: { auth },
        onEvent: (event) => {
          if (event.type === 'clock') said.push(Math.round(event.aheadMs / 60_000));
        },
      }),
    );
    expect(outcome.summary?.rows).toMatchObject({ succeeded: 20 });
    expect(said).toEqual([-60]);
  },
);

test.each(['refuse', 'http503'] as const)(
  'an outage (%s) costs no row even when a single call is left that may be retried once',
  async (as) => {
    const server = await simulator({ faults: { outage: { afterMs: 0, forMs: 2500, as } } });
    const { input, folder } = workplace(1);
    const outcome = await run(input, against(server, { folder, pace: { retries: 1 } }));
    expect(outcome.summary?.rows).toMatchObject({ succeeded: 1 });
  },
);

test.each(['seconds', 'date'] as const)(
  'no call is sent before its Retry-After (%s) is over',
  async (retryAfter) => {
    const server = await simulator({
      faults: { throttledFirst: 0.3, retryAfter: retryAfter === 'seconds' ? 1 : 'date' },
    });
    const { input, folder } = workplace(60);
    const outcome = await run(input, against(server, { folder }));
    expect(outcome.summary?.rows).toMatchObject({ succeeded: 60 });
    expect(outcome.summary?.throttled).toBeGreaterThan(5);
    const early = server.log.filter((record) => {
      const before = server.log.findLast(
        (each) => each.userId === record.userId && each.arrivedAtMs < record.arrivedAtMs,
      );
      const readyAt = (before?.answeredAtMs ?? 0) + (before?.retryAfterMs ?? 0);
      return before?.retryAfterMs !== undefined && record.arrivedAtMs < readyAt;
    });
    expect(early).toEqual([]);
  },
);

test('an outage while a bad app is being searched for does not hold the run up for ever', async () => {
  const { input, folder } = workplace(60);
  writeFileSync(input, readFileSync(input, 'utf8').replaceAll('app-1', 'app-1;app-2;unknown-app'));
  const startedAt = performance.now();
  const refusal = { statusCode: 404, apiCode: 2011, message: 'App not found' };
  let requests = 0;
  const client = {
    async kickUsers({ appIds }: { appIds: string[] }) {
      requests += 1;
      // The refusal that begins the search comes when the server has long been down for all others.
      const isFirst = requests === 1;
      await new Promise((resolve) => setTimeout(resolve, isFirst ? 300 : 20));
      if (isFirst) return refusal;
      if (performance.now() - startedAt < 1500) return { statusCode: 503, message: 'Down' };
      return appIds.includes('unknown-app') ? refusal : { statusCode: 200, data: { success: true } };
    },
  };
  const outcome = await run(input, { folder, client, pace: { concurrency: 16 } });
  expect(outcome.summary?.rows).toMatchObject({ partial: 60 });
});

test.each([0, 20])(
  'fifty protected users who stand next to each other from %i on fail, and stop nobody’s sessions but their own',
  async (first) => {
    const { input, folder } = workplace(200);
    const client = {
      kickUsers: ({ userId }: { userId: string }) => {
        const number = Number(userId.slice(5));
        const isProtected = number >= first && number < first + 50;
        return Promise.resolve(
          isProtected
            ? { statusCode: 403, message: 'Forbidden' }
            : { statusCode: 200, data: { success: true } },
        );
      },
    };
    const outcome = await run(input, { folder, client, pace: { concurrency: 4 } });
    expect(outcome.stop).toBeUndefined();
    expect(outcome.summary?.rows).toMatchObject({ succeeded: 150, failed: 50 });
  },
);

test('a stranger has no say in how long a run waits', async () => {
  const page = createServer((request, response) => {
    request.resume();
    response.writeHead(503, { 'content-type': 'text/html', 'retry-after': '3600' }).end('<html>Busy</html>');
  });
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void page.close());
  const { input, folder } = workplace(20);
  const outcome = await run(input, {
    folder,
    pace: { giveUpAfterMs: 2000 },
    server: { host: `http://127.0.0.1:${(page.address() as AddressInfo).port}`, auth: 'signature' },
    credentials: { accessKeyId: 'fake-key', accessKeySecret: 'fake-secret' },
  });
  expect(outcome).toMatchObject({ exitCode: 4, stop: { reason: 'unreachable' } });
});

test('a server that asks to be left alone for longer than the run waits stops it at once, resumable', async () => {
  const server = await simulator();
  const { input, folder } = workplace(20);
  const client = {
    kickUsers: () =>
      Promise.resolve({
        delivery: 'answered',
        genauthForm: true,
        httpStatus: 503,
        statusCode: 503,
        retryAfterMs: 3_600_000,
        startedAt: Date.now(),
        durationMs: 1,
      }),
  };
  const outcome = await run(input, { folder, client, pace: { giveUpAfterMs: 60_000 } });
  expect(outcome).toMatchObject({ exitCode: 4, stop: { reason: 'server_down' } });
  expect(server.counts.kicks).toBe(0);
});

test('a resume in the middle of an outage waits for the server', async () => {
  const server = await simulator({ faults: { latencyMs: 2 } });
  const { input, folder } = workplace(30);
  const stop = new AbortController();
  const options = against(server, { folder, pace: { concurrency: 1 } });
  await run(input, {
    ...options,
    stopSignal: stop.signal,
    onEvent: (event) => {
      if (event.type === 'attempt' && event.call.seq === 10) stop.abort();
    },
  });
  const late: Simulator[] = [];
  const port = server.port;
  await server.close();
  const states: string[] = [];
  const { server: _, folder: __, ...again } = options;
  const resumed = await resume(folder, {
    ...again,
    onEvent: (event) => {
      if (event.type !== 'server' || states.push(event.waitsFor === undefined ? 'back' : 'down') !== 1)
        return;
      // Longer than a host that never answered would be asked.
      setTimeout(() => void startSimulator({ port, apps }).then((started) => late.push(started)), 8000);
    },
  });
  await Promise.all(late.map((started) => started.close()));
  expect(resumed.summary?.rows).toMatchObject({ succeeded: 30 });
}, 60_000);
