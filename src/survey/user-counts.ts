import type { ValidRow } from '../input/row.ts';
import type { UserIdType } from '../input/words/user-id-type.ts';
import type { PlannedCall } from '../plan/call.ts';
import type { UserSet } from './user-set.ts';

/** A user whom the file names in more than one place. */
export interface RepeatedUser {
  readonly userId: string;
  readonly userIdType: UserIdType;
  /** Where the user is named again. */
  readonly line: number;
  /** Where first. */
  readonly firstLine: number;
}

/** Who is named, and who in more than one place. */
export interface UserCounts {
  /** @returns `next`: the row before it is of the same user. `again`: others stand between. */
  add(row: ValidRow): 'first' | 'next' | 'again';
  /** Tells where a user is named first. */
  addCall(call: PlannedCall): void;
  readonly byType: Readonly<Partial<Record<UserIdType, number>>>;
  /** Rows of users whom a row before names, too. */
  readonly repeatingRows: number;
  /** Users named again after rows of others, the first {@link maxKept} by name. */
  repeated(): { readonly users: number; readonly first: readonly RepeatedUser[] };
}

const maxKept = 10;

/** @param users to be counted in; none of them may have been added. */
export function createUserCounts(users: UserSet): UserCounts {
  const byType: Partial<Record<UserIdType, number>> = {};
  const kept: (Omit<RepeatedUser, 'firstLine'> & Partial<RepeatedUser>)[] = [];
  let former: ValidRow | undefined;
  let repeatingRows = 0;
  let repeatedUsers = 0;

  function addAfterOthers({ userId, userIdType, line }: ValidRow): 'first' | 'again' {
    const time = users.add(userIdType, userId);
    if (time === 'first') {
      byType[userIdType] = (byType[userIdType] ?? 0) + 1;
      return 'first';
    }
    if (time === 'second') {
      repeatedUsers += 1;
      if (kept.length < maxKept) kept.push({ userId, userIdType, line });
    }
    return 'again';
  }

  return {
    add(row) {
      const isNext =
        former !== undefined && former.userId === row.userId && former.userIdType === row.userIdType;
      former = row;
      const time = isNext ? 'next' : addAfterOthers(row);
      if (time !== 'first') repeatingRows += 1;
      return time;
    },
    addCall({ userId, userIdType, lines }) {
      if (kept.length === 0) return;
      const place = kept.findIndex(
        (each) => each.firstLine === undefined && each.userId === userId && each.userIdType === userIdType,
      );
      const found = kept[place];
      const [firstLine] = lines;
      if (found !== undefined && firstLine !== undefined) kept[place] = { ...found, firstLine };
    },
    byType,
    get repeatingRows() {
      return repeatingRows;
    },
    repeated: () => ({ users: repeatedUsers, first: kept.filter(isRepeated) }),
  };
}

/** Whom no earlier line names was taken for another, see `createUserSet`. */
function isRepeated(user: Partial<RepeatedUser>): user is RepeatedUser {
  return user.firstLine !== undefined && user.line !== undefined && user.firstLine < user.line;
}
