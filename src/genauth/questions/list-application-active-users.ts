import type { Question } from '../question.ts';
import { mostOfPage, pageOf, type Page, type PageNumber } from './fields.ts';
import { readUser, type User } from './user.ts';

/**
 * Users who are logged in to an app. In which order is not told, and whoever comes or goes between two pages moves others over their
 * border: who is listed is there, and who is not may be.
 */
export function listApplicationActiveUsers(
  listing: PageNumber & { readonly appId: string },
): Question<Page<User>> {
  const { appId, page, limit = mostOfPage } = listing;
  return {
    method: 'POST',
    path: '/api/v3/list-application-active-users',
    body: { appId, options: { pagination: { page, limit } } },
    read: (data) => pageOf(data, readUser),
  };
}
