/**
 * `npm run bench:workers`: whole runs of the built program that several processes share through a real PostgreSQL, beside one without it;
 * then two runs at once that share one limit. `--workers 1,2,4 --calls 60000 --latency 5ms --limit 400 --seconds 40`.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { Client } from 'pg';

import { startPostgres } from '../queue/postgres.ts';
import { benchFile, program } from './measure.ts';
import { withServer, type Settings } from './server.ts';
import { grouped, table } from './table.ts';

const { values: flags } = parseArgs({
  options: {
    workers: { type: 'string', default: '1,2,4' },
    calls: { type: 'string', default: '60000' },
    latency: { type: 'string', default: '5ms' },
    concurrency: { type: 'string', default: '64' },
    limit: { type: 'string', default: '400' },
    seconds: { type: 'string', default: '40' },
  },
});
/** What happens before is the search for the limit. */
const warmUpMs = 12_000;

interface Started {
  readonly child: ChildProcess;
  /** When it has ended: what it used, in microseconds. */
  cpuUs(): Promise<number>;
}

/** A process on a machine of its own, as far as files go. */
async function start(place: string, settings: Settings, queue: string | undefined, args: readonly string[]) {
  await mkdir(place, { recursive: true });
  const usage = path.join(place, 'usage.json');
  const child = spawn(process.execPath, ['--import', benchFile('usage.js'), program, ...args], {
    cwd: place,
    env: {
      PATH: process.env['PATH'],
      BENCH_USAGE: usage,
      ...(queue === undefined ? {} : { GENAUTH_OFFBOARD_QUEUE: queue }),
      ...settings,
    },
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  const cpuUs = async (): Promise<number> => {
    await exited;
    return (JSON.parse(await readFile(usage, 'utf8')) as { readonly cpuUs: number }).cpuUs;
  };
  return { child, cpuUs } satisfies Started;
}

/** @param first tells the users of one file from those of another. */
async function makeUsers(file: string, calls: number, first: string): Promise<void> {
  const row = (at: number): string => `${first}${String(at).padStart(16, '0')},66a1bb000000000000000001`;
  const rows = Array.from({ length: calls }, (_, at) => row(at));
  await writeFile(file, ['user_id,app_ids', ...rows, ''].join('\n'));
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until the database has so many rows; before the first process has made them there are no tables. */
async function untilThereAre(queue: string, count: number, rows: string): Promise<void> {
  const client = new Client({ connectionString: queue });
  await client.connect();
  const found = async (): Promise<number> =>
    (await client.query(rows).catch(() => ({ rowCount: 0 }))).rowCount ?? 0;
  while ((await found()) < count) await sleep(200);
  await client.end();
}

const untilGoing = (queue: string, name: string): Promise<void> =>
  untilThereAre(queue, 1, `SELECT FROM genauth_offboard.runs WHERE name = '${name}' AND state = 'going'`);

const asked = ['--yes', '--no-look-up', '--concurrency', flags.concurrency];

interface Shared {
  readonly perSecond: number;
  /** Of all processes together. */
  readonly cpuUsPerCall: number;
}

/** @param workers 0: without a queue. */
async function measureRun(place: string, queue: string, workers: number): Promise<Shared> {
  const calls = Number(flags.calls);
  const file = path.join(place, 'users.csv');
  return withServer(['--latency', flags.latency], async (settings) => {
    const name = `run-${workers}`;
    const run = ['run', file, '--out', name, ...asked];
    const first = await start(path.join(place, name), settings, workers > 0 ? queue : undefined, run);
    const others: Started[] = [];
    if (workers > 0) await untilGoing(queue, name);
    for (let number = 1; number < workers; number += 1) {
      const own = path.join(place, `${name}-worker-${number}`);
      others.push(await start(own, settings, queue, ['work', '--run', name, ...asked.slice(2)]));
    }
    let cpuUs = await first.cpuUs();
    for (const { child, cpuUs: used } of others) {
      child.kill('SIGINT');
      cpuUs += await used();
    }
    const summary = JSON.parse(await readFile(path.join(place, name, name, 'summary.json'), 'utf8')) as {
      readonly attemptsPerSecond: number;
      readonly rows: { readonly succeeded: number };
    };
    if (summary.rows.succeeded !== calls) throw new Error(`only ${summary.rows.succeeded} succeeded`);
    return { perSecond: summary.attemptsPerSecond, cpuUsPerCall: cpuUs / calls };
  });
}

/** Two runs at once, two processes each. @returns what share of the limit each has used, and what share of all was refused. */
async function measureTwo(place: string, queue: string) {
  const limit = Number(flags.limit);
  const seconds = Number(flags.seconds);
  // More than they can make until then, however slowly the others start.
  const calls = limit * (seconds + 4 * (warmUpMs / 1000));
  const log = path.join(place, 'requests.ndjson');
  const names = ['65f0aaaa', '65f0bbbb'];
  const faults = ['--limit', String(limit), '--latency', '20ms', '--log', log];
  return withServer(faults, async (settings) => {
    const all: Started[] = [];
    for (const first of names) {
      const file = path.join(place, `${first}.csv`);
      await makeUsers(file, calls, first);
      all.push(
        await start(path.join(place, first), settings, queue, ['run', file, '--out', first, ...asked]),
      );
      await untilGoing(queue, first);
      const own = path.join(place, `${first}-worker`);
      all.push(await start(own, settings, queue, ['work', '--run', first, ...asked.slice(2)]));
    }
    await untilThereAre(queue, all.length, 'SELECT FROM genauth_offboard.rate_members');
    const begin = Date.now() + warmUpMs;
    await sleep(warmUpMs + 1000 * seconds);
    const end = Date.now();
    for (const { child } of all) child.kill('SIGINT');
    for (const { cpuUs } of all) await cpuUs();
    const records = (await readFile(log, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Request)
      .filter(({ userId }) => userId !== undefined);
    const between = records.filter(({ arrivedAtMs: at }) => at >= begin && at < end);
    const kicked = between.filter((each) => each.kicked);
    const shareOf = (some: readonly Request[]): number => some.length / ((limit * (end - begin)) / 1000);
    return {
      used: shareOf(kicked),
      each: names.map((name) => shareOf(kicked.filter(({ userId }) => userId?.startsWith(name) === true))),
      refused: 1 - kicked.length / between.length,
    };
  });
}

interface Request {
  readonly userId?: string;
  readonly kicked: boolean;
  readonly arrivedAtMs: number;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const place = await mkdtemp(path.join(tmpdir(), 'genauth-offboard-workers-'));
const postgres = await startPostgres();
try {
  await makeUsers(path.join(place, 'users.csv'), Number(flags.calls), '65f0cccc');
  const rows: string[][] = [];
  for (const workers of [0, ...flags.workers.split(',').map(Number)]) {
    const { perSecond, cpuUsPerCall } = await measureRun(place, postgres.url, workers);
    rows.push([workers === 0 ? 'no queue' : String(workers), grouped(perSecond), cpuUsPerCall.toFixed(0)]);
    console.error(rows.at(-1)?.join('  '));
  }
  console.log(table(['workers', 'calls/s', 'CPU of all, us a call'], rows));
  if (Number(flags.limit) > 0) {
    const { used, each, refused } = await measureTwo(place, postgres.url);
    console.log(
      `Two runs at a limit of ${flags.limit}/s: ${percent(used)} used (${each.map(percent).join(' and ')}), ${percent(refused)} refused`,
    );
  }
} finally {
  await postgres.stop();
  await rm(place, { recursive: true });
}
