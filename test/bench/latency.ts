import path from 'node:path';

import { makeInput } from './make-input.ts';
import { benchFile, measure } from './measure.ts';
import { refuseOther } from './refuse-other.ts';
import { run, type RunSummary } from './run-program.ts';
import { withServer } from './server.ts';
import { grouped, table } from './table.ts';

export interface Latency {
  readonly concurrency: number;
  readonly calls: number;
  /** concurrency / latency */
  readonly idealPerSecond: number;
  /** From the first call to the last reply, the search for the rate included; said by the program. */
  readonly reachedPerSecond: number;
  /** What the bare loop reached: what is lost there is lost to server and machine. */
  readonly floorPerSecond: number;
  readonly share: number;
  readonly floorShare: number;
}

const latencyMs = 100;

/** Whole runs, and bare loops, against a server whose every reply takes {@link latencyMs}. */
export async function measureLatency(
  folder: string,
  runs: readonly { readonly concurrency: number; readonly calls: number }[],
): Promise<Latency[]> {
  const results: Latency[] = [];
  for (const { concurrency, calls } of runs) {
    const input = path.join(folder, 'latency.csv');
    await makeInput(input, calls);
    const server = ['--latency', `${latencyMs}ms`];
    const floor = await withServer(server, (settings) =>
      measure([benchFile('floor.js'), input, String(concurrency)], folder, settings),
    );
    refuseOther('floor', floor.stdout, calls);
    const { summary } = await withServer(server, (settings) =>
      run(folder, input, settings, ['--concurrency', String(concurrency)]),
    );
    const idealPerSecond = (concurrency * 1000) / latencyMs;
    const reachedPerSecond = summary.attemptsPerSecond;
    const floorPerSecond = (JSON.parse(floor.stdout) as RunSummary).attemptsPerSecond;
    results.push({
      concurrency,
      calls,
      idealPerSecond,
      reachedPerSecond,
      floorPerSecond,
      share: reachedPerSecond / idealPerSecond,
      floorShare: floorPerSecond / idealPerSecond,
    });
  }
  return results;
}

export function showLatency(latency: readonly Latency[]): string {
  return table(
    ['calls at once', 'calls', `ideal at ${latencyMs} ms`, 'reached', 'share', 'share of the floor'],
    latency.map((each) => [
      grouped(each.concurrency),
      grouped(each.calls),
      `${grouped(each.idealPerSecond)}/s`,
      `${each.reachedPerSecond.toFixed(1)}/s`,
      percent(each.share),
      percent(each.floorShare),
    ]),
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
