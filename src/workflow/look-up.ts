import { refuseInterrupted } from '../errors.ts';
import type { NotListed, OffboardEvent } from '../events.ts';
import type { ProvenFile } from '../files/proven-file.ts';
import { isUser } from '../genauth/questions/is-user.ts';
import type { UserName } from '../genauth/questions/get-user.ts';
import type { PlanOptions } from '../settings/plan-options.ts';
import { contactColumns, contactIn } from '../survey/contacts.ts';
import { createKnownUsers, type KnownUsers } from '../survey/known-users.ts';
import { openPlannedRows, type Judgement } from '../survey/survey.ts';
import { isUnknown, keyOf, lookUpUsers } from '../tenant/look-up-users.ts';
import { createAsker } from '../execute/ask.ts';
import type { Connection } from '../genauth/connection.ts';
import { codesOf, type Reply } from '../genauth/reply.ts';
import { blameOf, isRefusal, judge } from '../genauth/verdict.ts';
import type { App } from '../input/cell/known-apps.ts';
import type { PaceOptions } from '../settings/pace-options.ts';
import type { Ask } from '../tenant/ask.ts';
import { readApps } from '../tenant/read-apps.ts';

/** Where nothing comes in GenAuth's form for so long, a look-up ends; it is worth no more. */
const giveUpAfterMs = 10_000;
/** Questions that are asked at once. */
const mostAtOnce = 8;

export interface LookUpOptions {
  readonly onEvent?: ((event: OffboardEvent) => void) | undefined;
  readonly stopSignal?: AbortSignal | undefined;
  /** When aborted: what is in flight is given up. */
  readonly abortSignal?: AbortSignal | undefined;
}

/** What the user pool was asked before the plan is made. */
export interface LookUp {
  /** Undefined where nobody could say. */
  readonly apps: readonly App[] | undefined;
  /** The server was never reached: it may be worth to ask once more when it is. */
  readonly isUnreached: boolean;
  /** Why nobody could say, and the last word about it. */
  readonly why?: NotListed;
  readonly reply?: Reply | undefined;
}

/** A client of the caller's own makes calls, and knows no questions: it says so by itself. */
export async function lookUpApps(
  connection: Connection,
  pace: PaceOptions,
  options: LookUpOptions,
): Promise<LookUp> {
  if (connection.ask === undefined) return { apps: undefined, isUnreached: false };
  options.abortSignal?.addEventListener('abort', () => void connection.destroy(), { once: true });
  // Once: whoever needs the server waits for it with a run's patience afterwards.
  const refused = connection.identity === undefined ? await connection.connect() : undefined;
  refuseInterrupted(options);
  if (refused !== undefined) return { apps: undefined, isUnreached: true };
  const asking = openAsking(connection, pace, options, saysNo);
  const apps = await readApps(asking.ask);
  if (apps !== undefined && apps.length > 0) return { apps, isUnreached: false };
  const reply = asking.last();
  const why = apps === undefined ? whyNot(reply) : 'none';
  options.onEvent?.({ type: 'not_listed', why });
  return { apps: undefined, isUnreached: false, why, reply };
}

/** What is looked up: the users of a file, and whom else its columns name. */
export interface Looked {
  readonly file: ProvenFile;
  /** How messages call it. */
  readonly name: string;
  readonly plan: PlanOptions;
  readonly judgement: Judgement;
}

/** Other IDs of the file's people are looked up where GenAuth has them otherwise: so many batches, and half a percent of the users. */
const contactBatches = { least: 5, share: 0.005, size: 50 };

/** @returns undefined where nobody can be asked. @throws {UserError} where the file cannot be read. */
export async function lookUpUsersOf(
  { file, name, plan, judgement }: Looked,
  connection: Connection,
  pace: PaceOptions,
  options: LookUpOptions,
): Promise<KnownUsers | undefined> {
  const rows = await openPlannedRows(file, name, plan, judgement);
  const contacts = contactColumns(rows.columns);
  const names = new Map<string, UserName>();
  const others: { readonly of: UserName; readonly name: UserName }[] = [];
  for await (const batch of rows.batches) {
    refuseInterrupted(options);
    for (const row of batch) {
      if (!row.valid) continue;
      const of = { userId: row.userId, userIdType: row.userIdType };
      names.set(keyOf(of), of);
      for (const contact of contacts) {
        const userId = contactIn(row.cells, contact);
        if (userId !== '') others.push({ of, name: { userId, userIdType: contact.type } });
      }
    }
  }
  const { ask } = openAsking(connection, pace, options, saysNoOfUsers);
  const found = new Map(await lookUpUsers(ask, [...names.values()]));
  const differing = new Map<string, UserName>();
  for (const other of others) {
    const user = found.get(keyOf(other.of));
    if (user === undefined || user === 'missing' || isUser(user, other.name) !== false) continue;
    if (!found.has(keyOf(other.name))) differing.set(keyOf(other.name), other.name);
  }
  const { least, share, size } = contactBatches;
  const most = size * Math.max(least, Math.floor(names.size * share));
  const differ = await lookUpUsers(ask, [...differing.values()].slice(0, most));
  for (const [key, user] of differ) found.set(key, user);
  return createKnownUsers([...names.values()], found);
}

/**
 * Ends when nothing was answered for some seconds while something was asked, however long one attempt may take.
 * @param isLast whatever is answered so ends all asking.
 */
export function openAsking(
  { ask, renew }: Connection,
  pace: PaceOptions,
  { stopSignal }: LookUpOptions,
  isLast: (reply: Reply) => boolean,
): { readonly ask: Ask; readonly last: () => Reply | undefined } {
  let last: Reply | undefined;
  let pending = 0;
  let timer: NodeJS.Timeout | undefined;
  let giveUp = (): void => {};
  const givenUp = new Promise<undefined>((resolve) => (giveUp = () => resolve(undefined)));
  const asker = createAsker({
    ...pace,
    concurrency: Math.min(pace.concurrency, mostAtOnce),
    giveUpAfterMs,
    serverIsKnown: false,
    renew,
    isLast,
    stopSignal,
    onReply(reply) {
      last = reply;
      watch();
    },
  });

  function watch(): void {
    clearTimeout(timer);
    if (pending === 0) return;
    timer = setTimeout(() => {
      asker.end({ reason: 'interrupted' });
      giveUp();
    }, giveUpAfterMs);
  }

  return {
    async ask(question) {
      if (ask === undefined) return undefined;
      pending += 1;
      if (pending === 1) watch();
      const asked = await Promise.race([asker.ask(() => ask(question)), givenUp]);
      pending -= 1;
      if (pending === 0) watch();
      return asked;
    },
    last: () => last,
  };
}

/** Of a user it may say that there is none, and go on. */
export function saysNoOfUsers(reply: Reply): boolean {
  return !isUnknown(reply) && saysNo(reply);
}

/** The key may not, the plan does not cover it, or there is no such call: to ask again changes nothing. */
function saysNo(reply: Reply): boolean {
  const verdict = judge(reply);
  if (verdict === 'fatal' || isRefusal(blameOf(reply))) return true;
  return verdict !== 'succeeded' && [404, 405, 501].includes(reply.statusCode ?? reply.httpStatus ?? 0);
}

function whyNot(reply: Reply | undefined): NotListed {
  if (reply === undefined) return 'no_answer';
  const { httpStatus, statusCode } = codesOf(reply);
  if ([404, 405, 501].includes(statusCode ?? httpStatus ?? 0)) return 'no_such_call';
  return reply.genauthForm && isRefusal(blameOf(reply)) ? 'no_right' : 'no_answer';
}
