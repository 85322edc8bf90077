import type { Identity } from './identity.ts';
import type { Reply } from './reply.ts';
import type { RequestText } from './request.ts';

/** What lets one request through. */
export interface Authorized {
  /** All headers of the request, names and values in turn; those of a body as well, which a GET has not. */
  readonly headers: string[];
  /** Goes into `Reply.authorization`. */
  readonly number: number;
  /** What must not be repeated in a Reply, should the server echo it; see `formsOf`. */
  readonly secrets: readonly string[];
}

/** One of the two ways to authorise: `createTokenAuthorization`, `createSigningAuthorization`. Nothing here throws. */
export interface Authorization {
  /** For one request that goes out now; undefined where something has to be fetched first. */
  atHand(request: RequestText): Authorized | undefined;
  /** The same, fetched first; or the Reply that tells why it cannot be had. Calls at the same time share one fetch. */
  fetched(request: RequestText): Promise<Authorized | Reply>;
  /** The server let a request with this authorisation through. */
  accepted(number: number): void;
  /**
   * After an `unauthorized` reply: replaces the authorisation where another one may be better. False where no other attempt can
   * succeed; how often to try else is not decided here.
   */
  renew(reply: Reply): boolean;
  /** Who it is, known before the first call; or the Reply that refused it. */
  identify(): Promise<{ identity: Identity } | { refused: Reply }>;
}

/** Wall clock (ms since the epoch) and monotonic clock (ms since some moment). */
export interface Clock {
  now(): number;
  monotonic(): number;
}
