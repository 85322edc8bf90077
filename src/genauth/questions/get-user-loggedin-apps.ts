import type { Question } from '../question.ts';
import { readApp, type App } from './app.ts';
import { listOf } from './fields.ts';
import type { UserName } from './get-user.ts';

/** The apps that a user has ever logged in to; not where a session is alive. */
export function getUserLoggedinApps({ userId, userIdType }: UserName): Question<readonly App[]> {
  return {
    method: 'GET',
    path: '/api/v3/get-user-loggedin-apps',
    query: { userId, userIdType },
    read: (data) => listOf(data, readApp),
  };
}
