import type { ReplyHeaders } from './request-ids.ts';

/**
 * `answered`: a whole HTTP reply arrived. `unanswered`: the request was or may have been sent, and no whole reply came.
 * `unsent`: it never left (refused connection, unknown name, no token to send it with).
 */
export type Delivery = 'answered' | 'unanswered' | 'unsent';

/** What came of one HTTP exchange. */
export interface Exchange {
  readonly delivery: Delivery;
  /** This and `headers` are there as soon as the head of a reply came, even if its end did not. */
  readonly httpStatus?: number | undefined;
  readonly headers?: ReplyHeaders | undefined;
  /** What had come of it, where it was cut short. */
  readonly body: string;
  /** Absent when `answered`. */
  readonly errorCode?: string | undefined;
  /** What brought the answer. Destroyed in the same turn of the event loop, it brings no other. */
  readonly connection?: { destroy(): unknown } | undefined;
  /** Wall clock, ms since the epoch. */
  readonly startedAt: number;
  /** Monotonic, to a tenth. */
  readonly durationMs: number;
}
