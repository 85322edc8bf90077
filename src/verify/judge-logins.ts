import type { Page } from '../genauth/questions/fields.ts';
import type { Login } from '../genauth/questions/get-user-login-history.ts';
import type { Kick } from './pairs.ts';
import type { Answer } from './record.ts';
import { dateStepMs, leastDoubtMs, type ServerClock } from './server-clock.ts';

/** When a kick took effect, on GenAuth's clock: not before `from`, and not after `to`. */
export interface KickTime {
  readonly from: number;
  readonly to: number;
}

/**
 * What the kick's own reply says of GenAuth's clock holds on whichever computer, and whatever was set since; of replies without a date
 * what is known by now has to do.
 */
export function kickTime(
  { startedAt, durationMs, serverTimeMs }: Kick,
  { ms, doubtMs }: NonNullable<ServerClock['ahead']>,
): KickTime {
  if (serverTimeMs !== undefined) {
    return {
      from: serverTimeMs - durationMs - leastDoubtMs,
      to: serverTimeMs + dateStepMs + leastDoubtMs,
    };
  }
  return { from: startedAt + ms - doubtMs, to: startedAt + durationMs + ms + doubtMs };
}

/**
 * Of a session that is alive.
 * @param logins those since `from`. @param isProven a login that there was is found by its time.
 */
export function judgeLogins(
  { totalCount, list }: Page<Login>,
  appId: string,
  { from, to }: KickTime,
  isProven: boolean,
): { readonly answer: Answer; readonly signedInAt?: number } {
  const times = list.filter((login) => login.appId === appId && login.time >= from).map(({ time }) => time);
  const after = times.filter((time) => time > to);
  if (after.length > 0) return { answer: 'signed_in_again', signedInAt: Math.min(...after) };
  const isAll = totalCount <= list.length;
  return { answer: times.length === 0 && isAll && isProven ? 'survived' : 'unclear' };
}
