import { total, type Explanation, type Round } from './rounds.ts';

/**
 * Refusals that no rate of this client explains are a share that the world refuses whatever is done, or a limit that others share.
 * Until that is known the rate is kept below a bound, which sinks with the share and rises evenly; a share that stays however far the bound
 * has sunk is taken for the world's, and the bound goes, as it does where that question has no answer. Many clients on one limit can each
 * come to that of a share that they cause together: what they see alone does not tell it from the other.
 */
export type Doubt = ReturnType<typeof createDoubt>;

interface Question {
  readonly since: number;
  /** Attempts a second when it began. */
  readonly rate: number;
  /** The logarithm of how much likelier `doubted.many` is than `doubted.few` by what was seen since. */
  score: number;
  replies: number;
  refused: number;
  throttled: number;
}

/** So much is the world's without proof: more comes from too high a rate as a rule. */
const unproven = 0.06;
/** A share in question is the lower of these or the higher; logarithms of how likely. */
const doubted = { few: 0.06, many: 0.1, certain: 4.5, gone: -4 };
/** Others need so long to give way; after so long, and so many replies, it is asked anew. */
const asks = { leastMs: 5000, mostMs: 20_000, replies: 60 };
/** What is proven may be as much larger as chance allows. Nobody refuses nearly half by 429 whatever the rate. */
const proof = { deviations: 2.5, more: 0.01, mostThrottled: 0.45, most: 0.9 };
/** Looked at: the last seconds, more of them where they are few replies, and many more where they are hardly any, at rates not above the present one. */
const looked = {
  leastMs: 2000,
  mostMs: 5000,
  stepMs: 500,
  replies: 120,
  upTo: 1.05,
  few: 16,
  longestMs: 40_000,
};
/** More than is allowed by so many deviations, and no knee near. */
const unexplained = { deviations: 2, more: 1, knee: 0.95 };
/** By so much of itself a second the bound moves for each whole of share below or above what is allowed, and evenly by attempts a second. */
const moves = { byShare: 2, up: 0.3, down: 0.25, perSecond: 0.4 };
/** Attempts a second. At less a question would have no answer for long. */
const leastBound = 30;
/** What was once lower is somebody's doing, and not the world's: by chance and so much more, which grows a second, as a world changes, too. */
const steady = { replies: 40, deviations: 3.5, more: 0.01, forgets: 0.003 };
/** Everybody at this part of what is accepted leaves a shared limit room: no need to go lower within a minute. */
const room = { part: 0.9, forMs: 60_000 };

export function createDoubt() {
  return {
    /** Up to this a share is taken for the world's. */
    most: unproven,
    /** Attempts a second at most; infinite where there is no doubt. */
    bound: Number.POSITIVE_INFINITY,
    boundAt: 0,
    /** The bound does not sink below this until then. */
    least: 0,
    leastUntil: 0,
    /** While a share is in question. */
    question: undefined as Question | undefined,
    /** The lowest share that was seen of late, at the upper end of what chance allows: what is always there was never lower. */
    lowest: 1,
    lowestAt: 0,
  };
}

/** @param isThrottled refused by 429. */
export function countInDoubt({ question }: Doubt, isRefused: boolean, isThrottled: boolean, sentAt: number) {
  if (question === undefined || sentAt < question.since) return;
  const { few, many } = doubted;
  question.replies += 1;
  if (isRefused) question.refused += 1;
  if (isThrottled) question.throttled += 1;
  const step = Math.log(isRefused ? many / few : (1 - many) / (1 - few));
  // What was clear once must still be so when others have had their time.
  question.score = Math.min(doubted.certain + 1, question.score + step);
}

