import type { Exchange as HttpExchange } from '../../src/genauth/exchange.ts';
import type { Transport } from '../../src/genauth/transport.ts';
import type { Life } from './life.ts';
import type { Network, Passage } from './network.ts';
import { readQuestion } from './answers.ts';
import type { Exchange, Inquiry } from './record.ts';
import type { Timeline } from './timeline.ts';

export interface WireOptions {
  readonly timeline: Timeline;
  readonly life: Life;
  readonly network: Network;
  readonly timeoutMs: number;
  readonly session: number;
  /** Told of each request to kick somebody when it is sent; what becomes of it is written into the same object. */
  readonly onSent: (exchange: Exchange) => void;
  readonly onDelivered: (exchange: Exchange) => void;
  /** The same of each question. */
  readonly onAsked?: (inquiry: Inquiry) => void;
  readonly log: ((text: string) => void) | undefined;
}

interface KickBody {
  readonly userId: string;
  readonly appIds: readonly string[];
}

/** How one process reaches the network: what HTTP makes of it, in virtual time. */
export function createWire(options: WireOptions): Transport {
  const { timeline, life, network, timeoutMs } = options;

  /** @param body undefined of a GET. */
  function send(path: string, headers: readonly string[], body: string | undefined): Promise<HttpExchange> {
    return new Promise((resolve) => {
      if (!life.isAlive) return;
      const startedAt = life.wall();
      const sentAt = timeline.now();
      const way = wayOf(options, path, headers, body, sentAt);

      function end(outcome: Outcome): void {
        way.delivered(outcome);
        const durationMs = Math.round((timeline.now() - sentAt) * 10) / 10;
        resolve({ body: '', ...outcome, startedAt, durationMs });
      }

      if (network.isUnreachable(sentAt)) {
        way.unsent();
        life.after(1, () => end({ delivery: 'unsent', errorCode: 'ECONNREFUSED' }));
        return;
      }
      timeline.at(sentAt + network.wayMs(), arrive, true);

      function arrive(): void {
        const leftMs = sentAt + timeoutMs - timeline.now();
        const passage = way.arrive(life.isAlive ? leftMs : 0);
        timeline.at(timeline.now() + passage.backMs, way.left, true);
        if (passage.ending === 'lost' || passage.backMs > leftMs) {
          way.lost();
          life.after(leftMs, () => end({ delivery: 'unanswered', errorCode: 'TIMEOUT' }));
        } else {
          life.after(passage.backMs, () => end(outcomeOf(passage)));
        }
      }
    });
  }

  return {
    post: send,
    get: (path, headers) => send(path, headers, undefined),
    close: () => Promise.resolve(),
    destroy: () => Promise.resolve(),
  };
}

/** One request, as those see it who keep a record of it. */
interface Way {
  unsent(): void;
  /** @param heardMs as in `Network`. */
  arrive(heardMs: number): Passage;
  left(): void;
  lost(): void;
  delivered(outcome: Outcome): void;
}

const nothing = (): void => {};

function wayOf(
  options: WireOptions,
  path: string,
  headers: readonly string[],
  body: string | undefined,
  sentAt: number,
): Way {
  const { network, timeline } = options;
  const authorization = headers[headers.indexOf('authorization') + 1] ?? '';
  if (path.endsWith('/get-management-token')) {
    const arrive = (): Passage => network.token(timeline.now());
    return { unsent: nothing, arrive, left: nothing, lost: nothing, delivered: nothing };
  }
  if (!path.endsWith('/kick-users')) return wayOfQuestion(options, path, authorization, body, sentAt);
  const kick = JSON.parse(body ?? '') as KickBody;
  const exchange = begin(options.session, kick, sentAt);
  options.onSent(exchange);
  return {
    unsent: () => void Object.assign(exchange, { isUnsent: true, inDoubt: false }),
    arrive(heardMs) {
      const passage = network.kick({ ...kick, authorization }, timeline.now(), heardMs);
      Object.assign(exchange, whatOf(passage));
      return passage;
    },
    left: network.left,
    lost: () => void Object.assign(exchange, notReceived),
    delivered(outcome) {
      exchange.deliveredAt = timeline.now();
      exchange.isCut = outcome.delivery === 'unanswered';
      options.onDelivered(exchange);
      options.log?.(told(exchange, outcome));
    },
  };
}

function wayOfQuestion(
  { network, timeline, session, onAsked, log }: WireOptions,
  path: string,
  authorization: string,
  body: string | undefined,
  sentAt: number,
): Way {
  const question = readQuestion(path, body);
  const inquiry: Inquiry = {
    session,
    ...question,
    sentAt,
    answeredAt: undefined,
    isAnswer: false,
    requestIds: [],
    deliveredAt: undefined,
  };
  onAsked?.(inquiry);
  return {
    unsent: nothing,
    arrive(heardMs) {
      const passage = network.ask(question, authorization, timeline.now(), heardMs);
      const { answer, ending } = passage;
      inquiry.answeredAt = timeline.now();
      inquiry.isAnswer = answer.isAnswer === true && ending === 'answered';
      inquiry.requestIds = answer.requestIds;
      return passage;
    },
    left: network.left,
    lost: () => void Object.assign(inquiry, { isAnswer: false, requestIds: [] }),
    delivered(outcome) {
      inquiry.deliveredAt = timeline.now();
      const about = Object.values(inquiry.asked).join(' ');
      const reply = outcome.errorCode ?? `${outcome.httpStatus} ${outcome.body?.slice(0, 100)}`;
      log?.(`${inquiry.name} ${about} (sent ${sentAt.toFixed(1)}): ${reply}`);
    },
  };
}

function begin(session: number, { userId, appIds }: KickBody, sentAt: number): Exchange {
  return {
    session,
    userId,
    appIds,
    sentAt,
    why: 'world',
    carriedOut: false,
    saysDone: false,
    inDoubt: true,
    isCut: false,
    isUnsent: false,
    requestIds: [],
    foreignIds: [],
    deliveredAt: undefined,
    isKept: false,
  };
}

const notReceived = { why: 'world', saysDone: false, inDoubt: true, requestIds: [], foreignIds: [] } as const;

function whatOf({ answer }: Passage): Partial<Exchange> {
  const { why, carriedOut, saysDone, inDoubt, requestIds, foreignIds = [] } = answer;
  return { why, carriedOut, saysDone, inDoubt, requestIds, foreignIds };
}

type Outcome = Omit<HttpExchange, 'startedAt' | 'durationMs' | 'body'> & { readonly body?: string };

function outcomeOf({ answer, ending }: Passage): Outcome {
  const { status: httpStatus, headers, body } = answer;
  switch (ending) {
    case 'answered':
      return { delivery: 'answered', httpStatus, headers, body };
    case 'half':
      return { delivery: 'answered', httpStatus, headers, body: body.slice(0, body.length / 2) };
    case 'resetInReply':
      return { delivery: 'unanswered', httpStatus, headers, errorCode: 'UND_ERR_SOCKET' };
    case 'reset':
      return { delivery: 'unanswered', errorCode: 'ECONNRESET' };
    case 'lost':
      return { delivery: 'unanswered', errorCode: 'TIMEOUT' };
  }
}

function told({ userId, appIds, why, sentAt, carriedOut }: Exchange, outcome: Outcome): string {
  const reply = outcome.errorCode ?? `${outcome.httpStatus} ${outcome.body?.slice(0, 100)}`;
  return `${userId} ${appIds.join(' ')} (sent ${sentAt.toFixed(1)}): ${why}${carriedOut ? ', carried out' : ''}: ${reply}`;
}
