import type { GenAuthClient, Identity } from './client.ts';
import type { KickUsersClient, KickUsersDto } from './kick-users.ts';
import type { Reply } from './reply.ts';
import { toReply } from './to-reply.ts';

/** A client as the run uses it, be it this package's own or the caller's. */
export interface Connection {
  /** Makes one attempt; never rejects. */
  readonly kickUsers: (dto: KickUsersDto) => Promise<Reply>;
  /** After an `unauthorized` reply: true when another attempt can go out with new authorisation. */
  readonly renew: (reply: Reply) => Promise<boolean>;
  /** Gets what is needed to authorise. Resolves to the reply that refused it. */
  readonly connect: () => Promise<Reply | undefined>;
  /** Known after `connect`; stays undefined with a client of the caller's own. */
  readonly identity: Identity | undefined;
  readonly close: () => Promise<void>;
  /** Gives up what is in flight. */
  readonly destroy: () => Promise<void>;
}

export function ownConnection(client: GenAuthClient): Connection {
  let identity: Identity | undefined;
  return {
    kickUsers: client.kickUsers,
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

/** The caller's client keeps its own credentials, and the caller closes it. */
export function foreignConnection(client: KickUsersClient): Connection {
  return {
    kickUsers: (dto) => toReply(client, dto),
    renew: () => Promise.resolve(false),
    connect: () => Promise.resolve(undefined),
    identity: undefined,
    close: () => Promise.resolve(),
    destroy: () => Promise.resolve(),
  };
}
