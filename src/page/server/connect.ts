import { UserError } from '../../errors.ts';
import { nameOf } from '../../genauth/identity.ts';
import { reachServer } from '../../workflow/apps.ts';
import type { ConnectionGiven } from '../api.ts';
import type { Connected } from '../state.ts';
import type { Job, Reach } from './job.ts';
import { refusalOf } from './shown.ts';

/** Tries what was given at once. @throws {UserError} for what cannot even be tried. */
export function connect(job: Job, given: ConnectionGiven): void {
  const reach = job.surroundings.reachOf(given);
  job.tell({ is: 'connection', isTrying: true, refusal: null });
  void job.inBackground(() => tryReach(job, reach));
}

async function tryReach({ tell, memory }: Job, reach: Reach): Promise<void> {
  try {
    const { identity, apps } = await reachServer(reach);
    memory.reach = { ...reach, apps };
    const connection: Connected = {
      host: reach.server.host,
      identity: identity ? nameOf(identity) : null,
      apps: apps?.length ?? null,
    };
    tell({ is: 'file_wanted', connection });
  } catch (error) {
    tell({ is: 'connection', isTrying: false, refusal: refusalOf(error) });
    if (!(error instanceof UserError)) throw error;
  }
}
