import type { UserIdType } from '../../input/words/user-id-type.ts';
import type { Question } from '../question.ts';
import { readUser, type User } from './user.ts';

/** Whoever it names, in words of GenAuth's own. */
export interface UserName {
  readonly userId: string;
  readonly userIdType: UserIdType;
}

/** One user; `apiCode` 2004 where there is none. */
export function getUser({ userId, userIdType }: UserName): Question<User> {
  return {
    method: 'GET',
    path: '/api/v3/get-user',
    query: {
      userId,
      userIdType,
      flatCustomData: false,
      withCustomData: false,
      withPost: false,
      withIdentities: false,
      withDepartmentIds: false,
    },
    read: readUser,
  };
}
