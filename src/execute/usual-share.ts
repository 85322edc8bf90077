/**
 * How large a share of calls fails at the first attempt while others get through: a dead backend of two, an overload, a
 * tenant that is busy elsewhere. First attempts only, as calls that always fail would else fill it with their repetitions.
 */
export interface UsualShare {
  /** What came of a call's first attempt. */
  saw(isAccepted: boolean): void;
  /** Whatever failed since the last that was accepted was an outage, and no share of anything. */
  forget(): void;
  /** From 0 to 1. */
  readonly value: number;
}

/** Of about so many calls, the last ones counting most. */
const lookBack = 200;
/** So many that were accepted are supposed before the first, so that one failure among the first two is no half. */
const supposed = 10;

export function createUsualShare(): UsualShare {
  let value = 0;
  let seen = supposed;
  let failedSince = 0;

  function add(failed: 0 | 1): void {
    seen = Math.min(seen + 1, lookBack);
    value += (failed - value) / seen;
  }

  return {
    saw(isAccepted) {
      if (!isAccepted) {
        failedSince += 1;
        return;
      }
      for (; failedSince > 0; failedSince -= 1) add(1);
      add(0);
    },
    forget() {
      failedSince = 0;
    },
    get value() {
      return value;
    },
  };
}

/** A call that fails once more often than happens to one call in so many is not explained by chance. */
const oneCallIn = 1e4;
/** For a whole run, which looks at each reply anew, it takes more to be surprised. */
const oneReplyIn = 1e6;
/** Beyond this share chance would explain everything. */
const maxShare = 0.75;
/** Below this the retries that a call has anyway are enough. */
const minShare = 0.1;

/** How many failures of one call, one after the other, a share of failures explains that all calls have. At most 32. */
export function explained(share: number): number {
  if (share < minShare) return 0;
  return Math.floor(Math.log(oneCallIn) / -Math.log(Math.min(share, maxShare)));
}

/** The most that {@link explained} comes to. */
export const maxExplained = explained(1);

const leastSurprising = 6;

/** How many failures with nothing accepted between them no share explains any more: it is all that fails. From 6 to 49. */
export function surprising(share: number): number {
  return Math.max(leastSurprising, Math.ceil(Math.log(oneReplyIn) / -Math.log(Math.min(share, maxShare))));
}
