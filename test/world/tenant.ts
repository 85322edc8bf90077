import type { OwnFault } from './features.ts';
import { answerTo, type Question } from './answers.ts';
import { createLimit } from './limit.ts';
import { createPeople, type People } from './people.ts';
import { chance, pick, randomFrom, type Random } from './random.ts';
import type { Why } from './record.ts';
import { requestIdFor, type GivenIds } from './request-ids.ts';
import { isBadApp, type Scenario } from './scenario.ts';

/** What a tenant, or something before it, says to a request. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly why: Why;
  readonly carriedOut: boolean;
  readonly saysDone: boolean;
  readonly inDoubt: boolean;
  readonly requestIds: readonly string[];
  /** See `Exchange`. */
  readonly foreignIds?: readonly string[];
  /** The connection breaks instead. */
  readonly isReset?: boolean;
  /** It answers a question. */
  readonly isAnswer?: boolean;
}

export interface Kick {
  readonly userId: string;
  readonly appIds: readonly string[];
  /** What stands in the authorization header. */
  readonly authorization: string;
}

export interface Tenant {
  kick(request: Kick, at: number): Answer;
  ask(question: Question, authorization: string, at: number): Answer;
  token(at: number): Answer;
  /** From now on only what a user or an app is to blame for goes wrong. */
  calmDown(): void;
  /** Whether each call for that user is answered with the same failure. */
  faultOf(userId: string): OwnFault | undefined;
  readonly people: People;
}

const base = Date.UTC(2026, 10, 27, 17);

/** What the tenant's clock shows. */
export function wallTime(at: number): number {
  return base + at;
}

interface Said {
  readonly status?: number;
  readonly statusCode: number;
  readonly apiCode?: number;
  readonly message: string;
  readonly data?: unknown;
  readonly retryAfterS?: number | undefined;
}

export function createTenant(scenario: Scenario): Tenant {
  const { features, seed } = scenario;
  const random = randomFrom(seed, 'tenant');
  const limit = features.limit && createLimit(features.limit);
  const faults = ownFaultsOf(scenario);
  const tokens = createTokens(features.tokens);
  const people = createPeople(scenario);
  const randomOfAnswers = randomFrom(seed, 'answers');
  let ids = 0;
  let isCalm = false;

  function answer(said: Said, why: Why, at: number, carriedOut = false): Answer {
    const { status = said.statusCode, retryAfterS, ...body } = said;
    ids += 1;
    const given = requestIdFor(ids, features.oddIds?.kinds ?? [], random);
    const { text, headers } = replyText(body, given);
    return {
      status,
      headers: {
        date: new Date(wallTime(at)).toUTCString(),
        'content-type': 'application/json',
        ...headers,
        ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
      },
      body: text,
      why,
      carriedOut,
      saysDone: carriedOut && given.isInForm,
      inDoubt: !given.isInForm && status !== 429,
      requestIds: given.ids,
    };
  }

  function fail(fault: OwnFault, why: Why, at: number): Answer {
    if (fault === 'page502') return page(502, why, false);
    if (fault === 'reset') return { ...page(502, why, false), isReset: true };
    const retryAfterS = fault === 'throttledLong' ? features.ownFaults?.retryAfterS : undefined;
    return answer({ ...saidFor[fault], retryAfterS }, why, at);
  }

  function refuse(at: number, { authorization }: Pick<Kick, 'authorization'>): Answer | undefined {
    const { laggingNode, wideRefusal, quota, strayThrottling } = features;
    if (laggingNode !== undefined && !isCalm && chance(random, laggingNode.share)) {
      return answer(unauthorized, 'credentials', at);
    }
    if (!tokens.isGood(authorization, at, isCalm)) return answer(notLoggedIn, 'credentials', at);
    if (wideRefusal !== undefined && !isCalm && at >= wideRefusal.fromMs) {
      return answer(wideRefusal.code === 401 ? unauthorized : forbidden, 'credentials', at);
    }
    if (quota !== undefined && !isCalm && at >= quota.fromMs) {
      return answer({ ...tooMany, retryAfterS: quota.retryAfterS }, 'throttled', at);
    }
    if (limit?.isTooMuch(at) === true) {
      const { inBody = false, retryAfterS } = features.limit ?? {};
      return answer({ ...tooMany, status: inBody ? 200 : 429, retryAfterS }, 'throttled', at);
    }
    if (strayThrottling !== undefined && chance(random, strayThrottling.share)) {
      return answer({ ...tooMany, retryAfterS: strayThrottling.retryAfterS }, 'throttled', at);
    }
    return undefined;
  }

  return {
    kick(request, at) {
      const refused = refuse(at, request);
      if (refused !== undefined) return refused;
      const fault = faults.get(request.userId);
      if (fault !== undefined) return fail(fault, 'own', at);
      if (request.appIds.some(isBadApp)) return answer(noSuchApp, 'app', at);
      const { hiccups } = features;
      if (hiccups !== undefined && !isCalm && chance(random, hiccups.share)) {
        return fail(pick(random, hiccups.kinds), 'hiccup', at);
      }
      people.kick(request.userId, request.appIds, at);
      return answer(done, 'done', at, true);
    },
    ask(question, authorization, at) {
      const refused = refuse(at, { authorization });
      if (refused !== undefined) return refused;
      const { hiccups } = features;
      if (hiccups !== undefined && !isCalm && chance(randomOfAnswers, hiccups.share)) {
        return fail(pick(randomOfAnswers, hiccups.kinds), 'hiccup', at);
      }
      const found = answerTo(question, at, people, features, randomOfAnswers, wallTime);
      if (found === 'forbidden') return answer(forbidden, 'own', at);
      if (found === 'unknown') return answer(noSuchCall, 'own', at);
      return {
        ...answer({ statusCode: 200, message: 'Success', data: found.data }, 'own', at),
        isAnswer: true,
      };
    },
    people,
    token(at) {
      const granted = tokens.grant(at);
      const text = JSON.stringify({
        statusCode: 200,
        message: 'Success',
        data: { access_token: granted.text, expires_in: granted.lifetimeS },
      });
      const headers = { 'content-type': 'application/json', date: new Date(wallTime(at)).toUTCString() };
      return { ...notAboutAnyone, status: 200, headers, body: text };
    },
    calmDown() {
      isCalm = true;
    },
    faultOf: (userId) => faults.get(userId),
  };
}

