import { existsSync } from 'node:fs';

import { UserError } from '../../errors.ts';
import { workersOn } from '../../queue/workers.ts';
import { fetchFiles } from '../../queue/shared-files.ts';
import { refusePart, type SharedRun } from '../../queue/shared-runs.ts';
import { renderJournal } from '../../queue/render-journal.ts';
import { readRunFile, writeRunFile } from '../../run-folder/run-file.ts';
import { createRunFolder } from '../../run-folder/run-folder.ts';
import { runFiles } from '../../run-folder/run-files.ts';
import { planName, type Run, type RunChoices, type RunPlan } from '../stored-run.ts';
import type { Queue } from './open-queue.ts';

/** As whoever put it into the database wrote it. */
export function runOf(shared: SharedRun): Run {
  return shared.run as Run;
}

/**
 * Makes sure that a folder holds the plan of a shared run, and not another's.
 * @throws {UserError} when it holds another run, or none and something else.
 */
export async function fetchRun(queue: Queue, shared: SharedRun, folder: string): Promise<Run> {
  refusePart(shared);
  if (!existsSync(folder)) await createRunFolder(folder);
  if (!existsSync(runFiles(folder).run)) {
    await fetchFiles(queue.query, shared, folder);
    await writeRunFile(folder, runOf(shared), 'guest');
  }
  const found = await readRunFile<RunChoices, RunPlan>(folder);
  if (planName(found) === planName(runOf(shared)) && found.createdAt === shared.run.createdAt) return found;
  throw new UserError(`${folder} holds another run than the queue has under that name.`, {
    hint: 'Go to another folder, and do the same there.',
  });
}

/** Writes what the database knows of a run into its folder, as a journal. @returns how many workers are on it. */
export async function fetchJournal(queue: Queue, shared: SharedRun, folder: string): Promise<number> {
  const workers = await workersOn(queue.query, shared.id);
  const isAtRest = shared.state !== 'going' || workers === 0;
  await renderJournal(queue.query, shared, runFiles(folder).journal, planName(runOf(shared)), isAtRest);
  return workers;
}
