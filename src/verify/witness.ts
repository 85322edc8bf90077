import type { Question } from '../genauth/question.ts';
import { checkSessionStatus, type SessionStatus } from '../genauth/questions/check-session-status.ts';
import type { Looking } from './looking.ts';

/**
 * A question that was answered in this look: whether somebody is still there who was seen to be signed in. Where GenAuth answers it right
 * after it has refused another with 403, the key may read sessions, and the refusal is about that one alone.
 * @returns undefined where nobody was seen.
 */
export function witnessIn({
  checks,
  pairs,
}: Pick<Looking, 'checks' | 'pairs'>): Question<SessionStatus> | undefined {
  for (const appId of pairs.appIds) {
    const userId = checks.control(appId)?.seen;
    if (userId !== undefined) return checkSessionStatus({ appId, userId });
  }
  return undefined;
}
