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
 * What a reply means. Success needs all of it: HTTP 2xx, `statusCode` 200 and `data.success` true, and then holds
 * whatever `apiCode` says. A redirect is transient: it was not followed, and no GenAuth has answered.
 */
export function judge(reply: Reply): Verdict {
  if (isCertificateCode(reply.errorCode) || reply.errorCode === 'UND_ERR_INVALID_ARG') return 'fatal';
  if (reply.forToken === true) return judgeTokenReply(reply);
  if (reply.delivery !== 'answered') return 'transient';
  const { httpStatus = 200, statusCode } = reply;
  if (isSuccess(httpStatus) && statusCode === 200 && reply.success === true) return 'succeeded';
  return judgeCodes(reply);
}

/** Refused credentials stay refused; a page of HTML refuses nothing, it is no GenAuth. */
function judgeTokenReply(reply: Reply): Verdict {
  if (!reply.genauthForm) return reply.httpStatus === 429 ? 'throttled' : 'transient';
  const verdict = judgeCodes(reply);
  return verdict === 'throttled' || verdict === 'transient' ? verdict : 'fatal';
}

function judgeCodes(reply: Reply): Verdict {
  return (
    (reply.apiCode === undefined ? undefined : verdictOfApiCode[reply.apiCode]) ??
    judgeStatus(reply.statusCode) ??
    judgeStatus(reply.httpStatus) ??
    'transient'
  );
}

function judgeStatus(status: number | undefined): Verdict | undefined {
  if (status === undefined) return undefined;
  return verdictOfStatus[status] ?? verdictOfStatusClass[Math.floor(status / 100)];
}

function isSuccess(httpStatus: number): boolean {
  return httpStatus >= 200 && httpStatus <= 299;
}

/**
 * The request was or may have been sent, and nobody has said that it did not work: no whole reply came, or one that was
 * not GenAuth's (an HTML 502 may hide a kick that worked), or GenAuth's own 200 without a word on success. A call with no
 * success and such an attempt is `unknown`, not `failed`.
 */
export function mayHaveTakenEffect(reply: Reply, verdict: Verdict): boolean {
  if (reply.delivery !== 'answered') return reply.delivery === 'unanswered';
  if (verdict !== 'transient') return false;
  return !reply.genauthForm || (reply.statusCode === 200 && reply.success === undefined);
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

/**
 * Of a transient reply: whether the server, or the way to it, is at fault rather than something about this call. Many
 * such in a row mean that the server is down.
 */
export function blamesServer(reply: Reply): boolean {
  return (
    !reply.genauthForm ||
    judgeStatus(reply.statusCode) === 'transient' ||
    judgeStatus(reply.httpStatus) === 'transient'
  );
}

/**
 * Of a transient reply: it says by itself that it is not about this call. The connection was not even made, or the
 * server says that it is unavailable.
 */
export function saysUnavailable(reply: Reply): boolean {
  return reply.delivery === 'unsent' || (reply.statusCode ?? reply.httpStatus) === 503;
}

/**
 * The server knows who asks and says no (403). For one user that is a rejection like others; for the first five it is a
 * key without the right to do this.
 */
export function isForbidden(reply: Reply): boolean {
  // With a business code of its own, such as a locked user, it is about that user.
  const isAboutUser = reply.apiCode !== undefined && verdictOfApiCode[reply.apiCode] === 'rejected';
  return !isAboutUser && (reply.statusCode ?? reply.httpStatus) === 403;
}
