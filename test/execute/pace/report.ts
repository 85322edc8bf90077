import { createPacer } from '../../../src/execute/pace/pacer.ts';
import { grid, judgeRow } from './grid.ts';

const [pick = '', seedCount = '3', verbose = ''] = process.argv.slice(2);
const seeds = Array.from({ length: Number(seedCount) }, (_, index) => index + 1);
const percent = (share: number): string => (share * 100).toFixed(1).padStart(6);
console.log('row                                 kept     used: worst  mean   refused: worst  mean');

for (const row of grid.filter(({ name }) => pick.split(',').some((each) => name.includes(each)))) {
  const start = process.cpuUsage().user;
  const all = judgeRow(row, seeds, (concurrency) => createPacer({ concurrency }));
  const kept = all.filter(({ used, refused }) => used >= row.used && refused <= row.refused);
  const mean = (of: (each: (typeof all)[number]) => number): number =>
    all.reduce((sum, each) => sum + of(each), 0) / all.length;
  const most = Math.max(...all.map(({ refused }) => refused));
  const least = Math.min(...all.map(({ used }) => used));
  console.log(
    `${row.name.padEnd(34)} ${`${kept.length}/${all.length}`.padStart(6)} ${percent(row.used)}: ${percent(least)} ${percent(mean((each) => each.used))} ${percent(row.refused === Infinity ? 1 : row.refused)}: ${percent(most)} ${percent(mean((each) => each.refused))}   ${((process.cpuUsage().user - start) / 1e6).toFixed(1)} s`,
  );
  if (verbose)
    for (const each of all)
      if (verbose === 'all' || !kept.includes(each))
        console.log(`    ${each.label} seed ${each.seed}: ${percent(each.used)} ${percent(each.refused)}`);
}
