import { spawnSync } from 'node:child_process';

import { program } from './measure.ts';
import { ratioOf, spreadOf, type Spread } from './spread.ts';
import { ms, ratio, spread } from './table.ts';

export interface Startup {
  readonly versionMs: Spread;
  readonly nodeMs: Spread;
  readonly ratio: Spread;
}

/** In turn, and without what other measurements load into the process: here each millisecond counts. */
export function measureStartup(): Startup {
  const [version, node]: [number[], number[]] = [[], []];
  for (let round = 0; round < 21; round += 1) {
    version.push(wallMs([program, '--version']));
    node.push(wallMs(['-e', '0']));
  }
  return { versionMs: spreadOf(version), nodeMs: spreadOf(node), ratio: ratioOf(version, node) };
}

function wallMs(args: readonly string[]): number {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { env: { PATH: process.env['PATH'] } });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return performance.now() - started;
}

export function showStartup(startup: Startup): string[] {
  return [
    '`--version`',
    spread(startup.versionMs, ms),
    `\`node -e 0\` ${spread(startup.nodeMs, ms)}`,
    spread(startup.ratio, ratio),
  ];
}
