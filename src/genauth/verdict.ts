import { isCertificateCode } from './connection-errors.ts';
import type { Reply } from './reply.ts';

/** What one reply means; see the tables below. */
export type Verdict = 'succeeded' | 'rejected' | 'throttled' | 'transient' | 'unauthorized' | 'fatal';

/** GenAuth's business codes. One that is not listed leaves the word to the status. */
const verdictOfApiCode: Readonly<Record<number, Verdict>> = {
  1300: 'fatal', // bad signature
  1301: 'fatal', // signature method mismatch
  1302: 'fatal', // signature version mismatch
  1303: 'fatal', // bad timestamp format
  1304: 'fatal', // no date header
  1305: 'unauthorized', // clock skew too large: the client corrects its clock once, then refuses to go on
  1306: 'transient', // signature already used: the next attempt has a new one
  2004: 'rejected', // user not found
  2005: 'rejected', // user locked
  2011: 'rejected', // app not found
  2020: 'unauthorized', // not logged in
  2224: 'fatal', // user pool not found
  4021: 'fatal', // billing
  2120008: 'rejected', // user disabled or not a member of this tenant
  2130010: 'rejected', // no right to this tenant
};

/** The body's `statusCode`, or the HTTP status where the body has none that tells. */
const verdictOfStatus: Readonly<Record<number, Verdict>> = {
  401: 'unauthorized',
  402: 'fatal', // the plan does not cover this
  408: 'transient',
  425: 'transient',
  429: 'throttled',
};

/** The statuses that are not listed, by their first digit. Whatever else comes is no answer to build on. */
const verdictOfStatusClass: Readonly<Record<number, Verdict>> = {
  4: 'rejected',
  5: 'transient',
  6: 'transient',
};

/**
 * What a reply means. Success needs all of it: HTTP 2xx, `statusCode` 200 and `data.success` true, and then holds whatever `apiCode`
 * says. What is not in GenAuth's form was said by somebody on the way, and says nothing about a user, whatever its HTTP status;
 * but for 429, as whoever says it wants fewer requests.
 */
export function judge(reply: Reply): Verdict {
  if (isCertificateCode(reply.errorCode) || reply.errorCode === 'UND_ERR_INVALID_ARG') return 'fatal';
  if (reply.errorCode !== undefined || (reply.delivery !== 'answered' && reply.forToken !== true)) {
    return 'transient';
  }
  if (reply.httpStatus === 429) return 'throttled';
  if (!reply.genauthForm) return 'transient';
  if (reply.forToken === true) return judgeTokenReply(reply);
  if (reply.statusCode === 200 && reply.success === true) {
    return isSuccess(reply.httpStatus ?? 200) ? 'succeeded' : 'transient';
  }
  return judgeCodes(reply);
}

/** Refused credentials stay refused. */
function judgeTokenReply(reply: Reply): Verdict {
  const verdict = judgeCodes(reply);
  return verdict === 'throttled' || verdict === 'transient' ? verdict : 'fatal';
}

/** A body that speaks of success under an HTTP status of failure contradicts itself, and tells neither. */
function judgeCodes({ apiCode, statusCode = 0, httpStatus }: Reply): Verdict {
  return (
    (apiCode === undefined ? undefined : verdictOfApiCode[apiCode]) ??
    judgeStatus(statusCode) ??
    (isSuccess(statusCode) ? undefined : judgeStatus(httpStatus)) ??
    'transient'
  );
}

function judgeStatus(status: number | undefined): Verdict | undefined {
  if (status === undefined) return undefined;
  return verdictOfStatus[status] ?? verdictOfStatusClass[Math.floor(status / 100)];
}

function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}

/**
 * The request was or may have been sent, and GenAuth has not said that it did not work: no whole reply came, or only the page of
 * somebody on the way (which may hide a kick that worked), or GenAuth's own without a plain word on success. A call with no success
 * and such an attempt is `unknown`, not `failed`.
 */
export function mayHaveTakenEffect(reply: Reply, verdict: Verdict): boolean {
  if (reply.delivery !== 'answered') return reply.delivery === 'unanswered';
  if (verdict === 'succeeded') return false;
  // Who throttles does so before the work is done.
  if (!reply.genauthForm) return verdict !== 'throttled';
  if (reply.success !== undefined) return reply.success;
  return verdict === 'transient' && isSuccess(reply.statusCode ?? 0);
}

/** Whose fault it is that a request did not succeed. */
export type Blame =
  /** Rejected on its merits. */
  | 'call'
  /** GenAuth failed at it, or no whole reply came: perhaps because of something in the call. */
  | 'server'
  /** The way to GenAuth, or the whole of it: whatever the call, it could not have succeeded. */
  | 'unavailable'
  /** Too many requests; perhaps for this user only. */
  | 'throttle'
  /** The access key, the token or the signature is not accepted. */
  | 'credentials'
  /** The key is known, and may not do this; perhaps only to this user. */
  | 'right';

/** Of a reply that is no success. @param verdict what {@link judge} says of it. */
export function blameOf(reply: Reply, verdict: Verdict = judge(reply)): Blame {
  switch (verdict) {
    case 'succeeded':
      return 'call';
    case 'rejected':
      return isForbidden(reply) ? 'right' : 'call';
    case 'throttled':
      return 'throttle';
    case 'unauthorized':
      return 'credentials';
    case 'fatal':
      return reply.errorCode === undefined ? 'credentials' : 'unavailable';
    case 'transient':
      if (reply.delivery === 'unsent') return 'unavailable';
      if (reply.delivery === 'unanswered') return 'server';
      return !reply.genauthForm || isOutage(reply.statusCode) || isOutage(reply.httpStatus)
        ? 'unavailable'
        : 'server';
  }
}

/** A microservice, GenAuth or the way to it is not there (502 to 504). */
function isOutage(status: number | undefined): boolean {
  return status !== undefined && status >= 502 && status <= 504;
}

/**
 * Of a rejected reply: one of the call's apps is the reason, and the others might be signed out without it. The name of
 * the argument is part of a 400's message in every language; nothing else tells it from a bad user ID.
 */
export function blamesAnApp(reply: {
  readonly apiCode?: number | undefined;
  readonly statusCode?: number | undefined;
  readonly message?: string | undefined;
}): boolean {
  if (reply.apiCode !== undefined) return reply.apiCode === 2011;
  return reply.statusCode === 400 && /\bappIds\b/.test(reply.message ?? '');
}

/** Who asks is refused, in one way or the other. */
export function isRefusal(blame: Blame): blame is 'right' | 'credentials' {
  return blame === 'right' || blame === 'credentials';
}

/** The server knows who asks and says no (403): to this user, or to all. */
function isForbidden(reply: Reply): boolean {
  // With a business code of its own, such as a locked user, it is about that user.
  const isAboutUser = reply.apiCode !== undefined && verdictOfApiCode[reply.apiCode] === 'rejected';
  return !isAboutUser && (reply.statusCode ?? reply.httpStatus) === 403;
}
