import type { OffboardEvent } from '../events.ts';
import type { Verification } from '../verify/verification.ts';
import { sessionStates, type SessionState } from '../verify/session-state.ts';
import type { Back } from '../verify/who-is-back.ts';
import { grouped, printable } from '../printable.ts';
import type { Piece } from './paint.ts';
import { counted, lasting } from './wording.ts';

type Looking = Extract<OffboardEvent, { readonly type: 'looking' }>;

/** What it is going to cost. */
export function showLooking({ sessions, checks, done, lookUps, controls, perSecond }: Looking): string {
  const left = Math.max(0, checks - done);
  const of =
    checks < sessions
      ? `a sample of ${grouped(checks)} of ${counted(sessions, 'session')}`
      : counted(sessions, 'session');
  const before = done === 0 ? '' : `; ${grouped(done)} were answered before`;
  const questions = [
    `at most ${counted(left, 'check')}`,
    ...(lookUps === 0 ? [] : [`${counted(lookUps, 'question')} who users are`]),
    ...(controls === 0 ? [] : [`about ${grouped(controls)} whether a session would be seen`]),
    'fewer pages of who is signed in',
  ];
  const time =
    perSecond === undefined
      ? ''
      : `, ${lasting(((left + lookUps + controls) / perSecond) * 1000)} at the run's rate`;
  return `Looking for ${of}${before}: ${questions.slice(0, -1).join(', ')} and ${questions.at(-1)}${time}.`;
}

const toneOf: Readonly<Record<SessionState, Piece['tone']>> = {
  gone: 'good',
  signed_in_again: 'bad',
  survived: 'bad',
  unclear: 'doubtful',
  not_checked: 'doubtful',
};

const mostShown = 10;

/** What was seen of the sessions, line by line. @param back who has signed in again, or the first of them. */
export function showVerification(
  { sessions, message, control, unproven }: Verification,
  back: readonly Back[],
): Piece[] {
  const width = grouped(sessions.total).length;
  return [
    { text: `${counted(sessions.total, 'session')} that GenAuth said to be ended` },
    ...sessionStates
      .toReversed()
      .filter((state) => sessions[state] > 0)
      .map((state) => ({
        text: `  ${state.padEnd(16)}${grouped(sessions[state]).padStart(width)}`,
        tone: toneOf[state],
      })),
    { text: message },
    ...(control === 'partly' ? showUnproven(unproven) : []),
    ...back.slice(0, mostShown).map(({ userId, userIdType, appId, signedInAt }) => ({
      text: `  ${printable(userId, 60)} (${userIdType}) signed in again at ${signedInAt} to ${printable(appId, 60)}`,
    })),
    ...(back.length > mostShown
      ? [{ text: `  ... and ${grouped(sessions.signed_in_again - mostShown)} more, in verification.csv` }]
      : []),
    ...(sessions.signed_in_again > 0
      ? [
          {
            text: 'Who has signed in again has an account that is still active: suspend it in GenAuth, then run the file again.',
          },
        ]
      : []),
  ];
}

/** Where nothing is called gone, and why. */
function showUnproven(unproven: Verification['unproven']): Piece[] {
  const shown = unproven.slice(0, mostShown).map(({ appId, control, sessions }) => ({
    text: `  ${printable(appId, 60)} (${counted(sessions, 'session')}): ${control === 'nobody' ? 'nobody was found who is signed in' : 'a user who is signed in was not seen to be'}`,
  }));
  const rest = unproven.length - shown.length;
  return rest > 0 ? [...shown, { text: `  ... and ${counted(rest, 'more app')}` }] : shown;
}
