import type { Asked } from '../genauth/question.ts';
import { mostOfPage } from '../genauth/questions/fields.ts';
import { getUserBatch } from '../genauth/questions/get-user-batch.ts';
import { getUser } from '../genauth/questions/get-user.ts';
import { isUser } from '../genauth/questions/is-user.ts';
import type { User } from '../genauth/questions/user.ts';
import type { UserIdType } from '../input/words/user-id-type.ts';
import type { Ask } from '../tenant/ask.ts';

/** Somebody whom the plan names, and their calls. */
export interface NamedUser {
  readonly userId: string;
  readonly userIdType: UserIdType;
  readonly seqs: readonly number[];
}

/** Users of one type, to be asked for at once. */
export interface Batch {
  readonly userIdType: UserIdType;
  readonly users: readonly NamedUser[];
}

/** Of an address, its path and other fields left out: gateways take 4 KB in all, some of it for headers. */
const longestAddress = 3500;

/** Of identities and custom fields a batch tells nothing by which its answer could be matched. */
const oneByOne: ReadonlySet<UserIdType> = new Set(['identity', 'sync_relation', 'custom_field']);

/** Users as they are to be asked for, 50 at a time at most, and no address too long. */
export function* batchesOf(users: Iterable<NamedUser>): Generator<Batch> {
  const waiting = new Map<UserIdType, { users: NamedUser[]; length: number }>();
  for (const user of users) {
    const { userId, userIdType } = user;
    if (oneByOne.has(userIdType)) {
      yield { userIdType, users: [user] };
      continue;
    }
    const length = `&userIds%5B%5D=${encodeURIComponent(userId)}`.length;
    const batch = waiting.get(userIdType) ?? { users: [], length: 0 };
    if (
      batch.users.length === mostOfPage ||
      (batch.users.length > 0 && batch.length + length > longestAddress)
    ) {
      yield { userIdType, users: batch.users };
      waiting.set(userIdType, { users: [user], length });
    } else {
      batch.users.push(user);
      batch.length += length;
      waiting.set(userIdType, batch);
    }
  }
  for (const [userIdType, batch] of waiting) yield { userIdType, users: batch.users };
}

/** Whom an answer names beyond doubt: those whom just one of its users is. */
export function matched(batch: Batch, answer: readonly User[]): Map<NamedUser, User> {
  const found = new Map<NamedUser, User>();
  for (const user of batch.users) {
    const [one, other] = answer.filter((each) => isUser(each, user) !== false);
    if (one !== undefined && other === undefined && isUser(one, user) === true) found.set(user, one);
  }
  return found;
}

/** What came of asking who somebody is. */
export interface Resolved {
  readonly user: NamedUser;
  /** GenAuth's own ID. */
  readonly userId: string | undefined;
  readonly asked: Asked<unknown>;
}

/**
 * Asks for a batch, and then for each whom its answer does not name.
 * @param onResolved told of each as soon as it is known. @returns false when nothing more is asked.
 */
export async function resolveBatch(
  batch: Batch,
  ask: Ask,
  onResolved: (resolved: Resolved) => void,
): Promise<boolean> {
  const { userIdType, users } = batch;
  let left = users;
  if (!oneByOne.has(userIdType)) {
    const asked = await ask(getUserBatch({ userIds: users.map(({ userId }) => userId), userIdType }));
    if (asked === undefined) return false;
    const found = matched(batch, asked.answer ?? []);
    for (const [user, { userId }] of found) onResolved({ user, userId, asked });
    left = users.filter((user) => !found.has(user));
  }
  for (const user of left) {
    const asked = await ask(getUser(user));
    if (asked === undefined) return false;
    const { answer } = asked;
    const isOther = answer !== undefined && isUser(answer, user) === false;
    onResolved({ user, userId: isOther ? undefined : answer?.userId, asked });
  }
  return true;
}
