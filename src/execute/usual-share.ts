/** Of about so many calls, the last ones counting most. */
const lookBack = 200;
/** So many that were accepted are supposed before the first, so that one failure among the first two is no half. */
const supposed = 10;

/**
 * How large a share of calls fails at the first attempt while others get through: a dead backend of two, an overload, a
 * tenant that is busy elsewhere. First attempts only, as calls that always fail would else fill it with their repetitions.
 */
export type UsualShare = ReturnType<typeof createUsualShare>;

export function createUsualShare() {
  return {
    /** From 0 to 1. */
    value: 0,
    seen: supposed,
    /** Since anything was accepted. Until something is, they may be an outage, which is no share of anything. */
    failedSince: 0,
  };
}

/** What came of a call's first attempt. */
export function countFirst(share: UsualShare, isAccepted: boolean): void {
  if (!isAccepted) {
    share.failedSince += 1;
    return;
  }
  for (; share.failedSince > 0; share.failedSince -= 1) count(share, 1);
  count(share, 0);
}

function count(share: UsualShare, failed: 0 | 1): void {
  share.seen = Math.min(share.seen + 1, lookBack);
  share.value += (failed - share.value) / share.seen;
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
  return share < minShare ? 0 : Math.floor(inRow(share, oneCallIn));
}

const leastSurprising = 6;

/** How many failures with nothing accepted between them no share explains any more: it is all that fails. From 6 to 49. */
export function surprising(share: number): number {
  return Math.max(leastSurprising, Math.ceil(inRow(share, oneReplyIn)));
}

/** So many failures in a row happen by chance once in so many times. */
function inRow(share: number, oneIn: number): number {
  return Math.log(oneIn) / -Math.log(Math.min(share, maxShare));
}
