import path from 'node:path';

import { makeInputByApp } from './make-input.ts';
import { measure, program } from './measure.ts';
import { grouped } from './table.ts';

export interface Merging {
  readonly lines: number;
  readonly users: number;
  readonly calls: number;
  /** Calls that a program makes which sends one for each line, over those planned. */
  readonly timesFewer: number;
}

/** An export with one line for each user and app. */
export async function measureMerging(folder: string): Promise<Merging> {
  const input = path.join(folder, 'merging.csv');
  await makeInputByApp(input, 1000, 12);
  const { stdout } = await measure([program, 'check', input, '--json'], folder);
  const plan = JSON.parse(stdout) as { rows: { total: number }; users: number; calls: number };
  const lines = plan.rows.total;
  return { lines, users: plan.users, calls: plan.calls, timesFewer: lines / plan.calls };
}

export function showMerging(merging: Merging): string[] {
  return [
    `an export with a line for each user and app, ${grouped(merging.users)} users`,
    `${grouped(merging.calls)} calls`,
    `${grouped(merging.lines)} lines`,
    `${merging.timesFewer.toFixed(1)} times fewer`,
  ];
}
