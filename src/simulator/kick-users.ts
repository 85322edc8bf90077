import { callKey, draw, drawFor } from './draw.ts';
import type { Arrival, Endpoint, Exchange, Exchanges, Subject } from './exchanges.ts';
import { type KickRequest, readKickRequest } from './kick-request.ts';
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

interface Kick extends Subject {
  readonly user: KickRequest;
}

/** The endpoint `kick-users`. */
export function createKickUsers(options: KickUsersOptions): (exchange: Exchange) => void {
  const { seed, counts, exchanges, tenant, sessions, now, log, onRequest } = options;

  function record(arrival: Arrival, { user: { userId, userIdType, appIds } }: Kick): OpenRecord {
    const opened = openRecord(arrival, { userId, userIdType, appIds });
    log?.push(opened);
    return opened;
  }

  const endpoint: Endpoint<Kick, OpenRecord> = {
    kind: 'kick',
    record: log || onRequest ? record : undefined,
    answer: ({ user: kick, key }, { language }) =>
      // GenAuth has been seen to put an apiCode on success.
      kick.refusal ?? kickedReply(language, draw(key, 0, drawFor.apiCode) < 0.3 ? 20001 : undefined),
    finish({ user: kick }, outcome) {
      count(counts, outcome);
      if (outcome.works) sessions.end(kick.knownAs, kick.appIds, now());
    },
    recorded(opened, { works }) {
      opened.kicked = works;
      onRequest?.(opened);
    },
  };

  return (exchange) => {
    counts.kickRequests += 1;
    const kick = readKickRequest(exchange.asked, tenant);
    const key = callKey(seed, kick.userId, kick.appIds[0] ?? '');
    exchanges.run(endpoint, exchange, { user: kick, key, nth: counts.kickRequests });
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
