/**
 * What came of one HTTP exchange, whatever it was: a client returns it and never throws.
 * A key is absent where the server said nothing.
 */
export interface Reply {
  /**
   * `answered`: a whole HTTP reply arrived. `unanswered`: the request was or may have been sent, and no whole reply came.
   * `unsent`: it never left (refused connection, unknown name, no token to send it with).
   */
  readonly delivery: 'answered' | 'unanswered' | 'unsent';
  readonly httpStatus?: number;
  /** The body was a JSON object with a numeric `statusCode`. */
  readonly genauthForm: boolean;
  readonly statusCode?: number;
  readonly apiCode?: number;
  /** The body's `data.success`. */
  readonly success?: boolean;
  /** From the body, else from the `x-request-id` header. */
  readonly requestId?: string;
  /** The body's `message`; for a failed connection a short sentence of ours. At most 500 characters, no credentials in it. */
  readonly message?: string;
  /** Wait this long before another attempt, as the server asked (`Retry-After`, RFC 9110 section 10.2.3). */
  readonly retryAfterMs?: number;
  /** The server's `Date` header, as ms since the epoch. */
  readonly serverTimeMs?: number;
  /** The error's code where the exchange failed: `ECONNRESET`, `UND_ERR_SOCKET`, `TIMEOUT`, ... */
  readonly errorCode?: string;
  /** Wall-clock time at which the request was handed over, ms since the epoch. */
  readonly startedAt: number;
  /** From there to the last byte of the reply, or to the failure. Monotonic. */
  readonly durationMs: number;
  /** Which authorisation it went out with, to be handed to `renew`; counts up. */
  readonly authorization?: number;
  /** The exchange was for a management token, not for `kick-users`, which was not sent. */
  readonly forToken?: true;
}
