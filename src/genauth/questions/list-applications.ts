import type { Question } from '../question.ts';
import { readApp, type App } from './app.ts';
import { mostOfPage, pageOf, type Page, type PageNumber } from './fields.ts';

/** The apps of the user pool that the key may see. */
export function listApplications({ page, limit = mostOfPage }: PageNumber): Question<Page<App>> {
  return {
    method: 'GET',
    path: '/api/v3/list-applications',
    // The official SDK always sends the last three; true would choose.
    query: { page, limit, isIntegrateApp: false, isSelfBuiltApp: false, ssoEnabled: false },
    read: (data) => pageOf(data, readApp),
  };
}
