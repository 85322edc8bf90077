import type { Question } from '../question.ts';
import { isObject } from '../reply.ts';

export interface SessionStatus {
  readonly active: boolean;
}

/**
 * Whether a user has a session in an app. There is no type of user ID in this request: another one than GenAuth's own may be answered
 * with `active: false`, whoever it is.
 */
export function checkSessionStatus(session: {
  readonly appId: string;
  /** GenAuth's own ID of the user. */
  readonly userId: string;
}): Question<SessionStatus> {
  const { appId, userId } = session;
  return {
    method: 'POST',
    path: '/api/v3/check-session-status',
    body: { appId, userId },
    read: (data) =>
      isObject(data) && typeof data['active'] === 'boolean' ? { active: data['active'] } : undefined,
  };
}
