import path from 'node:path';

import { makeInput } from './make-input.ts';
import { run } from './run-program.ts';
import { withServer } from './server.ts';
import { grouped, table } from './table.ts';

export interface Latency {
  readonly concurrency: number;
  readonly calls: number;
  /** concurrency / latency */
  readonly idealPerSecond: number;
  /** From the first call to the last reply, the search for the rate included; said by the program. */
  readonly reachedPerSecond: number;
  readonly share: number;
}

const latencyMs = 100;

/** Whole runs against a server whose every reply takes {@link latencyMs}. */
export async function measureLatency(
  folder: string,
  runs: readonly { readonly concurrency: number; readonly calls: number }[],
): Promise<Latency[]> {
  const results: Latency[] = [];
  for (const { concurrency, calls } of runs) {
    const input = path.join(folder, 'latency.csv');
    await makeInput(input, calls);
    const { summary } = await withServer(['--latency', `${latencyMs}ms`], (settings) =>
      run(folder, input, settings, ['--concurrency', String(concurrency)]),
    );
    const idealPerSecond = (concurrency * 1000) / latencyMs;
    const reachedPerSecond = summary.attemptsPerSecond;
    results.push({
      concurrency,
      calls,
      idealPerSecond,
      reachedPerSecond,
      share: reachedPerSecond / idealPerSecond,
    });
  }
  return results;
}

export function showLatency(latency: readonly Latency[]): string {
  return table(
    ['calls at once', 'calls', `ideal at ${latencyMs} ms`, 'reached', 'share'],
    latency.map((each) => [
      grouped(each.concurrency),
      grouped(each.calls),
      `${grouped(each.idealPerSecond)}/s`,
      `${each.reachedPerSecond.toFixed(1)}/s`,
      `${(each.share * 100).toFixed(1)} %`,
    ]),
  );
}
