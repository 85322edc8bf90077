import type { ReplyDelivery, Sending, SilentDelivery } from './deliver.ts';
import { draw, drawFor } from './draw.ts';
import type { Chosen } from './fault-chooser.ts';
import type { FaultName, Faults, Outage } from './faults.ts';
import type { RefusalName } from './refusals.ts';
import {
  dataReply,
  type Header,
  htmlReply,
  kickedReply,
  type Language,
  refusalReply,
  type Reply,
  throttledReply,
} from './replies.ts';
import { retryAfterFor } from './retry-after.ts';

/** All that is decided about one kick, before anything is done. */
export type KickOutcome = {
  readonly kicks: boolean;
  readonly fault: FaultName | undefined;
  /** How long `Retry-After` asks to wait. */
  readonly retryAfterMs: number | undefined;
} & Sending;

export interface KickCircumstances {
  readonly language: Language;
  /** The call's, see `callKey`. */
  readonly key: number;
  /** The server's clock. */
  readonly clockMs: number;
  readonly faults: Faults;
  readonly chosen: Chosen | undefined;
  /** Why the kick is refused on its own merits; asked only if the fault lets the request come so far. */
  refusal(): RefusalName | undefined;
}

/** Decides the reply, its way to the client, and whether the kick takes effect. */
export function decideKick(circumstances: KickCircumstances): KickOutcome {
  const { chosen } = circumstances;
  return chosen ? outcomes[chosen.fault](circumstances, chosen) : processed(circumstances);
}

const outcomes: Readonly<Record<FaultName, (kick: KickCircumstances, chosen: Chosen) => KickOutcome>> = {
  outage: (kick) => duringOutage(kick.faults.outage?.as ?? 'http503', kick.language),
  rate: (kick, chosen) => throttled(kick, chosen, kick.faults.retryAfter ?? 'none'),
  throttledFirst: (kick, chosen) => throttled(kick, chosen, kick.faults.retryAfter ?? 'none'),
  waitTwoSeconds: (kick, chosen) => throttled(kick, chosen, 2),

  http500: ({ language }) => unprocessed('http500', refusalReply('serverError', language, 500)),
  body500: ({ language }) => unprocessed('body500', refusalReply('serverError', language)),
  html: () => unprocessed('html', htmlReply(200, 'Sign in')),
  html502: () => unprocessed('html502', htmlReply(502, '502 Bad Gateway')),
  forbidden: ({ language }) => unprocessed('forbidden', refusalReply('forbidden', language)),
  resetBefore: () => silent('resetBefore', 'reset', false),
  garbage: () => silent('garbage', 'garbage', false),
  stall: () => silent('stall', 'stall', false),

  http504: (kick) => ({
    ...unprocessed('http504', htmlReply(504, '504 Gateway Timeout')),
    kicks: processed(kick).kicks,
  }),
  successFalse: (kick) => {
    const outcome = processed(kick);
    return outcome.kicks
      ? unprocessed('successFalse', dataReply(kick.language, { success: false }))
      : outcome;
  },
  noRequestId: (kick) => {
    const outcome = processed(kick);
    return outcome.kicks ? { ...outcome, reply: anonymousReply(kick.language), delivery: 'whole' } : outcome;
  },
  resetAfter: (kick) => silent('resetAfter', 'reset', processed(kick).kicks),
  forget: (kick) => silent('forget', 'close', processed(kick).kicks),
  resetInReply: (kick) => processed(kick, 'resetInside'),
  halfReply: (kick) => processed(kick, 'half'),
  cutReply: (kick) => processed(kick, 'cut'),
  stallBody: (kick) => processed(kick, 'stallInside'),
  drip: (kick) => processed(kick, 'drip'),
  huge: (kick) => processed(kick, 'huge'),
};

/** What every request gets, kick or not, while the server is down. */
export function duringOutage(as: Outage['as'], language: Language): KickOutcome {
  return outages[as](language);
}

const outages: Readonly<Record<Outage['as'], (language: Language) => KickOutcome>> = {
  http503: (language) => unprocessed('outage', refusalReply('unavailable', language, 503)),
  body500: (language) => unprocessed('outage', refusalReply('serverError', language)),
  html502: () => unprocessed('outage', htmlReply(502, '502 Bad Gateway')),
  stall: () => silent('outage', 'stall', false),
  // Who still has a connection while nobody listens.
  refuse: () => silent('outage', 'reset', false),
  reset: () => silent('outage', 'reset', false),
};

/** As a server that works would decide. */
function processed(circumstances: KickCircumstances, delivery: ReplyDelivery = 'whole'): KickOutcome {
  const { language, key, chosen } = circumstances;
  const refusal = circumstances.refusal();
  const reply =
    refusal === undefined
      ? // GenAuth has been seen to put an apiCode on success.
        kickedReply(language, draw(key, 0, drawFor.apiCode) < 0.3 ? 20001 : undefined)
      : refusalReply(refusal, language);
  return {
    reply,
    delivery,
    kicks: refusal === undefined,
    fault: chosen?.fault,
    retryAfterMs: undefined,
  };
}

function unprocessed(fault: FaultName, reply: Reply): KickOutcome {
  return { reply, delivery: 'whole', kicks: false, fault, retryAfterMs: undefined };
}

function silent(fault: FaultName, delivery: SilentDelivery, kicks: boolean): KickOutcome {
  return { reply: undefined, delivery, kicks, fault, retryAfterMs: undefined };
}

function throttled(
  { language, faults, clockMs }: KickCircumstances,
  { fault, waitMs }: Chosen,
  says: NonNullable<Faults['retryAfter']>,
): KickOutcome {
  const { header, waitMs: retryAfterMs } = retryAfterFor(says, waitMs, clockMs);
  const headers: readonly Header[] = header === undefined ? [] : [['retry-after', header]];
  const reply = throttledReply(language, faults.throttledAs ?? 'body', headers);
  return { ...unprocessed(fault, reply), retryAfterMs };
}

function anonymousReply(language: Language): Reply {
  const reply = kickedReply(language, undefined);
  const body = reply.body.replace(`"requestId":"${reply.requestId}",`, '');
  return { ...reply, requestId: undefined, body };
}
