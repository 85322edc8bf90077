import type { RowStatus } from '../../report/row-status.ts';
import type { SessionState } from '../../verify/session-state.ts';

/**
 * How a row is shown, the worst first: its status, or where GenAuth said that it is signed out, what was seen of its sessions. `no_such_user`
 * is a row that failed, or is invalid for nothing else, as GenAuth knows nobody of that ID, so that there is nobody who could be signed in by
 * it; `no_user` one that is invalid as it is a header or a total, and means nobody.
 */
export const rowStates = [
  'survived',
  'failed',
  'partial',
  'unknown',
  'not_attempted',
  'invalid',
  'signed_in_again',
  'unclear',
  'no_such_user',
  'no_user',
  'skipped',
  'said',
  'seen',
] as const;

export type RowState = (typeof rowStates)[number];

/** Those that need no look: GenAuth said so, and nothing else was seen. */
export const settledStates: readonly RowState[] = ['said', 'seen'];

const userNotFound = 2004;
/** What is wrong with a row of whose user the look-up before the run found nobody. */
const unknownUser = 'unknown_user';
/** Of the whole row, whatever else is wrong with it. */
const ofNobody: ReadonlySet<string> = new Set(['header', 'total']);

/**
 * @param verified the worst that was seen of its sessions; '' or undefined where nobody looked.
 * @param problemKinds of an invalid row: what is wrong with it.
 */
export function rowStateOf(
  status: RowStatus,
  apiCode: number | undefined,
  verified: SessionState | '' | undefined,
  problemKinds: readonly string[] = [],
): RowState {
  if (status === 'invalid' && problemKinds.some((kind) => ofNobody.has(kind))) return 'no_user';
  const isUnknown = problemKinds.length > 0 && problemKinds.every((kind) => kind === unknownUser);
  if (status === 'invalid' && isUnknown) return 'no_such_user';
  if (status === 'failed') return apiCode === userNotFound ? 'no_such_user' : 'failed';
  if (status !== 'succeeded') return status;
  if (verified === 'gone') return 'seen';
  return verified === undefined || verified === '' || verified === 'not_checked' ? 'said' : verified;
}
