import { UserError } from '../../errors.ts';
import { verifyClaimed, type Verified } from '../verify.ts';
import type { VerifySettings } from '../verify-settings.ts';
import { inFolder } from './report-shared.ts';

/** Looks for the sessions of a run of a queue, from any machine; what was seen goes into the database with the next look, too. */
export function verifyShared(url: string, folder: string, settings: VerifySettings): Promise<Verified> {
  return inFolder(url, folder, async (_queue, shared) => {
    if (shared.state === 'going') {
      throw new UserError(
        `${shared.name} is still going: its sessions can be looked for once it has ended.`,
        {
          hint: 'See how far it is:',
          command: ['runs'],
        },
      );
    }
    return verifyClaimed(folder, settings);
  });
}
