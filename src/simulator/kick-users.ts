import { callKey, draw, drawFor } from './draw.ts';
import type { Arrival, Exchange, Exchanges } from './exchanges.ts';
import { readKickRequest } from './kick-request.ts';
import type { Outcome } from './outcome.ts';
import { kickedReply } from './replies.ts';
import type { Counts, OpenRecord, RequestRecord } from './request-record.ts';
import type { Sessions } from './sessions.ts';
import type { Tenant } from './tenant.ts';

export interface KickUsersOptions {
  readonly seed: number;
  readonly counts: Counts;
  readonly exchanges: Exchanges;
  readonly tenant: Tenant;
  readonly sessions: Sessions;
  readonly now: () => number;
  /** Records are added on arrival and completed later. */
  readonly log: RequestRecord[] | undefined;
  readonly onRequest: ((record: RequestRecord) => void) | undefined;
}

/** The endpoint `kick-users`. */
export function createKickUsers(options: KickUsersOptions): (exchange: Exchange) => void {
  const { seed, counts, exchanges, tenant, sessions, now, log, onRequest } = options;
  return (exchange) => {
    counts.kickRequests += 1;
    const kick = readKickRequest(exchange.asked, tenant);
    const { userId, userIdType, appIds } = kick;
    const key = callKey(seed, userId, appIds[0] ?? '');
    exchanges.run<OpenRecord>(exchange, {
      kind: 'kick',
      user: kick,
      key,
      nth: counts.kickRequests,
      record(arrival) {
        if (!log && !onRequest) return undefined;
        const record = openRecord(arrival, { userId, userIdType, appIds });
        log?.push(record);
        return record;
      },
      answer: () =>
        // GenAuth has been seen to put an apiCode on success.
        kick.refusal ??
        kickedReply(exchange.language, draw(key, 0, drawFor.apiCode) < 0.3 ? 20001 : undefined),
      finish(outcome) {
        count(counts, outcome);
        if (outcome.works) sessions.end(kick.knownAs, appIds, now());
      },
      recorded(record, { works }) {
        record.kicked = works;
        onRequest?.(record);
      },
    });
  };
}

/** The fields one by one, in the order in which they are to be read in a log. */
function openRecord(
  { arrivedAtMs, connection, inFlight, fault, ...others }: Arrival,
  asked: Pick<OpenRecord, 'userId' | 'userIdType' | 'appIds'>,
): OpenRecord {
  return { arrivedAtMs, ...asked, ...others, kicked: false, connection, inFlight, fault };
}

function count(counts: Counts, { works, fault, reply }: Outcome): void {
  if (works) counts.kicks += 1;
  if (fault === undefined) return;
  if (reply?.httpStatus === 429 || reply?.statusCode === 429) counts.throttled += 1;
  else counts.faults += 1;
}
