import type { OpenRows } from '../input/read-rows.ts';
import type { User } from '../genauth/questions/user.ts';
import type { Row, ValidRow } from '../input/row.ts';
import type { KnownUsers } from './known-users.ts';
import type { PlannedRow, PlannedRows } from '../plan/planned-row.ts';
import type { ProtectedId } from '../input/protect-list.ts';
import { fold, isSamePhone, minPhoneDigits, phoneDigits } from '../input/cell/same-user.ts';
import type { UserIdType } from '../input/words/user-id-type.ts';

/** Knows who must not be signed out, by the IDs that a list gave. */
export interface ProtectedUsers {
  /** @returns the list's ID that this user stands under, however either is spelled. */
  find(userIdType: UserIdType, userId: string): ProtectedId | undefined;
  /** How many IDs the list has. */
  readonly size: number;
}

/**
 * Compares generously, as `same-user.ts` says: a user who is left out by mistake is named before the run, and one who is signed
 * out by mistake is an administrator.
 */
export function createProtectedUsers(ids: readonly ProtectedId[]): ProtectedUsers {
  const byFolded = new Map<string, ProtectedId[]>();
  const byPhoneEnd = new Map<string, { readonly id: ProtectedId; readonly digits: string }[]>();
  for (const id of ids) {
    const folded = fold(id.id);
    put(byFolded, folded, id);
    const digits = id.userIdType === undefined || id.userIdType === 'phone' ? phoneDigits(folded) : undefined;
    if (digits !== undefined) put(byPhoneEnd, digits.slice(-minPhoneDigits), { id, digits });
  }

  return {
    find(userIdType, userId) {
      const holdsFor = ({ userIdType: own }: ProtectedId): boolean => own === undefined || own === userIdType;
      const folded = fold(userId);
      const same = byFolded.get(folded)?.find(holdsFor);
      if (same !== undefined || byPhoneEnd.size === 0 || !phoneTypes.has(userIdType)) return same;
      const digits = phoneDigits(folded);
      if (digits === undefined) return undefined;
      return byPhoneEnd
        .get(digits.slice(-minPhoneDigits))
        ?.find((known) => holdsFor(known.id) && isSamePhone(known.digits, digits))?.id;
    },
    size: ids.length,
  };
}

/** IDs of other types are no phone numbers, even where they are all digits. */
const phoneTypes: ReadonlySet<UserIdType> = new Set(['phone', 'username', 'custom_field']);

function put<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

/** @param known a protected person is protected under every ID that GenAuth has of them. */
export function setProtectedApart(rows: OpenRows, users: ProtectedUsers, known?: KnownUsers): PlannedRows {
  async function* batches(): AsyncGenerator<readonly PlannedRow[]> {
    for await (const batch of rows.batches) yield batch.map((row) => setApart(row, users, known));
  }
  return { ...rows, batches: batches() };
}

function setApart(row: Row, users: ProtectedUsers, known: KnownUsers | undefined): PlannedRow {
  if (!row.valid) return row;
  const names = [row, ...otherNames(known?.find(row.userIdType, row.userId))];
  const protectedAs = names
    .map((name) => users.find(name.userIdType, name.userId))
    .find((found) => found !== undefined);
  if (protectedAs === undefined) return row;
  const { line, cells, userId, userIdType, appIds } = row;
  return { valid: false, line, cells, userId, userIdType, appIds, protectedAs };
}

function otherNames(user: User | 'missing' | undefined): Pick<ValidRow, 'userId' | 'userIdType'>[] {
  if (user === undefined || user === 'missing') return [];
  const { userId, username, email, phone, phoneCountryCode, externalId } = user;
  const international =
    phone === undefined || phoneCountryCode === undefined ? undefined : phoneCountryCode + phone;
  const names: readonly (readonly [UserIdType, string | undefined])[] = [
    ['user_id', userId],
    ['username', username],
    ['email', email],
    ['phone', phone],
    ['phone', international],
    ['external_id', externalId],
  ];
  return names.flatMap(([userIdType, name]) => (name === undefined ? [] : { userIdType, userId: name }));
}
