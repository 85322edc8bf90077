import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { UserError } from '../errors.ts';
import type { Summary } from '../report/summary.ts';
import { whoWorksOn } from '../run-folder/lock.ts';
import { readRunFile } from '../run-folder/run-file.ts';
import { runFileNames, runFiles } from '../run-folder/run-files.ts';
import type { Run, RunChoices, RunPlan } from './stored-run.ts';

/** A run, as far as its folder tells. */
export interface FoundRun {
  /** The folder's name. */
  readonly name: string;
  /** Undefined where it cannot be read, and why. */
  readonly run: Run | undefined;
  readonly damage: UserError | undefined;
  /** As its last reports have it; undefined where there are none. */
  readonly summary: Pick<Summary, 'ended' | 'rows' | 'attempts' | 'seconds'> | undefined;
  /** A process works on it, or may do so where it cannot be seen. */
  readonly isGoing: boolean;
}

/** The runs whose folders lie in this one, the newest first. Links are passed over. */
export async function findRuns(folder: string): Promise<FoundRun[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const found: FoundRun[] = [];
  for (const name of names) {
    const run = await findRun(folder, name);
    if (run !== undefined) found.push(run);
  }
  const startOf = ({ run }: FoundRun): string => run?.createdAt ?? '';
  return found.sort((a, b) => (startOf(a) < startOf(b) ? 1 : -1));
}

/** @param name of a folder in `folder`. @returns undefined where it holds no run. */
export async function findRun(folder: string, name: string): Promise<FoundRun | undefined> {
  const own = path.join(folder, name);
  const files = await readdir(own).catch((): string[] => []);
  if (!files.includes(runFileNames.run)) return undefined;
  const read = await readRunFile<RunChoices, RunPlan>(own).catch((error: unknown) => {
    if (error instanceof UserError) return error;
    throw error;
  });
  const isDamaged = read instanceof UserError;
  return {
    name,
    run: isDamaged ? undefined : read,
    damage: isDamaged ? read : undefined,
    summary: await readSummary(own),
    isGoing: (await whoWorksOn(own).catch(() => undefined)) !== undefined,
  };
}

async function readSummary(folder: string): Promise<FoundRun['summary']> {
  try {
    const read: unknown = JSON.parse(await readFile(runFiles(folder).summary, 'utf8'));
    return isSummary(read) ? read : undefined;
  } catch {
    // It is made anew with the next report, and nothing is decided by it.
    return undefined;
  }
}

function isSummary(value: unknown): value is NonNullable<FoundRun['summary']> {
  const { ended, rows, attempts, seconds } = (value ?? {}) as Partial<Summary>;
  const numbers = [rows?.total, rows?.succeeded, attempts, seconds];
  return typeof ended === 'string' && numbers.every((each) => typeof each === 'number');
}