/** Looks at the last round. @returns the rate at which the question began, where a share has been proven the world's with it. */
export function askWhose(
  doubt: Doubt,
  rounds: readonly Round[],
  { knee, usual }: Explanation,
  rate: number,
  at: number,
): number | undefined {
  if (usual < doubt.most / 2) doubt.most = Math.max(unproven, doubt.most / 1.5);
  let lookMs = looked.leastMs;
  const seen = (mostRate: number) => total(rounds, at - lookMs, mostRate);
  while (lookMs < looked.mostMs && seen(knee).replies < looked.replies) lookMs += looked.stepMs;
  const isFew = () => seen(looked.upTo * rate).replies < looked.few;
  // So few replies look like any knee, and were refused of late, or what is looked at would be over.
  const isSparse = isFew() && seen(looked.upTo * rate).refused > 0;
  while (isSparse && lookMs < looked.longestMs && isFew()) lookMs += looked.stepMs;
  const below = seen(knee);
  const present = seen(looked.upTo * rate);
  const isProven = doubt.most > unproven;
  if (
    isProven
      ? isMore(below, doubt.most) && knee > rate
      : isMore(present, unproven) && (isSparse || knee > unexplained.knee * rate)
  ) {
    doubt.most = unproven;
    if (doubt.question === undefined) beginQuestion(doubt, present, rate, at);
  }
  noteLowest(doubt, present, at);
  moveBound(doubt, present, at);
  return answer(doubt, at);
}

function isMore({ replies, refused }: ReturnType<typeof total>, allowed: number): boolean {
  const expected = allowed * replies;
  return refused > expected + unexplained.deviations * Math.sqrt(expected) + unexplained.more;
}

function beginQuestion(
  doubt: Doubt,
  { replies, refused }: ReturnType<typeof total>,
  rate: number,
  at: number,
): void {
  doubt.bound = Math.min(doubt.bound, Math.max(leastBound, rate));
  doubt.question = askFrom(rate, at);
  if (at < doubt.leastUntil) return;
  doubt.least = room.part * rate * (1 - refused / Math.max(1, replies));
  doubt.leastUntil = at + room.forMs;
}

function askFrom(rate: number, since: number): Question {
  return { since, rate, score: 0, replies: 0, refused: 0, throttled: 0 };
}

function moveBound(doubt: Doubt, { replies, refused }: ReturnType<typeof total>, at: number): void {
  const share = replies === 0 ? 0 : refused / replies;
  const part = Math.max(-moves.down, Math.min(moves.up, moves.byShare * (doubt.most - share)));
  // Where there was no bound the time since then is any, and endless times nothing is no number.
  const seconds = doubt.bound === Number.POSITIVE_INFINITY ? 0 : (at - doubt.boundAt) / 1000;
  const next = doubt.bound * Math.exp(part * seconds) + moves.perSecond * seconds;
  doubt.bound = Math.max(leastBound, Math.min(doubt.bound, doubt.least), next);
  doubt.boundAt = at;
}

function noteLowest(doubt: Doubt, { replies, refused }: ReturnType<typeof total>, at: number): void {
  if (replies < steady.replies) return;
  const share = refused / replies;
  const chance = steady.deviations * Math.sqrt((Math.max(share, steady.more) * (1 - share)) / replies);
  const forgotten = (steady.forgets * (at - doubt.lowestAt)) / 1000;
  doubt.lowest = Math.min(share + chance + steady.more, doubt.lowest + forgotten);
  doubt.lowestAt = at;
}

function answer(doubt: Doubt, at: number): number | undefined {
  const { question } = doubt;
  if (question === undefined) return undefined;
  const forMs = at - question.since;
  if (question.score < doubted.gone || (forMs > asks.mostMs && question.replies >= asks.replies)) {
    doubt.question = undefined;
    // So small a share is allowed to anybody; and what stays unclear is asked anew, from the rate that there is then.
    doubt.bound = Number.POSITIVE_INFINITY;
    return undefined;
  }
  if (question.score <= doubted.certain || forMs <= asks.leastMs) return undefined;
  const share = question.refused / question.replies;
  const chance = proof.deviations * Math.sqrt((share * (1 - share)) / question.replies);
  const isThrottled = question.throttled > question.refused / 2;
  if (isThrottled && share > doubt.lowest) {
    doubt.question = askFrom(question.rate, at);
    return undefined;
  }
  doubt.most = Math.min(isThrottled ? proof.mostThrottled : proof.most, share + chance + proof.more);
  doubt.bound = Number.POSITIVE_INFINITY;
  doubt.question = undefined;
  return question.rate;
}
