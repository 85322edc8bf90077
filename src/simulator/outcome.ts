import type { ReplyDelivery, Sending, SilentDelivery } from './deliver.ts';
import type { Chosen } from './fault-chooser.ts';
import type { FaultName, Faults, Outage } from './faults.ts';
import type { RefusalName } from './refusals.ts';
import {
  dataReply,
  type Header,
  htmlReply,
  type Language,
  refusalReply,
  type Reply,
  throttledReply,
  withoutRequestId,
} from './replies.ts';
import { retryAfterFor } from './retry-after.ts';

/** All that is decided about one request, before anything is done. */
export type Outcome = {
  /** Whether it takes effect: of a kick, whether the user is signed out. */
  readonly works: boolean;
  readonly fault: FaultName | undefined;
  /** How long `Retry-After` asks to wait. */
  readonly retryAfterMs: number | undefined;
} & Sending;

export interface Circumstances {
  readonly language: Language;
  /** The server's clock. */
  readonly clockMs: number;
  readonly faults: Faults;
  readonly chosen: Chosen | undefined;
  /** What the request gets on its own merits; asked only if the fault lets it come so far. */
  answer(): Reply | RefusalName;
}

/** Decides the reply, its way to the client, and whether the request takes effect. */
export function decide(circumstances: Circumstances): Outcome {
  const { chosen } = circumstances;
  return chosen ? outcomes[chosen.fault](circumstances, chosen) : processed(circumstances);
}

const outcomes: Readonly<Record<FaultName, (request: Circumstances, chosen: Chosen) => Outcome>> = {
  outage: (request) => duringOutage(request.faults.outage?.as ?? 'http503', request.language),
  rate: (request, chosen) => throttled(request, chosen, request.faults.retryAfter ?? 'none'),
  throttledFirst: (request, chosen) => throttled(request, chosen, request.faults.retryAfter ?? 'none'),
  waitTwoSeconds: (request, chosen) => throttled(request, chosen, 2),

  http500: ({ language }) => unprocessed('http500', refusalReply('serverError', language, 500)),
  body500: ({ language }) => unprocessed('body500', refusalReply('serverError', language)),
  html: () => unprocessed('html', htmlReply(200, 'Sign in')),
  html502: () => unprocessed('html502', htmlReply(502, '502 Bad Gateway')),
  forbidden: ({ language }) => unprocessed('forbidden', refusalReply('forbidden', language)),
  resetBefore: () => silent('resetBefore', 'reset', false),
  garbage: () => silent('garbage', 'garbage', false),
  stall: () => silent('stall', 'stall', false),

  http504: (request) => ({
    ...unprocessed('http504', htmlReply(504, '504 Gateway Timeout')),
    works: processed(request).works,
  }),
  successFalse: (request) => {
    const outcome = processed(request);
    return outcome.works
      ? unprocessed('successFalse', dataReply(request.language, { success: false }))
      : outcome;
  },
  noRequestId: (request) => {
    const outcome = processed(request);
    return outcome.works && outcome.reply
      ? { ...outcome, reply: withoutRequestId(outcome.reply), delivery: 'whole' }
      : outcome;
  },
  resetAfter: (request) => silent('resetAfter', 'reset', processed(request).works),
  forget: (request) => silent('forget', 'close', processed(request).works),
  resetInReply: (request) => processed(request, 'resetInside'),
  halfReply: (request) => processed(request, 'half'),
  cutReply: (request) => processed(request, 'cut'),
  stallBody: (request) => processed(request, 'stallInside'),
  drip: (request) => processed(request, 'drip'),
  huge: (request) => processed(request, 'huge'),
};

/** What every request gets, kick or not, while the server is down. */
export function duringOutage(as: Outage['as'], language: Language): Outcome {
  return outages[as](language);
}

const outages: Readonly<Record<Outage['as'], (language: Language) => Outcome>> = {
  http503: (language) => unprocessed('outage', refusalReply('unavailable', language, 503)),
  body500: (language) => unprocessed('outage', refusalReply('serverError', language)),
  html502: () => unprocessed('outage', htmlReply(502, '502 Bad Gateway')),
  stall: () => silent('outage', 'stall', false),
  // Who still has a connection while nobody listens.
  refuse: () => silent('outage', 'reset', false),
  reset: () => silent('outage', 'reset', false),
};

/** As a server that works would decide. */
function processed(circumstances: Circumstances, delivery: ReplyDelivery = 'whole'): Outcome {
  const { language, chosen } = circumstances;
  const answer = circumstances.answer();
  const isRefused = typeof answer === 'string';
  return {
    reply: isRefused ? refusalReply(answer, language) : answer,
    delivery,
    works: !isRefused,
    fault: chosen?.fault,
    retryAfterMs: undefined,
  };
}

function unprocessed(fault: FaultName, reply: Reply): Outcome {
  return { reply, delivery: 'whole', works: false, fault, retryAfterMs: undefined };
}

function silent(fault: FaultName, delivery: SilentDelivery, works: boolean): Outcome {
  return { reply: undefined, delivery, works, fault, retryAfterMs: undefined };
}

function throttled(
  { language, faults, clockMs }: Circumstances,
  { fault, waitMs }: Chosen,
  says: NonNullable<Faults['retryAfter']>,
): Outcome {
  const { header, waitMs: retryAfterMs } = retryAfterFor(says, waitMs, clockMs);
  const headers: readonly Header[] = header === undefined ? [] : [['retry-after', header]];
  const reply = throttledReply(language, faults.throttledAs ?? 'body', headers);
  return { ...unprocessed(fault, reply), retryAfterMs };
}
