import { performance } from 'node:perf_hooks';
import { readAnswer } from './answer.ts';
import type { Authorized, Clock } from './authorization.ts';
import type { Exchange } from './exchange.ts';
import type { Identity } from './identity.ts';
import {
  encodeKickUsers,
  type KickUsersClient,
  type KickUsersDto,
  type KickUsersText,
} from './kick-users.ts';
import { encodeQuestion, type Asked, type Question } from './question.ts';
import { disowned, readReply, type Draft, type Reply } from './reply.ts';
import type { RequestText } from './request.ts';
import { createSeenRequestIds, type SeenRequestIds } from './seen-request-ids.ts';
import { brands, type Brand } from './signature.ts';
import { createSigningAuthorization } from './signing.ts';
import { createTokenAuthorization } from './token.ts';
import { createTransport, longestReplyBytes, type Transport, type TransportOptions } from './transport.ts';
import { judge } from './verdict.ts';

export type { Identity } from './identity.ts';

export interface ClientOptions extends TransportOptions {
  accessKeyId: string;
  accessKeySecret: string;
  /** `token`: one bearer token for all requests. `signature`: each request is signed. */
  auth: 'token' | 'signature';
  brand: Brand;
  /** For user pools with several tenants. */
  tenantId?: string | undefined;
  /**
   * Clients disagree about its name (`docs/genauth-api.md`, section 2d).
   * @default 'x-authing-tenant-id'
   */
  tenantHeader?: string | undefined;
  /** This program's version, for the `user-agent` header. */
  version: string;
  /** @default the clocks of this computer */
  clock?: Clock | undefined;
  /** @default one that is made for the host */
  transport?: Transport | undefined;
  /** @default none are known yet */
  seen?: SeenRequestIds | undefined;
}

/** Makes one attempt at a time for each call of `kickUsers`, as many at once as it is asked for. The caller closes it. */
export interface GenAuthClient extends KickUsersClient {
  /**
   * Never throws: whatever happens is in the Reply.
   * @param call tells it from all others, so that a reply to another is known as such. Default: its user and apps.
   */
  kickUsers(dto: KickUsersDto, call?: string): Promise<Reply>;
  /**
   * Gets what is needed to authorise before the first call: the token (token mode); nothing is sent when signing.
   * Resolves to the identity, or to the Reply that refused it.
   */
  connect(): Promise<{ identity: Identity } | { refused: Reply }>;
  /**
   * After an `unauthorized` reply: gets another authorisation where that may help. False where no other attempt can succeed: the
   * corrected clock is refused as well.
   */
  renew(reply: Reply): Promise<boolean>;
  /** Waits for what is in flight. */
  close(): Promise<void>;
  /** Does not wait: each attempt in flight resolves at once. */
  destroy(): Promise<void>;
}

/** What this program itself works with. */
export interface AskingClient extends GenAuthClient {
  /**
   * Makes one attempt to have a question answered. Never throws, whatever the server sends.
   *
   * GenAuth gives each request an ID of its own: a reply whose ID another request has had, be it the same question asked before, is
   * out of date or somebody else's, and proves nothing.
   */
  ask<T>(question: Question<T>): Promise<Asked<T>>;
}

export function createClient(options: ClientOptions): AskingClient {
  const { accessKeyId, accessKeySecret, brand } = options;
  const clock = options.clock ?? { now: Date.now, monotonic: () => performance.now() };
  const transport = options.transport ?? createTransport(options);
  const headers = commonHeaders(options);
  const seen = options.seen ?? createSeenRequestIds();

  const authorization =
    options.auth === 'token'
      ? createTokenAuthorization({ accessKeyId, accessKeySecret, headers, transport, clock })
      : createSigningAuthorization({ accessKeyId, accessKeySecret, brand, headers, clock });

  /** @returns the same reply, or what is left of it where it was made for another request. */
  function own(exchange: Exchange, reply: Draft, key: string, authorized: Authorized): Reply {
    reply.authorization = authorized.number;
    if (reply.requestId !== undefined && seen.isOfAnother(reply.requestId, key)) {
      // The next reply on it may be this call's.
      exchange.connection?.destroy();
      return disowned(reply);
    }
    if (!reply.genauthForm) {
      // A gateway that looks at tokens itself.
      if (reply.httpStatus === 401) authorization.renew(reply);
    } else {
      const verdict = judge(reply);
      if (verdict === 'succeeded' || verdict === 'rejected') authorization.accepted(authorized.number);
    }
    return reply;
  }

  async function attempt(request: KickUsersText, key: string, authorized: Authorized): Promise<Reply> {
    const exchange = await transport.post(request.address, authorized.headers, request.body);
    return own(exchange, readReply(exchange, authorized.secrets), key, authorized);
  }

  async function authorizeFirst(request: KickUsersText, key: string): Promise<Reply> {
    const authorized = await authorization.fetched(request);
    return 'delivery' in authorized ? authorized : attempt(request, key, authorized);
  }

  function send({ address, body }: RequestText, headers: string[]): Promise<Exchange> {
    return body === undefined
      ? transport.get(address, withoutContentType(headers), longestReplyBytes)
      : transport.post(address, headers, body, longestReplyBytes);
  }

  let asked = 0;
  async function ask<T>(question: Question<T>): Promise<Asked<T>> {
    const request = encodeQuestion(question);
    const authorized = authorization.atHand(request) ?? (await authorization.fetched(request));
    if ('delivery' in authorized) return { reply: authorized, answer: undefined };
    const exchange = await send(request, authorized.headers);
    const { reply, answer, isStrange } = readAnswer(exchange, question.read, authorized.secrets);
    // The next reply on it may be as little what was asked for.
    if (isStrange) exchange.connection?.destroy();
    asked += 1;
    const ownReply = own(exchange, reply, `question ${asked}`, authorized);
    return { reply: ownReply, answer: ownReply === reply ? answer : undefined };
  }

  return {
    kickUsers(dto, call) {
      const request = encodeKickUsers(dto);
      const key = call ?? request.body;
      const authorized = authorization.atHand(request);
      return authorized === undefined ? authorizeFirst(request, key) : attempt(request, key, authorized);
    },
    ask,
    connect: () => authorization.identify(),
    renew: (reply) => Promise.resolve(authorization.renew(reply)),
    close: () => transport.close(),
    destroy: () => transport.destroy(),
  };
}

/** @param headers names and values in turn. */
function withoutContentType(headers: readonly string[]): string[] {
  const at = headers.indexOf('content-type');
  return headers.toSpliced(at, 2);
}

function commonHeaders(options: ClientOptions): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json',
    // What is packed, or was kept for somebody else, is of no use; a cache on the way may not know that of a POST.
    'accept-encoding': 'identity',
    'cache-control': 'no-store',
    'user-agent': `genauth-offboard/${options.version}`,
    // So that messages come in English.
    [`${brands[options.brand].headerPrefix}lang`]: 'en-US',
  };
  if (options.tenantId !== undefined) {
    headers[(options.tenantHeader ?? 'x-authing-tenant-id').toLowerCase()] = options.tenantId;
  }
  return headers;
}
