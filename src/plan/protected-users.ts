import type { ProtectedId } from '../input/protect-list.ts';
import type { UserIdType } from '../input/user-id-type.ts';

/** Knows who must not be signed out, by the IDs that a list gave. */
export interface ProtectedUsers {
  /** @returns the list's ID that this user stands under, however either is spelled. */
  find(userIdType: UserIdType, userId: string): ProtectedId | undefined;
  /** How many IDs the list has. */
  readonly size: number;
}

/** The width of the user IDs that GenAuth gives; some are all digits, and begin with zeros. */
const objectIdWidth = 24;
/** Shorter numbers are too many people's, or an extension. */
const minPhoneDigits = 7;
/** A country code has up to three digits, and a zero may stand behind it. */
const maxPrefixDigits = 4;

/**
 * Compares generously: a user who is left out by mistake is named before the run, and one who is signed out by mistake is an
 * administrator. So case, white space, invisible characters, full-width forms, quotation marks and leading zeros never count; phone
 * numbers are the same when one is the other with a prefix of up to four digits, `+` and zeros aside.
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

const hasNothingToFold = /^[\x21\x23-\x26\x28-\x3c\x3e-\x5f\x61-\x7e]*$/;
const ignored = /[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;
const marksAround = /^[='"`‘’“”]+|['"`‘’“”]+$/gu;

function fold(text: string): string {
  const folded = foldLetters(text);
  // A spreadsheet takes the zeros from the list, or from the file, or from neither; but GenAuth's own IDs have 24 digits.
  return folded.length >= objectIdWidth ? folded : folded.replace(/^0+(?=\d+$)/, '');
}

function foldLetters(text: string): string {
  if (hasNothingToFold.test(text)) return text.toLowerCase();
  const visible = text.normalize('NFKC').replaceAll(ignored, '').replaceAll(marksAround, '');
  // Up and down again, so that letters with several small forms are one.
  return visible.toUpperCase().toLowerCase().normalize('NFKC');
}

/** @returns the digits without `+` and leading zeros; undefined for what is no phone number. */
function phoneDigits(folded: string): string | undefined {
  if (!/^[\d+().·/\p{Pd}]+$/u.test(folded)) return undefined;
  // +86 (0) 138...: the zero is dialled without the prefix only.
  const digits = folded.replace('(0)', '').replaceAll(/\D/g, '').replace(/^0+/, '');
  return digits.length < minPhoneDigits ? undefined : digits;
}

function isSamePhone(one: string, other: string): boolean {
  const [long, short] = one.length >= other.length ? [one, other] : [other, one];
  return long.endsWith(short) && long.length - short.length <= maxPrefixDigits;
}
