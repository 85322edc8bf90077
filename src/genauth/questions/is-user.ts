import type { UserName } from './get-user.ts';
import type { User } from './user.ts';

/** Whether this is the user who was asked for by that name. Undefined: it cannot be told from what GenAuth says of the user. */
export function isUser(user: User, { userId: asked, userIdType }: UserName): boolean | undefined {
  switch (userIdType) {
    case 'user_id':
      return user.userId === asked || (isHex(asked) && user.userId.toLowerCase() === asked.toLowerCase());
    case 'external_id':
      return user.externalId === undefined ? undefined : user.externalId === asked;
    case 'email':
      return user.email === undefined ? undefined : user.email.toLowerCase() === asked.toLowerCase();
    case 'username':
      return isUsername(user.username, asked);
    case 'phone':
      return isPhone(user, asked);
    // Of identities these requests ask nothing, and which custom field is meant is told nowhere.
    case 'identity':
    case 'sync_relation':
    case 'custom_field':
      return undefined;
  }
}

/** GenAuth's own form of an ID. */
function isHex(userId: string): boolean {
  return /^[\da-f]{24}$/i.test(userId);
}

/** Whether case counts is not known. */
function isUsername(username: string | undefined, asked: string): boolean | undefined {
  if (username === undefined || username === asked) return username === undefined ? undefined : true;
  return username.toLowerCase() === asked.toLowerCase() ? undefined : false;
}

/** GenAuth's own default: numbers of mainland China need no code. */
const usualCountryCode = '86';

/** Numbers are stored without the code of their country, and named with it or without. */
function isPhone({ phone, phoneCountryCode }: User, asked: string): boolean | undefined {
  if (phone === undefined) return undefined;
  const code = digitsOf(phoneCountryCode ?? usualCountryCode);
  const number = digitsOf(phone);
  const [national, full] = hasPrefix(phone)
    ? [number.startsWith(code) ? number.slice(code.length) : undefined, number]
    : [number, code + number];
  const askedNumber = digitsOf(asked);
  if (askedNumber === full) return true;
  // What has its country named is no number of another one.
  if (!hasPrefix(asked)) return askedNumber === national;
  const mayHaveAnyCode = phoneCountryCode === undefined && !hasPrefix(phone);
  return mayHaveAnyCode && askedNumber.endsWith(number) ? undefined : false;
}

function hasPrefix(phone: string): boolean {
  return /^\s*(?:\+|00)/.test(phone);
}

/** Without signs, spaces and the zeros that stand for a `+`. */
function digitsOf(phone: string): string {
  return phone.replaceAll(/\D/g, '').replace(/^00/, '');
}
