import type { RefusalName } from './refusals.ts';

/** What a kick-users body asks for, as far as it can be read. */
export interface KickRequest {
  readonly userId: string;
  readonly userIdType: string;
  readonly appIds: readonly string[];
  /** Why GenAuth would refuse it. */
  readonly refusal: RefusalName | undefined;
}

const userIdTypes = new Set([
  'user_id',
  'phone',
  'email',
  'username',
  'external_id',
  'identity',
  'sync_relation',
  'custom_field',
]);

/** GenAuth takes no more apps than so in one call. */
const maxAppIds = 50;

/** The apps that a tenant has. */
export type KnowsApp = (appId: string) => boolean;

/** Any with an ID as GenAuth gives them, and those that are named. */
export function knownApps(named: readonly string[]): KnowsApp {
  const names = new Set(named);
  return (appId) => /^[\da-f]{24}$/.test(appId) || names.has(appId);
}

export function readKickRequest(body: unknown, knowsApp: KnowsApp): KickRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { userId: '', userIdType: 'user_id', appIds: [], refusal: 'body' };
  }
  const { userId, appIds, options } = body as Record<string, unknown>;
  const given = typeof options === 'object' && options !== null ? (options as Record<string, unknown>) : {};
  const userIdType = given['userIdType'] ?? 'user_id';
  const user = typeof userId === 'string' ? userId : '';
  const type = typeof userIdType === 'string' ? userIdType : '';
  const apps = isStringArray(appIds) ? appIds : [];
  return { userId: user, userIdType: type, appIds: apps, refusal: refusalOf(user, type, apps, knowsApp) };
}

function refusalOf(
  userId: string,
  userIdType: string,
  appIds: readonly string[],
  knowsApp: KnowsApp,
): RefusalName | undefined {
  if (!userIdTypes.has(userIdType)) return 'userIdType';
  if (!isUserId(userId, userIdType)) return 'userId';
  if (appIds.length === 0 || appIds.length > maxAppIds) return 'appIds';
  if (isNamed(userId, userIdType, 'unknown-')) return 'unknownUser';
  if (isNamed(userId, userIdType, 'locked-')) return 'lockedUser';
  return appIds.every(knowsApp) ? undefined : 'unknownApp';
}

/** Whether the user's ID begins with `prefix`; of an ID in two parts, the second part counts as well. */
export function isNamed(userId: string, userIdType: string, prefix: string): boolean {
  if (userId.startsWith(prefix)) return true;
  return hasTwoParts(userIdType) && userId.startsWith(prefix, userId.indexOf(':') + 1);
}

function isUserId(userId: string, userIdType: string): boolean {
  if (userId.trim() === '') return false;
  if (userIdType === 'email') return userId.includes('@');
  if (!hasTwoParts(userIdType)) return true;
  const colon = userId.indexOf(':');
  return colon > 0 && colon < userId.length - 1;
}

function hasTwoParts(userIdType: string): boolean {
  return userIdType === 'identity' || userIdType === 'sync_relation';
}

function isStringArray(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item.trim() !== '');
}
