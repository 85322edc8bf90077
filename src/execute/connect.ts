import type { Reply } from '../genauth/reply.ts';
import { judge } from '../genauth/verdict.ts';
import { backoffMs } from './decide.ts';
import type { Stop } from './stop.ts';

/** For so long a server that has never answered is asked again before the run stops. */
const strangerPatienceMs = 6000;
/** A `Retry-After` beyond this is not waited for before anything was sent, and so long in all. */
const maxWaitMs = 60_000;
const maxThrottledMs = 5 * 60_000;

/** A server that has answered in this run before: when it does not now, it is down. */
export interface KnownServer {
  readonly giveUpAfterMs: number;
  /** Told once, when the wait begins. */
  readonly onDown: () => void;
}

/**
 * Gets what is needed to authorise, before the first call.
 * @param connect resolves to the reply that refused it, or to undefined.
 * @param known undefined when the server has never answered: then it may be the wrong host.
 * @param wait resolves after so many ms, or early when the run stops.
 * @returns why the run cannot begin, or undefined.
 */
export async function connectPatiently(
  connect: () => Promise<Reply | undefined>,
  wait: (waitMs: number) => Promise<void>,
  known: KnownServer | undefined,
  stopSignal?: AbortSignal,
  now: () => number = () => performance.now(),
  random: () => number = Math.random,
): Promise<Stop | undefined> {
  const startedAt = now();
  const patienceMs = known?.giveUpAfterMs ?? strangerPatienceMs;
  for (let tries = 0; ; tries += 1) {
    const refused = await connect();
    if (stopSignal?.aborted === true) return { reason: 'interrupted' };
    if (refused === undefined) return undefined;
    const verdict = judge(refused);
    const waitMs = Math.max(refused.retryAfterMs ?? 0, backoffMs(tries, random()));
    if (verdict === 'throttled' && waitMs <= maxWaitMs && now() - startedAt + waitMs < maxThrottledMs) {
      await wait(waitMs);
    } else if (verdict === 'transient' && now() - startedAt + waitMs < patienceMs) {
      if (tries === 0) known?.onDown();
      await wait(waitMs);
    } else if (verdict === 'transient') {
      return { reason: known === undefined ? 'unreachable' : 'server_down', reply: refused };
    } else {
      return { reason: 'unauthorized', reply: refused };
    }
  }
}
