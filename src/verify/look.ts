import { checkSessionStatus } from '../genauth/questions/check-session-status.ts';
import { getUserLoginHistory } from '../genauth/questions/get-user-login-history.ts';
import { control, controlFound } from './control.ts';
import { judgeLogins, kickTime } from './judge-logins.ts';
import { listPages } from './list-pages.ts';
import {
  atOnce,
  chosenSessions,
  countOf,
  countOpen,
  isUserKnown,
  saidBy,
  userIdOf,
  type Looking,
  type Session,
} from './looking.ts';
import { kickOf } from './pairs.ts';
import type { Said } from './record.ts';
import { batchesOf, resolveBatch, type NamedUser, type Resolved } from './resolve.ts';

/** @returns false when it has not come to its end, as nothing more is asked. */
export async function look(looking: Looking): Promise<boolean> {
  const { checks, pairs } = looking;
  if (!(await resolveUsers(looking))) return false;
  if (!(await control(looking))) return false;
  if (!(await listPages(looking, countOpen(looking)))) return false;
  // It finds sessions beyond the sample, also in apps where nobody was looked for: there it is not known that logins are found.
  if (!(await controlFound(looking))) return false;
  // Who does not see the one who is there would see nobody: only who is listed is looked at.
  const isBlind = pairs.appIds.map((appId) => checks.control(appId)?.isProven === false);
  const isToBeAsked = (pair: number): boolean => {
    const answer = checks.answer(pair);
    return answer === 'active' || (answer === undefined && isBlind[pairs.app(pair)] !== true);
  };
  return atOnce(chosenSessions(looking, isToBeAsked), looking.atOnce, (session) => check(looking, session));
}

/** How many questions who users are are to be asked, at least. */
export function lookUpsOf(looking: Looking): number {
  return countOf(batchesOf(unknownUsers(looking)));
}

function resolveUsers(looking: Looking): Promise<boolean> {
  const batches = batchesOf(unknownUsers(looking));
  return atOnce(batches, looking.atOnce, (batch) =>
    resolveBatch(batch, looking.ask, (resolved) => keepUser(looking, resolved)),
  );
}

/** Users of whom GenAuth's own ID is not known, each once; the calls of a user follow each other. */
function* unknownUsers(looking: Looking): Generator<NamedUser> {
  const { checks } = looking;
  let latest: { userId: string; userIdType: NamedUser['userIdType']; seqs: number[] } | undefined;
  for (const { call } of chosenSessions(looking, (pair) => checks.answer(pair) === undefined)) {
    const { seq, userId, userIdType } = call;
    if (isUserKnown(checks, call)) continue;
    if (latest?.userId === userId && latest.userIdType === userIdType) {
      if (latest.seqs.at(-1) !== seq) latest.seqs.push(seq);
      continue;
    }
    if (latest !== undefined) yield latest;
    latest = { userId, userIdType, seqs: [seq] };
  }
  if (latest !== undefined) yield latest;
}

function keepUser(looking: Looking, { user, userId, asked }: Resolved): void {
  const { append, pairs, checks, isChosen, onAnswer } = looking;
  const said = saidBy(asked);
  for (const seq of user.seqs) {
    append({ kind: 'user', seq, userId, ...said });
    if (userId !== undefined) continue;
    // Nobody can be looked for by another ID than GenAuth's own: what is said of it is not said of the user.
    for (let pair = pairs.first(seq); pair < pairs.first(seq + 1); pair += 1) {
      if (!isChosen(pair) || checks.answer(pair) !== undefined) continue;
      append({ kind: 'session', seq, place: pair - pairs.first(seq), answer: 'unclear', ...said });
      onAnswer?.();
    }
  }
}

/**
 * Looks for one session; of one that is alive, since when.
 * @param isAgain whatever is known of it. @returns false when nothing more is asked.
 */
export async function check(looking: Looking, session: Session, isAgain = false): Promise<boolean> {
  const { pair, call, place } = session;
  const { append, ask, checks, clock, onAnswer } = looking;
  const userId = userIdOf(looking, call);
  if (userId === undefined) return true;
  const appId = call.appIds[place] ?? '';
  let requestIds: Said['requestIds'];
  // Of one that was listed before the look was stopped, too, where no reply has told the time since.
  if (isAgain || checks.answer(pair) === undefined || clock.ahead === undefined) {
    const asked = await ask(checkSessionStatus({ appId, userId }));
    if (asked === undefined) return false;
    const said = saidBy(asked);
    const answer = answerOf(asked.answer?.active);
    append({ kind: 'session', seq: call.seq, place, answer, ...said });
    if (answer !== 'active') {
      if (!isAgain) onAnswer?.();
      return true;
    }
    ({ requestIds } = said);
  } else {
    ({ requestIds } = saidBefore(looking, pair));
  }
  const isJudged = await findOutSince(looking, session, userId, requestIds ?? []);
  if (isJudged && !isAgain) onAnswer?.();
  return isJudged;
}

function answerOf(active: boolean | undefined): 'active' | 'inactive' | 'unclear' {
  if (active === undefined) return 'unclear';
  return active ? 'active' : 'inactive';
}

function saidBefore({ checks, recordAt }: Looking, pair: number): Partial<Said> {
  const at = checks.lastRecord(pair);
  const record = at === undefined ? undefined : recordAt(at);
  return record?.kind === 'session' || record?.kind === 'page' ? record : {};
}

/** @param before request IDs of what was asked before about the session. */
async function findOutSince(
  looking: Looking,
  { call, place }: Session,
  userId: string,
  before: readonly string[],
): Promise<boolean> {
  const { append, ask, attemptsOf, checks, clock, now } = looking;
  const { seq } = call;
  const appId = call.appIds[place] ?? '';
  const kick = kickOf(attemptsOf(seq), place);
  const { ahead } = clock;
  if (kick === undefined || ahead === undefined) {
    const message = 'It is alive, and when the kick was by GenAuth’s clock is not known.';
    append({ kind: 'session', seq, place, answer: 'unclear', at: now(), requestIds: before, message });
    return true;
  }
  const time = kickTime(kick, ahead);
  const start = Math.floor(time.from);
  const end = Math.ceil(now() + ahead.ms + ahead.doubtMs);
  const asked = await ask(getUserLoginHistory({ userId, appId, start, end, page: 1 }));
  if (asked === undefined) return false;
  const said = saidBy(asked);
  const requestIds = [...before, ...(said.requestIds ?? [])];
  const judged =
    asked.answer === undefined
      ? { answer: 'unclear' as const }
      : judgeLogins(asked.answer, appId, time, checks.control(appId)?.hasLogins === true);
  append({ kind: 'session', seq, place, ...judged, ...said, requestIds });
  return true;
}
