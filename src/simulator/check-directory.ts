import type { Directory } from './tenant.ts';

const textFields = [
  'userId',
  'username',
  'email',
  'phone',
  'externalId',
  'identity',
  'syncRelation',
  'customField',
  'name',
] as const;

/** @returns the same, sure to be whole. @throws RangeError that names what is missing or makes no sense. */
export function checkDirectory(given: unknown): Directory {
  const { apps, users } = objectOf(given, 'the directory');
  if (!Array.isArray(apps) || !Array.isArray(users)) {
    throw new RangeError('a directory needs lists named apps and users');
  }
  const appIds = new Set<string>();
  for (const [at, each] of apps.entries()) {
    const { appId, appName } = objectOf(each, `apps[${at}]`);
    if (!isText(appId) || !isText(appName)) throw new RangeError(`apps[${at}] needs an appId and an appName`);
    if (appIds.has(appId)) throw new RangeError(`two apps have the ID ${appId}`);
    appIds.add(appId);
  }
  const userIds = new Set<string>();
  for (const [at, each] of users.entries()) {
    const user = objectOf(each, `users[${at}]`);
    checkUser(user, `users[${at}]`, appIds);
    const userId = String(user['userId']);
    if (userIds.has(userId)) throw new RangeError(`two users have the ID ${userId}`);
    userIds.add(userId);
  }
  return given as Directory;
}

function checkUser(user: Record<string, unknown>, place: string, appIds: ReadonlySet<string>): void {
  for (const field of textFields) {
    const value = user[field];
    if (!isText(value) && (value !== undefined || field === 'userId')) {
      throw new RangeError(`${place} needs text as ${field}`);
    }
  }
  for (const field of ['apps', 'usedApps']) {
    const list = user[field] ?? [];
    if (!Array.isArray(list)) throw new RangeError(`${place}.${field} is not a list`);
    const unknown = list.find((appId) => !appIds.has(appId));
    if (unknown !== undefined)
      throw new RangeError(`${place}.${field} names an app that there is not: ${unknown}`);
  }
  const logins = user['logins'] ?? [];
  if (!Array.isArray(logins)) throw new RangeError(`${place}.logins is not a list`);
  for (const each of logins) {
    const { appId, time } = objectOf(each, `${place}.logins`);
    if (!isText(appId) || !isText(time) || Number.isNaN(Date.parse(time))) {
      throw new RangeError(
        `${place}.logins needs an appId and a time, such as 2026-01-01T08:00:00Z, in each`,
      );
    }
  }
  const after = user['returnsAfterMs'] ?? 0;
  if (!(typeof after === 'number' && after >= 0))
    throw new RangeError(`${place}.returnsAfterMs is not a number from 0`);
}

function objectOf(value: unknown, place: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new RangeError(`${place} is not an object`);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
