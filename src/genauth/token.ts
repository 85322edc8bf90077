import type { Authorization, Authorized, Clock } from './authorization.ts';
import { isObject, parseJson, readReply, type Reply } from './reply.ts';
import { formsOf } from './secrets.ts';
import type { Transport } from './transport.ts';

const tokenPath = '/api/v3/get-management-token';

/** GenAuth's own default, for a token that does not say how long it lives. */
const usualLifetimeMs = 7_200_000;
const longestMarginMs = 60_000;
const shortestPauseMs = 100;
/** A token that was never accepted is perhaps not known everywhere yet: so long it is used in spite of refusals. */
const settlingMs = 3000;
/** No more often is a token replaced, so that calls which are always refused do not cost one each. */
const replacedEveryMs = 1000;

export interface TokenOptions {
  accessKeyId: string;
  accessKeySecret: string;
  /** Those of every request, names in lower case. */
  headers: Readonly<Record<string, string>>;
  transport: Transport;
  clock: Clock;
}

interface Token extends Authorized {
  readonly userPoolId: string;
  /** Monotonic, as the rest: a wrong local clock does not matter. */
  readonly receivedAt: number;
  readonly expiresAt: number;
  /** The same on the wall clock: the other one may stand still while the computer sleeps. */
  readonly expiresAtWall: number;
  /** From here on another one is fetched in the background. */
  renewAt: number;
  /** When a request last came back that had gone through with it. */
  acceptedAt: number | undefined;
}

/** A bearer token for all requests, fetched when it is first needed and again before it ends. */
export function createTokenAuthorization(options: TokenOptions): Authorization {
  const { accessKeyId, accessKeySecret, clock } = options;
  const commonHeaders = Object.entries(options.headers).flat();
  const credentials = JSON.stringify({ accessKeyId, accessKeySecret });
  const secrets = formsOf(accessKeySecret);

  let token: Token | undefined;
  let fetching: Promise<Token | Reply> | undefined;
  let count = 0;
  let replacedAt = Number.NEGATIVE_INFINITY;

  function fetchOnce(): Promise<Token | Reply> {
    fetching ??= fetchToken().finally(() => {
      fetching = undefined;
    });
    return fetching;
  }

  async function fetchToken(): Promise<Token | Reply> {
    const asked = await askForToken(options, commonHeaders, credentials, secrets);
    if ('delivery' in asked) {
      // A background fetch that failed is not repeated with every call.
      if (token !== undefined) {
        token.renewAt = clock.monotonic() + Math.max(shortestPauseMs, marginOf(token) / 10);
      }
      return asked;
    }
    count += 1;
    token = tokenOf(asked, count, options, secrets);
    return token;
  }

  function atHand(): Token | undefined {
    if (token === undefined) return undefined;
    const now = clock.monotonic();
    if (now >= token.expiresAt || clock.now() >= token.expiresAtWall) return undefined;
    if (now >= token.renewAt) void fetchOnce();
    return token;
  }

  return {
    atHand,
    fetched: fetchOnce,
    accepted(number) {
      if (token?.number === number) token.acceptedAt = clock.monotonic();
    },
    renew(reply) {
      if (reply.authorization === undefined) return false;
      // Another call's refusal, or time, has already done away with that token.
      if (token === undefined || token.number !== reply.authorization) return true;
      const now = clock.monotonic();
      if (now - replacedAt >= replacedEveryMs && isDoubtful(token, now, now - reply.durationMs)) {
        token = undefined;
        replacedAt = now;
      }
      return true;
    },
    async identify() {
      const known = atHand() ?? (await fetchOnce());
      return 'delivery' in known ? { refused: known } : { identity: { userPoolId: known.userPoolId } };
    },
  };
}

interface Asked {
  readonly granted: Granted;
  /** When it was asked for, on either clock. */
  readonly askedAt: number;
  readonly askedAtWall: number;
}

function tokenOf(
  { granted, askedAt, askedAtWall }: Asked,
  number: number,
  { headers, accessKeyId }: TokenOptions,
  secrets: readonly string[],
): Token {
  const userPoolId = granted.userPoolId ?? accessKeyId;
  const expiresAt = askedAt + granted.lifetimeMs;
  return {
    headers: Object.entries(headers)
      .flat()
      .concat('authorization', `Bearer ${granted.text}`, 'x-authing-userpool-id', userPoolId),
    number,
    userPoolId,
    secrets: [...secrets, ...formsOf(granted.text)],
    receivedAt: askedAt,
    expiresAt,
    expiresAtWall: askedAtWall + granted.lifetimeMs,
    renewAt: expiresAt - Math.min(longestMarginMs, granted.lifetimeMs / 10),
    acceptedAt: undefined,
  };
}

/** @returns the reply where it brought none. */
async function askForToken(
  { transport, clock }: TokenOptions,
  headers: string[],
  credentials: string,
  secrets: readonly string[],
): Promise<Asked | Reply> {
  // The lifetime counts from some moment between here and the reply: from here is the safe reading.
  const askedAt = clock.monotonic();
  const askedAtWall = clock.now();
  const exchange = await transport.post(tokenPath, headers, credentials);
  const reply = readReply(exchange, secrets);
  const granted = reply.statusCode === 200 ? readToken(parseJson(exchange.body)) : undefined;
  if (granted !== undefined) return { granted, askedAt, askedAtWall };
  reply.forToken = true;
  reply.delivery = 'unsent';
  if (reply.statusCode === 200) {
    // Whoever answers so is no GenAuth, or not its place for tokens.
    reply.genauthForm = false;
    reply.message = 'the reply to the token request holds no access_token';
  }
  return reply;
}

/**
 * One node of several that lags, or a refusal that concerns one user, is no reason to do without a token that lets others through.
 * @param sentAt when the request went that was refused with it.
 */
function isDoubtful({ acceptedAt, receivedAt, renewAt }: Token, now: number, sentAt: number): boolean {
  if (now >= renewAt) return true;
  return acceptedAt === undefined ? now - receivedAt >= settlingMs : acceptedAt <= sentAt;
}

function marginOf(token: Token): number {
  return Math.min(longestMarginMs, (token.expiresAt - token.receivedAt) / 10);
}

interface Granted {
  readonly text: string;
  readonly lifetimeMs: number;
  readonly userPoolId: string | undefined;
}

/** From the body of a token reply; undefined where it holds no token that a header can carry. */
function readToken(body: unknown): Granted | undefined {
  if (!isObject(body) || !isObject(body['data'])) return undefined;
  const { access_token: text, expires_in: expiresIn } = body['data'];
  if (typeof text !== 'string' || !/^[\x21-\x7e]+$/.test(text)) return undefined;
  const claims = readClaims(text);
  const userPoolId = claims['scoped_userpool_id'];
  return {
    text,
    lifetimeMs:
      positive(expiresIn) ?? positive(Number(claims['exp']) - Number(claims['iat'])) ?? usualLifetimeMs,
    userPoolId: typeof userPoolId === 'string' && /^[\x21-\x7e]+$/.test(userPoolId) ? userPoolId : undefined,
  };
}

/** The claims of a JWT, unverified: they come from the server that is asked to honour them. */
function readClaims(token: string): Record<string, unknown> {
  const claims = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  return isObject(claims) ? claims : {};
}

/** Seconds to ms. */
function positive(seconds: unknown): number | undefined {
  return typeof seconds === 'number' && seconds > 0 && Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
