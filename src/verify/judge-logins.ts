import type { Page } from '../genauth/questions/fields.ts';
import type { Login } from '../genauth/questions/get-user-login-history.ts';
import type { Kick } from './pairs.ts';
import type { Answer } from './record.ts';
import type { ServerClock } from './server-clock.ts';

/** When a kick took effect, on GenAuth's clock: not before `from`, and not after `to`. */
export interface KickTime {
  readonly from: number;
  readonly to: number;
}

export function kickTime(
  { startedAt, finishedAt }: Kick,
  { ms, doubtMs }: NonNullable<ServerClock['ahead']>,
): KickTime {
  return { from: startedAt + ms - doubtMs, to: finishedAt + ms + doubtMs };
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
