import type { Reply } from '../genauth/reply.ts';
import { judge } from '../genauth/verdict.ts';
import { backoffMs } from './decide.ts';
import type { Stop } from './stop.ts';

/** For so long a server that does not answer is asked again before the run stops. */
const patienceMs = 6000;
/** A `Retry-After` beyond this is not waited for before anything was sent. */
const maxWaitMs = 60_000;

/**
 * Gets what is needed to authorise, before the first call.
 * @param connect resolves to the reply that refused it, or to undefined.
 * @param wait resolves after so many ms, or early when the run stops.
 * @returns why the run cannot begin, or undefined.
 */
export async function connectPatiently(
  connect: () => Promise<Reply | undefined>,
  wait: (waitMs: number) => Promise<void>,
  stopSignal?: AbortSignal,
  now: () => number = () => performance.now(),
): Promise<Stop | undefined> {
  const startedAt = now();
  for (let tries = 0; ; tries += 1) {
    const refused = await connect();
    if (stopSignal?.aborted === true) return { reason: 'interrupted' };
    if (refused === undefined) return undefined;
    const verdict = judge(refused);
    const waitMs = Math.max(refused.retryAfterMs ?? 0, backoffMs(tries, Math.random()));
    if (verdict === 'throttled' && waitMs <= maxWaitMs) {
      await wait(waitMs);
    } else if (verdict === 'transient' && now() - startedAt + waitMs < patienceMs) {
      await wait(waitMs);
    } else {
      return { reason: verdict === 'transient' ? 'unreachable' : 'unauthorized', reply: refused };
    }
  }
}
