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

/** Numbers stand for users and apps: objects and arrays for each took three times the memory, and five times the time. */
export function createGroups(): Groups {
  const byType = new Map<UserIdType, Map<string, number>>();
  const userIds: string[] = [];
  const types: UserIdType[] = [];
  const firstRows = createUint32List();
  const counts = createUint32List();
  /** Of each user's pairs the first and the last; of each pair the next of the same user. */
  const firsts = createUint32List();
  const lasts = createUint32List();
  const nexts = createUint32List();
  const appNumbers = new Map<string, number>();
  const appIdsByNumber: string[] = [];
  /** Users and apps. */
  const pairs = createPairSet();
  const lines = createUint32List();
  let textBytes = 0;

  function appOf(appId: string): number {
    const known = appNumbers.get(appId);
    if (known !== undefined) return known;
    const own = copyOf(appId);
    textBytes += bytesOfName + own.length;
    appNumbers.set(own, appIdsByNumber.length);
    return appIdsByNumber.push(own) - 1;
  }

  function usersOf(type: UserIdType): Map<string, number> {
    const known = byType.get(type);
    if (known !== undefined) return known;
    const users = new Map<string, number>();
    byType.set(type, users);
    return users;
  }

  function begin(userId: string, userIdType: UserIdType, firstRow: number): number {
    const own = copyOf(userId);
    textBytes += bytesOfName + own.length;
    const user = userIds.push(own) - 1;
    usersOf(userIdType).set(own, user);
    types.push(userIdType);
    firstRows.push(firstRow);
    counts.push(0);
    firsts.push(0);
    lasts.push(0);
    return user;
  }

  function addApp(user: number, appId: string, line: number): void {
    const pair = pairs.size;
    if (!pairs.add(user, appOf(appId))) return;
    lines.push(line);
    nexts.push(0);
    const count = counts.get(user);
    if (count === maxAppsOfUser) throw tooManyApps(userIds[user] ?? '', line);
    if (count === 0) firsts.set(user, pair);
    else nexts.set(lasts.get(user), pair);
    lasts.set(user, pair);
    counts.set(user, count + 1);
  }

  function targetOf(user: number): Gathered {
    const appIds: string[] = [];
    const where: number[] = [];
    let pair = firsts.get(user);
    for (let left = counts.get(user); left > 0; left -= 1) {
      appIds.push(appIdsByNumber[pairs.other(pair)] ?? '');
      where.push(lines.get(pair));
      pair = nexts.get(pair);
    }
    return {
      userId: userIds[user] ?? '',
      userIdType: types[user] ?? 'user_id',
      appIds,
      lines: where,
      firstRow: firstRows.get(user),
      known: undefined,
    };
  }

  return {
    add({ userId, userIdType, appIds, lines: where, firstRow }) {
      const user = usersOf(userIdType).get(userId) ?? begin(userId, userIdType, firstRow);
      for (let at = 0; at < appIds.length; at += 1) {
        addApp(user, appIds[at] ?? '', typeof where === 'number' ? where : (where[at] ?? 0));
      }
      return firstRows.get(user);
    },
    *targets() {
      for (let user = 0; user < userIds.length; user += 1) yield targetOf(user);
    },
    *firstRows() {
      for (let user = 0; user < userIds.length; user += 1) yield firstRows.get(user);
    },
    get bytes() {
      return textBytes + bytesOfPair * pairs.size;
    },
  };
}

/** A text of its own: a piece of a longer one would keep all of that in memory. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}
