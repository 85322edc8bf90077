import path from 'node:path';

import { makeInput } from './make-input.ts';
import { benchFile, measure, mebibyte, type Measured } from './measure.ts';
import { refuseOther } from './refuse-other.ts';
import { run } from './run-program.ts';
import { withServer, type Settings } from './server.ts';
import { ratioOf, spreadOf, type Spread } from './spread.ts';
import { grouped, mib, ratio, spread, table, us } from './table.ts';

export interface Contestant {
  readonly name: string;
  readonly cpuUsPerCall: Spread;
  readonly callsPerSecond: Spread;
  readonly peakMiB: Spread;
  /** Of CPU per call, to the floor's and to the script's in the same round. */
  readonly toFloor: Spread;
  readonly toScript: Spread;
}

/**
 * Floor, this program and script in turn, each as a whole process from file to report. What is compared most closely comes one
 * after the other: the script takes most of a minute, in which the machine may become another.
 */
export async function compare(folder: string, rows: number, rounds: number): Promise<Contestant[]> {
  const input = path.join(folder, 'compare.csv');
  await makeInput(input, rows);
  const contestants: Record<string, (settings: Settings) => Promise<Measured>> = {
    floor: (settings) => measure([benchFile('floor.js'), input], folder, settings),
    'genauth-offboard': async (settings) => (await run(folder, input, settings)).measured,
    'genauth-offboard, signing': async (settings) =>
      (await run(folder, input, settings, ['--auth', 'signature'])).measured,
    script: (settings) => measure([benchFile('script.js'), input, 'script.csv'], folder, settings),
  };
  const measured = new Map<string, Measured[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, contestant] of Object.entries(contestants)) {
      const result = await withServer([], contestant);
      refuseOther(name, result.stdout, rows);
      measured.set(name, [...(measured.get(name) ?? []), result]);
    }
  }
  const cpuOf = (name: string): number[] => (measured.get(name) ?? []).map(({ cpuUs }) => cpuUs / rows);
  return [...measured].map(([name, results]) => ({
    name,
    cpuUsPerCall: spreadOf(cpuOf(name)),
    callsPerSecond: spreadOf(results.map(({ wallMs }) => (rows * 1000) / wallMs)),
    peakMiB: spreadOf(results.map(({ peakBytes }) => peakBytes / mebibyte)),
    toFloor: ratioOf(cpuOf(name), cpuOf('floor')),
    toScript: ratioOf(cpuOf(name), cpuOf('script')),
  }));
}

export function showComparison(comparison: readonly Contestant[], rows: number, rounds: number): string {
  const shown = table(
    ['', 'CPU a call', 'to the floor', 'to the script', 'calls a second', 'peak memory'],
    comparison.map((each) => [
      each.name,
      spread(each.cpuUsPerCall, us),
      spread(each.toFloor, ratio),
      spread(each.toScript, ratio),
      spread(each.callsPerSecond, grouped),
      spread(each.peakMiB, mib),
    ]),
  );
  const what = `${grouped(rows)} rows and calls, file to report, each as a whole process; medians of ${rounds} rounds in turn (least to most).`;
  return `${what}\n\n${shown}`;
}
