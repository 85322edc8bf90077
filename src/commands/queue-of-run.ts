import { existsSync } from 'node:fs';

import { readRunFile } from '../run-folder/run-file.ts';
import { runFiles } from '../run-folder/run-files.ts';
import type { report } from '../workflow/report.ts';
import type { resume } from '../workflow/resume.ts';
import type { verify } from '../workflow/verify.ts';
import { queueOf } from '../settings/queue-option.ts';
import type { Brought } from '../workflow/shared/report-shared.ts';
import type { Flags } from '../settings/rules.ts';
import type { Environment } from '../settings/server-options.ts';

/**
 * A run of a folder here stays one, whatever queue the environment names.
 * @returns the queue that the run is shared through; undefined where it is not.
 */
export async function queueOfRun(
  folder: string,
  flags: Flags,
  environment: Environment,
): Promise<string | undefined> {
  const queue = queueOf(flags, environment);
  if (queue === undefined || flags['queue'] !== undefined || !existsSync(runFiles(folder).run)) return queue;
  const { isShared } = await readRunFile(folder);
  return isShared === true ? queue : undefined;
}

/** Of a run that is shared, brings into its folder what the queue knows. @returns the queue, and how the run stands; undefined where it is not shared. */
export async function bringShared(
  folder: string,
  flags: Flags,
  environment: Environment,
): Promise<{ readonly queue: string; readonly brought: Brought } | undefined> {
  const queue = await queueOfRun(folder, flags, environment);
  if (queue === undefined) return undefined;
  const { bringRun } = await import('../workflow/shared/report-shared.ts');
  return { queue, brought: await bringRun(queue, folder) };
}

/** What a shared run needs is loaded for it alone. @returns undefined without a queue; the caller closes it. */
export async function sharingOf(queue: string | undefined) {
  if (queue === undefined) return undefined;
  const { openSharing } = await import('../workflow/shared/open-sharing.ts');
  return openSharing(queue);
}

/** `resume`, of a shared run with its queue. */
export async function resuming(queue: string | undefined): Promise<typeof resume> {
  if (queue === undefined) return (await import('../workflow/resume.ts')).resume;
  const { resumeShared } = await import('../workflow/shared/resume-shared.ts');
  return (folder, options = {}) => resumeShared(queue, folder, options);
}

/** `report`, of a shared run with what its queue knows. */
export async function reporting(queue: string | undefined): Promise<typeof report> {
  if (queue === undefined) return (await import('../workflow/report.ts')).report;
  const { reportShared } = await import('../workflow/shared/report-shared.ts');
  return (folder, hooks = {}) => reportShared(queue, folder, hooks);
}

/** `verify`, of a shared run in the folder that the queue's knowledge is brought to, and back. */
export async function verifying(queue: string | undefined): Promise<typeof verify> {
  if (queue === undefined) return (await import('../workflow/verify.ts')).verify;
  const { verifyShared } = await import('../workflow/shared/verify-shared.ts');
  return (folder, settings = {}) => verifyShared(queue, folder, settings);
}
