import type { Reply } from '../genauth/reply.ts';
import { isForbidden } from '../genauth/verdict.ts';
import type { Call } from '../plan/call.ts';
import { createFailureCount, type FailureCount } from './stop-failures.ts';
import type { Stop } from './stop.ts';

/** What replies say about the run as a whole. */
export interface StopRules {
  /** Nothing has ever answered as GenAuth does: perhaps this is another host, and what it says is no verdict on a call. */
  isStranger(reply: Reply, at: number): boolean;
  succeeded(): void;
  refused(call: Call, reply: Reply): void;
  /** A call has ended. */
  ended: FailureCount['ended'];
  /** Why the run should stop, as far as the replies until now tell. */
  stop(at: number): Stop | undefined;
  /** The calls that were refused only because the key may refuse nobody. */
  forbiddenCalls(): number[];
}

/**
 * The run stops when so many users were refused with 403 and none succeeded: a key without the right to do this. Where one with the
 * right was at work before, these may be users who are protected in GenAuth, and stand next to each other.
 */
const maxForbiddenUsers = { before: 50, never: 5 };
/** The run stops when so long after its first reply nothing has answered in GenAuth's form. */
const patienceMs = 6000;

/** What is known when the execution begins; see `Execution`. */
export interface KnownBefore {
  readonly serverIsKnown: boolean;
  readonly hasSucceeded?: 'now' | 'before' | undefined;
  readonly failures?: FailureCount | undefined;
}

export function createStopRules(known: KnownBefore): StopRules {
  const failures = known.failures ?? createFailureCount(undefined);
  const mostForbidden = maxForbiddenUsers[known.hasSucceeded === undefined ? 'never' : 'before'];
  let isKnown = known.serverIsKnown;
  let firstStrange: { readonly at: number } | undefined;
  let lastStrange: Reply | undefined;
  let everSucceeded = known.hasSucceeded === 'now';
  let lastForbidden: Reply | undefined;
  const forbidden = new Map<string, number[]>();

  return {
    isStranger(reply, at) {
      isKnown ||= reply.genauthForm;
      if (isKnown) return false;
      firstStrange ??= { at };
      lastStrange = reply;
      return true;
    },
    succeeded() {
      everSucceeded = true;
      if (forbidden.size > 0) forbidden.clear();
    },
    refused({ seq, userId, userIdType }, reply) {
      if (everSucceeded || !isForbidden(reply)) return;
      const user = `${userIdType}:${userId}`;
      const seqs = forbidden.get(user) ?? [];
      seqs.push(seq);
      forbidden.set(user, seqs);
      lastForbidden = reply;
    },
    ended: failures.ended,
    stop(at) {
      if (forbidden.size >= mostForbidden && lastForbidden !== undefined) {
        return { reason: 'forbidden', reply: lastForbidden };
      }
      if (
        !isKnown &&
        firstStrange !== undefined &&
        at - firstStrange.at > patienceMs &&
        lastStrange !== undefined
      ) {
        return { reason: 'unreachable', reply: lastStrange };
      }
      return failures.stop();
    },
    forbiddenCalls: () => [...forbidden.values()].flat(),
  };
}
