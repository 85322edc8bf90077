import type { FoundCounts } from '../tenant/found-counts.ts';

/** Users of the file, each once; of a plan `found` and `activated` are those whom it signs out. */
export interface LookedUp extends Readonly<FoundCounts> {
  /** So many are missing that the look-up itself is the likelier mistake: nobody is left out for it. */
  readonly isDoubted: boolean;
}
