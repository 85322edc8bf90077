import type { Asker } from '../execute/ask.ts';
import type { Connection } from '../genauth/connection.ts';
import { judge } from '../genauth/verdict.ts';
import { attemptRecord } from '../journal/attempt-record.ts';
import type { Journal } from '../journal/journal.ts';
import type { AttemptRecord } from '../journal/record.ts';
import { requestKey } from '../journal/request-key.ts';
import { maskOf, writeMask } from '../plan/app-mask.ts';
import type { Call } from '../plan/call.ts';

/** What kicks are sent again with. */
export interface KickingAgain {
  readonly asker: Asker;
  readonly connection: Connection;
  /** Its last session has begun. */
  readonly journal: Journal;
  /** Of a call, in order. */
  readonly attemptsOf: (seq: number) => readonly AttemptRecord[];
}

/**
 * Kicks a user out of some apps of a call that GenAuth has said to be carried out. Each attempt is one of the call, with its own apps,
 * and leaves open what was.
 * @returns false when nothing more is sent.
 */
export async function kickAgain(
  { asker, connection, journal, attemptsOf }: KickingAgain,
  call: Call,
  places: readonly number[],
): Promise<boolean> {
  const { seq, userId, userIdType } = call;
  const apps = writeMask(maskOf(places));
  const appIds = places.map((place) => call.appIds[place] ?? '');
  await journal.coverAlone(seq);
  const exchanged = await asker.ask(async () => {
    const { succeeded, final, attempts, lastRecord } = journal.index.state(seq);
    const open = succeeded ? '0' : attemptsOf(seq).findLast((record) => record.open !== undefined)?.open;
    const attempt = attempts + 1;
    // The first kick's reply, come again, says nothing of this one.
    const key = `${requestKey(seq, apps)} again ${attempt}`;
    const reply = await connection.kickUsers({ userId, appIds, options: { userIdType } }, key);
    const verdict = judge(reply);
    const of = { seq, attempt, previous: lastRecord, final: succeeded || final, apps, open };
    journal.append(attemptRecord(of, reply, verdict));
    return { reply, answer: verdict === 'succeeded' ? true : undefined };
  });
  return exchanged !== undefined && (exchanged.answer === true || asker.stop === undefined);
}
