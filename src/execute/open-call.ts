import type { KickUsersDto } from '../genauth/kick-users.ts';
import type { Reply } from '../genauth/reply.ts';
import { blamesAnApp, type Verdict } from '../genauth/verdict.ts';
import { attemptRecord } from '../journal/attempt-record.ts';
import type { CallState } from '../journal/call-states.ts';
import type { AttemptRecord } from '../journal/record.ts';
import { maskOf, maskOfAll, placesIn, writeMask, type AppMask } from '../plan/app-mask.ts';
import type { Call } from '../plan/call.ts';
import { beginSearch, found, type AppSearch } from './app-search.ts';
import * as parts from './bisection.ts';
import { newTries, type Next, type Tries } from './next-attempt.ts';
import type { HowEnded } from './stop/stop.ts';
import { requestKey } from '../journal/request-key.ts';

/** A call that is under way. */
export type OpenCall = ReturnType<typeof openCall>;

/**
 * @param before what former sessions left of it.
 * @param openBefore the apps that they left open, for a call that succeeded in part.
 */
export function openCall(
  call: Call,
  before: CallState,
  openBefore: AppMask | undefined,
  tries: Tries = newTries(),
) {
  return {
    call,
    tries,
    attempts: before.attempts,
    previous: before.lastRecord,
    /** Some attempt, in this session or before, may have taken effect without an answer. */
    unanswered: before.unanswered,
    /** Some of its apps were signed out, if not all. */
    partial: before.partial,
    /** Undefined while all its apps go out together, as they mostly do. */
    bisection: openBefore === undefined ? undefined : parts.createBisection(call.appIds.length, openBefore),
    next: { kind: 'again', at: 0 } as Next,
    /** The reply that refused the authorisation, where `next` is to renew it. */
    refused: undefined as Reply | undefined,
  };
}

/** What the next attempt names, where the call goes out in parts. */
export function partOf({ bisection }: OpenCall): AppMask | undefined {
  return bisection === undefined ? undefined : parts.current(bisection);
}

function chosen({ appIds }: Call, apps: AppMask | undefined): readonly string[] {
  return apps === undefined ? appIds : placesIn(apps).map((place) => appIds[place] ?? '');
}

/** The request for what is to be sent next. */
export function requestFor(open: OpenCall): KickUsersDto {
  const { userId, userIdType } = open.call;
  const appIds = chosen(open.call, partOf(open)) as string[];
  return { userId, appIds, options: { userIdType } };
}

/** Of the same request; see {@link requestKey}. */
export function keyFor(open: OpenCall): string {
  const part = partOf(open);
  return requestKey(open.call.seq, part === undefined ? undefined : writeMask(part));
}

/**
 * Makes the next part ready to be sent: leaves out the apps that are known not to exist (when that would leave nothing, the server
 * is asked all the same), and goes on to search among those that were refused as they stand, unless another call does so.
 */
export function makeReady(open: OpenCall, search: AppSearch): void {
  const { call } = open;
  const missing = missingAmong(open, search);
  if (missing !== 0n && missing !== leftOf(open)) {
    open.bisection ??= parts.createBisection(call.appIds.length);
    parts.leaveOut(open.bisection, missing);
  }
  if (open.bisection?.isRefused !== true) return;
  if (!beginSearch(search, call.seq, chosen(call, partOf(open)))) return;
  const place = parts.searchOn(open.bisection);
  if (place !== undefined) found(search, call.appIds[place] ?? '');
}

/** All that is not known to be signed out. */
function leftOf({ call, bisection }: OpenCall): AppMask {
  return bisection?.open ?? maskOfAll(call.appIds.length);
}

function missingAmong(open: OpenCall, { missing }: AppSearch): AppMask {
  if (missing.size === 0) return 0n;
  return maskOf(placesIn(leftOf(open)).filter((place) => missing.has(open.call.appIds[place] ?? '')));
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
  const isRefused = verdict === 'rejected' && blamesAnApp(reply);
  if (verdict !== 'succeeded' && !isRefused) return next;
  if (isRefused) {
    open.bisection ??= parts.createBisection(open.call.appIds.length);
    parts.partRefused(open.bisection);
    // Another call may have found the bad ones since this was sent, or be about to.
    makeReady(open, search);
  } else if (open.bisection !== undefined) parts.partSucceeded(open.bisection);
  const isOver = partOf(open) === undefined || missingAmong(open, search) === leftOf(open);
  return isOver ? next : { kind: 'again', at };
}

/** For the journal. @param sent the apps that the attempt named, where the call goes out in parts. */
export function recordOf(
  { call, attempts, previous, next, bisection }: OpenCall,
  reply: Reply,
  verdict: Verdict,
  sent: AppMask | undefined,
): AttemptRecord {
  const final = next.kind === 'ended' && next.final;
  const apps = bisection === undefined ? undefined : writeMask(sent ?? maskOfAll(call.appIds.length));
  const left = bisection === undefined ? undefined : writeMask(bisection.open);
  const of = { seq: call.seq, attempt: attempts, previous, final, apps, open: left };
  return attemptRecord(of, reply, verdict);
}

/** How a call ended; undefined where it was put off and nothing is known of it, as if it had not been tried. */
export function outcome(open: OpenCall, verdict: Verdict): HowEnded | undefined {
  if (verdict === 'succeeded' && (open.bisection?.open ?? 0n) === 0n) return 'succeeded';
  if (open.partial) return 'partial';
  if (open.unanswered) return 'unknown';
  return open.next.kind === 'ended' && open.next.final ? 'failed' : undefined;
}
