import { sessionStates } from '../verify/session-state.ts';
import type { Verification } from '../verify/verification.ts';
import type { Some } from '../settings/rules.ts';
import { usualEveryMs, type VerifyOptions } from '../settings/verify-options.ts';
import type { Verifier } from './look-for-sessions.ts';

/**
 * Looks once; or again and again until the time is over, or a look finds somebody who is back.
 * @param now monotonic, in ms.
 */
export async function watchSessions(
  verifier: Verifier,
  { watchMs, everyMs = usualEveryMs }: Some<Pick<VerifyOptions, 'watchMs' | 'everyMs'>>,
  now: () => number = () => performance.now(),
): Promise<void> {
  const until = now() + (watchMs ?? 0);
  for (let before: Verification | undefined; ;) {
    const nextAt = now() + everyMs;
    const seen = await verifier.look();
    if (seen === undefined) return;
    if (isOther(before, seen)) verifier.tell(seen);
    before = seen;
    if (watchMs === undefined || seen.sessions.signed_in_again > 0 || nextAt > until) return;
    if (!(await verifier.wait(Math.max(0, nextAt - now())))) return;
  }
}

function isOther(before: Verification | undefined, seen: Verification): boolean {
  return sessionStates.some((state) => before?.sessions[state] !== seen.sessions[state]);
}
