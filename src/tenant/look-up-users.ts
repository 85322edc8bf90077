import type { Asked } from '../genauth/question.ts';
import { getUserBatch } from '../genauth/questions/get-user-batch.ts';
import { getUser, type UserName } from '../genauth/questions/get-user.ts';
import { isUser } from '../genauth/questions/is-user.ts';
import type { User } from '../genauth/questions/user.ts';
import type { Reply } from '../genauth/reply.ts';
import type { UserIdType } from '../input/words/user-id-type.ts';
import type { Ask } from './ask.ts';

/** GenAuth's own limit. */
const mostOfBatch = 50;
/** Servers and gateways take addresses of 8 KB; half of that leaves room for a path before them. */
const mostOfAddress = 4000;
/** So many batches are under way together; the asker holds back what is too much. */
const batchesAtOnce = 16;

/** So many names are asked for together: enough to keep the asker busy, and few enough to be kept. */
export const mostTogether = batchesAtOnce * mostOfBatch;

/** What GenAuth says of those that were asked for. */
export interface LookedUpUsers {
  /** By {@link keyOf} their names: a user, or that there is none. The others were not asked for, or nothing tells. */
  readonly found: ReadonlyMap<string, User | 'missing'>;
  /** Nothing more is to be asked. */
  readonly isEnded: boolean;
}

export function keyOf({ userIdType, userId }: UserName): string {
  return `${userIdType}\n${userId}`;
}

/** Of these types no batch tells which user was meant by which ID. */
const untold: ReadonlySet<UserIdType> = new Set(['identity', 'sync_relation', 'custom_field']);

/**
 * Looks up users, 50 at a time. Who is left out of an answer is asked for once more, alone, as a batch may be short for any reason.
 * @param names each once; {@link mostTogether} are asked for without a break.
 * @param isLeftOutAsked false where nothing follows from it that there is none.
 */
export async function lookUpUsers(
  ask: Ask,
  names: readonly UserName[],
  isLeftOutAsked = true,
): Promise<LookedUpUsers> {
  const found = new Map<string, User | 'missing'>();
  const batches = batchesOf(names.filter(({ userIdType }) => !untold.has(userIdType)));
  for (let from = 0; from < batches.length; from += batchesAtOnce) {
    const some = batches.slice(from, from + batchesAtOnce);
    const ended = await Promise.all(some.map((batch) => lookUpBatch(ask, batch, found, isLeftOutAsked)));
    if (ended.includes(true)) return { found, isEnded: true };
  }
  return { found, isEnded: false };
}

/** @returns whether nothing more is to be asked. */
async function lookUpBatch(
  ask: Ask,
  batch: readonly UserName[],
  found: Map<string, User | 'missing'>,
  isLeftOutAsked: boolean,
): Promise<boolean> {
  const userIdType = batch[0]?.userIdType ?? 'user_id';
  const asked = await ask(getUserBatch({ userIds: batch.map(({ userId }) => userId), userIdType }));
  if (asked?.answer === undefined) return true;
  const { answer } = asked;
  const leftOut = batch.filter((name) => {
    const users = answer.filter((user) => isUser(user, name) === true);
    const [user] = users;
    if (user === undefined) return !answer.some((each) => isUser(each, name) === undefined);
    // Two users of one ID name nobody.
    if (users.every(({ userId }) => userId === user.userId)) found.set(keyOf(name), user);
    return false;
  });
  if (!isLeftOutAsked) return false;
  const ended = await Promise.all(
    leftOut.map(async (name) => {
      const one = await ask(getUser(name));
      const user = one === undefined ? undefined : userIn(one, name);
      if (user !== undefined) found.set(keyOf(name), user);
      return user === undefined;
    }),
  );
  return ended.includes(true);
}

/** @returns undefined where nothing tells. */
function userIn({ answer, reply }: Asked<User>, name: UserName): User | 'missing' | undefined {
  if (answer !== undefined) return isUser(answer, name) === false ? undefined : answer;
  return isUnknown(reply) ? 'missing' : undefined;
}

/** GenAuth itself says that there is no such user. */
export function isUnknown({ genauthForm, apiCode, statusCode }: Reply): boolean {
  return genauthForm && (apiCode === 2004 || (apiCode === undefined && statusCode === 404));
}

function batchesOf(names: readonly UserName[]): UserName[][] {
  const batches: UserName[][] = [];
  const open = new Map<UserIdType, { readonly batch: UserName[]; bytes: number }>();
  for (const name of names) {
    const bytes = `&userIds%5B%5D=${encodeURIComponent(Buffer.from(name.userId).toString())}`.length;
    let current = open.get(name.userIdType);
    if (
      current === undefined ||
      current.batch.length === mostOfBatch ||
      current.bytes + bytes > mostOfAddress
    ) {
      current = { batch: [], bytes: 200 };
      open.set(name.userIdType, current);
      batches.push(current.batch);
    }
    current.batch.push(name);
    current.bytes += bytes;
  }
  return batches;
}
