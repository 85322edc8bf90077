import { callKey, draw, drawFor } from './draw.ts';
import type { Faults } from './faults.ts';
import { isNamed, looksLikeContact, madeUserId, withoutCase } from './user-id.ts';

/** An app of the simulated tenant. */
export interface SimulatedApp {
  readonly appId: string;
  readonly appName: string;
  /** Whether questions about sessions in it are refused. */
  readonly unreadable?: boolean;
}

/** A user of the simulated tenant. What is left out GenAuth does not know. */
export interface SimulatedUser {
  readonly userId: string;
  readonly username?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly externalId?: string;
  readonly identity?: string;
  readonly syncRelation?: string;
  readonly customField?: string;
  readonly name?: string;
  /** @default 'Activated' */
  readonly status?: 'Activated' | 'Suspended' | 'Resigned' | 'Archived' | 'Deactivated';
  /** IDs of the apps that the user is signed in to at the start; all by default. */
  readonly apps?: readonly string[];
  /** IDs of the apps that the user has ever used; by default those that the user is signed in to. */
  readonly usedApps?: readonly string[];
  /** Sign-ins before the start; by default one in each app used. */
  readonly logins?: readonly { readonly appId: string; readonly time: string; readonly clientIp?: string }[];
  /** Whether each session outlives the first kick. By default the fault `survivors` decides. */
  readonly survives?: boolean;
  /** Signs in again so long after a kick. By default the fault `returns` decides. */
  readonly returnsAfterMs?: number;
  /** Whether questions about the user's sessions are refused. By default the fault `unreadable` decides. */
  readonly unreadable?: boolean;
}

/** All apps and users that there are. */
export interface Directory {
  readonly apps: readonly SimulatedApp[];
  readonly users: readonly SimulatedUser[];
}

/** The apps and users of the simulated server. */
export interface Tenant {
  /** Whether it says of single users what becomes of their sessions. */
  readonly hasMarks: boolean;
  /** Those that listings name. */
  readonly apps: readonly SimulatedApp[];
  app(appId: string): SimulatedApp | undefined;
  readonly hasApp: (appId: string) => boolean;
  /** `undefined` where no such user exists. */
  user(userIdType: string, userId: string): SimulatedUser | undefined;
  /** The user ID alone, which is quicker. */
  userIdOf(userIdType: string, userId: string): string | undefined;
  /** The user to whom a check without a type means this text: an email or a phone number names nobody. */
  byUserId(userId: string): SimulatedUser | undefined;
  /** IDs of users who are signed in to an app at the start, as far as they are known before they are asked for. */
  regulars(appId: string): readonly string[];
}

/** Which field of a user each type of ID names. */
const fieldOf = {
  user_id: 'userId',
  phone: 'phone',
  email: 'email',
  username: 'username',
  external_id: 'externalId',
  identity: 'identity',
  sync_relation: 'syncRelation',
  custom_field: 'customField',
} as const satisfies Record<string, keyof SimulatedUser>;

type UserIdType = keyof typeof fieldOf;

/** Just those of the directory exist. */
export function directoryTenant({ apps, users }: Directory): Tenant {
  const appById = new Map(apps.map((app) => [app.appId, app]));
  const userBy = new Map<string, Map<string, SimulatedUser>>();
  const signedIn = new Map<string, string[]>();

  function usersBy(userIdType: string): Map<string, SimulatedUser> {
    const known = userBy.get(userIdType);
    if (known) return known;
    const index = new Map<string, SimulatedUser>();
    const field = fieldOf[userIdType as UserIdType];
    for (const user of users) {
      const id = user[field];
      if (id !== undefined) index.set(withoutCase(userIdType, id), user);
    }
    userBy.set(userIdType, index);
    return index;
  }

  const find = (userIdType: string, userId: string): SimulatedUser | undefined =>
    usersBy(userIdType).get(withoutCase(userIdType, userId));
  return {
    hasMarks: true,
    apps,
    app: (appId) => appById.get(appId),
    hasApp: (appId) => appById.has(appId),
    user: find,
    userIdOf: (userIdType, userId) => find(userIdType, userId)?.userId,
    byUserId: (userId) => find('user_id', userId),
    regulars(appId) {
      const known = signedIn.get(appId);
      if (known) return known;
      const found = users.filter((user) => user.apps?.includes(appId) ?? true).map(({ userId }) => userId);
      signedIn.set(appId, found);
      return found;
    },
  };
}

/** So many users whom nobody named are signed in to each app. */
const regularsOfApp = 60;

/** Every app with an ID as GenAuth gives them and every user exist, made from the ID that is asked for. */
export function madeTenant(named: readonly string[], seed: number, faults: () => Faults): Tenant {
  const known = named.map(readApp);
  // What is named by its ID alone is taken, and in no list.
  const apps = known.filter(({ appId, appName }) => appId !== appName);
  const appById = new Map(known.map((app) => [app.appId, app]));

  function userIdOf(userIdType: string, userId: string): string | undefined {
    if (isNamed(userId, userIdType, 'unknown-')) return undefined;
    const made = userIdType === 'user_id' ? userId : madeUserId(userIdType, userId);
    const { missing = 0 } = faults();
    return missing > 0 && draw(callKey(seed, made, ''), 0, drawFor.missing) < missing ? undefined : made;
  }

  function user(userIdType: string, userId: string): SimulatedUser | undefined {
    const made = userIdOf(userIdType, userId);
    if (made === undefined) return undefined;
    const isLocked = isNamed(userId, userIdType, 'locked-');
    return {
      [fieldOf[userIdType as UserIdType]]: userId,
      userId: made,
      ...(isLocked ? { status: 'Suspended' } : {}),
    };
  }

  return {
    hasMarks: false,
    apps,
    hasApp: (appId) => isAppId(appId) || appById.has(appId),
    app: (appId) => appById.get(appId) ?? (isAppId(appId) ? { appId, appName: appId } : undefined),
    user,
    userIdOf,
    byUserId: (userId) => (looksLikeContact(userId) ? undefined : user('user_id', userId)),
    regulars: (appId) =>
      Array.from({ length: regularsOfApp }, (_, at) => madeUserId('regular', `${appId} ${at}`)),
  };
}

/** `Jira=66a1bb...`: name and ID. Of a name alone it is both. */
function readApp(named: string): SimulatedApp {
  const at = named.lastIndexOf('=');
  return at === -1
    ? { appId: named, appName: named }
    : { appId: named.slice(at + 1), appName: named.slice(0, at) };
}

const isAppId = (appId: string): boolean => /^[\da-f]{24}$/.test(appId);
