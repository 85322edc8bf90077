import { rm } from 'node:fs/promises';
import path from 'node:path';

import { makeInput } from './make-input.ts';
import { benchFile, measure, mebibyte, program } from './measure.ts';
import { refuseOther } from './refuse-other.ts';
import { run } from './run-program.ts';
import { withServer } from './server.ts';
import { grouped, mib, ratio, seconds, table, us } from './table.ts';

export interface Scale {
  readonly rows: number;
  readonly cpuUsPerRow: number;
  /** To that of the bare loop over the same file. */
  readonly cpuToFloor: number;
  readonly rowsPerSecond: number;
  readonly peakMiB: number;
  /** From the start of the process to its first call, the file checked and copied. */
  readonly firstCallMs: number;
  /** Making the reports again from input copy and journal, as a whole process. */
  readonly reportMs: number;
  readonly reportPeakMiB: number;
}

/** The same job with more and more rows, and then its reports once more. */
export async function measureScale(folder: string, sizes: readonly number[]): Promise<Scale[]> {
  const results: Scale[] = [];
  for (const rows of sizes) {
    const input = path.join(folder, 'scale.csv');
    await makeInput(input, rows);
    const { measured, summary } = await withServer([], (settings) => run(folder, input, settings, [], true));
    const floor = await withServer([], (settings) =>
      measure([benchFile('floor.js'), input], folder, settings),
    );
    refuseOther('floor', floor.stdout, rows);
    const report = await measure([program, 'report', summary.folder, '--json'], folder);
    results.push({
      rows,
      cpuUsPerRow: measured.cpuUs / rows,
      cpuToFloor: measured.cpuUs / floor.cpuUs,
      rowsPerSecond: (rows * 1000) / measured.wallMs,
      peakMiB: measured.peakBytes / mebibyte,
      firstCallMs: Date.parse(summary.startedAt) - measured.startedAt,
      reportMs: report.wallMs,
      reportPeakMiB: report.peakBytes / mebibyte,
    });
    await rm(summary.folder, { recursive: true });
    await rm(input);
  }
  return results;
}

export function showScale(scale: readonly Scale[]): string {
  const rows = scale.map((each) => [
    grouped(each.rows),
    us(each.cpuUsPerRow),
    ratio(each.cpuToFloor),
    grouped(each.rowsPerSecond),
    mib(each.peakMiB),
    seconds(each.firstCallMs),
    seconds(each.reportMs),
    mib(each.reportPeakMiB),
  ]);
  const header = [
    'rows',
    'CPU a row',
    'to the floor',
    'rows a second',
    'peak memory',
    'first call after',
    '`report`',
    'its peak',
  ];
  return [table(header, rows), ...growth(scale)].join('\n\n');
}

function growth(scale: readonly Scale[]): string[] {
  const [before, after] = [scale.at(-2), scale.at(-1)];
  if (before === undefined || after === undefined) return [];
  const bytes = ((after.peakMiB - before.peakMiB) * mebibyte) / (after.rows - before.rows);
  return [
    `From ${grouped(before.rows)} to ${grouped(after.rows)} rows the peak grows by ${bytes.toFixed(1)} bytes a row.`,
  ];
}
