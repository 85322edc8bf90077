import { refuseInterrupted } from '../errors.ts';
import type { Scratch } from '../files/nameless-lines.ts';
import type { ProvenFile } from '../files/proven-file.ts';
import type { Connection } from '../genauth/connection.ts';
import { isUser } from '../genauth/questions/is-user.ts';
import type { UserName } from '../genauth/questions/get-user.ts';
import type { Columns } from '../input/columns/columns.ts';
import type { ValidRow } from '../input/row.ts';
import type { PaceOptions } from '../settings/pace-options.ts';
import { maxLookedUp, type PlanOptions } from '../settings/plan-options.ts';
import { contactColumns, contactIn, type ContactColumn } from '../survey/contacts.ts';
import { createKnownUsers, type KnownUsers } from '../survey/known-users.ts';
import { openPlannedRows, type Judgement } from '../survey/survey.ts';
import { createUserSet } from '../survey/user-set.ts';
import type { Ask } from '../tenant/ask.ts';
import { createFoundUsers, type FoundUser, type FoundUsers } from '../tenant/found-users.ts';
import { createLookUpUsers, keyOf, mostTogether, type LookedUpUsers } from '../tenant/look-up-users.ts';
import { openAsking, saysNoOfUsers, type LookUpOptions } from './look-up.ts';

/** What is looked up: the users of a file, and whom else its columns name. */
export interface Looked {
  readonly file: ProvenFile;
  /** How messages call it. */
  readonly name: string;
  readonly plan: PlanOptions;
  readonly judgement: Judgement;
}

/**
 * Whether it is to be asked who the users are: as the options say, and where they say nothing, of files with few users. `onEvent` is told where
 * it is for their number that nobody is asked.
 * @returns how many rows name one; undefined where nobody is to be asked.
 */
export async function rowsToLookUp(
  looked: Looked,
  connection: Connection,
  options: LookUpOptions,
): Promise<number | undefined> {
  const { lookUp } = looked.plan;
  // A client of the caller's own makes calls, and knows no questions.
  if (lookUp === false || (lookUp === undefined && connection.ask === undefined)) return undefined;
  const users = lookUp === undefined ? createUserSet() : undefined;
  let count = 0;
  for await (const { userIdType, userId } of validRows(looked, options)) {
    count += 1;
    users?.add(userIdType, userId);
    if (users === undefined || users.size <= maxLookedUp) continue;
    options.onEvent?.({ type: 'not_looked_up' });
    return undefined;
  }
  return count === 0 ? undefined : count;
}

/** Other IDs of the file's people are looked up where GenAuth has them otherwise: five batches of 50, or one for each 200 users. */
function mostContacts(users: number): number {
  return 50 * Math.max(5, Math.floor(users / 200));
}

/**
 * Asks who the users are, in the order of the file, and then whom else its columns name. Memory is what `createFoundUsers` takes. The caller
 * closes it.
 * @param rowCount as `rowsToLookUp` has counted them. @param scratch where it is kept. @throws {UserError} where the file cannot be read, or the disk refuses.
 */
export async function lookUpUsersOf(
  looked: Looked,
  rowCount: number,
  scratch: Scratch,
  connection: Connection,
  pace: PaceOptions,
  options: LookUpOptions,
): Promise<KnownUsers> {
  const found = createFoundUsers(scratch, rowCount + mostContacts(rowCount), rowCount);
  try {
    const { ask } = openAsking(connection, pace, options, saysNoOfUsers);
    const isEnded = await askInTurn(ask, namesIn(looked, options), found, true, options);
    if (!isEnded) await askInTurn(ask, differingContacts(looked, found, options), found, false, options);
    found.complete();
    return createKnownUsers(found);
  } catch (error) {
    found.close();
    throw error;
  }
}

/** So many times names are under way together: one slow answer holds nobody up but those that are behind all these. */
const mostUnderWay = 5;

