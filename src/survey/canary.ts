import type { Call } from '../plan/call.ts';
import { createUserSet } from './user-set.ts';

/** The first users of a plan, who are signed out before anybody decides about the others. */
export interface Canary {
  readonly users: number;
  /** Their calls are those up to this `seq`, all before the first call of another user. */
  readonly calls: number;
}

export interface CanarySearch {
  /** Takes the calls in plan order. */
  add(call: Call): void;
  /** Undefined when the plan has no further users: then there is nothing left to decide. */
  found(): Canary | undefined;
}

/** @param users how many it is to have. */
export function createCanarySearch(users: number): CanarySearch {
  const first = createUserSet();
  let calls = 0;
  let isFound = false;
  return {
    add({ seq, userId, userIdType }) {
      if (isFound) return;
      if (first.size === users && !first.has(userIdType, userId)) {
        isFound = true;
        return;
      }
      first.add(userIdType, userId);
      calls = seq;
    },
    found: () => (isFound ? { users, calls } : undefined),
  };
}
