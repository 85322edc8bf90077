import { callKey } from './draw.ts';

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

export function isUserIdType(type: string): boolean {
  return userIdTypes.has(type);
}

/** Whether the text has the form of an ID of this type. */
export function isUserId(userId: string, userIdType: string): boolean {
  if (userId.trim() === '') return false;
  if (userIdType === 'email') return userId.includes('@');
  if (!hasTwoParts(userIdType)) return true;
  const colon = userId.indexOf(':');
  return colon > 0 && colon < userId.length - 1;
}

/** Whether the user's ID begins with `prefix`; of an ID in two parts, the second part counts as well. */
export function isNamed(userId: string, userIdType: string, prefix: string): boolean {
  if (userId.startsWith(prefix)) return true;
  return hasTwoParts(userIdType) && userId.startsWith(prefix, userId.indexOf(':') + 1);
}

/** An email or a phone number, which a question without a type of ID does not take for anybody. */
export function looksLikeContact(userId: string): boolean {
  return userId.includes('@') || /^\+?\d[\d -]{5,17}$/.test(userId);
}

/** Emails are the same in any case. */
export function withoutCase(userIdType: string, userId: string): string {
  return userIdType === 'email' ? userId.toLowerCase() : userId;
}

/** The user ID of somebody known by another ID: 24 hexadecimal digits, the same ones whatever the seed. */
export function madeUserId(userIdType: string, userId: string): string {
  const known = withoutCase(userIdType, userId);
  const parts = [1, 2].map((part) => callKey(part, userIdType, known).toString(16).padStart(13, '0'));
  return parts.join('').slice(2);
}

function hasTwoParts(userIdType: string): boolean {
  return userIdType === 'identity' || userIdType === 'sync_relation';
}
