/** What a user ID is, in GenAuth's own spelling (`genauth-api.md`, section 2). */
export const userIdTypes = [
  'user_id',
  'phone',
  'email',
  'username',
  'external_id',
  'identity',
  'sync_relation',
  'custom_field',
] as const;

export type UserIdType = (typeof userIdTypes)[number];
