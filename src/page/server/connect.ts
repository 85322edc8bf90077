import { UserError } from '../../errors.ts';
import { reachServer } from '../../workflow/apps.ts';
import type { Connected, ConnectionGiven } from '../api.ts';
import type { Job, Reach } from './job.ts';
import { refusalOf, shownIdentity } from './shown.ts';

/** Tries what was given at once. @throws {UserError} for what cannot even be tried. */
export function connect(job: Job, given: ConnectionGiven): void {
  const reach = job.surroundings.reachOf(given);
  job.tell({ is: 'connection', isTrying: true, refusal: null });
  void job.inBackground(() => tryReach(job, reach));
}

async function tryReach({ tell, memory }: Job, reach: Reach): Promise<void> {
  try {
    const { identity, apps, notListed } = await reachServer(reach);
    memory.reach = { ...reach, apps };
    const connection: Connected = {
      host: reach.server.host,
      identity: shownIdentity(identity),
      apps: apps?.length ?? null,
      notListed: notListed ?? null,
    };
    tell({ is: 'file_wanted', connection });
  } catch (error) {
    const isKnown = error instanceof UserError;
    const refusal = isKnown ? refusalOf(error) : bug;
    tell({ is: 'connection', isTrying: false, refusal });
    if (!isKnown) throw error;
  }
}

/** What the page says of one; the terminal has all of it. */
export const bug = {
  message: 'This is a bug, please report it.',
  hint: 'What it is stands in the window in which genauth-offboard runs.',
  ways: [],
};
