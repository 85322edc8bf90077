import { requestIdsOf, type Reply } from '../genauth/reply.ts';
import { mayHaveTakenEffect, type Verdict } from '../genauth/verdict.ts';
import type { AttemptRecord } from './record.ts';

/** Which attempt it was, and what has become of its call. */
type Of = Pick<AttemptRecord, 'seq' | 'attempt' | 'previous' | 'final' | 'apps' | 'open'>;

/** What a reply leaves in the journal. */
export function attemptRecord(of: Of, reply: Reply, verdict: Verdict): AttemptRecord {
  const requestIds = requestIdsOf(reply);
  // Written out, as an object that is spread into another is slow to make and to read.
  return {
    kind: 'attempt',
    seq: of.seq,
    attempt: of.attempt,
    previous: of.previous,
    verdict,
    final: of.final,
    unanswered: mayHaveTakenEffect(reply, verdict),
    apps: of.apps,
    open: of.open,
    httpStatus: reply.httpStatus,
    statusCode: reply.statusCode,
    apiCode: reply.apiCode,
    requestId: requestIds[0],
    otherRequestIds: requestIds.length > 1 ? requestIds.slice(1) : undefined,
    message: reply.message,
    errorCode: reply.errorCode,
    serverTimeMs: reply.serverTimeMs,
    startedAt: reply.startedAt,
    durationMs: Math.round(reply.durationMs * 10) / 10,
  };
}
