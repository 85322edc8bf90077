import { UserError } from '../../errors.ts';
import {
  findSharedRun,
  forgetSharedRun,
  listSharedRuns,
  stopSharedRun,
  type ListedRun,
} from '../../queue/shared-runs.ts';
import { claimsHeld } from '../../queue/claims.ts';
import type { Stopped } from '../../events.ts';
import { openQueue, type Queue } from './open-queue.ts';

/** The runs that a queue has, the newest first. @throws {UserError} when it cannot be used. */
export function listRuns(url: string): Promise<ListedRun[]> {
  return withQueue(url, (queue) => listSharedRuns(queue.query));
}

/** Ends a run for all workers: what is in flight ends, and nothing more is sent. `resume` lets it go on. */
export function stopRun(url: string, name: string, by: string): Promise<void> {
  return withQueue(url, async ({ query }) => {
    const shared = await findSharedRun(query, name);
    const stop: Stopped = {
      reason: 'interrupted',
      message: `Stopped for all workers, on ${by}.`,
      hint: 'What was in flight has been waited for and kept.',
      codes: undefined,
    };
    if (await stopSharedRun(query, shared.id, JSON.stringify(stop))) return;
    throw new UserError(`${name} is not going: it is ${shared.state}.`);
  });
}

/**
 * Takes a run out of the database with all that stands there about its users.
 * @throws {UserError} while somebody works on it.
 */
export function forgetRun(url: string, name: string): Promise<void> {
  return withQueue(url, async (queue) => {
    const shared = await findSharedRun(queue.query, name);
    if (shared.state === 'going' && (await claimsHeld(queue.query, shared.id))) {
      throw new UserError(`${name} is being worked on.`, { hint: 'Stop it first:', command: ['stop', name] });
    }
    await forgetSharedRun(queue.query, shared.id);
    const delivery = await queue.delivery(shared.id);
    try {
      await delivery.forget();
    } finally {
      await delivery.close();
    }
  });
}

export async function withQueue<T>(url: string, work: (queue: Queue) => Promise<T>): Promise<T> {
  const queue = await openQueue(url);
  try {
    return await work(queue);
  } catch (error) {
    throw error instanceof UserError ? error : queue.told(error);
  } finally {
    await queue.close();
  }
}
