/** What can be said of a user's session in an app, the worst first. */
export const sessionStates = ['survived', 'signed_in_again', 'unclear', 'not_checked', 'gone'] as const;

export type SessionState = (typeof sessionStates)[number];
