import { UserError } from '../../errors.ts';
import { isNameTaken } from '../../queue/shared-runs.ts';
import type { Sharing } from '../session.ts';
import { openQueue } from './open-queue.ts';
import { shareRun, sharedName } from './share-run.ts';
import { createFence } from './work-on-run.ts';

/**
 * For `run`: what it makes is put into a database, and worked on by whoever takes part.
 * @param url of the database. @throws {UserError} when it cannot be used.
 */
export async function openSharing(url: string): Promise<Sharing & { close(): Promise<void> }> {
  const queue = await openQueue(url);
  const fence = createFence();
  return {
    mayWrite: () => fence.mayWrite(),
    async refuseTaken(folder) {
      const name = sharedName(folder);
      if (!(await isNameTaken(queue.query, name))) return;
      throw new UserError(`The queue has a run ${name} already.`, {
        hint: 'Give this one another name with --out, or go on with that one:',
        command: ['resume', name],
      });
    },
    put: (session, hooks) => shareRun({ ...session, queue, fence }, hooks),
    close: queue.close,
  };
}
