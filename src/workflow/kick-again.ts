import type { Asker } from '../execute/ask.ts';
import type { Connection } from '../genauth/connection.ts';
import { judge } from '../genauth/verdict.ts';
import { attemptRecord } from '../journal/attempt-record.ts';
import type { JournalIndex } from '../journal/journal-index.ts';
import { openJournal, type Journal, type JournalOptions } from '../journal/journal.ts';
import { requestKey } from '../journal/request-key.ts';
import { maskOf, writeMask } from '../plan/app-mask.ts';
import type { Call } from '../plan/call.ts';
import { dropBallast } from '../run-folder/ballast.ts';
import { runFiles } from '../run-folder/run-files.ts';
import { userIdOf } from '../verify/looking.ts';
import type { Seen } from '../verify/seen.ts';

/** What kicks are sent again with. */
interface KickingAgain {
  readonly asker: Asker;
  readonly connection: Connection;
  /** Its last session has begun. */
  readonly journal: Journal;
  readonly seen: OfKicks['seen'];
}

/**
 * Kicks a user out of some apps of a call that GenAuth has said to be carried out. Each attempt is one of the call, with its own apps,
 * and leaves open what was.
 * @returns false when nothing more is sent.
 */
async function kickAgain(
  { asker, connection, journal, seen }: KickingAgain,
  call: Call,
  places: readonly number[],
): Promise<boolean> {
  const { seq } = call;
  // Whose session was seen, whoever has the email or phone of the call by now.
  const own = userIdOf(seen, call);
  const { userId, userIdType } = own === undefined ? call : { userId: own, userIdType: 'user_id' as const };
  const apps = writeMask(maskOf(places));
  const appIds = places.map((place) => call.appIds[place] ?? '');
  await journal.coverAlone(seq);
  const exchanged = await asker.ask(async () => {
    const { succeeded, final, attempts, lastRecord } = journal.index.state(seq);
    const open = succeeded ? '0' : seen.attemptsOf(seq).findLast((record) => record.open !== undefined)?.open;
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

interface OfKicks {
  readonly folder: string;
  readonly plan: string;
  /** Describes the journal up to `journalEnd`. */
  readonly index: JournalIndex;
  readonly journalEnd: number;
  readonly connection: Connection;
  readonly seen: Pick<Seen, 'attemptsOf' | 'checks' | 'recordAt'>;
}

/** Kicks that are sent once more, in a session of the journal that begins with the first. */
export function createKicks(of: OfKicks, asker: Asker, now: () => number, options: JournalOptions = {}) {
  const { folder, plan, index, journalEnd, connection, seen } = of;
  const files = runFiles(folder);
  let opened: Promise<Journal> | undefined;
  let reason = 'killed';

  async function open(): Promise<Journal> {
    const journal = await openJournal(files.journal, index, journalEnd, {
      makeRoom: () => dropBallast(files.ballast),
      ...options,
    });
    const { end, retryFailed } = index.totals;
    reason = end?.reason ?? reason;
    journal.append({ kind: 'session', startedAt: now(), retryFailed, plan });
    return journal;
  }

  return {
    async kick(call: Call, places: readonly number[]): Promise<boolean> {
      opened ??= open();
      const journal = await opened;
      const goesOn = await kickAgain({ asker, connection, journal, seen }, call, places);
      if (journal.failure !== undefined) asker.end({ reason: 'journal', error: journal.failure });
      return goesOn;
    },
    async close(): Promise<void> {
      if (opened === undefined) return;
      const journal = await opened;
      // How the run itself has ended stays as it was.
      try {
        journal.append({ kind: 'end', endedAt: now(), reason });
      } finally {
        await journal.close();
      }
    },
  };
}