/** A page of something that is no GenAuth. */
export function page(status: number, why: Why, carriedOut: boolean): Answer {
  return {
    status,
    headers: { 'content-type': 'text/html' },
    body: `<html><title>${status}</title></html>`,
    why,
    carriedOut,
    saysDone: false,
    inDoubt: status !== 429,
    requestIds: [],
  };
}

/** One in GenAuth's form that comes from no request's own data. */
export function inForm(statusCode: 503 | 500 | 429, why: Why): Answer {
  const body = JSON.stringify({ statusCode, message: 'Service unavailable' });
  const headers = { 'content-type': 'application/json' };
  return { ...notAboutAnyone, status: statusCode, headers, body, why };
}

const notAboutAnyone = {
  why: 'world',
  carriedOut: false,
  saysDone: false,
  inDoubt: false,
  requestIds: [],
} as const;

const done: Said = { statusCode: 200, message: 'Success', data: { success: true } };
const unauthorized: Said = { statusCode: 401, message: 'Unauthorized' };
const forbidden: Said = { statusCode: 403, message: 'Forbidden' };
const notLoggedIn: Said = { statusCode: 401, apiCode: 2020, message: 'Not logged in' };
const tooMany: Said = { statusCode: 429, message: 'Too many requests' };
const noSuchCall: Said = { statusCode: 404, message: 'Cannot GET this' };
const noSuchApp: Said = { statusCode: 404, apiCode: 2011, message: 'App not found' };

const saidFor: Readonly<Record<Exclude<OwnFault, 'page502' | 'reset'>, Said>> = {
  http500: { statusCode: 500, message: 'Cannot load the sessions of this user' },
  successFalse: { statusCode: 200, message: 'Success', data: { success: false } },
  forbidden,
  notLoggedIn: { ...notLoggedIn, status: 403, statusCode: 403 },
  throttled: tooMany,
  throttledLong: tooMany,
  unprocessable: { statusCode: 422, message: 'Unprocessable' },
  unknownUser: { statusCode: 404, apiCode: 2004, message: 'User does not exist' },
  usedSignature: { statusCode: 400, apiCode: 1306, message: 'Signature already used' },
};

function replyText(
  body: Omit<Said, 'status' | 'retryAfterS'>,
  given: GivenIds,
): { readonly text: string; readonly headers: Readonly<Record<string, string>> } {
  const { statusCode, ...rest } = body;
  const head = given.isInForm ? `"statusCode":${statusCode}` : `"statusCode":"${statusCode}"`;
  const id = given.inBody === undefined ? '' : `,"requestId":${given.inBody}`;
  return { text: `{${head}${id},${JSON.stringify(rest).slice(1)}`, headers: given.headers };
}

function ownFaultsOf({ rows, features, seed }: Scenario): Map<string, OwnFault> {
  const random: Random = randomFrom(seed, 'whose calls fail');
  const users = [...new Set(rows.map(({ userId }) => userId))];
  const faults = new Map<string, OwnFault>();
  const { ownFaults, neighbours403 } = features;
  if (ownFaults !== undefined && ownFaults.kinds.length > 0) {
    const count = Math.max(1, Math.round(users.length * ownFaults.share));
    for (const [place, user] of users.entries()) {
      const isChosen = ownFaults.isLast ? place >= users.length - count : chance(random, ownFaults.share);
      if (isChosen) faults.set(user, pick(random, ownFaults.kinds));
    }
  }
  if (neighbours403 !== undefined) {
    const from = Math.floor(users.length * neighbours403.from);
    for (const user of users.slice(from, from + neighbours403.count)) faults.set(user, 'forbidden');
  }
  return faults;
}

function createTokens(plan: Scenario['features']['tokens']) {
  const { lifetimeS = 7200, lateMs = 0, revokedAtMs } = plan ?? {};
  const givenAt: number[] = [];
  return {
    grant(at: number): { readonly text: string; readonly lifetimeS: number } {
      const claims = Buffer.from(JSON.stringify({ scoped_userpool_id: 'pool' })).toString('base64url');
      givenAt.push(at);
      return { text: `head.${claims}.token${givenAt.length}`, lifetimeS };
    },
    isGood(authorization: string, at: number, isCalm: boolean): boolean {
      if (authorization.startsWith('authing ')) return true;
      const given = givenAt[Number(/token(\d+)$/.exec(authorization)?.[1] ?? 0) - 1];
      if (given === undefined || at > given + lifetimeS * 1000) return false;
      if (isCalm) return true;
      const isRevoked = revokedAtMs !== undefined && given < revokedAtMs && at >= revokedAtMs;
      return at >= given + lateMs && !isRevoked;
    },
  };
}
