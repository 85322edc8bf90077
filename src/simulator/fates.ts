import { callKey, draw, drawFor } from './draw.ts';
import type { Faults } from './faults.ts';
import type { Fate } from './sessions.ts';
import type { Tenant } from './tenant.ts';

const endsForGood: Fate = { survives: false, returnsAfterMs: undefined };

/** What becomes of a session when it is kicked: by what the directory says of the user, else by chance. */
export function createFates(
  tenant: Tenant,
  seed: number,
  faults: () => Faults,
): (userId: string, appId: string) => Fate {
  return (userId, appId) => {
    const { survivors = 0, returns } = faults();
    if (!tenant.hasMarks && survivors === 0 && returns === undefined) return endsForGood;
    const user = tenant.byUserId(userId);
    const isDrawnToReturn =
      returns !== undefined && draw(callKey(seed, userId, ''), 0, drawFor.returns) < returns.share;
    return {
      survives: user?.survives ?? draw(callKey(seed, userId, appId), 0, drawFor.survivors) < survivors,
      returnsAfterMs: user?.returnsAfterMs ?? (isDrawnToReturn ? returns.afterMs : undefined),
    };
  };
}
