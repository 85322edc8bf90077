import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { genauthOffboard, startGenauthOffboard } from '../command-line.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A million calls take some minutes. `ENDURANCE_ROWS=10000000 ENDURANCE_ROWS_PER_CALL=10` is an export with a line for each app. */
const rows = Number(process.env['ENDURANCE_ROWS'] ?? 1_000_000);
const rowsPerCall = Number(process.env['ENDURANCE_ROWS_PER_CALL'] ?? 1);
const planned = Math.ceil(rows / rowsPerCall);

const mebibyte = 1 << 20;
/** Constant but for 32 bytes a user and a call. How small the constant is, the benchmark measures. */
const mayTake = 256 * mebibyte + 2 * 32 * planned;
/** Between the two looks: what the index takes for the calls made meanwhile, and as much as the garbage collector leaves lying now and then. A hundred bytes kept of each call would be too much. */
const mayGrow = 0.6 * planned * 32 + 32 * mebibyte;

async function writeRows(file: string): Promise<void> {
  const stream = createWriteStream(file);
  stream.write('user_id,app_ids\n');
  for (let row = 0; row < rows; row += 1000) {
    const lines = Array.from({ length: Math.min(1000, rows - row) }, (_, index) => lineOf(row + index));
    if (!stream.write(lines.join(''))) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
}

function lineOf(row: number): string {
  return `${userOf(row)},66a1bb${String(row % rowsPerCall).padStart(18, '0')}\n`;
}

function userOf(row: number): string {
  return `65f0aa${Math.floor(row / rowsPerCall)
    .toString(16)
    .padStart(18, '0')}`;
}

interface Sample {
  readonly calls: number;
  readonly rss: number;
}

/** Memory while the process lives, in bytes. */
async function watch(child: ChildProcess, server: Simulator, everyMs: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  while (child.exitCode === null && child.signalCode === null) {
    const rss = rssOf(child);
    if (rss !== undefined) samples.push({ calls: server.counts.kicks, rss });
    await wait(everyMs);
  }
  return samples;
}

function rssOf({ pid }: ChildProcess): number | undefined {
  try {
    const kibibytes = /VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / mebibyte)} MiB`;
}

function peak(samples: readonly Sample[]): number {
  return Math.max(...samples.map(({ rss }) => rss));
}

/** The middle one of those taken while so much of the calls (0 to 1) had been made. */
function median(samples: readonly Sample[], from: number, to: number): number {
  const chosen = samples
    .filter(({ calls }) => calls >= from * planned && calls < to * planned)
    .map(({ rss }) => rss)
    .sort((a, b) => a - b);
  return chosen[Math.floor(chosen.length / 2)] ?? 0;
}

async function statusesOf(report: string): Promise<Map<string, number>> {
  const statuses = new Map<string, number>();
  let place: number | undefined;
  let row = 0;
  for await (const line of createInterface({ input: createReadStream(report) })) {
    const cells = line.split(',');
    place ??= cells.indexOf('status');
    const [user, status = ''] = [cells[1], cells[place]];
    if (row > 0 && user !== userOf(row - 1)) throw new Error(`row ${row} of the report is ${user}`);
    if (row > 0) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    row += 1;
  }
  return statuses;
}

test(`${rows} rows: memory stays flat, the last percent is resumed after a kill, and the report is built in bounded memory`, async () => {
  const server = await startSimulator();
  try {
    const cwd = temporaryFolder();
    const input = path.join(cwd, 'everyone.csv');
    await writeRows(input);
    const environment = {
      GENAUTH_HOST: server.url,
      GENAUTH_ACCESS_KEY_ID: server.accessKeyId,
      GENAUTH_ACCESS_KEY_SECRET: server.accessKeySecret,
    };
    const seconds = async (work: () => Promise<unknown>): Promise<number> => {
      const begin = performance.now();
      await work();
      return Math.round((performance.now() - begin) / 100) / 10;
    };

    const run = startGenauthOffboard(['run', input, '--yes', '--out', 'out'], { cwd, environment });
    for (const stream of [run.stdout, run.stderr]) stream?.resume();
    const watching = watch(run, server, 500);
    const runSeconds = await seconds(async () => {
      while (server.counts.kicks < 0.99 * planned && run.exitCode === null) await wait(20);
      run.kill('SIGKILL');
      await watching;
    });
    const running = await watching;
    expect(run.signalCode).toBe('SIGKILL');

    const resume = startGenauthOffboard(['resume', 'out', '--yes', '--json'], { cwd, environment });
    let summary = '';
    resume.stdout?.on('data', (chunk: Buffer) => (summary += chunk.toString()));
    resume.stderr?.resume();
    const before = server.counts.kicks;
    let resuming: Sample[] = [];
    const resumeSeconds = await seconds(async () => (resuming = await watch(resume, server, 100)));
    expect(resume.exitCode).toBe(0);

    let code: unknown;
    const reportSeconds = await seconds(async () => {
      ({ code } = await genauthOffboard(['report', 'out', '--json'], { cwd }));
    });
    const report = startGenauthOffboard(['report', 'out'], { cwd });
    for (const stream of [report.stdout, report.stderr]) stream?.resume();
    const reporting = await watch(report, server, 100);

    const { calls } = JSON.parse(summary) as { calls: { repeated: number } };
    const [early, late] = [median(running, 0.2, 0.4), median(running, 0.8, 1)];
    console.log({
      rows,
      planned,
      runSeconds,
      callsPerSecond: Math.round((0.99 * planned) / runSeconds),
      resumeSeconds,
      reportSeconds,
      memory: {
        early: mebibytes(early),
        late: mebibytes(late),
        peak: mebibytes(peak(running)),
        resume: mebibytes(peak(resuming)),
        report: mebibytes(peak(reporting)),
        allowed: mebibytes(mayTake),
      },
      journal: mebibytes(statSync(path.join(cwd, 'out/journal.ndjson')).size),
      sentAfterKill: server.counts.kicks - before,
      repeated: calls.repeated,
    });
    expect(code).toBe(0);
    expect(await statusesOf(path.join(cwd, 'out/report.csv'))).toEqual(new Map([['succeeded', rows]]));
    // What the server was asked twice lies within what is said to be repeated.
    expect(server.counts.kicks - planned).toBeLessThanOrEqual(calls.repeated);
    expect(late - early).toBeLessThan(mayGrow);
    for (const samples of [running, resuming, reporting]) expect(peak(samples)).toBeLessThan(mayTake);
  } finally {
    await server.close();
  }
});
