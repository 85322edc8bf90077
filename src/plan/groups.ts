import type { UserIdType } from '../input/words/user-id-type.ts';
import { createPairSet } from './pair-set.ts';
import { maxAppsOfUser, tooManyApps, type Target } from './target.ts';
import { createUint32List } from './uint32-list.ts';

/** A target, or the part of it that some rows ask for. */
export interface Gathered extends Target {
  /** The number of the first of those rows, from 0. */
  readonly firstRow: number;
}

/** What one row, or what was gathered of several, asks for. */
type Asked = Pick<Gathered, 'userId' | 'userIdType' | 'appIds' | 'lines' | 'firstRow'>;

/** Users by type and ID, in the order in which they are added. */
export interface Groups {
  /** @returns the first row of the user. @throws {UserError} when the user has too many apps. */
  add(asked: Asked): number;
  targets(): Generator<Gathered>;
  /** Of each user, in the same order. */
  firstRows(): Generator<number>;
  /** About how much memory they take. */
  readonly bytes: number;
}

/** A text, its place in a list and in a map, which is there twice when it grows, and what is known of it. */
const bytesOfName = 300;
/** With where it was named, and what comes after it. */
const bytesOfPair = 32;

/** Of each user side by side, as in a {@link PairSet}: the first row, how many apps, and the first and last of their pairs. */
const fields = { firstRow: 0, apps: 1, first: 2, last: 3 };
const fieldBits = 2;

/** Numbers stand for users and apps: objects and arrays for each took three times the memory, and five times the time. */
export function createGroups(): Groups {
  const users = createUsers();
  const apps = createNames();
  const ofUsers = createUint32List();
  /** Users and apps, with the line that names them first; each leads to the next of the same user. */
  const pairs = createPairSet();

  function field(user: number, place: number): number {
    return ofUsers.get((user << fieldBits) + place);
  }

  function setField(user: number, place: number, value: number): void {
    ofUsers.set((user << fieldBits) + place, value);
  }

  function begin(userIdType: UserIdType, userId: string, firstRow: number): number {
    for (const value of [firstRow, 0, 0, 0]) ofUsers.push(value);
    return users.begin(userIdType, userId);
  }

  function addApp(user: number, appId: string, line: number): void {
    const pair = pairs.add(user, apps.numberOf(appId), line);
    if (pair === undefined) return;
    const count = field(user, fields.apps);
    if (count === maxAppsOfUser) throw tooManyApps(users.id(user), line);
    if (count === 0) setField(user, fields.first, pair);
    else pairs.setNext(field(user, fields.last), pair);
    setField(user, fields.last, pair);
    setField(user, fields.apps, count + 1);
  }

  function targetOf(user: number): Gathered {
    const appIds: string[] = [];
    const lines: number[] = [];
    let pair = field(user, fields.first);
    for (let left = field(user, fields.apps); left > 0; left -= 1) {
      appIds.push(apps.name(pairs.other(pair)));
      lines.push(pairs.note(pair));
      pair = pairs.next(pair);
    }
    const firstRow = field(user, fields.firstRow);
    return {
      userId: users.id(user),
      userIdType: users.type(user),
      appIds,
      lines,
      firstRow,
      known: undefined,
    };
  }

  return {
    add({ userId, userIdType, appIds, lines, firstRow }) {
      const user = users.find(userIdType, userId) ?? begin(userIdType, userId, firstRow);
      for (let at = 0; at < appIds.length; at += 1) {
        addApp(user, appIds[at] ?? '', typeof lines === 'number' ? lines : (lines[at] ?? 0));
      }
      return field(user, fields.firstRow);
    },
    *targets() {
      for (let user = 0; user < users.count; user += 1) yield targetOf(user);
    },
    *firstRows() {
      for (let user = 0; user < users.count; user += 1) yield field(user, fields.firstRow);
    },
    get bytes() {
      return users.bytes + apps.bytes + bytesOfPair * pairs.size;
    },
  };
}

/** Users, numbered from 0. */
function createUsers() {
  const byType = new Map<UserIdType, Map<string, number>>();
  const ids: string[] = [];
  const types: UserIdType[] = [];
  let bytes = 0;
  return {
    find: (type: UserIdType, id: string): number | undefined => byType.get(type)?.get(id),
    begin(type: UserIdType, id: string): number {
      const own = copyOf(id);
      bytes += bytesOfName + own.length;
      const user = ids.push(own) - 1;
      types.push(type);
      const known = byType.get(type);
      if (known === undefined) byType.set(type, new Map([[own, user]]));
      else known.set(own, user);
      return user;
    },
    id: (user: number): string => ids[user] ?? '',
    type: (user: number): UserIdType => types[user] ?? 'user_id',
    get count() {
      return ids.length;
    },
    get bytes() {
      return bytes;
    },
  };
}

/** Texts, numbered from 0 as they are first asked for. */
function createNames() {
  const numbers = new Map<string, number>();
  const names: string[] = [];
  let bytes = 0;
  return {
    numberOf(name: string): number {
      const known = numbers.get(name);
      if (known !== undefined) return known;
      const own = copyOf(name);
      bytes += bytesOfName + own.length;
      numbers.set(own, names.length);
      return names.push(own) - 1;
    },
    name: (number: number): string => names[number] ?? '',
    get bytes() {
      return bytes;
    },
  };
}

/** A text of its own: a piece of a longer one would keep all of that in memory. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}
