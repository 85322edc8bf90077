import { exitCodes, type ExitCode } from '../errors.ts';
import type { Verification } from '../verify/verification.ts';
import type { Summary } from './summary.ts';

/** Of a run that has come to its end. */
export function exitCodeOfRows({ rows }: Pick<Summary, 'rows'>): ExitCode {
  return rows.succeeded === rows.total ? exitCodes.succeeded : exitCodes.incomplete;
}

/** Of a look for sessions that has come to its end. */
export function exitCodeOfSessions({ sessions }: Pick<Verification, 'sessions'>): ExitCode {
  return sessions.gone === sessions.total ? exitCodes.succeeded : exitCodes.incomplete;
}

/** Of a report by itself: how the run stands, whoever asks for it, and what was seen since. */
export function exitCodeOfReport(
  summary: Pick<Summary, 'ended' | 'rows'> & { readonly verification: Pick<Verification, 'sessions'> | null },
): ExitCode {
  if (summary.ended !== 'finished') return exitCodes.stopped;
  const ofRows = exitCodeOfRows(summary);
  if (ofRows !== exitCodes.succeeded || summary.verification === null) return ofRows;
  return exitCodeOfSessions(summary.verification);
}
