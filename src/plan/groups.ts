import type { UserIdType } from '../input/words/user-id-type.ts';
import { maxAppsOfUser, tooManyApps, type Target } from './target.ts';
import { createUint32List, type Uint32List } from './uint32-list.ts';

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

/** All that rows ask for, be it more than once: of each pair side by side who asks for which app, and in which line. */
type Pairs = Readonly<Record<'user' | 'app' | 'line', Uint32List>>;

/** A text, its place in a list and in a map, which is there twice when it grows, and what is known of it. */
const bytesOfName = 300;
/** A user, an app and a line, and where that comes among those of its user. */
const bytesOfPair = 16;

/**
 * Numbers stand for users and apps: objects and arrays for each took three times the memory, and five times the time. What is asked for
 * is put in order of users only when the targets are taken: to look for each pair as it comes took twice the time of all else.
 */
export function createGroups(): Groups {
  const users = createUsers();
  const apps = createNames();
  const firstRows = createUint32List();
  /** Of each user, how many of the pairs. */
  const counts = createUint32List();
  const pairs: Pairs = { user: createUint32List(), app: createUint32List(), line: createUint32List() };

  function begin(userIdType: UserIdType, userId: string, firstRow: number): number {
    firstRows.push(firstRow);
    counts.push(0);
    return users.begin(userIdType, userId);
  }

  function addApp(user: number, appId: string, line: number): void {
    pairs.user.push(user);
    pairs.app.push(apps.numberOf(appId));
    pairs.line.push(line);
    const count = counts.get(user) + 1;
    counts.set(user, count);
    // Looked at now and then: mostly so many are the same few again.
    if (count % maxAppsOfUser === 0 && appsOf(user, pairs) > maxAppsOfUser)
      throw tooManyApps(users.id(user), line);
  }

  /** Each app once, as it is first asked for. @param ofUser the user's pairs. */
  function targetOf(user: number, ofUser: Uint32Array, lastUsers: Uint32Array): Gathered {
    const appIds: string[] = [];
    const lines: number[] = [];
    for (const pair of ofUser) {
      const app = pairs.app.get(pair);
      if (lastUsers[app] === user + 1) continue;
      lastUsers[app] = user + 1;
      const line = pairs.line.get(pair);
      if (appIds.length === maxAppsOfUser) throw tooManyApps(users.id(user), line);
      appIds.push(apps.name(app));
      lines.push(line);
    }
    const firstRow = firstRows.get(user);
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
      return firstRows.get(user);
    },
    *targets() {
      const order = inOrderOfUsers(pairs.user, counts);
      /** Of each app the last user who asked for it, from 1. */
      const lastUsers = new Uint32Array(apps.count);
      let from = 0;
      for (let user = 0; user < users.count; user += 1) {
        const to = from + counts.get(user);
        const ofUser = order.subarray(from, to);
        from = to;
        yield targetOf(user, ofUser, lastUsers);
      }
    },
    *firstRows() {
      for (let user = 0; user < users.count; user += 1) yield firstRows.get(user);
    },
    get bytes() {
      return users.bytes + apps.bytes + bytesOfPair * pairs.user.length;
    },
  };
}

/** How many different ones. */
function appsOf(user: number, pairs: Pairs): number {
  const found = new Set<number>();
  for (let pair = 0; pair < pairs.user.length; pair += 1) {
    if (pairs.user.get(pair) === user) found.add(pairs.app.get(pair));
  }
  return found.size;
}

/** The pairs of the first user, those of the second, and so on, each as they came. @param counts how many of them each user has. */
function inOrderOfUsers(users: Uint32List, counts: Uint32List): Uint32Array {
  const next = new Uint32Array(counts.length);
  let before = 0;
  for (let user = 0; user < counts.length; user += 1) {
    next[user] = before;
    before += counts.get(user);
  }
  const order = new Uint32Array(before);
  for (let pair = 0; pair < before; pair += 1) {
    const user = users.get(pair);
    const place = next[user] ?? 0;
    order[place] = pair;
    next[user] = place + 1;
  }
  return order;
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
    get count() {
      return names.length;
    },
    get bytes() {
      return bytes;
    },
  };
}

/** A text of its own: a piece of a longer one would keep all of that in memory. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}
