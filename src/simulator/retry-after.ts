import type { Faults } from './faults.ts';

/** A `Retry-After` header and what it means, if it means anything. */
export interface RetryAfter {
  readonly header: string | undefined;
  /** How long it asks the client to wait. */
  readonly waitMs: number | undefined;
}

/**
 * What a throttled reply says in `Retry-After`, never less than the limit needs.
 * @param waitMs when the limit would let the call pass.
 * @param clockMs the server's clock.
 */
export function retryAfterFor(
  says: NonNullable<Faults['retryAfter']>,
  waitMs: number,
  clockMs: number,
): RetryAfter {
  const neededSeconds = Math.min(3600, Math.max(1, Math.ceil(waitMs / 1000)));
  switch (says) {
    case 'none':
      return { header: undefined, waitMs: undefined };
    case 'garbage':
      return { header: 'soon', waitMs: undefined };
    case 'date': {
      // The form has whole seconds only.
      const atMs = Math.ceil((clockMs + Math.min(3_600_000, Math.max(1000, waitMs))) / 1000) * 1000;
      return { header: new Date(atMs).toUTCString(), waitMs: atMs - clockMs };
    }
    case 'seconds':
      return inSeconds(neededSeconds);
    case 'hour':
      return inSeconds(3600);
    default:
      return inSeconds(says);
  }
}

function inSeconds(seconds: number): RetryAfter {
  return { header: String(seconds), waitMs: seconds * 1000 };
}
