import type { NotListed, OffboardEvent } from '../events.ts';
import { createAsker } from '../execute/ask.ts';
import type { Connection } from '../genauth/connection.ts';
import { codesOf, type Reply } from '../genauth/reply.ts';
import { blameOf, isRefusal, judge } from '../genauth/verdict.ts';
import type { App } from '../input/cell/known-apps.ts';
import type { PaceOptions } from '../settings/pace-options.ts';
import type { Ask } from '../tenant/ask.ts';
import { readApps } from '../tenant/read-apps.ts';

/** Where nothing comes in GenAuth's form for so long, a look-up ends; it is worth no more. */
const giveUpAfterMs = 10_000;
/** Questions that are asked at once. */
const mostAtOnce = 8;

export interface LookUpOptions {
  readonly onEvent?: ((event: OffboardEvent) => void) | undefined;
  readonly stopSignal?: AbortSignal | undefined;
}

/** What the user pool was asked before the plan is made. */
export interface LookUp {
  /** Undefined where nobody could say. */
  readonly apps: readonly App[] | undefined;
  /** The server was never reached: it may be worth to ask once more when it is. */
  readonly isUnreached: boolean;
  /** Why nobody could say, and the last word about it. */
  readonly why?: NotListed;
  readonly reply?: Reply | undefined;
}

/** A client of the caller's own makes calls, and knows no questions: it says so by itself. */
export async function lookUpApps(
  connection: Connection,
  pace: PaceOptions,
  options: LookUpOptions,
): Promise<LookUp> {
  const { ask, renew } = connection;
  if (ask === undefined) return { apps: undefined, isUnreached: false };
  // Once: whoever needs the server waits for it with a run's patience afterwards.
  const refused = connection.identity === undefined ? await connection.connect() : undefined;
  if (refused !== undefined) return { apps: undefined, isUnreached: true };
  let last: Reply | undefined;
  const asker = createAsker({
    ...pace,
    concurrency: Math.min(pace.concurrency, mostAtOnce),
    giveUpAfterMs,
    serverIsKnown: false,
    renew,
    isLast: saysNo,
    stopSignal: options.stopSignal,
    onReply: (reply) => (last = reply),
  });
  const asking: Ask = (question) => asker.ask(() => ask(question));
  const apps = await readApps(asking);
  if (apps !== undefined && apps.length > 0) return { apps, isUnreached: false };
  const why = apps === undefined ? whyNot(last) : 'none';
  options.onEvent?.({ type: 'not_listed', why });
  return { apps: undefined, isUnreached: false, why, reply: last };
}

/** The key may not, the plan does not cover it, or there is no such call: to ask again changes nothing. */
function saysNo(reply: Reply): boolean {
  const verdict = judge(reply);
  if (verdict === 'fatal' || isRefusal(blameOf(reply))) return true;
  return verdict !== 'succeeded' && [404, 405, 501].includes(reply.statusCode ?? reply.httpStatus ?? 0);
}

function whyNot(reply: Reply | undefined): NotListed {
  if (reply === undefined) return 'no_answer';
  const { httpStatus, statusCode } = codesOf(reply);
  if ([404, 405, 501].includes(statusCode ?? httpStatus ?? 0)) return 'no_such_call';
  return reply.genauthForm && isRefusal(blameOf(reply)) ? 'no_right' : 'no_answer';
}
