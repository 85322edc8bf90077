import type { User } from '../genauth/questions/user.ts';
import { isUser } from '../genauth/questions/is-user.ts';
import type { Columns } from '../input/columns/columns.ts';
import { problemOf, type Finding } from '../input/findings.ts';
import type { OpenRows } from '../input/read-rows.ts';
import type { Row, ValidRow } from '../input/row.ts';
import type { Oddity } from './oddities.ts';
import type { UserIdType } from '../input/words/user-id-type.ts';
import { keyOf, type Found } from '../tenant/look-up-users.ts';
import { contactColumns, contactIn, type ContactColumn } from './contacts.ts';

/** What GenAuth says of the users that a file names. */
export interface KnownUsers {
  /** Undefined where nothing is known. */
  find(userIdType: UserIdType, userId: string): User | 'missing' | undefined;
  /** By which ID the file names a user first. */
  firstName(user: User): Pick<ValidRow, 'userId' | 'userIdType'> | undefined;
  readonly counts: LookedUp;
}

/** Users of the file, each once. */
export interface LookedUp {
  /** Of whom GenAuth said something. */
  readonly asked: number;
  /** Of whom GenAuth did not say who they are: they are taken as they stand. */
  readonly unknown: number;
  readonly found: number;
  /** Whom GenAuth does not know. */
  readonly missing: number;
  /** Of those that were found: they can sign in again. */
  readonly activated: number;
  /** So many are missing that the look-up itself is the likelier mistake: nobody is left out for it. */
  readonly isDoubted: boolean;
}

/** More than this share cannot be missing because they are gone. */
const mostMissing = 0.1;

/** @param names the users of the file, each once, in its order. */
export function createKnownUsers(
  names: readonly Pick<ValidRow, 'userId' | 'userIdType'>[],
  found: Found,
): KnownUsers {
  const first = new Map<string, Pick<ValidRow, 'userId' | 'userIdType'>>();
  const counts = { asked: 0, unknown: 0, found: 0, missing: 0, activated: 0 };
  for (const name of names) {
    const user = found.get(keyOf(name));
    if (user === undefined) {
      counts.unknown += 1;
      continue;
    }
    counts.asked += 1;
    if (user === 'missing') counts.missing += 1;
    else if (!first.has(user.userId)) {
      first.set(user.userId, name);
      counts.found += 1;
      if (user.status === 'Activated') counts.activated += 1;
    }
  }
  const isDoubted = counts.missing > counts.asked * mostMissing;
  return {
    find(userIdType, userId) {
      const user = found.get(keyOf({ userIdType, userId }));
      return user === 'missing' && isDoubted ? undefined : user;
    },
    firstName: ({ userId }) => first.get(userId),
    counts: { ...counts, isDoubted },
  };
}

export function judgeUsers(rows: OpenRows, known: KnownUsers): OpenRows {
  const judge = createUserJudge(rows.columns, known);
  async function* batches(): AsyncGenerator<Row[]> {
    for await (const batch of rows.batches) yield batch.map(judge);
  }
  return { ...rows, batches: batches() };
}

/** What is to be seen before anybody is signed out. */
export function oddityOf(counts: LookedUp | undefined): Oddity | undefined {
  if (counts === undefined) return undefined;
  const { asked, unknown, missing, activated, found, isDoubted } = counts;
  if (unknown > asked) {
    return {
      kind: 'not_looked_up',
      message: `GenAuth did not say who ${grouped(unknown)} of ${grouped(asked + unknown)} users are: they are taken as they stand, and a protected person only where the list has the ID that the file has.`,
      lines: [],
    };
  }
  if (isDoubted) {
    return {
      kind: 'not_found',
      message: `GenAuth does not know ${grouped(missing)} of ${grouped(asked)} users by these IDs. That is more than a tenth, so that the look-up is not believed and nobody is left out for it: is it the right user pool, and the right user ID type?`,
      lines: [],
    };
  }
  if (activated === 0) return undefined;
  const [are, they] = activated === 1 ? ['is', 'That user'] : ['are', 'They'];
  return {
    kind: 'still_activated',
    message: `${grouped(activated)} of ${grouped(found)} users ${are} still activated in GenAuth. ${they} can sign in again at once: suspend the accounts first where that must not be.`,
    lines: [],
  };
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** @returns what judges one valid row by what GenAuth says of its user. */
function createUserJudge(columns: Columns, known: KnownUsers): (row: Row) => Row {
  const contacts = contactColumns(columns);
  return (row) => {
    if (!row.valid) return row;
    const user = known.find(row.userIdType, row.userId);
    if (user === undefined) return row;
    const findings =
      user === 'missing'
        ? [unknownUser(columns.userId)]
        : contacts.flatMap((contact) => compare(row, user, contact, known) ?? []);
    const problems = findings.filter(({ kind }) => kind !== 'other_contact');
    const told = findings.map((finding) => problemOf(finding, row.line, row.cells, columns));
    if (problems.length > 0) {
      const { line, cells, userId, userIdType, appIds } = row;
      const wrong = problems.map((finding) => problemOf(finding, line, cells, columns));
      return { valid: false, line, cells, userId, userIdType, appIds, problems: wrong, repairs: [] };
    }
    const named = user === 'missing' ? undefined : known.firstName(user);
    return {
      ...row,
      ...(named === undefined ? {} : namedAs(row, named)),
      warnings: told.length === 0 ? row.warnings : [...row.warnings, ...told],
    };
  };
}

/** All rows of a person are one target, by whatever IDs they name them. */
function namedAs(row: ValidRow, { userId, userIdType }: Pick<ValidRow, 'userId' | 'userIdType'>) {
  if (userId === row.userId && userIdType === row.userIdType) return {};
  return { userId, userIdType, writtenUserId: row.writtenUserId ?? row.userId };
}

function unknownUser(column: number): Finding {
  return {
    column,
    kind: 'unknown_user',
    message: 'GenAuth knows no user by this ID; expected one of the user pool.',
  };
}

/** Names and addresses change hands: only GenAuth's own word that it is somebody else's makes it another person. */
function compare(row: ValidRow, user: User, contact: ContactColumn, known: KnownUsers): Finding | undefined {
  const userId = contactIn(row.cells, contact);
  const { column, type } = contact;
  if (userId === '' || isUser(user, { userId, userIdType: type }) !== false) return undefined;
  const other = known.find(type, userId);
  if (other !== undefined && other !== 'missing' && other.userId !== user.userId) {
    return {
      column,
      kind: 'other_person',
      message: `By this ${type} GenAuth knows another user than by the user ID: perhaps the wrong person.`,
    };
  }
  return {
    column,
    kind: 'other_contact',
    message: `GenAuth has another ${type} for the user ID of this row.`,
  };
}
