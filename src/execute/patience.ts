import type { Reply } from '../genauth/reply.ts';
import { isRefusal, type Blame } from '../genauth/verdict.ts';
import type { Stop } from './stop/stop.ts';

/** How long a run goes on while nothing is accepted, and what it stops for. */
export interface Patience {
  /** For how long nothing was accepted although it was tried; 0 when the last word was good. */
  waitsForMs(at: number): number;
  /** When the run stops if nothing is accepted until then; infinite while something is. */
  readonly deadline: number;
  heard(reply: Reply): void;
  /** How long the reply asks to wait. Who is perhaps no GenAuth at all has no say in that, but for throttling. */
  askedWaitMs(reply: Reply, blame: Blame): number;
  accepted(): void;
  /**
   * A failure that is not known to be its call's own.
   * @param sentAt when the attempt went. @param wait until when nothing should be sent, as the reply asked for a long wait; else `at`.
   * @param isTrial it was the trial that decides whether the run stops.
   * @returns `trial` when one call has to be tried before the run stops.
   */
  failed(
    reply: Reply,
    blame: Blame,
    sentAt: number,
    wait: number,
    at: number,
    isTrial: boolean,
  ): Stop | 'trial' | undefined;
}

/** So long only pages may come from a host that has never answered as GenAuth does; a probe's wait and its reply come on top. */
const strangerPatienceMs = 5000;
/** So long what refuses everybody is tried again: a token or a right that comes late, a node that lags. */
const refusalPatienceMs = 5000;

export function createPatience(giveUpAfterMs: number, serverIsKnown: boolean): Patience {
  /** GenAuth itself has been heard: a reply in its form, in this session or before. */
  let isKnown = serverIsKnown;
  let waitsSince: number | undefined;
  let refusedSince: number | undefined;
  let strangerSince: number | undefined;
  let onlyStrangers = !serverIsKnown;

  const deadline = (): number =>
    waitsSince === undefined ? Number.POSITIVE_INFINITY : waitsSince + giveUpAfterMs;

  return {
    waitsForMs: (at) => (waitsSince === undefined ? 0 : at - waitsSince),
    get deadline() {
      return deadline();
    },
    heard(reply) {
      if (isKnown) return;
      isKnown = reply.genauthForm;
      onlyStrangers &&= !isKnown && isStrangersPage(reply);
    },
    askedWaitMs: ({ retryAfterMs = 0 }, blame) => (isKnown || blame === 'throttle' ? retryAfterMs : 0),
    accepted() {
      waitsSince = undefined;
      refusedSince = undefined;
    },
    failed(reply, blame, sentAt, wait, at, isTrial) {
      waitsSince ??= sentAt;
      if (onlyStrangers) {
        strangerSince ??= at;
        if (at - strangerSince >= strangerPatienceMs) return { reason: 'unreachable', reply };
      }
      if (isRefusal(blame)) {
        refusedSince ??= at;
        if (at < Math.min(deadline(), refusedSince + refusalPatienceMs)) return undefined;
        return isTrial ? { reason: blame === 'right' ? 'forbidden' : 'unauthorized', reply } : 'trial';
      }
      if (Math.max(at, wait) < deadline()) return undefined;
      // A long wait that one call was told is tried with another before it is taken for everybody's.
      if (at < deadline() && !isTrial) return 'trial';
      return giveUp(reply, blame, isKnown, wait > at ? wait - at : undefined);
    },
  };
}

function giveUp(reply: Reply, blame: Blame, isKnown: boolean, waitMs: number | undefined): Stop {
  if (blame === 'throttle') return { reason: 'throttled', reply, waitMs };
  return isKnown ? { reason: 'server_down', reply, waitMs } : { reason: 'unreachable', reply };
}

/** Something answers, and it is no GenAuth. A server's fault and a gateway's throttling may pass. */
function isStrangersPage({ genauthForm, httpStatus = 0 }: Reply): boolean {
  return !genauthForm && httpStatus >= 200 && httpStatus <= 499 && httpStatus !== 429;
}
