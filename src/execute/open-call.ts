import type { KickUsersDto } from '../genauth/kick-users.ts';
import { requestIdsOf, type Reply } from '../genauth/reply.ts';
import { blamesAnApp, mayHaveTakenEffect, type Verdict } from '../genauth/verdict.ts';
import type { CallState } from '../journal/journal-index.ts';
import type { AttemptRecord } from '../journal/record.ts';
import { maskOfAll, placesIn, writeMask, type AppMask } from '../plan/app-mask.ts';
import type { Call } from '../plan/call.ts';
import { digestOf } from '../plan/digest.ts';
import type { AppSearch } from './app-search.ts';
import { createBisection, type Bisection } from './bisection.ts';
import { newTries, type Next, type Tries } from './next-attempt.ts';
import { requestKey } from './request-key.ts';

/** A call that is under way. */
export interface OpenCall extends Tries {
  readonly call: Call;
  readonly digest: number;
  attempts: number;
  previous: number | undefined;
  /** Some attempt, in this session or before, may have taken effect without an answer. */
  unanswered: boolean;
  /** Some of its apps were signed out by an attempt of their own. */
  partial: boolean;
  /** Undefined while all its apps go out together, as they mostly do. */
  bisection: Bisection | undefined;
  next: Next;
  /** The reply that refused the authorisation, where `next` is to renew it. */
  refused: Reply | undefined;
}

/**
 * @param before what former sessions left of it.
 * @param openBefore the apps that they left open, for a call that succeeded in part.
 */
export function openCall(call: Call, before: CallState, openBefore: AppMask | undefined): OpenCall {
  return {
    ...newTries(),
    call,
    digest: digestOf(call),
    attempts: before.attempts,
    previous: before.lastRecord,
    unanswered: before.unanswered,
    partial: before.partial,
    bisection: openBefore === undefined ? undefined : createBisection(call.appIds.length, openBefore),
    next: { kind: 'again', at: 0 },
    refused: undefined,
  };
}

/** The request for what is to be sent next. */
export function requestFor({ call, bisection }: OpenCall): KickUsersDto {
  const appIds = bisection?.current === undefined ? call.appIds : chosen(call, bisection.current);
  return { userId: call.userId, appIds: appIds as string[], options: { userIdType: call.userIdType } };
}

/** Of the same request; see {@link requestKey}. */
export function keyFor({ call, bisection }: OpenCall): string {
  const part = bisection?.current;
  return requestKey(call.seq, part === undefined ? undefined : writeMask(part));
}

function chosen(call: Call, apps: AppMask): string[] {
  return placesIn(apps).map((place) => call.appIds[place] ?? '');
}

/**
 * Makes the next part ready to be sent: leaves out the apps that are known not to exist (when that would leave nothing, the server
 * is asked all the same), and halves what was refused as it stands.
 * @returns false when another call has begun to search among the same apps meanwhile.
 */
export function makeReady(open: OpenCall, search: AppSearch): boolean {
  leaveOutMissing(open, search);
  if (open.bisection?.isRefused !== true) return true;
  if (!search.begin(open.call.seq, chosen(open.call, current(open)))) return false;
  narrowDown(open, search);
  return true;
}

function leaveOutMissing(open: OpenCall, search: AppSearch): void {
  if (search.missingCount === 0) return;
  const missing = missingAmong(open, search);
  const left = (open.bisection?.open ?? maskOfAll(open.call.appIds.length)) & ~missing;
  if (missing === 0n || left === 0n) return;
  open.bisection ??= createBisection(open.call.appIds.length);
  open.bisection.leaveOut(missing);
}

/** Of all that the call has still to send. */
function missingAmong({ call, bisection }: OpenCall, search: AppSearch): AppMask {
  let missing = 0n;
  for (const place of placesIn(bisection?.open ?? maskOfAll(call.appIds.length))) {
    if (search.isMissing(call.appIds[place] ?? '')) missing |= 1n << BigInt(place);
  }
  return missing;
}

function current({ call, bisection }: OpenCall): AppMask {
  return bisection?.current ?? maskOfAll(call.appIds.length);
}

function narrowDown(open: OpenCall, search: AppSearch): void {
  const place = open.bisection?.search();
  if (place !== undefined) search.found(open.call.appIds[place] ?? '');
}

/**
 * A call that goes out in parts has not ended with one of them, and one that was refused for an app goes out in parts.
 * @param next what follows for what was just sent.
 */
export function afterPart(
  open: OpenCall,
  reply: Reply,
  verdict: Verdict,
  next: Next,
  search: AppSearch,
  at: number,
): Next {
  if (verdict === 'succeeded') open.bisection?.succeeded();
  else if (verdict === 'rejected' && blamesAnApp(reply)) {
    open.bisection ??= createBisection(open.call.appIds.length);
    open.bisection.refused();
    // Another call may have found the bad ones since this was sent, or be about to.
    makeReady(open, search);
    leaveOutMissing(open, search);
  } else return next;
  const { bisection } = open;
  const isOver = bisection?.current === undefined || missingAmong(open, search) === bisection.open;
  return isOver ? next : { kind: 'again', at };
}

/** What of an attempt goes into the journal. @param sent the apps it named, where the call goes out in parts. */
export function attemptRecord(
  open: OpenCall,
  reply: Reply,
  verdict: Verdict,
  final: boolean,
  sent: AppMask | undefined,
): AttemptRecord {
  const { bisection } = open;
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
    apps: bisection === undefined ? undefined : writeMask(sent ?? maskOfAll(open.call.appIds.length)),
    open: bisection === undefined ? undefined : writeMask(bisection.open),
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
  if (verdict === 'succeeded' && (open.bisection?.open ?? 0n) === 0n) return 'succeeded';
  if (open.partial) return 'partial';
  return open.unanswered ? 'unknown' : 'failed';
}
