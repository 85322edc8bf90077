import { UserError } from '../../errors.ts';
import { isNameTaken } from '../../queue/shared-runs.ts';
import type { OpenSharing } from '../session.ts';
import { inWords, openQueue } from './open-queue.ts';
import { shareRun, sharedName } from './share-run.ts';
import { createFence } from './work-on-run.ts';

/**
 * For `run`: what it makes is put into a database, and worked on by whoever takes part.
 * @param url of the database. @throws {UserError} when it cannot be used.
 */
export async function openSharing(url: string): Promise<OpenSharing> {
  const queue = await openQueue(url);
  const fence = createFence();
  return {
    mayWrite: () => fence.mayWrite(),
    async refuseTaken(folder) {
      const name = sharedName(folder);
      if (!(await inWords(queue, () => isNameTaken(queue.query, name)))) return;
      throw new UserError(`The queue has a run ${name} already.`, {
        hint: 'Give this one another name with --out, or go on with that one:',
        command: ['resume', name],
      });
    },
    async put(session, hooks) {
      const work = await inWords(queue, () => shareRun({ ...session, queue, fence }, hooks));
      return () => inWords(queue, work);
    },
    close: queue.close,
  };
}
