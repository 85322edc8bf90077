import type { UserIdType } from '../input/user-id-type.ts';

/** The most apps that one `kick-users` request takes (`genauth-api.md`, section 1). */
export const maxAppIds = 50;

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
