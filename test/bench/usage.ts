import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * Loaded into each measured process with `--import`: at its end it writes down what the operating system counted for it,
 * all its threads included, to the file in `BENCH_USAGE`.
 */
process.once('exit', () => {
  const file = process.env['BENCH_USAGE'];
  if (file === undefined) return;
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeFileSync(
    file,
    JSON.stringify({ cpuUs: userCPUTime + systemCPUTime, peakBytes: peak() ?? maxRSS * 1024 }),
  );
});

/** Linux counts the parent's memory in `maxRSS` when the child begins; this is the process's own. */
function peak(): number | undefined {
  const status = '/proc/self/status';
  if (!existsSync(status)) return undefined;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
