import type { UserIdType } from '../../input/words/user-id-type.ts';
import type { Question } from '../question.ts';
import { listOf } from './fields.ts';
import { readUser, type User } from './user.ts';

/**
 * Several users at once, in no order that is told; those that there are not are left out.
 * @param ids.userIds 1 to 50, all of one type.
 */
export function getUserBatch(ids: {
  readonly userIds: readonly string[];
  readonly userIdType: UserIdType;
}): Question<readonly User[]> {
  const { userIds, userIdType } = ids;
  return {
    method: 'GET',
    path: '/api/v3/get-user-batch',
    query: {
      userIds,
      userIdType,
      withCustomData: false,
      flatCustomData: false,
      withIdentities: false,
      withDepartmentIds: false,
    },
    read: (data) => listOf(data, readUser),
  };
}
