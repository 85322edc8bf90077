import type { UserIdType } from '../input/words/user-id-type.ts';
import type { RequestText } from './request.ts';

/** The most apps that one `kick-users` request takes (`docs/genauth-api.md`, section 1). */
export const maxAppIds = 50;

const kickUsersPath = '/api/v3/kick-users';

/** The body of `POST /api/v3/kick-users`, in GenAuth's spelling. */
export interface KickUsersDto {
  userId: string;
  /** 1 to 50. */
  appIds: string[];
  options?: { userIdType?: UserIdType };
}

/**
 * Anything that makes one `kick-users` request: this package's client, or the official SDK's `ManagementClient`.
 * It may resolve with GenAuth's body or with a {@link Reply}, and may throw; see `toReply`.
 */
export interface KickUsersClient {
  kickUsers(dto: KickUsersDto): Promise<unknown>;
}

export interface KickUsersText extends RequestText {
  readonly body: string;
}

export function encodeKickUsers(dto: KickUsersDto): KickUsersText {
  const appIds = JSON.stringify(dto.appIds);
  const userId = JSON.stringify(dto.userId);
  const userIdType = dto.options?.userIdType;
  if (userIdType === undefined) {
    return {
      method: 'POST',
      address: kickUsersPath,
      body: `{"appIds":${appIds},"userId":${userId}}`,
      resource: `${kickUsersPath}?appIds=${appIds}&userId=${dto.userId}`,
    };
  }
  const options = `{"userIdType":${JSON.stringify(userIdType)}}`;
  return {
    method: 'POST',
    address: kickUsersPath,
    body: `{"appIds":${appIds},"userId":${userId},"options":${options}}`,
    resource: `${kickUsersPath}?appIds=${appIds}&options=${options}&userId=${dto.userId}`,
  };
}
