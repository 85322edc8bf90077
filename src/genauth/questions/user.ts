import { isObject } from '../reply.ts';
import { countIn, textIn, timeIn } from './fields.ts';

/** What is kept of a user. But for the ID each is absent where GenAuth has no such text, number or time. */
export interface User {
  /** GenAuth's own. */
  readonly userId: string;
  /** `Activated`, `Suspended`, `Deactivated`, `Resigned` or `Archived`. */
  readonly status?: string;
  readonly username?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly phoneCountryCode?: string;
  readonly externalId?: string;
  readonly name?: string;
  /** Ms since the epoch; in whichever app. */
  readonly lastLogin?: number;
  readonly loginsCount?: number;
}

const texts = ['status', 'username', 'email', 'phone', 'phoneCountryCode', 'externalId', 'name'] as const;

/** Undefined where it has no ID. */
export function readUser(entry: unknown): User | undefined {
  if (!isObject(entry)) return undefined;
  const userId = textIn(entry, 'userId');
  if (userId === undefined) return undefined;
  const user: { -readonly [Key in keyof User]: User[Key] } = { userId };
  for (const name of texts) {
    const value = textIn(entry, name);
    if (value !== undefined) user[name] = value;
  }
  const lastLogin = timeIn(entry, 'lastLogin');
  if (lastLogin !== undefined) user.lastLogin = lastLogin;
  const loginsCount = countIn(entry, 'loginsCount');
  if (loginsCount !== undefined) user.loginsCount = loginsCount;
  return user;
}
