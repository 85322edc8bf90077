import { rm } from 'node:fs/promises';
import path from 'node:path';

import { makeInput } from './make-input.ts';
import { benchFile, measure, mebibyte, program, type Measured } from './measure.ts';
import { ratioOf, spreadOf, type Spread } from './spread.ts';
import { grouped, mib, ratio, spread } from './table.ts';

export interface Check {
  readonly rows: number;
  /** Every cell is in quotation marks. */
  readonly quoted: boolean;
  readonly rowsPerSecond: Spread;
  readonly parseOnlyRowsPerSecond: Spread;
  /** Of the time taken, to that of the bare loop over csv-parse. */
  readonly ratio: Spread;
  readonly cpuRatio: Spread;
  readonly peakMiB: Spread;
}

export async function measureCheck(
  folder: string,
  { rows, quoted }: Pick<Check, 'rows' | 'quoted'>,
  rounds: number,
): Promise<Check> {
  const input = path.join(folder, 'check.csv');
  await makeInput(input, rows, { quoted });
  const [checks, loops]: [Measured[], Measured[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    checks.push(await measure([program, 'check', input, '--json'], folder));
    loops.push(await measure([benchFile('parse.js'), input], folder));
  }
  await rm(input);
  const wall = (measured: readonly Measured[]): number[] => measured.map(({ wallMs }) => wallMs);
  const cpu = (measured: readonly Measured[]): number[] => measured.map(({ cpuUs }) => cpuUs);
  return {
    rows,
    quoted,
    rowsPerSecond: spreadOf(wall(checks).map((ms) => (rows * 1000) / ms)),
    parseOnlyRowsPerSecond: spreadOf(wall(loops).map((ms) => (rows * 1000) / ms)),
    ratio: ratioOf(wall(checks), wall(loops)),
    cpuRatio: ratioOf(cpu(checks), cpu(loops)),
    peakMiB: spreadOf(checks.map(({ peakBytes }) => peakBytes / mebibyte)),
  };
}

export function showCheck(check: Check): string[] {
  return [
    `\`check\` of ${grouped(check.rows)} rows${check.quoted ? ', all cells in quotation marks' : ''}`,
    `${spread(check.rowsPerSecond, grouped)} rows/s, ${mib(check.peakMiB.median)}`,
    `csv-parse alone ${spread(check.parseOnlyRowsPerSecond, grouped)} rows/s`,
    `${spread(check.ratio, ratio)} (CPU ${ratio(check.cpuRatio.median)})`,
  ];
}
