import type { Question } from '../question.ts';
import { isObject } from '../reply.ts';
import { mostOfPage, pageOf, textIn, timeIn, type Page, type PageNumber } from './fields.ts';

export interface Login {
  readonly appId: string;
  /** Ms since the epoch, on GenAuth's clock. */
  readonly time: number;
}

export interface LoginHistory extends PageNumber {
  /** GenAuth's own ID of the user. */
  readonly userId: string;
  readonly appId: string;
  /** Ms since the epoch, both. */
  readonly start: number;
  readonly end: number;
}

/** When a user logged in to an app. */
export function getUserLoginHistory(history: LoginHistory): Question<Page<Login>> {
  const { userId, appId, start, end, page, limit = mostOfPage } = history;
  return {
    method: 'GET',
    path: '/api/v3/get-user-login-history',
    query: { userId, userIdType: 'user_id', appId, start, end, page, limit },
    read: (data) => pageOf(data, readLogin),
  };
}

function readLogin(entry: unknown): Login | undefined {
  if (!isObject(entry)) return undefined;
  const appId = textIn(entry, 'appId');
  const time = timeIn(entry, 'time');
  return appId === undefined || time === undefined ? undefined : { appId, time };
}
