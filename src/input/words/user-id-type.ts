import { looseName } from './loose-name.ts';

/** What a user ID is, in GenAuth's own spelling (`docs/genauth-api.md`, section 3). */
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

const typesByName = new Map<string, UserIdType>([
  // The exact spellings too: they are what nearly all rows hold, and need no folding.
  ...userIdTypes.map((type) => [type, type] as const),
  ...userIdTypes.map((type) => [looseName(type), type] as const),
]);

/** The type that a person means by `text` (`Email`, `External ID`, `userId`), if it is one. */
export function parseUserIdType(text: string): UserIdType | undefined {
  return typesByName.get(text) ?? typesByName.get(looseName(text));
}