/** Names that were asked for together. */
interface AskedFor {
  readonly names: ReadonlyMap<string, UserName>;
  readonly said: Promise<Pick<FoundUser, 'askedAt'> & LookedUpUsers>;
}

/** @param areNamed the file names users so. @returns whether nothing more is to be asked. */
async function askInTurn(
  ask: Ask,
  names: AsyncIterable<UserName>,
  found: FoundUsers,
  areNamed: boolean,
  { onEvent }: LookUpOptions,
): Promise<boolean> {
  const lookUp = createLookUpUsers(ask, areNamed);
  const underWay: AskedFor[] = [];
  let isEnded = false;
  let waiting = new Map<string, UserName>();

  async function lookUpAll(all: readonly UserName[]): Promise<Awaited<AskedFor['said']>> {
    const said = isEnded ? { found: new Map(), isEnded } : await lookUp(all);
    isEnded ||= said.isEnded;
    return { ...said, askedAt: Date.now() };
  }

  function askForWaiting(): void {
    const said = lookUpAll([...waiting.values()]);
    // Whatever it fails with is told when its turn comes.
    said.catch(() => {});
    underWay.push({ names: waiting, said });
    waiting = new Map();
  }

  /** In the order of the file, as the first name of a user counts. */
  async function keepFirst(): Promise<void> {
    const first = underWay[0];
    if (first === undefined) return;
    const { found: users, askedAt } = await first.said;
    for (const [key, name] of first.names) found.add({ name, user: users.get(key), askedAt }, areNamed);
    underWay.shift();
    onEvent?.({ type: 'looking_up', users: found.counts.asked + found.counts.unknown });
  }

  for await (const name of names) {
    const key = keyOf(name);
    const isAskedFor = waiting.has(key) || underWay.some((asked) => asked.names.has(key));
    if (isAskedFor || found.get(name) !== undefined) continue;
    waiting.set(key, name);
    if (waiting.size < mostTogether) continue;
    askForWaiting();
    if (underWay.length === mostUnderWay) await keepFirst();
  }
  if (waiting.size > 0) askForWaiting();
  while (underWay.length > 0) await keepFirst();
  return isEnded;
}

async function* namesIn(looked: Looked, options: LookUpOptions): AsyncGenerator<UserName> {
  let former: ValidRow | undefined;
  for await (const row of validRows(looked, options)) {
    // Mostly the rows of a user follow each other.
    const isNext = former?.userId === row.userId && former.userIdType === row.userIdType;
    former = row;
    if (!isNext) yield { userId: row.userId, userIdType: row.userIdType };
  }
}

/** What columns say of people, and GenAuth does not. */
async function* differingContacts(
  looked: Looked,
  found: FoundUsers,
  options: LookUpOptions,
): AsyncGenerator<UserName> {
  let left = mostContacts(found.counts.asked + found.counts.unknown);
  let contacts: readonly ContactColumn[] | undefined;
  for await (const row of validRows(looked, options, (columns) => (contacts = contactColumns(columns)))) {
    if (contacts === undefined || contacts.length === 0) return;
    const user = found.get(row)?.user;
    if (typeof user !== 'object') continue;
    for (const contact of contacts) {
      const name = { userId: contactIn(row.cells, contact), userIdType: contact.type };
      if (name.userId === '' || isUser(user, name) !== false || found.get(name) !== undefined) continue;
      yield name;
      left -= 1;
      if (left === 0) return;
    }
  }
}

async function* validRows(
  { file, name, plan, judgement }: Looked,
  options: LookUpOptions,
  onColumns?: (columns: Columns) => void,
): AsyncGenerator<ValidRow> {
  const rows = await openPlannedRows(file, name, plan, judgement);
  try {
    onColumns?.(rows.columns);
    for await (const batch of rows.batches) {
      refuseInterrupted(options);
      for (const row of batch) if (row.valid) yield row;
    }
  } finally {
    await rows.close();
  }
}
