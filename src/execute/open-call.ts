import type { KickUsersDto } from '../genauth/kick-users.ts';
import { requestIdsOf, type Reply } from '../genauth/reply.ts';
import { mayHaveTakenEffect, type Verdict } from '../genauth/verdict.ts';
import type { CallState } from '../journal/journal-index.ts';
import type { AttemptRecord } from '../journal/record.ts';
import { maskOfAll, placesIn, writeMask, type AppMask } from '../plan/app-mask.ts';
import type { Call } from '../plan/call.ts';
import { digestOf } from '../plan/digest.ts';
import type { AppSearch } from './app-search.ts';
import type { Next, Tries } from './decide.ts';
import { createParts, type Parts } from './parts.ts';

/** A call that is under way. */
export interface OpenCall {
  readonly call: Call;
  readonly digest: number;
  readonly tries: Tries;
  attempts: number;
  previous: number | undefined;
  /** Some attempt, in this session or before, may have taken effect without an answer. */
  unanswered: boolean;
  /** Some of its apps were signed out by an attempt of their own. */
  partial: boolean;
  /** Undefined while all its apps go out together, as they mostly do. */
  parts: Parts | undefined;
  next: Next;
}

/**
 * @param before what former sessions left of it.
 * @param openBefore the apps that they left open, for a call that succeeded in part.
 */
export function openCall(call: Call, before: CallState, openBefore: AppMask | undefined): OpenCall {
  return {
    call,
    digest: digestOf(call),
    tries: { failures: 0, failuresInRow: 0, throttledInRow: 0, unauthorized: 0, lastFailedAt: undefined },
    attempts: before.attempts,
    previous: before.lastRecord,
    unanswered: before.unanswered,
    partial: before.partial,
    parts: openBefore === undefined ? undefined : createParts(call.appIds.length, openBefore),
    next: { kind: 'again', waitMs: 0 },
  };
}

/** The request for what is to be sent next. */
export function requestFor({ call, parts }: OpenCall): KickUsersDto {
  const appIds = parts?.current === undefined ? call.appIds : chosen(call, parts.current);
  return { userId: call.userId, appIds: appIds as string[], options: { userIdType: call.userIdType } };
}

function chosen(call: Call, apps: AppMask): string[] {
  return placesIn(apps).map((place) => call.appIds[place] ?? '');
}

/** Leaves out the apps that are known not to exist; when that would leave nothing, the server is asked all the same. */
export function leaveOutMissing(open: OpenCall, search: AppSearch): void {
  if (search.missingCount === 0) return;
  const missing = missingAmong(open, search);
  if (missing === 0n || missing === current(open)) return;
  open.parts ??= createParts(open.call.appIds.length);
  open.parts.leaveOut(missing);
}

/** One of the apps that were just sent was refused: narrows it down. @returns what follows. */
export function narrowDown(open: OpenCall, search: AppSearch): Next {
  const { call } = open;
  const again: Next = { kind: 'again', waitMs: 0 };
  const sent = current(open);
  const missing = missingAmong(open, search);
  if (missing === sent) return { kind: 'ended' };
  // Another call has found an app since this one was sent: that may have been all.
  if (missing !== 0n) return again;
  if (!search.begin(call.seq, chosen(call, sent))) return again;
  open.parts ??= createParts(call.appIds.length);
  const place = open.parts.refused();
  if (place !== undefined) search.found(call.appIds[place] ?? '');
  return open.parts.current === undefined ? { kind: 'ended' } : again;
}

function current({ call, parts }: OpenCall): AppMask {
  return parts?.current ?? maskOfAll(call.appIds.length);
}

function missingAmong(open: OpenCall, search: AppSearch): AppMask {
  let missing = 0n;
  for (const place of placesIn(current(open))) {
    if (search.isMissing(open.call.appIds[place] ?? '')) missing |= 1n << BigInt(place);
  }
  return missing;
}

/** What of an attempt goes into the journal. @param sent the apps it named, where the call goes out in parts. */
export function attemptRecord(
  open: OpenCall,
  reply: Reply,
  verdict: Verdict,
  final: boolean,
  sent: AppMask | undefined,
): AttemptRecord {
  const { parts } = open;
  const requestIds = requestIdsOf(reply);
  return {
    kind: 'attempt',
    seq: open.call.seq,
    attempt: open.attempts,
    digest: open.digest,
    previous: open.previous,
    verdict,
    final,
    unanswered: mayHaveTakenEffect(reply, verdict),
    apps: parts === undefined ? undefined : writeMask(sent ?? maskOfAll(open.call.appIds.length)),
    open: parts === undefined ? undefined : writeMask(parts.open),
    httpStatus: reply.httpStatus,
    statusCode: reply.statusCode,
    apiCode: reply.apiCode,
    requestId: requestIds[0],
    otherRequestIds: requestIds.length > 1 ? requestIds.slice(1) : undefined,
    message: reply.message,
    errorCode: reply.errorCode,
    startedAt: reply.startedAt,
    durationMs: Math.round(reply.durationMs * 10) / 10,
  };
}

/** How a call ended. */
export function outcome(open: OpenCall, verdict: Verdict): 'succeeded' | 'partial' | 'failed' | 'unknown' {
  if (verdict === 'succeeded' && (open.parts?.open ?? 0n) === 0n) return 'succeeded';
  if (open.partial) return 'partial';
  return open.unanswered ? 'unknown' : 'failed';
}
