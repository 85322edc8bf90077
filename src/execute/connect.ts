import type { Reply } from '../genauth/reply.ts';
import { blameOf, judge } from '../genauth/verdict.ts';
import type { CoreOptions } from './core.ts';
import { backoffMs } from './next-attempt.ts';
import {
  askedWaitMs,
  createPatience,
  hear,
  isNameOfNobody,
  loseHeart,
  stopsFrom,
  waitsForMs,
} from './patience.ts';
import type { Stop } from './stop/stop.ts';

export interface Connecting extends Pick<
  CoreOptions,
  'giveUpAfterMs' | 'serverIsKnown' | 'onServer' | 'random'
> {
  /** Resolves to the reply that refused it, or to undefined. */
  readonly connect: () => Promise<Reply | undefined>;
  /** Resolves after so many ms, or early when the run stops. */
  readonly wait: (waitMs: number) => Promise<void>;
  readonly stopSignal?: AbortSignal | undefined;
  readonly now?: () => number;
}

/** What fails for so short a time is tried again before anybody has read of it. */
const silentTries = 2;
/** So often at least it is looked whether the server is there. */
const maxWaitMs = 5000;

/**
 * Gets what is needed to authorise, before the first call, with the patience that a run has.
 * @returns why the run cannot begin, or undefined.
 */
export async function connectPatiently(connecting: Connecting): Promise<Stop | undefined> {
  const { connect, wait, giveUpAfterMs, serverIsKnown, onServer, stopSignal } = connecting;
  const { now = () => performance.now(), random = Math.random } = connecting;
  const patience = createPatience(giveUpAfterMs, serverIsKnown);
  let isTold = false;
  for (let tries = 0; ; tries += 1) {
    const sentAt = now();
    const reply = await connect();
    if (stopSignal?.aborted === true) return { reason: 'interrupted' };
    if (reply === undefined) {
      if (isTold) onServer?.(undefined);
      return undefined;
    }
    // A key that has never worked is wrong; one that has worked may have met a node that lags.
    if (judge(reply) === 'fatal' && !serverIsKnown) return { reason: 'unauthorized', reply };
    const at = now();
    const blame = blameOf(reply);
    hear(patience, reply);
    const retryAfterMs = askedWaitMs(patience, reply, blame);
    const stop = loseHeart(
      patience,
      { reply, blame, sentAt, wait: at + retryAfterMs, isTrial: true, timesAsMany: 0, isUnderWay: false },
      at,
    );
    if (stop !== undefined && stop !== 'trial') return stop;
    // The last try goes just then.
    const givesUpInMs = Math.max(0, stopsFrom(patience, blame, at + retryAfterMs) - at);
    const backoff = backoffMs(tries, random(), maxWaitMs);
    const nextInMs = Math.max(retryAfterMs, givesUpInMs === 0 ? backoff : Math.min(backoff, givesUpInMs));
    const sinceMs = waitsForMs(patience, at);
    if (tries >= silentTries || isNameOfNobody(reply)) {
      isTold = true;
      onServer?.({ why: blame, reply, sinceMs, nextInMs, givesUpInMs });
    }
    await wait(nextInMs);
  }
}
