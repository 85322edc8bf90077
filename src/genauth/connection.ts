import { performance } from 'node:perf_hooks';
import type { AskingClient, Identity } from './client.ts';
import { describeConnectionError } from './connection-errors.ts';
import type { KickUsersClient, KickUsersDto } from './kick-users.ts';
import type { Delivery } from './exchange.ts';
import { disowned, type Reply } from './reply.ts';
import type { SeenRequestIds } from './seen-request-ids.ts';
import { toReply } from './to-reply.ts';

/** A client as the run uses it, be it this package's own or the caller's. */
export interface Connection {
  /** Makes one attempt; never rejects. @param call tells it from all others. */
  readonly kickUsers: (dto: KickUsersDto, call: string) => Promise<Reply>;
  /** Makes one attempt; never rejects. A client of the caller's own knows no questions. */
  readonly ask: AskingClient['ask'] | undefined;
  /** After an `unauthorized` reply: gets another authorisation where that may help. False where no other attempt can succeed. */
  readonly renew: (reply: Reply) => Promise<boolean>;
  /** Gets what is needed to authorise. Resolves to the reply that refused it. */
  readonly connect: () => Promise<Reply | undefined>;
  /** Known after `connect`; stays undefined with a client of the caller's own. */
  readonly identity: Identity | undefined;
  readonly close: () => Promise<void>;
  /** Gives up what is in flight. */
  readonly destroy: () => Promise<void>;
}

export function ownConnection(client: AskingClient): Connection {
  let identity: Identity | undefined;
  return {
    kickUsers: client.kickUsers,
    ask: client.ask,
    renew: client.renew,
    async connect() {
      const connected = await client.connect();
      if ('refused' in connected) return connected.refused;
      identity = connected.identity;
      return undefined;
    },
    get identity() {
      return identity;
    },
    close: client.close,
    destroy: client.destroy,
  };
}

/**
 * The caller's client keeps its own credentials, and the caller closes it. It cannot be made to end an attempt: one that takes longer
 * than `timeoutMs`, or was in flight at `destroy`, is no longer waited for.
 */
export function foreignConnection(
  client: KickUsersClient,
  timeoutMs: number,
  seen: SeenRequestIds,
): Connection {
  const inFlight = new Set<(errorCode: string) => void>();
  let destroyed = false;

  function attempt(dto: KickUsersDto, call: string): Promise<Reply> {
    const startedAt = Date.now();
    const startedMono = performance.now();
    if (destroyed) return Promise.resolve(failure('unsent', 'CLIENT_DESTROYED', startedAt, 0));
    return new Promise((resolve) => {
      const end = (reply: Reply): void => {
        if (!inFlight.delete(giveUp)) return;
        clearTimeout(timer);
        resolve(reply);
      };
      const giveUp = (errorCode: string): void =>
        end(failure('unanswered', errorCode, startedAt, performance.now() - startedMono));
      // What came while this process was busy or suspended is read first.
      const timer = setTimeout(() => setImmediate(giveUp, 'TIMEOUT'), timeoutMs);
      inFlight.add(giveUp);
      void toReply(client, dto).then((reply) => end(own(call, reply)));
    });
  }

  function own(call: string, reply: Reply): Reply {
    if (reply.requestId === undefined) return reply;
    return seen.isOfAnother(reply.requestId, call) ? disowned(reply) : reply;
  }

  return {
    kickUsers: attempt,
    ask: undefined,
    // It keeps its credentials itself, and may get new ones.
    renew: () => Promise.resolve(true),
    connect: () => Promise.resolve(undefined),
    identity: undefined,
    close: () => Promise.resolve(),
    destroy() {
      destroyed = true;
      for (const giveUp of inFlight) giveUp('CLIENT_DESTROYED');
      return Promise.resolve();
    },
  };
}

function failure(delivery: Delivery, errorCode: string, startedAt: number, durationMs: number): Reply {
  const message = describeConnectionError(errorCode);
  return { delivery, genauthForm: false, errorCode, message, startedAt, durationMs };
}
