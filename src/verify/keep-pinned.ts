import type { PinnedUser } from '../tenant/pinned-users.ts';
import { userIdOf, type Looking } from './looking.ts';
import { hasSaid } from './pairs.ts';

/**
 * Keeps who the users were before the run, as far as GenAuth said so then: theirs are the sessions that the run was to end, whoever
 * has their email or phone by now, and nobody is asked about them once more. Of whom it knew nobody it is asked again, also by an ID
 * that looks like its own: nobody's session is no session, and that of a mistyped ID would be called gone.
 */
export async function keepPinned(
  looking: Looking,
  pinned: AsyncIterable<readonly PinnedUser[]>,
): Promise<void> {
  for await (const users of pinned) for (const user of users) keepUser(looking, user);
}

/** In each call of the user; they follow each other. */
function keepUser(looking: Looking, { seq: first, userId, askedAt: at }: PinnedUser): void {
  const { append, calls, checks, pairs } = looking;
  const named = calls.read(first);
  for (let seq = first; seq <= calls.count; seq += 1) {
    const call = seq === first ? named : calls.read(seq);
    if (call.userId !== named.userId || call.userIdType !== named.userIdType) return;
    if (!hasSaid(pairs, seq)) continue;
    if (userId === null) {
      if (checks.userRecord(seq) === undefined && !checks.isUserUnknown(seq))
        append({ kind: 'user', seq, at });
    } else if (userIdOf(looking, call) !== userId) append({ kind: 'user', seq, userId, at });
  }
}
