import type { Reply } from '../genauth/reply.ts';
import type { Blame } from '../genauth/verdict.ts';
import type { Outcome } from './pace/pace.ts';

/**
 * What a failure says about pace.
 * @param isExplained the server is down, or the call is known to fail by itself: neither is a matter of pace.
 */
export function paceOf(blame: Blame, reply: Reply, isExplained: boolean): Outcome {
  if (reply.forToken === true) return 'void';
  if (blame === 'throttle') return 'throttled';
  if (blame !== 'server' && blame !== 'unavailable') return 'accepted';
  // What GenAuth itself says of a call is about that call; too many at once are refused, or lost.
  return isExplained || (blame === 'server' && reply.genauthForm) ? 'void' : 'failed';
}
