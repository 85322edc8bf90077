import type { Live, OffboardEvent } from '../events.ts';
import { nameOf } from '../genauth/identity.ts';
import { printable } from '../printable.ts';
import type { CallsState } from './show-calls.ts';
import { createSpeed } from './speed.ts';
import { counted } from './wording.ts';

type Started = Extract<OffboardEvent, { readonly type: 'started' }>;

/** Counts how the calls of a run go, the sessions before this one included. */
export interface CallsCount {
  listen(event: OffboardEvent): void;
  /** To be called some times a second while calls are made. */
  look(): void;
  /** Calls are made from now on, or not any more: the time in which a question stands is none that it took. */
  begin(): void;
  pause(): void;
  state(how: { readonly isStopping: boolean; readonly isLast: boolean }): CallsState;
}

/** @param now monotonic, in ms. */
export function createCallsCount(now: () => number): CallsCount {
  const counts = { succeeded: 0, partial: 0, failed: 0, unknown: 0, throttled: 0, attempts: 0 };
  let speed = createSpeed();
  let started: Started | undefined;
  let live: (() => Live) | undefined;
  let pastMs = 0;
  let begunAt: number | undefined;

  return {
    listen(event) {
      if (event.type === 'started') {
        started = event;
        Object.assign(counts, event.before);
      } else if (event.type === 'calling') {
        live = event.live;
        speed = createSpeed();
      } else if (event.type === 'shared') {
        Object.assign(counts, event.ended);
      } else if (event.type === 'attempt') {
        counts.attempts += 1;
        if (event.verdict === 'throttled') counts.throttled += 1;
        if (event.ended !== undefined) counts[event.ended] += 1;
      }
    },
    look() {
      const ended = counts.succeeded + counts.partial + counts.failed + counts.unknown;
      speed.add(now(), ended, counts.attempts, live?.().waitsFor?.sinceMs ?? 0);
    },
    begin() {
      begunAt ??= now();
    },
    pause() {
      pastMs += now() - (begunAt ?? now());
      begunAt = undefined;
    },
    state({ isStopping, isLast }) {
      const sinceMs = begunAt === undefined ? 0 : now() - begunAt;
      return {
        ...counts,
        isStopping: isStopping && !isLast,
        hasEnded: isLast,
        total: started?.planned ?? 0,
        elapsedMs: (started?.workedMs ?? 0) + pastMs + sinceMs,
        callsPerSecond: speed.callsPerSecond,
        attemptsPerSecond: isLast ? speed.attemptsPerSecondInAll : speed.attemptsPerSecond,
        live: isLast ? undefined : live?.(),
        where: started === undefined ? '' : showWhere(started),
      };
    },
  };
}

/** `182,647 users of user pool 65f0... at https://api.genauth.ai` */
export function showWhere({ users, identity, host }: Started): string {
  const of = identity === undefined ? '' : ` of ${printable(nameOf(identity))}`;
  return `${users === undefined ? 'users' : counted(users, 'user')}${of}${host === undefined ? '' : ` at ${host}`}`;
}
