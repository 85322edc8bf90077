import type { User } from '../genauth/questions/user.ts';
import { isUser } from '../genauth/questions/is-user.ts';
import type { Columns } from '../input/columns/columns.ts';
import { problemOf, type Finding } from '../input/findings.ts';
import { grouped, visible } from '../printable.ts';
import type { OpenRows } from '../input/read-rows.ts';
import type { Row, ValidRow } from '../input/row.ts';
import type { Call } from '../plan/call.ts';
import type { Oddity } from './oddities.ts';
import type { UserIdType } from '../input/words/user-id-type.ts';
import type { FoundCounts } from '../tenant/found-counts.ts';
import type { FoundUser, FoundUsers } from '../tenant/found-users.ts';
import { contactColumns, contactIn, type ContactColumn } from './contacts.ts';
import type { LookedUp } from './looked-up.ts';
import { mayBeOneName, nameColumns, nameIn, type NameColumns } from './people-names.ts';

/** What GenAuth says of the users that a file names. */
export interface KnownUsers {
  /** Undefined where nothing is known, or what is known is not believed. */
  find(userIdType: UserIdType, userId: string): User | 'missing' | undefined;
  /** Whatever was said, and when. */
  said(userIdType: UserIdType, userId: string): FoundUser | undefined;
  readonly counts: LookedUp;
  /** Gives up what is kept of them; nothing is known then. */
  close(): void;
}

/** More than this share cannot be missing because they are gone. */
const mostMissing = 0.1;
/** So few say nothing by their share: each was asked for twice, and GenAuth itself said that there is none. */
const fewMissing = 5;

/** Whether the wrong user pool or ID type is the likelier mistake: so many are missing, or more than are found. */
function areTooMany({ asked, missing }: FoundCounts): boolean {
  if (missing > asked - missing) return true;
  return missing > fewMissing && missing > asked * mostMissing;
}

/** @param found the users of a file; no more are to be added. */
export function createKnownUsers(found: FoundUsers): KnownUsers {
  const isDoubted = areTooMany(found.counts);
  return {
    find(userIdType, userId) {
      const user = found.get({ userIdType, userId })?.user;
      return user === 'missing' && isDoubted ? undefined : user;
    },
    said: (userIdType, userId) => found.get({ userIdType, userId }),
    counts: { ...found.counts, isDoubted },
    close: found.close,
  };
}

/** Counts those whom a plan signs out: whoever is protected, or is invalid, must not be suspended for it. */
export function createPlannedUsers(known: KnownUsers) {
  let former: Pick<Call, 'userId' | 'userIdType'> | undefined;
  let [found, activated] = [0, 0];
  return {
    /** The calls of a user follow each other. */
    add(call: Call): void {
      const isFirst = former?.userId !== call.userId || former.userIdType !== call.userIdType;
      former = call;
      const user = isFirst ? known.find(call.userIdType, call.userId) : undefined;
      if (typeof user !== 'object') return;
      found += 1;
      if (user.status === 'Activated') activated += 1;
    },
    counts: (): LookedUp => ({ ...known.counts, found, activated }),
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
export function odditiesOf(counts: LookedUp | undefined, hasProtected: boolean): Oddity[] {
  if (counts === undefined) return [];
  return [doubt(counts) ?? [], unasked(counts, hasProtected) ?? [], stillActivated(counts) ?? []].flat();
}

function unasked({ asked, unknown }: LookedUp, hasProtected: boolean): Oddity | undefined {
  if (unknown <= asked) return undefined;
  return {
    kind: 'not_looked_up',
    message: `GenAuth did not say who ${grouped(unknown)} of ${grouped(asked + unknown)} users are: they are taken as the file has them.${hasProtected ? ' Of protected people only those are seen who stand there by an ID that the list has, too.' : ''}`,
    lines: [],
  };
}

function doubt({ asked, missing, isDoubted }: LookedUp): Oddity | undefined {
  if (!isDoubted) return undefined;
  return {
    kind: 'not_found',
    message: `GenAuth does not know ${grouped(missing)} of ${grouped(asked)} users by these IDs. That is more than ${missing * 2 > asked ? 'half' : 'a tenth'}, so that the look-up is not believed and nobody is left out for it: is it the right user pool, and the right user ID type?`,
    lines: [],
  };
}

function stillActivated({ found, activated }: LookedUp): Oddity | undefined {
  if (activated === 0) return undefined;
  const [are, they] = activated === 1 ? ['is', 'That user'] : ['are', 'They'];
  return {
    kind: 'still_activated',
    message: `${grouped(activated)} of ${grouped(found)} ${found === 1 ? 'user' : 'users'} ${are} still activated in GenAuth. ${they} can sign in again at once: suspend the accounts first where that must not be.`,
    lines: [],
  };
}

/** @returns what judges one valid row by what GenAuth says of its user. */
function createUserJudge(columns: Columns, known: KnownUsers): (row: Row) => Row {
  const contacts = contactColumns(columns);
  const name = nameColumns(columns);
  return (row) => {
    if (!row.valid) return row;
    const user = known.find(row.userIdType, row.userId);
    if (user === undefined) return row;
    const findings =
      user === 'missing'
        ? [unknownUser(columns.userId)]
        : [
            ...contacts.flatMap((contact) => compare(row, user, contact, known) ?? []),
            ...(name === undefined ? [] : (compareName(row, user, name) ?? [])),
          ];
    const problems = findings.filter(({ kind }) => !warns.has(kind));
    const told = findings.map((finding) => problemOf(finding, row.line, row.cells, columns));
    if (problems.length > 0) {
      const { line, cells, userId, userIdType, appIds } = row;
      const wrong = problems.map((finding) => problemOf(finding, line, cells, columns));
      return { valid: false, line, cells, userId, userIdType, appIds, problems: wrong, repairs: [] };
    }
    const named = known.said(row.userIdType, row.userId)?.firstName;
    return {
      ...row,
      ...(named === undefined ? {} : namedAs(row, named)),
      warnings: told.length === 0 ? row.warnings : [...row.warnings, ...told],
    };
  };
}

/** What people change, and systems spell in their own ways: it tells of a mistake, and proves none. */
const warns: ReadonlySet<Finding['kind']> = new Set(['other_contact', 'other_name']);

/** All rows of a person are one target, by whatever IDs they name them. */
function namedAs(row: ValidRow, { userId, userIdType }: Pick<ValidRow, 'userId' | 'userIdType'>) {
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

function compareName(row: ValidRow, user: User, columns: NameColumns): [Finding] | undefined {
  const name = nameIn(row.cells, columns);
  if (name === '' || user.name === undefined || mayBeOneName(name, user.name)) return undefined;
  return [
    {
      column: columns[0],
      kind: 'other_name',
      message: `GenAuth calls the user of this ID "${visible(user.name, 60)}".`,
      value: name,
    },
  ];
}
