import { UserError } from '../../errors.ts';
import {
  findSharedRun,
  finishSharedRuns,
  forgetSharedRun,
  listSharedRuns,
  stopSharedRun,
  type ListedRun,
} from '../../queue/shared-runs.ts';
import { machinesOfEnded, workersOn } from '../../queue/workers.ts';
import type { Stopped } from '../../events.ts';
import { withQueue } from './open-queue.ts';

/** The runs that a queue has, the newest first. @throws {UserError} when it cannot be used. */
export function listRuns(url: string): Promise<ListedRun[]> {
  return withQueue(url, async ({ query }) => {
    await finishSharedRuns(query);
    return listSharedRuns(query);
  });
}

/** Ends a run for all workers: what is in flight ends, and nothing more is sent. `resume` lets it go on. */
export function stopRun(url: string, name: string, by: string): Promise<void> {
  return withQueue(url, async ({ query }) => {
    await finishSharedRuns(query);
    const shared = await findSharedRun(query, name);
    const stop: Stopped = {
      reason: 'interrupted',
      message: `Somebody has stopped it for all workers, on ${by}.`,
      hint: 'What was in flight has been waited for and kept.',
      codes: undefined,
    };
    if (await stopSharedRun(query, shared.id, JSON.stringify(stop))) return;
    throw new UserError(`${name} is not going: it is ${shared.state}.`);
  });
}

/** What stays of a run on computers when a queue has forgotten it. */
export interface Forgotten {
  /** On which its run folder was made. */
  readonly begunOn: string;
  /** On which a worker was ended before the database had all that it was answered: a `replies.ndjson` may lie there. */
  readonly endedOn: readonly string[];
}

/**
 * Takes a run out of the database with all that stands there about its users.
 * @throws {UserError} while somebody works on it.
 */
export function forgetRun(url: string, name: string): Promise<Forgotten> {
  return withQueue(url, async (queue) => {
    const shared = await findSharedRun(queue.query, name);
    if ((await workersOn(queue.query, shared.id)) > 0) {
      throw shared.state === 'going'
        ? new UserError(`${name} is being worked on.`, { hint: 'Stop it first:', command: ['stop', name] })
        : new UserError(`${name} is ${shared.state}, and its workers have not left it yet.`, {
            hint: 'Do the same again in ten seconds.',
          });
    }
    const endedOn = await machinesOfEnded(queue.query, shared.id);
    await forgetSharedRun(queue.query, shared.id);
    const delivery = await queue.delivery(shared.id);
    try {
      await delivery.forget();
    } finally {
      await delivery.close();
    }
    return { begunOn: shared.run.createdBy.machine, endedOn };
  });
}
