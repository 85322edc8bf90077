import { grouped } from '../printable.ts';
import type { Checks } from './checks.ts';
import type { Pairs } from './pairs.ts';
import { percent } from './percent.ts';
import { mostAlive } from './sample.ts';
import { sessionStates, type SessionState } from './session-state.ts';
import type { Unproven, Verification } from './verification.ts';

const mostUnproven = 100;

export function verificationOf(checks: Checks, pairs: Pairs): Verification | undefined {
  const { look, looks } = checks;
  if (look === undefined) return undefined;
  const sessions: Record<SessionState, number> & { total: number } = {
    ...(Object.fromEntries(sessionStates.map((state) => [state, 0])) as Record<SessionState, number>),
    total: pairs.said,
  };
  for (let pair = 0; pair < pairs.count; pair += 1) {
    if (pairs.isSaid(pair)) sessions[checks.state(pair)] += 1;
  }
  const ended = look.end?.reason ?? 'killed';
  const unproven = unprovenApps(checks, pairs);
  const isAnySeen = pairs.appIds.some((appId) => checks.control(appId)?.isProven === true);
  const control = controlOf(isAnySeen, unproven);
  const isSample =
    ended === 'finished' &&
    look.pairs === pairs.said &&
    look.chosen < look.pairs &&
    sessions.gone === look.chosen &&
    sessions.gone + sessions.not_checked === sessions.total;
  const aliveAtMost = isSample ? mostAlive(look.chosen) : null;
  return {
    ended,
    startedAt: new Date(look.startedAt).toISOString(),
    finishedAt: look.end === undefined ? null : new Date(look.end.endedAt).toISOString(),
    looks,
    control,
    unproven: unproven.slice(0, mostUnproven),
    sessions,
    aliveAtMost,
    message: wording({ control, sessions, aliveAtMost }),
  };
}

/** Those with sessions that would be called gone, or asked for, if only somebody who is signed in there were seen to be. */
function unprovenApps(checks: Checks, pairs: Pairs): Unproven[] {
  const counts = new Uint32Array(pairs.appIds.length);
  const controls = pairs.appIds.map((appId) => checks.control(appId));
  for (let pair = 0; pair < pairs.count; pair += 1) {
    const app = pairs.app(pair);
    const control = controls[app];
    if (app === -1 || control?.isProven === true) continue;
    const answer = checks.answer(pair);
    if (answer === 'inactive' || (answer === undefined && control !== undefined))
      counts[app] = (counts[app] ?? 0) + 1;
  }
  return pairs.appIds.flatMap((appId, app) => {
    const sessions = counts[app] ?? 0;
    return sessions === 0
      ? []
      : { appId, control: controls[app] === undefined ? 'nobody' : 'not_seen', sessions };
  });
}

function controlOf(isAnySeen: boolean, unproven: readonly Unproven[]): Verification['control'] {
  if (isAnySeen) return unproven.length === 0 ? 'seen' : 'partly';
  return unproven.some(({ control }) => control === 'not_seen') ? 'not_seen' : 'nobody';
}

function sessionsOf(count: number): string {
  return `${grouped(count)} ${count === 1 ? 'session' : 'sessions'}`;
}

/** Never more than was seen. */
export function wording({
  control,
  sessions,
  aliveAtMost,
}: Pick<Verification, 'control' | 'sessions' | 'aliveAtMost'>): string {
  const { total, gone, survived, signed_in_again: back, unclear, not_checked: unchecked } = sessions;
  if (gone === total && total === 1) return 'The session was seen to be gone.';
  if (gone === total) return `All ${sessionsOf(total)} were seen to be gone.`;
  const checked = total - unchecked;
  if (aliveAtMost !== null) {
    return `None of ${grouped(checked)} is alive: of all ${sessionsOf(total)} at most ${percent(aliveAtMost)} are, with 95 % sureness.`;
  }
  const parts = [
    ...(survived > 0 ? [`${grouped(survived)} survived`] : []),
    ...(back > 0 ? [`${grouped(back)} signed in again`] : []),
    ...(unclear > 0 ? [`${grouped(unclear)} unclear`] : []),
    ...(unchecked > 0 ? [`${grouped(unchecked)} not checked`] : []),
  ];
  const rest = `${parts.join(', ')}.`;
  if (control === 'not_seen') {
    return `A user who is signed in was not seen to be: such a look proves nothing, and no session is called gone; ${rest}`;
  }
  if (control === 'nobody' && checked > 0) {
    return `Nobody was found who is signed in, so that it is not known whether a session would be seen: none is called gone; ${rest}`;
  }
  const inApps =
    control === 'partly'
      ? ' In some apps nobody who is signed in was seen to be: there no session is called gone.'
      : '';
  return `${grouped(gone)} of ${sessionsOf(total)} ${gone === 1 ? 'was' : 'were'} seen to be gone; ${rest}${inApps}`;
}

/** Of one row, or of one user: the worst of some sessions. @returns undefined of none. */
export function worstOf(states: Iterable<SessionState>): SessionState | undefined {
  let worst: number | undefined;
  for (const state of states) {
    const at = sessionStates.indexOf(state);
    if (worst === undefined || at < worst) worst = at;
  }
  return worst === undefined ? undefined : sessionStates[worst];
}
