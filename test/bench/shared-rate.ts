/**
 * `npm run bench:rate`: processes that share one rate through a real PostgreSQL, against a strict bucket in this process.
 * Exits with 1 when a criterion is not kept. `--members 4,8 --limits 20,500 --seconds 20 --latency 20 --concurrency 64`.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

import { Client } from 'pg';

import { rateSchema } from '../../src/queue/rate/schema.ts';
import { createRateLimiter } from '../../src/simulator/rate-limit.ts';
import { startPostgres } from '../queue/postgres.ts';
import { table } from './table.ts';

const { values: flags } = parseArgs({
  options: {
    members: { type: 'string', default: '4,8' },
    limits: { type: 'string', default: '20,50,500,2000' },
    seconds: { type: 'string', default: '20' },
    latency: { type: 'string', default: '20' },
    concurrency: { type: 'string', default: '64' },
    trace: { type: 'boolean', default: false },
  },
});
/** What happens before is the search for the limit. */
const warmUpSeconds = 8;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const numbers = (list: string): number[] => list.split(',').map(Number);

interface Arrival {
  readonly at: number;
  readonly member: string;
  readonly isAccepted: boolean;
}

interface Measured {
  readonly arrivals: readonly Arrival[];
  /** When all were there and the limit was sought, in seconds. */
  readonly from: number;
  readonly cpuMs: number;
  readonly queries: number;
  readonly seconds: number;
}

/** A strict bucket that says `1` or `0` to each line after the latency. */
async function startBucket(perSecond: number) {
  const limiter = createRateLimiter({ kind: 'bucket', perSecond }, performance.now());
  const arrivals: Arrival[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    createInterface({ input: socket }).on('line', (line) => {
      const [number = '', member = ''] = line.split(' ');
      const at = performance.now();
      const isAccepted = limiter.take(at) === 0;
      arrivals.push({ at: at / 1000, member, isAccepted });
      const latencyMs = Number(flags.latency) * (0.9 + Math.random() / 5);
      setTimeout(() => socket.write(`${number} ${isAccepted ? 1 : 0}\n`), latencyMs);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { arrivals, server, port: (server.address() as AddressInfo).port };
}

async function measure(url: string, perSecond: number, members: number): Promise<Measured> {
  const folder = await mkdtemp(path.join(tmpdir(), 'shared-rate-'));
  const { arrivals, server, port } = await startBucket(perSecond);
  const program = path.join(import.meta.dirname, 'rate-member.js');
  const key = `${perSecond} ${members} ${Date.now()}`;
  const children = Array.from({ length: members }, (_, number) =>
    fork(program, [url, String(port), folder, key, `member-${number}`, flags.concurrency]),
  );
  // So many processes at once take a small machine some seconds to start.
  while (new Set(arrivals.map(({ member }) => member)).size < members) await sleep(200);
  const began = performance.now();
  const from = began / 1000 + warmUpSeconds;
  await sleep(1000 * (warmUpSeconds + Number(flags.seconds)));
  const seconds = (performance.now() - began) / 1000;
  const all = await Promise.all(children.map(end));
  server.close();
  await rm(folder, { recursive: true });
  const sum = (of: 'cpuMs' | 'queries'): number => all.reduce((sum, each) => sum + each[of], 0);
  return { arrivals, from, cpuMs: sum('cpuMs'), queries: sum('queries'), seconds };
}

async function end(child: ChildProcess): Promise<{ readonly cpuMs: number; readonly queries: number }> {
  const told = once(child, 'message') as Promise<[{ cpuMs: number; queries: number }]>;
  child.send('stop');
  const [said] = await told;
  return said;
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

function judge({ arrivals, from, cpuMs, queries, seconds }: Measured, perSecond: number, members: number) {
  const first = arrivals[0]?.at ?? 0;
  const found = firstAt(arrivals, 0.9 * perSecond) - first;
  const to = from + Number(flags.seconds);
  const between = arrivals.filter(({ at }) => at >= from && at < to);
  const accepted = between.filter(({ isAccepted }) => isAccepted);
  const parts = Array.from(
    { length: members },
    (_, number) => accepted.filter(({ member }) => member === `member-${number}`).length,
  );
  const used = accepted.length / (perSecond * (to - from));
  const refused = 1 - accepted.length / between.length;
  const spread = Math.max(...parts) / Math.min(...parts);
  const isKept = used >= 0.98 && refused <= 0.01 && spread <= 1.2;
  const cells = [percent(used), percent(refused), spread.toFixed(2), `${found.toFixed(1)} s`];
  const cost = [(queries / seconds).toFixed(0), percent(cpuMs / 1000 / seconds)];
  return { cells: [String(perSecond), String(members), ...cells, ...cost, isKept ? 'yes' : 'NO'], isKept };
}

/** The end of the first second in which so many were accepted. */
function firstAt(arrivals: readonly Arrival[], count: number): number {
  const accepted = arrivals.filter(({ isAccepted }) => isAccepted).map(({ at }) => at);
  const reach = Math.ceil(count) - 1;
  const index = accepted.findIndex((at, index) => (accepted[index + reach] ?? Infinity) - at <= 1);
  return index === -1 ? Number.POSITIVE_INFINITY : (accepted[index] ?? 0) + 1;
}

function trace({ arrivals }: Measured): void {
  const first = arrivals[0]?.at ?? 0;
  const last = arrivals.at(-1)?.at ?? 0;
  for (let at = first; at < last; at += 0.5) {
    const some = arrivals.filter((each) => each.at >= at && each.at < at + 0.5);
    const accepted = some.filter(({ isAccepted }) => isAccepted).length;
    console.error(`${(at - first).toFixed(1)} s: ${2 * some.length}/s sent, ${2 * accepted}/s accepted`);
  }
}

const postgres = await startPostgres();
try {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(rateSchema);
  await client.end();
  const rows: string[][] = [];
  for (const perSecond of numbers(flags.limits)) {
    for (const members of numbers(flags.members)) {
      const measured = await measure(postgres.url, perSecond, members);
      if (flags.trace) trace(measured);
      const { cells, isKept } = judge(measured, perSecond, members);
      rows.push(cells);
      console.error(cells.join('  '));
      if (!isKept) process.exitCode = 1;
    }
  }
  const head = ['limit', 'members', 'used', 'refused', 'spread', 'found', 'queries/s', 'CPU', 'kept'];
  console.log(table(head, rows));
} finally {
  await postgres.stop();
}
