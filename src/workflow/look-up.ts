import { refuseInterrupted } from '../errors.ts';
import type { NotListed, OffboardEvent } from '../events.ts';
import { isUnknown } from '../tenant/look-up-users.ts';
import { createAsker } from '../execute/ask.ts';
import type { Connection } from '../genauth/connection.ts';
import type { Question } from '../genauth/question.ts';
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
  /** When aborted: what is in flight is given up. */
  readonly abortSignal?: AbortSignal | undefined;
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
  if (connection.ask === undefined) return { apps: undefined, isUnreached: false };
  options.abortSignal?.addEventListener('abort', () => void connection.destroy(), { once: true });
  // Once: whoever needs the server waits for it with a run's patience afterwards.
  const refused = connection.identity === undefined ? await connection.connect() : undefined;
  refuseInterrupted(options);
  if (refused !== undefined) return { apps: undefined, isUnreached: true };
  const asking = openAsking(connection, pace, options, saysNo);
  const apps = await readApps(asking.ask);
  if (apps !== undefined && apps.length > 0) return { apps, isUnreached: false };
  const reply = asking.last();
  const why = apps === undefined ? whyNot(reply) : 'none';
  options.onEvent?.({ type: 'not_listed', why });
  return { apps: undefined, isUnreached: false, why, reply };
}

/**
 * Ends when nothing in GenAuth's form came for some seconds while something was asked, however long one attempt may take.
 * @param isLast whatever is answered so ends all asking.
 */
export function openAsking(
  { ask, renew }: Connection,
  pace: PaceOptions,
  { stopSignal }: LookUpOptions,
  isLast: (reply: Reply) => boolean,
): { readonly ask: Ask; readonly last: () => Reply | undefined } {
  let last: Reply | undefined;
  let timer: NodeJS.Timeout | undefined;
  // A race against one promise for all would keep each answer for as long as that one lives.
  const givingUp = new Set<() => void>();
  const asker = createAsker({
    ...pace,
    concurrency: Math.min(pace.concurrency, mostAtOnce),
    giveUpAfterMs,
    serverIsKnown: false,
    renew,
    isLast,
    stopSignal,
    onReply(reply) {
      last = reply;
      if (reply.genauthForm) watch();
    },
  });

  function watch(): void {
    clearTimeout(timer);
    if (givingUp.size === 0) return;
    timer = setTimeout(() => {
      asker.end({ reason: 'interrupted' });
      for (const giveUp of givingUp) giveUp();
    }, giveUpAfterMs);
  }

  return {
    async ask<T>(question: Question<T>) {
      if (ask === undefined) return undefined;
      let giveUp = (): void => {};
      const givenUp = new Promise<undefined>((resolve) => (giveUp = () => resolve(undefined)));
      givingUp.add(giveUp);
      if (givingUp.size === 1) watch();
      const asked = await Promise.race([asker.ask(() => ask(question)), givenUp]);
      givingUp.delete(giveUp);
      if (givingUp.size === 0) watch();
      return asked;
    },
    last: () => last,
  };
}

/** Of a user it may say that there is none, and go on. */
export function saysNoOfUsers(reply: Reply): boolean {
  return !isUnknown(reply) && saysNo(reply);
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
