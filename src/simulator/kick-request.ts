import type { RefusalName } from './refusals.ts';
import type { Tenant } from './tenant.ts';
import { isNamed, isUserId, isUserIdType } from './user-id.ts';

/** What a kick-users body asks for, as far as it can be read. */
export interface KickRequest {
  readonly userId: string;
  readonly userIdType: string;
  readonly appIds: readonly string[];
  /** GenAuth's own ID of the user; empty where there is none. */
  readonly knownAs: string;
  /** Why GenAuth would refuse it. */
  readonly refusal: RefusalName | undefined;
}

/** GenAuth takes no more apps than so in one call. */
const maxAppIds = 50;

export function readKickRequest(body: unknown, tenant: Tenant): KickRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { userId: '', userIdType: 'user_id', appIds: [], knownAs: '', refusal: 'body' };
  }
  const { userId, appIds, options } = body as Record<string, unknown>;
  const optional =
    typeof options === 'object' && options !== null ? (options as Record<string, unknown>) : {};
  const userIdType = optional['userIdType'] ?? 'user_id';
  const user = typeof userId === 'string' ? userId : '';
  const type = typeof userIdType === 'string' ? userIdType : '';
  const apps = isStringArray(appIds) ? appIds : [];
  const malformed = malformedPart(user, type, apps);
  const knownAs = malformed ? '' : (tenant.userIdOf(type, user) ?? '');
  const refusal = malformed ?? refusalOf(user, type, apps, knownAs, tenant);
  return { userId: user, userIdType: type, appIds: apps, knownAs, refusal };
}

function malformedPart(
  userId: string,
  userIdType: string,
  appIds: readonly string[],
): RefusalName | undefined {
  if (!isUserIdType(userIdType)) return 'userIdType';
  if (!isUserId(userId, userIdType)) return 'userId';
  return appIds.length === 0 || appIds.length > maxAppIds ? 'appIds' : undefined;
}

function refusalOf(
  userId: string,
  userIdType: string,
  appIds: readonly string[],
  knownAs: string,
  tenant: Tenant,
): RefusalName | undefined {
  // The latter as if they were deleted since they were looked up.
  if (knownAs === '' || isNamed(userId, userIdType, 'deleted-')) return 'unknownUser';
  if (isNamed(userId, userIdType, 'locked-')) return 'lockedUser';
  return appIds.every(tenant.hasApp) ? undefined : 'unknownApp';
}

function isStringArray(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item.trim() !== '');
}
