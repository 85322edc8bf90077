import type { Exchange as HttpExchange } from '../../src/genauth/exchange.ts';
import type { Transport } from '../../src/genauth/transport.ts';
import type { Life } from './life.ts';
import type { Network, Passage } from './network.ts';
import type { Exchange } from './record.ts';
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
  readonly log: ((text: string) => void) | undefined;
}

interface KickBody {
  readonly userId: string;
  readonly appIds: readonly string[];
}

/** How one process reaches the network: what HTTP makes of it, in virtual time. */
export function createWire(options: WireOptions): Transport {
  const { timeline, life, network, timeoutMs } = options;

  function post(path: string, headers: readonly string[], body: string): Promise<HttpExchange> {
    return new Promise((resolve) => {
      if (!life.isAlive) return;
      const startedAt = life.wall();
      const sentAt = timeline.now();
      const kick = path.endsWith('/kick-users') ? (JSON.parse(body) as KickBody) : undefined;
      const exchange = kick === undefined ? undefined : begin(options.session, kick, sentAt);
      if (exchange !== undefined) options.onSent(exchange);

      function end(outcome: Outcome): void {
        if (exchange !== undefined) {
          exchange.deliveredAt = timeline.now();
          exchange.isCut = outcome.delivery === 'unanswered';
          options.onDelivered(exchange);
          options.log?.(told(exchange, outcome));
        }
        const durationMs = Math.round((timeline.now() - sentAt) * 10) / 10;
        resolve({ body: '', ...outcome, startedAt, durationMs });
      }

      if (network.isUnreachable(sentAt)) {
        if (exchange !== undefined) Object.assign(exchange, { isUnsent: true, inDoubt: false });
        life.after(1, () => end({ delivery: 'unsent', errorCode: 'ECONNREFUSED' }));
        return;
      }
      timeline.at(sentAt + network.wayMs(), arrive, true);

      function arrive(): void {
        const authorization = headers[headers.indexOf('authorization') + 1] ?? '';
        const leftMs = sentAt + timeoutMs - timeline.now();
        const passage =
          kick === undefined
            ? network.token(timeline.now())
            : network.kick({ ...kick, authorization }, timeline.now(), life.isAlive ? leftMs : 0);
        if (exchange !== undefined) Object.assign(exchange, whatOf(passage));
        timeline.at(
          timeline.now() + passage.backMs,
          () => {
            if (kick !== undefined) network.left();
          },
          true,
        );
        if (passage.ending === 'lost' || passage.backMs > leftMs) {
          if (exchange !== undefined) Object.assign(exchange, notReceived);
          life.after(leftMs, () => end({ delivery: 'unanswered', errorCode: 'TIMEOUT' }));
        } else {
          life.after(passage.backMs, () => end(outcomeOf(passage)));
        }
      }
    });
  }

  return {
    post,
    get: () => Promise.reject(new Error('In this world nobody asks.')),
    close: () => Promise.resolve(),
    destroy: () => Promise.resolve(),
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
