/**
 * `npm run bench:pace`: whole runs of the built program against limits and outages of a simulated server in a process of its own,
 * judged by that server's log. Exits with 1 when a criterion is not kept.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { measure, program } from './measure.ts';
import type { RunSummary } from './run-program.ts';
import { withServer } from './server.ts';
import { reachedAfter, readServerLog, useOf, type Arrival } from './server-log.ts';
import { table } from './table.ts';

const { values: flags } = parseArgs({ options: { only: { type: 'string' } } });
const folder = await mkdtemp(path.join(tmpdir(), 'genauth-offboard-pace-'));
const rows: string[][] = [];
let isKept = true;

/** A line of the result. */
function judge(scenario: string, criterion: string, measured: string, kept: boolean): void {
  isKept &&= kept;
  rows.push([scenario, criterion, measured, kept ? 'yes' : 'NO']);
  console.error(`${scenario}: ${criterion}: ${measured}: ${kept ? 'kept' : 'NOT KEPT'}`);
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const inSeconds = (value: number): string => `${value.toFixed(1)} s`;

/** Runs so many processes at once, each with users of its own. @returns the server's log and each summary. */
async function runAgainst(
  faults: readonly string[],
  users: readonly number[],
  options: readonly string[] = [],
): Promise<{ arrivals: Arrival[]; summaries: RunSummary[] }> {
  const log = path.join(folder, 'server.ndjson');
  await rm(log, { force: true });
  const summaries = await withServer([...faults, '--log', log], (settings) =>
    Promise.all(
      users.map(async (count, number) => {
        const own = path.join(folder, `process-${number}`);
        await rm(own, { recursive: true, force: true });
        await mkdir(own);
        const input = path.join(own, 'users.csv');
        const out = path.join(own, 'run');
        const lines = Array.from(
          { length: count },
          (_, user) => `p${number}-user-${user},66a1bb000000000000000001`,
        );
        await writeFile(input, ['user_id,app_ids', ...lines].join('\n'));
        const args = [program, 'run', input, '--out', out, '--yes', '--json', ...options];
        return JSON.parse((await measure(args, own, settings)).stdout) as RunSummary;
      }),
    ),
  );
  return { arrivals: await readServerLog(log), summaries };
}

const failedRows = (summaries: readonly RunSummary[]): number =>
  summaries.reduce((sum, { rows: { total, succeeded } }) => sum + total - succeeded, 0);

async function holdBucket(perSecond: number, least: number): Promise<void> {
  const name = `strict bucket of ${perSecond} a second`;
  const { arrivals } = await runAgainst(['--limit', String(perSecond)], [perSecond * 31]);
  const later = useOf(arrivals, perSecond, 10, 30);
  const start = useOf(arrivals, perSecond, 0, 20);
  const found = reachedAfter(arrivals, perSecond, 0, 0.9);
  judge(name, `after 10 s at least ${percent(least)} of it`, percent(later.used), later.used >= least);
  judge(name, 'after 10 s at most 2 % refused', percent(later.throttled), later.throttled <= 0.02);
  judge(name, 'found within 5 s', inSeconds(found), found <= 5);
  judge(name, 'at least 90 % over the first 20 s', percent(start.used), start.used >= 0.9);
}

async function followDrop(): Promise<void> {
  const name = 'limit of 500 that drops to 125 from 15 s to 35 s';
  const changes = ['--limit', '500', '--limit-changes', '15s=125,35s=500'];
  const { arrivals } = await runAgainst(changes, [500 * 15 + 125 * 20 + 500 * 15]);
  const low = useOf(arrivals, 125, 20, 35);
  const back = reachedAfter(arrivals, 500, 35, 0.9);
  judge(name, 'at least 90 % of 125 from 5 s after the drop', percent(low.used), low.used >= 0.9);
  judge(name, 'at most 2 % refused there', percent(low.throttled), low.throttled <= 0.02);
  judge(name, 'back at 90 % of 500 within 20 s', inSeconds(back), back <= 20);
}

async function share(): Promise<void> {
  const name = '16 processes on one limit of 500';
  const { arrivals, summaries } = await runAgainst(
    ['--limit', '500'],
    Array.from({ length: 16 }, () => 1500),
  );
  // So many processes at once take a small machine ten seconds to start.
  const all = useOf(arrivals, 500, 20, 40);
  const parts = Array.from(
    { length: 16 },
    (_, number) =>
      arrivals.filter(({ at, userId }) => at >= 20 && at < 40 && userId.startsWith(`p${number}-`)).length,
  );
  const spread = Math.max(...parts) / Math.min(...parts);
  judge(name, 'at least 90 % of it used', percent(all.used), all.used >= 0.9);
  judge(name, 'at most 5 % refused', percent(all.throttled), all.throttled <= 0.05);
  judge(name, 'the largest part at most 8 times the smallest', spread.toFixed(1), spread <= 8);
  judge(name, 'no row fails', String(failedRows(summaries)), failedRows(summaries) === 0);
}

/** Probes come after 0.5, 1, 2, 4 and then every 5 seconds. */
const probesIn60s = 15;

async function outlive(as: string): Promise<void> {
  const name = `outage of 60 s (${as}), concurrency 64`;
  const { arrivals, summaries } = await runAgainst(
    ['--limit', '500', '--latency', '10ms-30ms', '--outage', `15s,60s,${as}`],
    [500 * 30],
  );
  const during = arrivals.filter(({ isOutage }) => isOutage).length;
  const back = reachedAfter(arrivals, 500, 75, 0.9);
  judge(name, 'no row fails', String(failedRows(summaries)), failedRows(summaries) === 0);
  judge(
    name,
    `at most those in flight and ${probesIn60s} probes`,
    String(during),
    during <= 64 + probesIn60s,
  );
  judge(name, 'back at 90 % of the rate within 10 s', inSeconds(back), back <= 10);
}

async function waitTwoSeconds(): Promise<void> {
  const name = '2 % of calls told to wait 2 s, concurrency 16';
  const options = ['--concurrency', '16'];
  // So many that the last ones, who wait for two seconds whatever is done, are a small part of it.
  const users = [40_000];
  const without = await runAgainst(['--latency', '20ms'], users, options);
  const told = await runAgainst(['--latency', '20ms', '--share', 'waitTwoSeconds=0.02'], users, options);
  const secondsOf = ({ arrivals }: { arrivals: Arrival[] }): number => arrivals.at(-1)?.at ?? Number.NaN;
  const ratio = secondsOf(without) / secondsOf(told);
  judge(name, 'at least 85 % of the throughput without', percent(ratio), ratio >= 0.85);
}

const scenarios: Readonly<Record<string, () => Promise<void>>> = {
  bucket50: () => holdBucket(50, 0.93),
  bucket500: () => holdBucket(500, 0.95),
  bucket2000: () => holdBucket(2000, 0.95),
  drop: followDrop,
  share,
  outage503: () => outlive('http503'),
  outageReset: () => outlive('reset'),
  outageRefuse: () => outlive('refuse'),
  wait: waitTwoSeconds,
};

try {
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (flags.only === undefined || flags.only.split(',').includes(name)) await scenario();
  }
  console.log(table(['scenario', 'criterion', 'measured', 'kept'], rows));
  process.exitCode = isKept ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}
