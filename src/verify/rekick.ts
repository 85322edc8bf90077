import type { Call } from '../plan/call.ts';
import { check } from './look.ts';
import { atOnce, chosenSessions, countOf, type Looking, type Session } from './looking.ts';

export interface Rekicking extends Looking {
  /** Kicks a user out of some of a call's apps once more. @returns false when nothing more is sent. */
  readonly kick: (call: Call, places: readonly number[]) => Promise<boolean>;
  /** Resolves after so many ms; to false when it is not to go on. */
  readonly wait: (waitMs: number) => Promise<boolean>;
  /** Each round begins. */
  readonly onRound: (sessions: number, waitMs: number) => void;
}

/** What is older than this may be out of date: somebody may have signed in again meanwhile, who must not be kicked. */
const freshMs = 10_000;

/**
 * Kicks those who survived once more, and nobody else, and looks for them again; as often as there are waits.
 * @param waitsMs how long after each round it is looked. @returns false when it has not come to its end.
 */
export async function rekick(rekicking: Rekicking, waitsMs: readonly number[]): Promise<boolean> {
  const { checks, atOnce: most, kick, wait, onRound } = rekicking;
  const hasSurvived = (pair: number): boolean => checks.answer(pair) === 'survived';
  for (const waitMs of waitsMs) {
    const count = countOf(chosenSessions(rekicking, hasSurvived));
    if (count === 0) return true;
    onRound(count, waitMs);
    const kickFresh = async (sessions: readonly Session[]): Promise<boolean> => {
      for (const session of sessions) {
        if (!isFresh(rekicking, session) && !(await check(rekicking, session, true))) return false;
      }
      const still = sessions.filter(({ pair }) => hasSurvived(pair));
      const [first] = still;
      return (
        first === undefined ||
        kick(
          first.call,
          still.map(({ place }) => place),
        )
      );
    };
    if (!(await atOnce(byCall(chosenSessions(rekicking, hasSurvived)), most, kickFresh))) return false;
    if (!(await wait(waitMs))) return false;
    const again = chosenSessions(rekicking, hasSurvived);
    if (!(await atOnce(again, most, (session) => check(rekicking, session, true)))) return false;
  }
  return true;
}

/** It was seen to survive a moment ago, and the last kick. */
function isFresh({ checks, recordAt, attemptsOf, now }: Looking, { pair, call: { seq } }: Session): boolean {
  const at = checks.lastRecord(pair);
  const record = at === undefined ? undefined : recordAt(at);
  if (record?.kind !== 'session' || Math.abs(now() - record.at) > freshMs) return false;
  const kick = attemptsOf(seq).at(-1);
  return kick === undefined || kick.startedAt < record.at;
}

/** Sessions of one call follow each other. */
function* byCall(sessions: Iterable<Session>): Generator<readonly Session[]> {
  let gathered: Session[] = [];
  for (const session of sessions) {
    if (gathered.length > 0 && gathered[0]?.call.seq !== session.call.seq) {
      yield gathered;
      gathered = [];
    }
    gathered.push(session);
  }
  if (gathered.length > 0) yield gathered;
}
