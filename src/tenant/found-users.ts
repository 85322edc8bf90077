import { UserError } from '../errors.ts';
import { openNamelessLines, type Scratch } from '../files/nameless-lines.ts';
import type { UserName } from '../genauth/questions/get-user.ts';
import type { User } from '../genauth/questions/user.ts';
import type { FoundCounts } from './found-counts.ts';
import { keyOf } from './look-up-users.ts';
import { createPlaces, mostPlace, type Places } from './places.ts';

/** Who was asked for, and what GenAuth said. */
export interface FoundUser {
  readonly name: UserName;
  /** Undefined where nothing tells. */
  readonly user: User | 'missing' | undefined;
  /** Ms since the epoch. */
  readonly askedAt: number;
  /** By which name the file names this user first, where that is another one. */
  readonly firstName: UserName | undefined;
}

/** Users by the IDs that a file has of them. */
export interface FoundUsers {
  /** @param isNamed the file names the user so; else it only says more about one. */
  add(found: Pick<FoundUser, 'name' | 'user' | 'askedAt'>, isNamed: boolean): void;
  /** Undefined of whom nobody was asked. */
  get(name: UserName): FoundUser | undefined;
  /** Of those that the file names. */
  readonly counts: Readonly<FoundCounts>;
  /** No more are added, which gives memory back. */
  complete(): void;
  /** Its file is gone by then. */
  close(): void;
}

/**
 * Keeps users in a private file that has no name any more, and in memory only where each stands: 10 bytes for each, and as much again until
 * `complete`.
 * @param most so many are added. @param mostNamed so many of them the file names.
 */
export function createFoundUsers(scratch: Scratch, most: number, mostNamed = most): FoundUsers {
  const file = openNamelessLines(scratch);
  const byName = createPlaces(most);
  let byUserId: Places | undefined = createPlaces(mostNamed);
  const counts: FoundCounts = { asked: 0, unknown: 0, found: 0, missing: 0, activated: 0 };
  let latest: { readonly place: number; readonly found: FoundUser } | undefined;

  function read(place: number): FoundUser {
    if (latest?.place !== place) latest = { place, found: decode(file.line(place)) };
    return latest.found;
  }

  function find(
    places: Places | undefined,
    key: string,
    isMeant: (found: FoundUser) => boolean,
  ): FoundUser | undefined {
    for (const place of places?.candidates(key) ?? []) if (isMeant(read(place))) return read(place);
    return undefined;
  }

  /** @returns whose file name is the first of this user's. */
  function firstOf({ userId }: User): FoundUser | undefined {
    return find(byUserId, userId, ({ user }) => typeof user === 'object' && user.userId === userId);
  }

  function count(user: FoundUser['user'], isFirst: boolean): void {
    if (user === undefined) counts.unknown += 1;
    else counts.asked += 1;
    if (user === 'missing') counts.missing += 1;
    if (typeof user !== 'object' || !isFirst) return;
    counts.found += 1;
    if (user.status === 'Activated') counts.activated += 1;
  }

  return {
    counts,
    add({ name, user, askedAt }, isNamed) {
      const first = typeof user === 'object' && isNamed ? firstOf(user) : undefined;
      const place = file.add(encode({ name, user, askedAt, firstName: first?.name }));
      if (place > mostPlace) throw tooManyUsers();
      byName.add(keyOf(name), place);
      if (!isNamed) return;
      if (typeof user === 'object' && first === undefined) byUserId?.add(user.userId, place);
      count(user, first === undefined);
    },
    get(name) {
      return find(byName, keyOf(name), ({ name: own }) => keyOf(own) === keyOf(name));
    },
    complete() {
      byUserId = undefined;
    },
    close: file.close,
  };
}

function tooManyUsers(): UserError {
  return new UserError('The file names more users than can be looked up.', {
    hint: 'Run it without, or in several files:',
    ways: [['--no-look-up']],
  });
}

function encode({ name, user, askedAt, firstName }: FoundUser): string {
  return `${JSON.stringify([name.userIdType, name.userId, askedAt, user ?? null, firstName ?? null])}\n`;
}

type Encoded = [
  UserName['userIdType'],
  string,
  number,
  Exclude<FoundUser['user'], undefined> | null,
  UserName | null,
];

function decode(line: string): FoundUser {
  // Nobody else has ever had this file.
  const [userIdType, userId, askedAt, user, firstName] = JSON.parse(line) as Encoded;
  const name = { userIdType, userId };
  return { name, user: user ?? undefined, askedAt, firstName: firstName ?? undefined };
}
