import { rm } from 'node:fs/promises';
import path from 'node:path';

import { measure, program, type Measured } from './measure.ts';
import type { Settings } from './server.ts';

/** What this program's own summary says of a run; printed by it. */
export interface RunSummary {
  readonly folder: string;
  readonly rows: { readonly succeeded: number; readonly total: number };
  readonly startedAt: string;
  readonly attemptsPerSecond: number;
}

/** A whole run of the built program. @throws when a row does not succeed. */
export async function run(
  folder: string,
  input: string,
  settings: Settings,
  flags: readonly string[] = [],
  keep = false,
): Promise<{ measured: Measured; summary: RunSummary }> {
  const out = path.join(folder, 'run');
  await rm(out, { recursive: true, force: true });
  const args = [program, 'run', input, '--out', out, '--yes', '--json', ...flags];
  const measured = await measure(args, folder, settings);
  const summary = JSON.parse(measured.stdout) as RunSummary;
  if (summary.rows.succeeded !== summary.rows.total)
    throw new Error(`not all rows succeeded: ${measured.stdout}`);
  if (!keep) await rm(out, { recursive: true });
  return { measured, summary };
}
