import { percent } from '../../verify/percent.ts';
import type { ReportData } from './data.ts';
import { settledStates, type RowState } from './row-state.ts';

/** What the page says first. The words of each are in the catalogue, as `verdict.` and its name. */
type VerdictName =
  | 'survived'
  | 'nobody'
  | 'open'
  | 'back'
  | 'unclear'
  | 'only_strangers'
  | 'but_strangers'
  | 'only_skipped'
  | 'only_no_user'
  | 'seen'
  | 'sample'
  | 'said';

/** Colour is never alone: each tone has a sign of its own. */
export type Tone = 'good' | 'doubtful' | 'bad';

export interface Verdict {
  readonly name: VerdictName;
  readonly tone: Tone;
  /** Rows that it is about. */
  readonly count: number;
}

/** Of rows of these states somebody may still be signed in. */
const openStates: readonly RowState[] = ['failed', 'partial', 'unknown', 'not_attempted', 'invalid'];

/** Are they out? Never more than is known. */
export function verdictOf({ states, numbers }: Pick<ReportData, 'states' | 'numbers'>): Verdict {
  const sum = (names: readonly RowState[]): number => names.reduce((total, name) => total + states[name], 0);
  const out = sum(settledStates);
  const open = sum(openStates);
  if (states.survived > 0) return { name: 'survived', tone: 'bad', count: states.survived };
  if (open > 0) {
    // Of a row that is partial something has succeeded.
    const isNobody = out + states.partial + states.signed_in_again + states.unclear === 0;
    return { name: isNobody ? 'nobody' : 'open', tone: 'bad', count: open };
  }
  if (states.signed_in_again > 0) return { name: 'back', tone: 'bad', count: states.signed_in_again };
  if (states.unclear > 0) return { name: 'unclear', tone: 'doubtful', count: states.unclear };
  if (states.no_such_user > 0) {
    const name = out === 0 ? 'only_strangers' : 'but_strangers';
    return { name, tone: 'doubtful', count: states.no_such_user };
  }
  if (out === 0) {
    return states.skipped > 0
      ? { name: 'only_skipped', tone: 'doubtful', count: states.skipped }
      : { name: 'only_no_user', tone: 'doubtful', count: states.no_user };
  }
  if (states.said === 0) return { name: 'seen', tone: 'good', count: out };
  const isSample = (numbers.verification?.aliveAtMost ?? null) !== null;
  return { name: isSample ? 'sample' : 'said', tone: 'good', count: out };
}

/** Rows that mean somebody. */
export function rowsOfPeople({ states, numbers }: Pick<ReportData, 'states' | 'numbers'>): number {
  return numbers.rows.total - states.no_user;
}

/** How sure it is: how far the look for sessions has come. The words are in the catalogue, as `seen.` and the name. */
export type SeenName = 'not_looked' | 'blind' | 'nobody' | 'all' | 'sample' | 'some' | 'none_said';

export function seenOf({ numbers }: Pick<ReportData, 'numbers'>): SeenName {
  const { verification, rows } = numbers;
  if (verification === null) return rows.succeeded + rows.partial === 0 ? 'none_said' : 'not_looked';
  const { sessions, control, aliveAtMost } = verification;
  if (sessions.gone === sessions.total) return 'all';
  if (control === 'not_seen') return 'blind';
  if (control === 'nobody' && sessions.total > sessions.not_checked) return 'nobody';
  return aliveAtMost === null ? 'some' : 'sample';
}

/** What is filled into the words of how sure it is. */
export function seenValues({ numbers }: Pick<ReportData, 'numbers'>) {
  const { verification } = numbers;
  const sessions = verification?.sessions;
  const [count, unchecked] = [sessions?.total ?? 0, sessions?.not_checked ?? 0];
  return {
    count,
    gone: sessions?.gone ?? 0,
    survived: sessions?.survived ?? 0,
    back: sessions?.signed_in_again ?? 0,
    unclear: sessions?.unclear ?? 0,
    unchecked,
    checked: count - unchecked,
    percent: percent(verification?.aliveAtMost ?? 1),
  };
}
