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
/** Who was left out of a batch is asked for so many at once. */
const aloneAtOnce = 16;
/** Each who is missing costs a question, and of so many, and more than half of all, nobody believes it. */
const leastInVain = 500;

/** So many names are asked for together: enough for full batches of each type. */
export const mostTogether = 16 * mostOfBatch;

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

/** Asks for names, each once; {@link mostTogether} at most. */
export type LookUpUsers = (names: readonly UserName[]) => Promise<LookedUpUsers>;

/**
 * Looks up users, 50 at a time. Who is left out of an answer is asked for once more, alone, as a batch may be short for any reason.
 * @param isLeftOutAsked false where nothing follows from it that there is none.
 */
export function createLookUpUsers(ask: Ask, isLeftOutAsked: boolean): LookUpUsers {
  const told = { found: 0, missing: 0 };
  const isInVain = (): boolean => told.missing > Math.max(leastInVain, told.found);

  /** @returns whether nothing more is to be asked. */
  async function lookUpBatch(
    batch: readonly UserName[],
    found: Map<string, User | 'missing'>,
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
    told.found += batch.length - leftOut.length;
    return isLeftOutAsked && (await lookUpAlone(leftOut, found));
  }

  /** @returns likewise. */
  async function lookUpAlone(
    names: readonly UserName[],
    found: Map<string, User | 'missing'>,
  ): Promise<boolean> {
    for (let from = 0; from < names.length; from += aloneAtOnce) {
      if (isInVain()) return true;
      const ended = await Promise.all(
        names.slice(from, from + aloneAtOnce).map(async (name) => {
          const one = await ask(getUser(name));
          const user = one === undefined ? undefined : userIn(one, name);
          if (user !== undefined) found.set(keyOf(name), user);
          if (user === 'missing') told.missing += 1;
          else told.found += 1;
          return user === undefined;
        }),
      );
      if (ended.includes(true)) return true;
    }
    return isInVain();
  }

  return async (names) => {
    const found = new Map<string, User | 'missing'>();
    const batches = batchesOf(names.filter(({ userIdType }) => !untold.has(userIdType)));
    const ended = await Promise.all(batches.map((batch) => lookUpBatch(batch, found)));
    return { found, isEnded: ended.includes(true) };
  };
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
